"""What a rescue brought out of a damaged vault, and exactly what it did not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Events of a device that were found nowhere, from `first` to `last` of its sequence."""

    device: str
    name: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many events that is."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Touched:
    """A case known to lack events: its number (its id where nobody knows that) and how many."""

    number: str
    lacking: int


@dataclass(frozen=True, slots=True)
class Rescued:
    """The result: pages in all and damaged ones, events by where they came from, what lacks.

    `unkeyed` counts the cases whose personal values cannot be read, because the key of the case
    was on a damaged page and in no backup. `files_lacking` are attachments found nowhere whole.
    """

    pages: int
    damaged: int
    events: int
    from_backups: int
    cases: int
    gaps: tuple[Gap, ...]
    touched: tuple[Touched, ...]
    unkeyed: int
    files: int
    files_lacking: int

    @property
    def lacking(self) -> int:
        """How many events are known to lack."""
        return sum(gap.count for gap in self.gaps)
