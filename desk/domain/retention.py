"""How long the personal values of a case are kept, what stops the count, and who is due when.

Classes are content of the pack: years, the floor nobody may go below, and the rule they rest on.
Days are local dates. A period of years ends with the last day of its last year (民法典 Art
200–203): what is kept for three years from 22 November may be removed on 23 November, not before.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

from desk.domain.case import Case
from desk.domain.clock_rules import Confidence
from desk.domain.conditions import Condition
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

Start = Literal["closed", "last_contact"]
Keeping = Literal["", "counting", "held", "forgotten"]
"""Where a case stands: still open, time running, kept under a legal hold, person forgotten."""
Why = Literal["due", "asked", "law"]
"""On which ground a person is forgotten: the time is over, they asked for it (个人信息保护法
Art 47), or another law or a court demands it."""

FOLLOW_UP = "follow_up_at"
"""The field that notes the last contact with the customer after closing."""

LONGEST_YEARS = 100
_NEVER = "false"
_ALWAYS = "true"


class KeepingClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class of files: kept `years` from `counts_from`, never less than `floor`.

    With `after_dispute`, at least so many years after a legal hold ended. `proposed_when` is the
    condition (CEL, over fields of the form) under which it is proposed for a case. `years` may be
    longer than the rule asks; `floor` is what the rule asks, by `article`, read in `source`.
    """

    key: str
    name: Text
    covers: Text
    years: int
    floor: int
    article: Text
    source: str
    confidence: Confidence
    counts_from: Start = "closed"
    after_dispute: int = 0
    proposed_when: str = _NEVER
    since: Version = FIRST

    def __post_init__(self) -> None:
        if not 0 < self.floor <= self.years <= LONGEST_YEARS:
            raise ValueError(
                _(
                    "{key}: kept for {years} years, which the floor of {floor} does not allow"
                ).format(key=self.key, years=self.years, floor=self.floor)
            )
        if not 0 <= self.after_dispute <= LONGEST_YEARS:
            raise ValueError(_("{key}: years after a dispute are 0 or more").format(key=self.key))


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping asks of a case: its class, from when it counts, when a dispute about it ended.

    `kept_from` is None until the case is closed and begins anew when it is reopened.
    """

    state: Keeping
    keep: str
    kept_from: date | None = None
    dispute_ended: date | None = None


def class_of(classes: Sequence[KeepingClass], key: str) -> KeepingClass:
    """The class with this key; the last one, which holds for every case, when there is none."""
    return next((one for one in classes if one.key == key), classes[-1])


def proposed(classes: Sequence[KeepingClass], case: Case) -> str:
    """The key of the first class that a case meets, by what is in its form."""
    for one in classes:
        if one.proposed_when == _ALWAYS:
            return one.key
        if one.proposed_when != _NEVER and _meets(one.proposed_when, case):
            return one.key
    return classes[-1].key if classes else ""


def _meets(when: str, case: Case) -> bool:
    condition = Condition(when)
    known = {name: case.value(name) for name in condition.facts if case.value(name) is not None}
    return condition.holds(known)


def kept(classes: Sequence[KeepingClass], case: Case) -> Kept:
    """Where a case stands: the class chosen, else the one proposed for it."""
    if case.status != "closed":
        return Kept("", "")
    key = case.keep or proposed(classes, case)
    if case.forgotten is not None:
        return Kept("forgotten", key)
    closed = _day(case.closed_at)
    start = class_of(classes, key).counts_from if classes else "closed"
    contact = _day(case.text(FOLLOW_UP)) if start == "last_contact" else None
    begins = max((one for one in (closed, contact) if one), default=None)
    return Kept("held" if case.held else "counting", key, begins, _day(case.hold_ended_at))


def due_on(one: KeepingClass, found: Kept) -> date | None:
    """The first day on which the person may be forgotten because the time is over; None: never.

    Never while the case is open, held or forgotten already.
    """
    return _first_day(one, found, one.years)


def floor_on(one: KeepingClass, found: Kept) -> date | None:
    """The first day on which anybody may be forgotten at all, on whatever ground; None: never."""
    return _first_day(one, found, one.floor)


def _first_day(one: KeepingClass, found: Kept, years: int) -> date | None:
    if found.state != "counting" or found.kept_from is None:
        return None
    ends = _after(found.kept_from, years)
    if found.dispute_ended is not None and one.after_dispute:
        ends = max(ends, _after(found.dispute_ended, one.after_dispute))
    return ends


def _after(day: date, years: int) -> date:
    """The day after a period of whole years from `day`; the calendar's last when beyond it."""
    year = day.year + years
    if year >= date.max.year:
        return date.max
    last = min(day.day, calendar.monthrange(year, day.month)[1])
    return date(year, day.month, last) + timedelta(days=1)


