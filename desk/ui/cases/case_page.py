"""A page that shows one case: it reads the case, hears of changes, and carries the same header.

Areas derive from :class:`CasePage` and build their widgets in `show_view`, which is called with a
fresh :class:`~desk.domain.engine.CaseView` whenever the case changed, whoever changed it.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from desk.domain.engine import CaseView
from desk.domain.masking import masked
from desk.errors import NotAllowed
from desk.i18n import _
from desk.services import cases, editions, looks
from desk.services.session import Session
from desk.ui import dates, theme
from desk.ui.approval_sheet import Step, with_approval
from desk.ui.page import Page
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Chip
from desk.ui.work import Work


class CasePage(Page):
    """A page of one case. `case` is its id, `view` what it last showed (None before that)."""

    only_reads = False
    """True where a case is only looked at, which is recorded of everybody."""

    def __init__(self, work: Work, title: str) -> None:
        super().__init__(title)
        self.work = work
        self.case = ""
        self.view: CaseView | None = None
        self._is_arriving = False
        self._name = title
        self._who = Chip("", "grey", "user-round")
        self._where = Chip("", "grey")
        self._who.is_spare = self._where.is_spare = True  # the number says which case it is
        self._clock = Chip("", "grey", "clock")
        self._edition = Chip("", "amber", "triangle-alert")
        self._edition.hide()
        self.header_left = [self._who, self._where, self._clock, self._edition]
        self.escalate = Button(_("Escalate"), icon="flag")
        self.escalate.setObjectName("header_escalate")
        self.escalate.clicked.connect(lambda: self.work.go("escalation", self.case))
        self.report = Button(_("Report PDF"), icon="file-text")
        self.report.setObjectName("header_report")
        self.report.clicked.connect(lambda: self.work.go("report", self.case))
        self.header_right = [self.escalate, self.report]
        work.case_changed.connect(self._heard)

    def show_case(self, case: str) -> None:
        """Show a case: read now, or with what it already has when it is the same."""
        if case != self.case:
            self.case, self.view = case, None
        self._is_arriving = True
        self.refresh()

    def refresh(self) -> None:
        """Read the case again."""
        case = self.case
        if case:
            self.work.read(lambda session: cases.view(session, case), self.take, owner=self)

    def take(self, view: CaseView) -> None:
        """Show a view that a read or a write gave back, unless it is of another case by now."""
        if view.case.id != self.case:
            return
        self.view = view
        if self._is_arriving:
            self._is_arriving = False
            self._note_look(view)
        self._show_header(view)
        self.report.setVisible(self.work.may("write_reports", view.case))
        self.show_view(view)

    def _note_look(self, view: CaseView) -> None:
        """Have it recorded that somebody looks: work on one's own case speaks for itself."""
        if self.only_reads or view.case.handler != self.work.actor.id:
            case = view.case.id
            self.work.read(lambda session: looks.look(session, case), lambda _new: None, owner=self)

    def show_view(self, view: CaseView) -> None:
        """Show the case; areas override this."""

    def change(
        self,
        task: Callable[[Session], CaseView],
        *,
        owner: QObject | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Write to the case and show what came of it."""
        self.work.write(self.case, task, self.take, owner=owner or self, failed=failed)

    def change_with(
        self,
        step: Step,
        *,
        failed: Callable[[Exception], None] | None = None,
        about: Callable[[NotAllowed], str] = lambda _error: "",
    ) -> None:
        """Write what may take a second person, who is then asked, and show what came of it."""
        with_approval(self.work, self, step, self.case, self.take, failed=failed, about=about)

    def _heard(self, case: str) -> None:
        # Our own writes have shown their result already; another page's have not.
        if case == self.case and not self.isVisible():
            self.view = None

    def on_shown(self) -> None:
        """Read what changed while another page was in front."""
        if self.case and self.view is None:
            self.refresh()

    def _show_header(self, view: CaseView) -> None:
        case = view.case
        self.set_title(f"{self._name} {case.number}".strip())
        name = masked("name", case.text("complainant_name"))
        phone = masked("phone", case.text("complainant_phone"))
        who = " · ".join(part for part in (name, phone) if part)
        nobody = _("Personal data removed") if case.forgotten else _("Name not asked yet")
        self._who.set_chip(who or nobody, "grey", "user-round")
        where = " · ".join(part for part in (self.option("channel"), case.text("place")) if part)
        self._where.setVisible(bool(where))
        self._where.set_chip(where, "grey")
        words, tone = clock_words(view, view.now)
        self._clock.setVisible(bool(words))
        self._clock.set_chip(words, tone, "clock")
        short, whole = editions.told(view.edition, view.pack)
        self._edition.setVisible(bool(short))
        self._edition.set_chip(short, "amber", "triangle-alert")
        self._edition.setToolTip(whole)

    def option(self, field: str) -> str:
        """The name of what a choice field holds, in the language in force."""
        if self.view is None:
            return ""
        return option_name(self.work, field, self.view.case.text(field))


def option_name(work: Work, field: str, key: str) -> str:
    """The name of an option of a choice field; the key itself when the pack has lost it."""
    for step in work.pack.steps:
        for section in step.sections:
            for definition in section.fields:
                if definition.key == field:
                    names = dict(work.pack.options(definition))
                    return names[key].of(work.settings.language) if key in names else key
    return key


def clock_words(view: CaseView, now: datetime) -> tuple[str, theme.Tone]:
    """The institution's limit in a few words, and the tone that goes with it."""
    clock = view.clock
    if clock is None:
        return "", "grey"
    day = dates.day_words(clock.due, now.date())
    is_open = view.case.status == "open"
    still: dict[str, tuple[str, theme.Tone]] = {
        "met": (_("Answered in time"), "green"),
        "ended": (_("Taken up again: no limit runs"), "amber")
        if is_open
        else (_("Enquiry") if view.case.outcome == "enquiry" else _("Withdrawn"), "grey"),
        "stopped": (_("Clock stopped"), "violet"),
    }
    if clock.state in still:
        return still[clock.state]
    if clock.state == "overdue":
        return _("Overdue since {day}").format(day=day), "red"
    tone: theme.Tone = "amber" if clock.share >= 0.5 else "primary"
    return _("Answer by {day}").format(day=day), tone
