"""Branches under branches: who stands below whom. Pure."""

from collections.abc import Iterable

from desk.domain.hub import HubBranch


class BranchTree:
    """The tree of branches that head office enrolled; the empty code is head office itself."""

    def __init__(self, branches: Iterable[HubBranch]) -> None:
        self.branches = {one.branch: one for one in branches}

    def name(self, branch: str) -> str:
        """What a branch is called; its code where it has no name."""
        known = self.branches.get(branch)
        return (known.name if known is not None else "") or branch

    def path(self, branch: str) -> tuple[str, ...]:
        """A branch after all that stand above it, the highest first."""
        found: list[str] = []
        while branch in self.branches and branch not in found:
            found.append(branch)
            branch = self.branches[branch].parent
        return tuple(reversed(found))

    def under(self, branch: str) -> frozenset[str]:
        """A branch and all below it; every branch for head office."""
        if not branch:
            return frozenset(self.branches)
        return frozenset(one for one in self.branches if branch in self.path(one))

    def region(self, branch: str, top: str = "") -> str:
        """The branch right below `top` that a branch belongs to; `top` for itself."""
        path = self.path(branch)
        if top not in path:
            return path[0] if path and not top else branch
        place = path.index(top) + 1
        return path[place] if place < len(path) else top