def begun_by(day: date, years: int) -> date:
    """The latest day from which a period of whole years is over on `day`.

    What lists ask the store for: `_after(begun_by(d, n), n) <= d`, and of no later day.
    """
    before = day - timedelta(days=1)
    year = max(before.year - years, date.min.year)
    length = calendar.monthrange(year, before.month)[1]
    ends_month = before.day == calendar.monthrange(before.year, before.month)[1]
    return date(year, before.month, length if ends_month else min(before.day, length))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person may not be forgotten now: a code, and the day from which it would be allowed."""

    code: Literal["open", "held", "undecided", "forgotten", "not_due", "floor"]
    day: date | None = None


def refusal(one: KeepingClass, found: Kept, why: Why, today: date) -> Refusal | None:
    """What stands against forgetting a person on a day; None when nothing does.

    A hold always does. Nothing is forgotten before the floor, whoever asks for it; because the
    time is over, only once it is.
    """
    if found.state == "forgotten":
        return Refusal("forgotten")
    if found.state == "held":
        return Refusal("held")
    floor, due = floor_on(one, found), due_on(one, found)
    if floor is None or due is None:
        return Refusal("open")
    if today < floor:
        return Refusal("floor", floor)
    if why == "due" and today < due:
        return Refusal("not_due", due)
    return None


HoldGround = Literal["legal", "transfer", "stopped"]
"""What calls for a legal hold: words of a lawsuit or lawyer, a complaint passed on by an authority,
a mediation or appraisal that was not ended."""


def hold_grounds(case: Case, heard: Iterable[str], *, transferred: bool) -> tuple[HoldGround, ...]:
    """What calls for keeping a case under a legal hold, unless a person has decided on one.

    `heard` are the triggers that the customer's words point to.
    """
    if case.hold_decided or case.forgotten is not None:
        return ()
    found: list[HoldGround] = []
    if "legal" in heard:
        found.append("legal")
    if transferred:
        found.append("transfer")
    moves = [one.type for one in case.clock_events if one.type in ("stop", "resume")]
    if moves and moves[-1] == "stop":
        found.append("stopped")
    return tuple(found)


def class_faults(classes: Sequence[KeepingClass], fields: Iterable[str]) -> list[tuple[str, str]]:
    """What is wrong with a pack's classes as a whole, as key of the class and reason."""
    known = set(fields)
    found = []
    for place, one in enumerate(classes):
        last = place == len(classes) - 1
        if (one.proposed_when == _ALWAYS) != last:
            reason = _(
                'the last class, and only that, holds for every case (`proposed_when: "true"`)'
            )
            found.append((one.key, reason))
        if one.proposed_when in (_ALWAYS, _NEVER):
            continue
        try:
            unknown = Condition(one.proposed_when).facts - known
        except ValueError as error:
            found.append((one.key, str(error)))
            continue
        found += [(one.key, _("unknown field {name}").format(name=n)) for n in sorted(unknown)]
    return found


def _day(moment: str) -> date | None:
    try:
        return date.fromisoformat(moment[:10]) if moment else None
    except ValueError:
        return None
