"""What head office would publish, in plain words, before it does: a pack's changes, a year's days.

Nothing here needs the vault: packs are on the shelf, a calendar is a file.
"""

from dataclasses import dataclass
from pathlib import Path

from desk.domain.calendars import CalendarYear, SpecialDays
from desk.errors import BadInput
from desk.i18n import _, language
from desk.packs import shelf
from desk.services import hub_receipts, shelves


@dataclass(frozen=True, slots=True)
class PackMade:
    """What became of a workbook: the version to publish, or none and why, with what it changes."""

    stamp: str
    lines: tuple[str, ...]


def packs() -> tuple[str, ...]:
    """The versions of packs that can be published, the newest first."""
    return tuple(one.stamp for one in reversed(shelf.shelved()))


def of_pack(stamp: str) -> tuple[str, ...]:
    """What a version changes against the one before it here.

    Raises BadInput `not_on_shelf`, PackInvalid for a version that cannot be read.
    """
    versions = [one.stamp for one in shelf.versions(stamp.partition("@")[0])]
    if stamp not in versions:
        raise BadInput(reason="not_on_shelf", where=stamp)
    place = versions.index(stamp)
    if not place:
        return (_("{pack} is the first version here and goes whole.").format(pack=stamp),)
    before = versions[place - 1]
    heading = _("Compared with {pack}:").format(pack=before)
    return (heading, *shelves.compare(before, stamp, language()).lines)


def from_workbook(source: Path) -> PackMade:
    """Make an edited workbook a new version on the shelf; one that changes nothing stays the old.

    Raises BadInput for a file that is no workbook of a pack, NotAllowed for a version at hand.
    """
    made = shelves.bring_in(source, None, language())
    values = made.answer.values
    stamp = "" if made.faulty else str(values["installed"] or values["base"])
    return PackMade(stamp, made.answer.lines)


def of_calendar(path: Path) -> tuple[str, ...]:
    """The year, the notice it rests on, and each run of days that differs from a plain week.

    Raises BadInput `not_readable` or `not_a_calendar`.
    """
    year = hub_receipts.calendar_year(path)
    return (_source(year), *(_run(one) for one in year.days))


def _source(year: CalendarYear) -> str:
    return _("Working days of {year}, after {source}").format(year=year.year, source=year.source)


def _run(days: SpecialDays) -> str:
    name = days.name.of(language())
    words = {
        (True, True): _("{first}: working day ({name})"),
        (True, False): _("{first}: rest day ({name})"),
        (False, True): _("{first} to {last}: working days ({name})"),
        (False, False): _("{first} to {last}: rest days ({name})"),
    }[days.first == days.last, days.works]
    return words.format(first=days.first, last=days.last, name=name)
