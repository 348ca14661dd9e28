"""What a pack still owes: matters without words for a step or a person, points nothing serves.

Belongs here: the counting, pure over a pack. The commands that print it are in `desk.services`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desk.domain.content import Pack, Scenario
from desk.domain.outline import OutlinePoint
from desk.domain.suggestion import STAGES, Script

STEPS = range(1, 6)
PARTS = ("empathy", "answer", "willing")
OWN_PER_PROFILE = 2
OWN_PER_CASE = 3
"""A worked case of the course borrows the rest from the matter it stands within."""

SCREENS = frozenset(
    {
        "today",
        "ledger",
        "intake",
        "assessment",
        "escalation",
        "casefile",
        "report",
        "settings",
        "knowledge",
    }
)
"""Pages that a point of the outline may name as `screen:<name>`."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What a matter has too little of: sentences for a step, a stage, a profile, or of its own.

    `at` is the step with the missing part (`3:answer`), the stage, the profile, or "".
    """

    scenario: str
    what: Literal["step", "stage", "profile", "own"]
    at: str


def lacks(pack: Pack) -> Iterator[Lack]:
    """Every step × part, stage and profile for which a matter has no sentences of its own.

    Each matter has all three parts of the sandwich at each step, something at each stage and, for
    each profile that can occur with it, at least two sentences made for it (knowledge C1).
    """
    for scenario in pack.scenarios:
        if not scenario.flag:
            own = [s for s in pack.scripts if scenario.key in s.scenarios]
            yield from _of_case(scenario, own) if scenario.within else _of_matter(scenario, own)


def _of_case(scenario: Scenario, own: list[Script]) -> Iterator[Lack]:
    if len(own) < OWN_PER_CASE:
        yield Lack(scenario.key, "own", "")


def _of_matter(scenario: Scenario, own: list[Script]) -> Iterator[Lack]:
    there = {(step, script.part) for script in own for step in script.steps}
    for step in STEPS:
        for part in PARTS:
            if (step, part) not in there:
                yield Lack(scenario.key, "step", f"{step}:{part}")
    stages = {stage for script in own for stage in script.stages}
    for stage in STAGES:
        if stage not in stages:
            yield Lack(scenario.key, "stage", stage)
    for profile in scenario.profiles:
        if sum(profile in script.profiles for script in own) < OWN_PER_PROFILE:
            yield Lack(scenario.key, "profile", profile)


@dataclass(frozen=True, slots=True)
class Served:
    """A point of the outlines: what serves it now, and what it named that is no longer there."""

    point: OutlinePoint
    serves: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def state(self) -> Literal["served", "partly", "waiting", "lost"]:
        """`lost` as soon as one promise is broken: what was served must stay served.

        `partly` when something serves it and a later page will bring the rest.
        """
        if self.lost:
            return "lost"
        if self.serves:
            return "partly" if self.point.waits else "served"
        return "waiting"


def served(pack: Pack) -> tuple[Served, ...]:
    """Every point of the outlines in order, against what this pack holds."""
    known = _names(pack)
    return tuple(
        Served(
            point,
            tuple(name for name in point.serves if name in known),
            tuple(name for name in point.serves if name not in known),
        )
        for point in pack.outline
    )


def _names(pack: Pack) -> frozenset[str]:
    """Every key a point may name, the parts of the pack and the pages of the program."""
    parts = ("assessment", "cases", "clocks", "codes", "cues", "matrix", "phrases", "scripts")
    keyed = (
        pack.scripts,
        pack.phrases,
        pack.scenarios,
        pack.checklists,
        pack.citations,
        pack.cards,
        pack.sheets,
        pack.cases,
        pack.guards,
        pack.authorities,
        pack.triggers,
        pack.codes.root_causes,
        pack.codes.measures,
    )
    return frozenset(
        {entry.key for entries in keyed for entry in entries}
        | {f"part:{name}" for name in parts}
        | {f"screen:{name}" for name in SCREENS}
    )
