"""The case at a glance: what it is about, how far it is, until when, and in whose hands."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from desk.domain.case import Case
from desk.domain.content import Pack
from desk.domain.engine import CaseView
from desk.domain.permissions import Right
from desk.i18n import _, language
from desk.services.casefile import CaseFile
from desk.services.composition.tongue import Tongue
from desk.ui import theme
from desk.ui.cases.case_page import clock_words
from desk.ui.retention import holding
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.layouts import FlowLayout
from desk.ui.widgets.progress import SlimBar

_TWO_PAIRS_FROM = 520
"""Narrower than this (standard pixels) every value gets a line of its own."""


class Glance(Card):
    """The head of the file, with what can be done about the case as a whole.

    `acted` tells the key of a button: continue, hand_over, withdraw, reopen, hold.
    """

    acted = Signal(str)

    def __init__(self, pack: Pack) -> None:
        super().__init__(_("At a glance"))
        self._pack = pack
        self._view: CaseView | None = None
        self._file: CaseFile | None = None
        self.status = Chip("", "grey")
        self.status.setObjectName("file_status")
        self.add_beside_title(self.status)
        self._matter = Text("", "body", wrap=True)
        self.add(self._matter)
        self.held = Text("", "table", "amber", wrap=True)
        self.held.setObjectName("file_held")
        self.add(self.held)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._received, self._due, self._first, self._handler, self._told = (
            ElidedLabel("", "table") for _value in range(5)
        )
        self._steps = ElidedLabel("", "table")
        self._bar = SlimBar(width=84)
        steps = QWidget()
        line = layouts.row(self._bar, self._steps, gap=9)
        line.setStretch(1, 1)
        steps.setLayout(line)
        values = (
            (_("Received"), self._received),
            (_("Time limit"), self._due),
            (_("First receiver"), self._first),
            (_("Handler"), self._handler),
            (_("Progress"), steps),
            (_("Told"), self._told),
        )
        self._values = [(Text(name, "table", "ink_hint"), value) for name, value in values]
        self._pairs = 0
        self._set_pairs(2)
        self.body.addLayout(self._grid)
        self._lists = QWidget()
        self._flow = FlowLayout(self._lists, 8)
        self.add(self._lists)
        self._buttons = {
            "continue": self._button("continue", _("Go on with the case"), "arrow-right"),
            "hand_over": self._button("hand_over", _("Hand over"), "arrow-left-right"),
            "withdraw": self._button("withdraw", _("The customer withdraws"), "circle-slash"),
            "reopen": self._button("reopen", _("Take up again"), "undo-2"),
            "hold": self._button("hold", "", "scale"),
        }
        acts = QWidget()
        flow = FlowLayout(acts, 10)
        for button in self._buttons.values():
            flow.addWidget(button)
        self.body.addSpacing(theme.px(4))
        self.add(acts)

    def _set_pairs(self, pairs: int) -> None:
        """Put so many names with their values in a line."""
        if pairs == self._pairs:
            return
        self._pairs = pairs
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, (name, value) in enumerate(self._values):
            line, pair = divmod(place, pairs)
            self._grid.addWidget(name, line, 2 * pair, middle)
            self._grid.addWidget(value, line, 2 * pair + 1)
        for pair in range(2):
            self._grid.setColumnStretch(2 * pair + 1, int(pair < pairs))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_pairs(2 if self.width() >= theme.px(_TWO_PAIRS_FROM) else 1)

    def button(self, key: str) -> Button:
        """A button by its key."""
        return self._buttons[key]

    def show_view(self, view: CaseView, may: Callable[[Right, Case | None], bool]) -> None:
        """Show the case, with what may be done about it."""
        self._view = view
        case, tongue = view.case, Tongue(language())
        is_open = case.status == "open"
        words, tone = _status(view)
        self.status.set_chip(words, tone, "circle-dot" if is_open else "circle-check")
        matter = case.text("explicit_need") or case.text("opening_words") or case.text("narrative")
        gone = case.forgotten is not None
        removed = _("Personal data was removed as the law requires, on {day}.")
        removed = removed.format(day=tongue.when(case.forgotten_at)) if gone else ""
        self._matter.setText(removed or matter or _("Nothing noted yet"))
        self._received.set_text(tongue.when(case.received))
        self._due.set_text(clock_words(view, view.now)[0] or "—")
        lacking = {lack.step for lack in view.missing}
        total = len(self._pack.steps)
        done = total - len(lacking)
        self._bar.set_share(done / total if total else 0.0)
        self._steps.set_text(_("{done} of {total} steps complete").format(done=done, total=total))
        self._told.set_text(tongue.when(case.text("told_at")) or "—")
        self._buttons["hand_over"].setVisible(is_open and may("hand_over", case))
        self._buttons["withdraw"].setVisible(is_open and may("close_cases", case))
        self._buttons["reopen"].setVisible(not (is_open or gone) and may("reopen_cases", case))
        self._buttons["continue"].setVisible(may("work_cases", None))
        name = _("Go on with the case") if is_open else _("See the form")
        self._buttons["continue"].setText(name)
        self._buttons["continue"].updateGeometry()
        self.held.setText(_("Legal hold: {reason}").format(reason=case.hold_reason or ""))
        self.held.setVisible(case.held)
        self._buttons["hold"].setText(holding.words(case))
        self._buttons["hold"].updateGeometry()
        self._buttons["hold"].setVisible(not gone and may("hold", case))
        self._show_lists(view)
        self._show_people()

    def show_file(self, found: CaseFile) -> None:
        """Show who has and had the case in hand."""
        self._file = found
        self._show_people()

    def _show_people(self) -> None:
        if self._view is None:
            return
        name: Callable[[str], str] = self._file.name if self._file is not None else str
        self._first.set_text(name(self._view.case.first_receiver))
        self._handler.set_text(name(self._view.case.handler))

    def _show_lists(self, view: CaseView) -> None:
        while self._flow.count():
            item = self._flow.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for one in view.lists:
            title = one.checklist.title.of(language())
            if one.started is None:
                words, tone, icon = _("{list}: to be started"), "red", "flag"
            elif one.settled < one.total:
                words, tone, icon = "{list} {done}/{total}", "amber", "list-checks"
            else:
                words, tone, icon = "{list} {done}/{total}", "green", "check-check"
            text = words.format(list=title, done=one.settled, total=one.total)
            self._flow.addWidget(Chip(text, _tone(tone), icon))
        self._lists.setVisible(bool(view.lists))

    def _button(self, key: str, words: str, icon: str) -> Button:
        button = Button(words, icon=icon, kind="primary" if key == "continue" else "secondary")
        button.setObjectName(f"file_{key}")
        button.clicked.connect(lambda: self.acted.emit(key))
        return button


def _tone(name: str) -> theme.Tone:
    return next(tone for tone in theme.TONES if tone == name)


def _status(view: CaseView) -> tuple[str, theme.Tone]:
    if view.case.status == "open":
        return _("In progress"), "primary"
    ended: dict[str, tuple[str, theme.Tone]] = {
        "settled": (_("Settled"), "green"),
        "told": (_("Decision told"), "green"),
        "withdrawn": (_("Withdrawn"), "grey"),
        "enquiry": (_("Enquiry"), "grey"),
    }
    return ended.get(view.case.outcome, (_("Closed"), "grey"))
