"""Setting and ending a legal hold 依法保全, wherever a case is in hand."""

from collections.abc import Callable

import shiboken6
from PySide6.QtWidgets import QWidget

from desk.domain.case import Case
from desk.i18n import _
from desk.services import retention
from desk.services.retention import Line
from desk.services.session import Session
from desk.ui.task_sheet import ReasonSheet, TaskSheet, refusal
from desk.ui.work import Work

Done = Callable[[Line], None]
"""Gets how the case is kept afterwards."""


def words(case: Case) -> str:
    """What may be done about the hold of a case, for a menu or a button."""
    return _("End the legal hold…") if case.held else _("Legal hold…")


def ask(work: Work, page: QWidget, case: Case, then: Callable[[], None]) -> None:
    """Ask for a hold, or for the end of the one there is; a word says that it was noted."""

    def noted(line: Line) -> None:
        then()
        told = (
            _("{number} is held: it is kept until the hold is ended.")
            if line.state == "held"
            else _("The legal hold of {number} is ended.")
        )
        work.notices.done(told.format(number=line.number))

    if case.held:
        ask_none(work, page, case.id, _("End the legal hold"), noted)
    else:
        ask_hold(work, page, case.id, noted)


def ask_hold(work: Work, page: QWidget, case: str, done: Done) -> None:
    """Ask why a case is held; `done` once that is stored."""
    sheet = ReasonSheet(
        _("Legal hold"),
        _("The case is kept, whatever its class says, until the hold is ended."),
        _("Hold"),
        _("Such as: the customer has sued"),
    )
    _open(work, page, sheet, case, retention.hold, done)


def ask_none(work: Work, page: QWidget, case: str, title: str, done: Done) -> None:
    """Ask why a hold is over, or not called for; `done` once that is stored."""
    told = _("From then on the time of its class is counted.")
    sheet = ReasonSheet(title, told, _("Note it"), _("Such as: asked compliance, no dispute"))
    _open(work, page, sheet, case, retention.end_hold, done)


def _open(
    work: Work,
    page: QWidget,
    sheet: ReasonSheet,
    case: str,
    step: Callable[[Session, str, str], Line],
    done: Done,
) -> None:
    sheet.given.connect(
        lambda reason: settle(work, page, sheet, case, lambda s: step(s, case, reason), done)
    )
    sheet.open_over(page.window())


def settle(
    work: Work,
    page: QWidget,
    sheet: TaskSheet,
    case: str,
    task: Callable[[Session], Line],
    done: Done,
) -> None:
    """Do what a sheet asked for; it closes when that is stored, and says what stands against it."""

    def stored(line: Line) -> None:
        if shiboken6.isValid(sheet):
            sheet.dismiss()
        done(line)

    def refused(error: Exception) -> None:
        if shiboken6.isValid(sheet):
            sheet.show_problem(refusal(error))

    work.write(case, task, stored, owner=page, failed=refused)
