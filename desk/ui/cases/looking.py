"""What two computers did to a case without knowing of each other, and what head office hints at.

A strip above the case says that something waits; a sheet shows it and lets somebody settle it.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desk.domain.engine import CaseView
from desk.domain.events import Clash
from desk.domain.history import HistoryLine
from desk.i18n import _, ngettext
from desk.services import settling
from desk.services.session import Session
from desk.services.settling import Differing, ToLookAt
from desk.ui import theme
from desk.ui.task_sheet import refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.work import Work

NOTHING = ToLookAt()


class LookStrip(QWidget):
    """Above a case: what waits to be looked at, and the way there. Hidden when nothing does."""

    settled = Signal()
    """Something was settled: the case is another."""

    def __init__(self, work: Work, *, margin: int = 20) -> None:
        super().__init__()
        self.setObjectName("look_strip")
        self._work = work
        self._case = ""
        self._may = False
        self._asked: object = None
        self.found = NOTHING
        card = Card(kind="amber", margin=10)
        self._icon = IconLabel("triangle-alert", "amber", 18)
        self.words = Text("", "table", wrap=True)
        self.words.setObjectName("look_words")
        self.button = Button(_("Look at it…"), icon="eye")
        self.button.setObjectName("look_open")
        self.button.clicked.connect(self.open)
        row = layouts.row(self._icon, gap=8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(row)
        line = layouts.column(card)
        above = 12 if margin else 0
        line.setContentsMargins(theme.px(margin), theme.px(above), theme.px(margin), 0)
        self.setLayout(line)
        self.hide()

    def show_view(self, view: CaseView) -> None:
        """Read what waits at this case, where that may be another than before."""
        case = view.case
        asked = (case.id, case.unsettled, [(path, case.fields[path]) for path in case.contested])
        self._may = self._work.may("work_cases", case)
        if asked == self._asked:
            return
        if case.id != self._case:
            self._show(NOTHING)
        self._asked, self._case = asked, case.id
        self._work.read(
            lambda session: (case.id, settling.to_look_at(session, case.id)),
            self._take,
            owner=self,
        )

    def open(self) -> None:
        """Show what waits."""
        host = self.window()
        sheet = LookSheet(self._work, self._case, self.found)
        sheet.closed.connect(self.settled)
        sheet.open_over(host.findChild(QWidget, "shell") or host)

    def _take(self, found: tuple[str, ToLookAt]) -> None:
        if found[0] == self._case:
            self._show(found[1])

    def _show(self, found: ToLookAt) -> None:
        self.found = found
        lines = words(found)
        self.words.setText("\n".join(lines))
        self.button.setVisible(found.count > 0 and self._may)
        self.setVisible(bool(lines))


def words(found: ToLookAt) -> list[str]:
    """What waits, a line each."""
    lines = []
    if found.differing:
        names = ", ".join(one.label for one in found.differing)
        told = ngettext(
            "Two computers filled in {n} field differently: {names}",
            "Two computers filled in {n} fields differently: {names}",
            len(found.differing),
        )
        lines.append(told.format(n=len(found.differing), names=names))
    if found.after_closing:
        lines.append(_("Something was written on another computer after the case was closed."))
    if found.handovers:
        lines.append(_("The case was passed on from two computers at once."))
    if found.elsewhere:
        lines.append(_("Head office: this customer may have complained in another branch, too."))
    return lines


class LookSheet(Sheet):
    """What waits at a case, and a button for each way to settle it."""

    def __init__(self, work: Work, case: str, found: ToLookAt) -> None:
        super().__init__(
            _("What two computers did"), icon="triangle-alert", tone="amber", width=600
        )
        self.setObjectName("look_sheet")
        self._work, self._case = work, case
        self._inside = QWidget()
        self.add(self._inside)
        self.problem = Text("", "table", "red", wrap=True)
        self.problem.setObjectName("look_problem")
        self.add_below(self.problem)
        self.problem.hide()
        leave = Button(_("Close"))
        leave.setObjectName("look_leave")
        leave.clicked.connect(self.dismiss)
        self.add_button(leave)
        self._show(found)

    def _show(self, found: ToLookAt) -> None:
        inside = QWidget()
        box = layouts.column(gap=14)
        told = _("Neither knew of the other. Nothing was lost; somebody has to say what holds.")
        box.addWidget(Text(told, "table", "ink_2", wrap=True))
        for one in found.differing:
            box.addWidget(self._differing(one))
        crossed: tuple[tuple[Clash, str, tuple[HistoryLine, ...]], ...] = (
            ("closed", _("Written after the case was closed"), found.after_closing),
            ("handover", _("Passed on from two computers at once"), found.handovers),
        )
        for about, title, lines in crossed:
            if lines:
                box.addWidget(self._crossed(about, title, lines))
        inside.setLayout(box)
        self.body.replaceWidget(self._inside, inside)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = inside

    def _differing(self, one: Differing) -> QWidget:
        card = Card(margin=12)
        card.setObjectName(f"differing_{one.path}")
        card.add(Text(one.label, "table", strong=True, wrap=True))
        for place, written in enumerate(one.written):
            row = layouts.row(gap=10)
            said = Text(written.words or _("left empty"), "body", wrap=True)
            row.addLayout(
                layouts.column(said, Text(f"{written.who} · {written.at}", "hint", "ink_2"), gap=2),
                1,
            )
            if not place:
                row.addWidget(Chip(_("Holds now"), "green"), 0, Qt.AlignmentFlag.AlignVCenter)
            button = Button(_("This holds"), icon="check")
            button.setObjectName(f"choose_{place}")
            button.clicked.connect(partial(self._choose, one.path, place))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            card.body.addLayout(row)
        return card

    def _crossed(self, about: Clash, title: str, lines: tuple[HistoryLine, ...]) -> QWidget:
        card = Card(margin=12)
        card.add(Text(title, "table", strong=True, wrap=True))
        for line in lines:
            said = " · ".join(filter(None, (line.what, line.detail)))
            card.add(Text(said, "body", wrap=True))
            card.add(Text(f"{line.who} · {line.at.replace('T', ' ')}", "hint", "ink_2"))
        button = Button(_("Looked at; it stays so"), icon="check")
        button.setObjectName(f"settle_{about}")
        button.clicked.connect(partial(self._settle, about))
        card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _choose(self, path: str, place: int, *_checked: object) -> None:
        case = self._case
        self._do(lambda session: settling.choose(session, case, path, place))

    def _settle(self, about: Clash, *_checked: object) -> None:
        case = self._case
        self._do(lambda session: settling.settle(session, case, about))

    def _do(self, task: Callable[[Session], object]) -> None:
        """Settle one thing, and show what is left; close when nothing is."""
        case = self._case

        def both(session: Session) -> ToLookAt:
            task(session)
            return settling.to_look_at(session, case)

        self.problem.hide()
        self._work.write(case, both, self._done, owner=self, failed=self._failed)

    def _done(self, found: ToLookAt) -> None:
        if found.count:
            self._show(found)
        else:
            self.dismiss()

    def _failed(self, error: Exception) -> None:
        self.problem.setText(refusal(error))
        self.problem.show()
