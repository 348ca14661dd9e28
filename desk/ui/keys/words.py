"""What the keys page says of the ways into the vault."""

from collections.abc import Sequence
from datetime import datetime

from desk.i18n import _, language, ngettext
from desk.services.admission import WayIn
from desk.services.composition.tongue import Tongue
from desk.ui import dates
from desk.ui.models.rows import Column


def whose(way: WayIn) -> str:
    """Whose way in it is."""
    if way.kind == "recovery":
        return _("Recovery sheet")
    if way.kind == "head_office":
        return _("Head office's key")
    return f"{way.person.name} {way.person.id}" if way.person is not None else "—"


def guard(way: WayIn) -> str:
    """How hard it is for a stranger, in plain words."""
    if way.kind == "recovery":
        return _("160 random bits: nobody can guess them")
    if way.kind == "head_office":
        return _("A key that only head office holds: {fingerprint}").format(
            fingerprint=way.fingerprint
        )
    return _("A password; every guess costs {mb} MB of memory, {n} times over").format(
        mb=f"{way.memory_mb:,}", n=way.passes
    )


def day(at: datetime) -> str:
    """A day with its weekday."""
    return f"{at.date().isoformat()} {dates.weekday(at.date())}"


def age(at: datetime, now: datetime) -> str:
    """A day with its weekday and how long ago it was."""
    return f"{day(at)} · {dates.distance(at.date(), now.date())}"


def columns() -> tuple[Column[WayIn], ...]:
    """The list of ways in."""
    return (
        Column("whose", _("Whose"), whose, width=132, strong=True),
        Column("since", _("Since"), lambda way: day(way.since), width=122),
        Column("guard", _("How well guarded"), guard),
    )


def groups(numbers: Sequence[int]) -> str:
    """Groups of a code by number: group 3, groups 2 and 5."""
    listed = Tongue(language()).listed(str(number) for number in numbers)
    words = ngettext("group {numbers}", "groups {numbers}", len(numbers))
    return words.format(numbers=listed)
