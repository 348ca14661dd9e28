"""When a complaint needs more than the counter: triggers, checklists, and who answers for what.

Holds the content types of the pack's triggers, checklists, roles and responsibility matrix, and
the rules on them. How a case's checklists stand is in `desk.domain.case`; each rule that changes
one gives the event to record. What staff should not say is in `desk.domain.wording`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Literal

import msgspec

from desk.domain.calendars import WorkingCalendar
from desk.domain.case import StartedChecklist
from desk.domain.conditions import Condition
from desk.domain.events import ItemMarked, ItemStatus
from desk.domain.spoken import comparable
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.errors import NotAllowed
from desk.i18n import _

Phase = Literal["now", "minutes", "today", "later"]
PHASES: tuple[Phase, ...] = ("now", "minutes", "today", "later")

FACTS: Mapping[str, tuple[type, str]] = {
    "A": (int, "arousal, 0-100"),
    "V": (int, "cues of violence, 0-100"),
    "E": (int, "escalation, 0-100"),
    "U": (int, "need of support, 0-100"),
    "red": (list, "red flags of R0 seen now: a harm, b self-harm, c illness, d fraud"),
    "signs": (list, "escalation signs of Q9: reg, media, legal, group"),
    "role": (str, "option of Q10: a party, b family or agent, c bystander, d paid agent"),
    "support": (list, "support needs of Q11: age_disab, literacy, life_event, language, distress"),
    "channel": (str, "channel code, A_..."),
    "source": (str, "source code, S_..."),
    "party_kind": (str, "who came: self, agent, guardian, heir, group, organisation"),
    "group_size": (int, "people with the same request"),
    "business": (str, "business code, B_..."),
    "cause": (str, "cause code, C_..."),
    "scenario": (str, "scenario key of the scripts"),
    "amount": (float, "amount in dispute, yuan"),
    "text": (str, "the customer's words: opening, points and request"),
    "heard": (list, "what the customer's words call for: regulator, media, self_harm, ..."),
    "staff_text": (str, "what staff wrote: facts, findings, notes"),
    "similar_recent": (int, "other complaints of this scenario here in the last 7 days"),
    "same_contact": (int, "other complainants of the last 90 days with this phone number"),
    "clock_state": (
        str,
        "state of the legal clock in force: running, stopped, overdue, met, ended",
    ),
    "clock_used": (float, "share of the legal limit that is used, 1 and more when it is over"),
}
"""Every fact a trigger may ask for: its type, and what it says. Facts not known yet stay absent."""

_WORDS = ("text", "staff_text")
END_OF_DAY = time(23, 59)
_MOST_DAYS = 366
_MOST_MINUTES = _MOST_DAYS * 24 * 60


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part that people play in handling a complaint; `signs_in` marks those with an account."""

    key: str
    name: Text
    duty: Text
    signs_in: bool = False
    source: str = "default"
    since: Version = FIRST


class Trigger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition that starts a checklist, and the few words that say why (shown as a chip).

    The condition is CEL over :data:`FACTS`; one that does not compile or asks for another fact is
    a ValueError. In `text` and `staff_text` it meets words as :func:`desk.domain.spoken.comparable`
    makes them: lower case, no spaces.
    """

    key: str
    checklist: str
    condition: str
    why: Text
    source: str = "default"
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse a condition that could never be answered."""
        unknown = sorted(Condition(self.condition).facts - set(FACTS))
        if unknown:
            raise ValueError(
                _("{key}: unknown fact: {names}").format(key=self.key, names=", ".join(unknown))
            )


class ChecklistItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do: when, by whom, until when.

    The limit is `limit_minutes` after the checklist began or the end of the working day
    `limit_days` later (0: the same day); `limit_text` says it in words, alone where the limit
    depends on something else. A `gating` item must be done or not applicable before the case may be
    closed; one that `needs_head` only the head may find not applicable. `source` is the rule it
    comes from: "default" is this pack's own choice, "practice" common practice of the trade.
    """

    key: str
    phase: Phase
    text: Text
    owner: str
    limit_minutes: int | None = None
    limit_days: int | None = None
    limit_text: Text | None = None
    gating: bool = False
    needs_head: bool = False
    source: str = "default"
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse limits that contradict each other or lie in the past."""
        limits = [n for n in (self.limit_minutes, self.limit_days) if n is not None]
        if len(limits) > 1:
            raise ValueError(
                _("{key}: a limit in minutes or in days, not both").format(key=self.key)
            )
        if any(n < 0 for n in limits):
            raise ValueError(_("{key}: a limit cannot be negative").format(key=self.key))
        if (self.limit_minutes or 0) > _MOST_MINUTES or (self.limit_days or 0) > _MOST_DAYS:
            raise ValueError(_("{key}: a limit is at most a year").format(key=self.key))


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do, and never to do, in one kind of escalation.

    `red` marks danger to life, limb or money: there a gating item is set aside by the head only.
    """

    key: str
    title: Text
    purpose: Text
    report_to: Text
    trail: Text
    items: tuple[ChecklistItem, ...]
    never: tuple[Text, ...]
    red: bool = False
    source: str = "default"
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse two items of one key."""
        keys = [item.key for item in self.items]
        if len(set(keys)) < len(keys):
            raise ValueError(_("{key}: two items have one key").format(key=self.key))

    def item(self, key: str) -> ChecklistItem | None:
        """The item with this key; None when this version of the pack does not have it."""
        return next((item for item in self.items if item.key == key), None)


class MatrixCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One outcome of looking into it: what the customer can show, and which side of ours erred.

    All three are findings after checking: "no evidence" means none in the customer's hands, not
    that it did not happen. `team` is the branch and its people, `company` product, system, rules.
    """

    number: int
    evidence: bool
    team: bool
    company: bool
    title: Text
    stance: Text
    actions: tuple[Text, ...]
    remedy: Text
    accountability: Text
    source: str = "default"
    since: Version = FIRST


class TransferRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a complaint passed on by an authority differs in one respect from one brought to us."""

    topic: Text
    direct: Text
    transferred: Text
    source: str = "default"
    since: Version = FIRST


class CallRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the one-page table on the wall: who is called, first report, first answer."""

    situation: Text
    call: Text
    first_report: Text
    first_answer: Text
    checklists: tuple[str, ...] = ()
    source: str = "default"
    since: Version = FIRST


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Responsibility matrix, differences of transferred complaints, one-page table.

    The eight cells cover every combination once, numbered 1 + 4·evidence + 2·company + team; else
    ValueError.
    """

    cells: tuple[MatrixCell, ...]
    transfers: tuple[TransferRow, ...]
    calls: tuple[CallRow, ...]

    def __post_init__(self) -> None:
        """Refuse a matrix with a hole or a cell in the wrong place."""
        for cell in self.cells:
            expected = 1 + 4 * cell.evidence + 2 * cell.company + cell.team
            if cell.number != expected:
                raise ValueError(
                    _("cell {number} stands where {expected} belongs").format(
                        number=cell.number, expected=expected
                    )
                )
        if sorted(cell.number for cell in self.cells) != list(range(1, 9)):
            raise ValueError(_("the matrix needs each of its eight cells once"))


def fired(triggers: Iterable[Trigger], facts: Mapping[str, object]) -> tuple[Trigger, ...]:
    """The triggers that these facts set off, in the order of the pack.

    Facts are those of :data:`FACTS`; one that is not known yet is left out.
    """
    ready = {
        name: comparable(value) if name in _WORDS and isinstance(value, str) else value
        for name, value in facts.items()
    }
    return tuple(t for t in triggers if Condition(t.condition).holds(ready))


def progress(checklist: Checklist, started: StartedChecklist | None) -> tuple[int, int]:
    """How many items are settled (done or not applicable), and how many there are."""
    settled = sum(status_of(started, item.key) != "open" for item in checklist.items)
    return settled, len(checklist.items)


def status_of(started: StartedChecklist | None, item: str) -> ItemStatus:
    """Where an item stands; what was never touched is open."""
    mark = started.items.get(item) if started else None
    return mark.status if mark else "open"


def due_at(item: ChecklistItem, started_at: datetime, calendar: WorkingCalendar) -> datetime | None:
    """Until when an item is to be done; None when its limit depends on something else.

    Days are working days after the day the checklist began. They end when the branch closes, since
    after that nobody is there to do it; where it is closed, its hours are not known, or it had
    closed before the checklist began, they run to their last minute.
    """
    if item.limit_minutes is not None:
        return started_at + timedelta(minutes=item.limit_minutes)
    if item.limit_days is None:
        return None
    day = started_at.date()
    for _day in range(item.limit_days):
        day += timedelta(days=1)
        while not calendar.works(day):
            day += timedelta(days=1)
    closing = datetime.combine(day, calendar.closing(day) or END_OF_DAY, tzinfo=started_at.tzinfo)
    if closing > started_at:
        return closing
    return datetime.combine(day, END_OF_DAY, tzinfo=started_at.tzinfo)


def blocking(
    checklists: Iterable[Checklist], started: Mapping[str, StartedChecklist]
) -> tuple[tuple[Checklist, ChecklistItem], ...]:
    """Gating items of started checklists that are still open: the case cannot be closed yet."""
    return tuple(
        (checklist, item)
        for checklist in checklists
        if checklist.key in started
        for item in checklist.items
        if item.gating and status_of(started[checklist.key], item.key) == "open"
    )


def mark_done(checklist: Checklist, item: str) -> ItemMarked:
    """The event that an item was done."""
    found = _item(checklist, item)
    return ItemMarked(checklist=checklist.key, item=found.key, status="done")


def mark_not_applicable(
    checklist: Checklist,
    started: StartedChecklist | None,
    item: str,
    reason: str,
    *,
    by_head: bool,
) -> ItemMarked:
    """The event that an item does not apply to this case.

    NotAllowed `needs_reason` without a reason; `head_only` when someone else sets aside what every
    such case needs (`needs_head`) or a gating item of a red checklist: a red flag may be raised by
    anyone present and lowered only by the head, who can thus also record a false alarm truthfully;
    `item_done` when it was already done (reopen it first).
    """
    found = _item(checklist, item)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason", item=item)
    if (found.needs_head or (checklist.red and found.gating)) and not by_head:
        raise NotAllowed(reason="head_only", item=item)
    if status_of(started, item) == "done":
        raise NotAllowed(reason="item_done", item=item)
    return ItemMarked(
        checklist=checklist.key, item=found.key, status="not_applicable", reason=reason.strip()
    )


def reopen(checklist: Checklist, item: str, reason: str) -> ItemMarked:
    """The event that an item ticked by mistake is open again; NotAllowed without a reason."""
    found = _item(checklist, item)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason", item=item)
    return ItemMarked(checklist=checklist.key, item=found.key, status="open", reason=reason.strip())


def _item(checklist: Checklist, key: str) -> ChecklistItem:
    found = checklist.item(key)
    if found is None:
        raise NotAllowed(reason="item_unknown", item=key)
    return found


def cell_for(
    matrix: Matrix, evidence: bool | None, team: bool | None, company: bool | None
) -> MatrixCell | None:
    """The cell these findings lead to; None while one of the three is not determined."""
    if evidence is None or team is None or company is None:
        return None
    found = (evidence, team, company)
    return next(c for c in matrix.cells if (c.evidence, c.team, c.company) == found)
