"""A line of the ledger in words: limit, progress, names. Names stay masked wherever a list is.

Nothing here reads a clock: :class:`CaseWords` is told what time it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from desk.domain.content import Pack
from desk.domain.masking import masked
from desk.domain.projection import CaseRow
from desk.i18n import _, language, ngettext
from desk.ui import dates, theme

_NEAR_DAYS = 3
_LATE_SHARE = 0.75
_DAY_ENDS = time(23, 59)


@dataclass(frozen=True, slots=True)
class Due:
    """The institution's limit: short words for a chip, its tone, the share of the limit used.

    `share` is None when the limit runs no longer. `day` is the last day with its weekday.
    """

    words: str
    tone: theme.Tone
    share: float | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a case is: steps with nothing missing, steps in all, and where it stands."""

    done: int
    total: int
    name: str


def due_of(row: CaseRow, now: datetime) -> Due:
    """Where the limit of a case stands at `now`. The last day runs to its end."""
    if not row.due_at:
        return Due("—", "grey")
    due = datetime.fromisoformat(row.due_at)
    shown = f"{due:%m-%d}" if due.year == now.year else due.date().isoformat()
    day = f"{shown} {dates.weekday(due.date())}"
    ended: Mapping[str, tuple[str, theme.Tone]] = {
        "met": (_("Answered in time"), "green"),
        "overdue": (_("Answered late"), "red"),
        "ended": (_("Enquiry") if row.outcome == "enquiry" else _("Withdrawn"), "grey"),
    }
    if row.clock_state in ended:
        words, tone = ended[row.clock_state]
        return Due(words, tone, None, day)
    share = _share(row, due, now)
    if row.clock_state == "stopped":
        return Due(_("Stopped"), "violet", share, day)
    return _running(due, now, share, day)


def _running(due: datetime, now: datetime, share: float, day: str) -> Due:
    left = (due.date() - now.date()).days
    if due < now:
        if left == 0:
            return Due(_("Overdue today"), "red", 1.0, day)
        words = ngettext("{n} day overdue", "{n} days overdue", -left).format(n=-left)
        return Due(words, "red", 1.0, day)
    if left == 0:
        hour = _("Today {time}").format(time=f"{due:%H:%M}")
        return Due(_("Due today") if due.time() == _DAY_ENDS else hour, "amber", share, day)
    tone: theme.Tone = "amber" if left <= _NEAR_DAYS or share >= _LATE_SHARE else "primary"
    words = ngettext("{n} day left", "{n} days left", left).format(n=left)
    return Due(f"{words} · {dates.weekday(due.date())}", tone, share, day)


def _share(row: CaseRow, due: datetime, now: datetime) -> float:
    """The share of calendar days used; the day of receipt is not counted (令2020-3 Art 18)."""
    first = datetime.fromisoformat(row.received_at).date()
    whole = (due.date() - first).days
    used = (now.date() - first).days
    return min(max(used / whole, 0.0), 1.0) if whole > 0 else 1.0


@dataclass(slots=True)
class CaseWords:
    """What lists say of a case. `now` and `people` change as time passes and staff come."""

    pack: Pack
    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)

    def name(self, row: CaseRow) -> str:
        """The complainant's name, masked."""
        return masked("name", row.name) or "—"

    def summary(self, row: CaseRow) -> str:
        """What it is about; a sign where nothing was written yet."""
        return row.summary or _("Nothing noted yet")

    def person(self, key: str) -> str:
        """A member of staff by name."""
        return self.people.get(key) or key or "—"

    def due(self, row: CaseRow) -> Due:
        """The limit."""
        return due_of(row, self.now)

    def due_line(self, row: CaseRow) -> str:
        """The limit with its last day, as it is copied and read aloud."""
        due = self.due(row)
        return f"{due.words} · {due.day}" if due.day else due.words

    def due_tip(self, row: CaseRow) -> str:
        """The limit in full: last day, weekday, distance, and when the case was received."""
        received = self.received(row)
        if not row.due_at:
            return _("Received {day}").format(day=received)
        day = dates.day_words(datetime.fromisoformat(row.due_at).date(), self.now.date())
        return _("Answer by {day}; received {received}").format(day=day, received=received)

    def stage(self, row: CaseRow) -> Stage:
        """How far the case is."""
        total = len(self.pack.steps)
        if row.status == "closed":
            name = self.outcome(row)
        elif row.waits_for:
            name = _("Waits for approval")
        elif row.told_at:
            name = _("To be closed")
        else:
            names = {step.number: step.name.of(language()) for step in self.pack.steps}
            name = names.get(row.step, "")
        return Stage(row.done_steps, total, name)

    def stage_line(self, row: CaseRow) -> str:
        """The progress in one line."""
        stage = self.stage(row)
        return f"{stage.done}/{stage.total} {stage.name}"

    def stage_tip(self, row: CaseRow) -> str:
        """The progress in a sentence."""
        stage = self.stage(row)
        return _("{done} of {total} steps complete; now: {name}").format(
            done=stage.done, total=stage.total, name=stage.name
        )

    def outcome(self, row: CaseRow) -> str:
        """How a closed case ended."""
        return {
            "settled": _("Settled"),
            "told": _("Decision told"),
            "withdrawn": _("Withdrawn"),
            "enquiry": _("Enquiry"),
        }.get(row.outcome, _("Closed"))

    def status(self, row: CaseRow) -> str:
        """Open, or how it ended."""
        return self.outcome(row) if row.status == "closed" else _("In progress")

    def received(self, row: CaseRow) -> str:
        """The day of receipt with its weekday."""
        if not row.received_at:
            return "—"
        day = datetime.fromisoformat(row.received_at).date()
        shown = f"{day:%m-%d}" if day.year == self.now.year else day.isoformat()
        return f"{shown} {dates.weekday(day)}"

    def code(self, key: str) -> str:
        """The name of a code: business, cause, source or channel."""
        found = self.pack.codes.code(key)
        return found.name.of(language()) if found is not None else key

    def scenario(self, key: str) -> str:
        """The name of a scenario."""
        found = self.pack.scenario(key)
        return found.name.of(language()) if found is not None else key
