"""What is typed in the demonstration: one case, in both languages, read from `db/seeds`."""

import msgspec

from desk import paths
from desk.domain.text import Text
from desk.errors import BadInput
from desk.packs.source import Fault, decode, read

FILE = "demo-story.yaml"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field: `words` to type, or keys to `choose`. Or an item to add, with its own fields."""

    field: str = ""
    words: Text | None = None
    choose: tuple[str, ...] = ()
    add: str = ""
    fields: tuple["Entry", ...] = ()


class Observation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of the quick assessment."""

    item: str
    choose: str


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case from its first sentence to its close. `steps` hold entries in the order of the form.

    `ticks` are items of the checklist that are done, `aside` the one that does not apply;
    `set_up` fills the first page, line by line, and `search` finds the case again.
    """

    set_up: tuple[Text, ...]
    steps: tuple[tuple[Entry, ...], ...]
    assessment: tuple[Observation, ...]
    checklist: str
    ticks: tuple[str, ...]
    aside: str
    aside_reason: Text
    note: Text
    search: Text


def load() -> Story:
    """The story of the demonstration. Raises BadInput naming what is wrong with its file."""
    source = read(paths.SEEDS, FILE)
    faults: list[Fault] = []
    if isinstance(source, Fault):
        raise BadInput(reason=str(source), where=FILE)
    found = decode(source, (), source.content, Story, faults)
    if found is None:
        raise BadInput(reason="; ".join(map(str, faults)), where=FILE)
    return found
