"""One case as keeping sees it: its class, its days, its hold, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desk.i18n import _, language
from desk.services.retention import Line
from desk.ui import theme
from desk.ui.retention import words
from desk.ui.retention.sheets import rule
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button, Kind
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Rule, Text
from desk.ui.widgets.layouts import ScrollColumn

_FACTS = ("closed", "floor", "due", "hold_ended", "forgotten", "by")


class CaseCard(Card):
    """The chosen case. Its buttons ask the page; `case_wanted` asks for the case file."""

    case_wanted = Signal(str)

    def __init__(self, *, may_hold: bool, may_forget: bool) -> None:
        super().__init__(margin=0)
        self._may_hold, self._may_forget = may_hold, may_forget
        self._line: Line | None = None
        self.number = Text("", "card", strong=True, wrap=True)
        self.number.setObjectName("keeping_number")
        self._chip = Chip("", "grey")
        self.of_class = Text("", "table", strong=True, wrap=True)
        self.of_class.setObjectName("keeping_of_class")
        self._length = Text("", "table", wrap=True)
        self.reason = Text("", "table", "ink_2", wrap=True)
        self.reason.setObjectName("keeping_reason")
        self.grounds = Text("", "table", "amber", wrap=True)
        self.grounds.setObjectName("keeping_grounds")
        self._rule = Text("", "hint", "ink_2", wrap=True)
        self._values: dict[str, tuple[Text, Text]] = {}
        self.choose = _button(_("Another class…"), "hourglass", "keeping_class")
        self.hold = _button(_("Legal hold…"), "lock", "keeping_hold")
        self.end_hold = _button(_("End the hold…"), "lock-open", "keeping_end_hold")
        self.no_hold = _button(_("No hold needed…"), "check", "keeping_no_hold")
        self.forget = _button(_("Forget the person…"), "trash-2", "keeping_forget", kind="danger")
        self.open_case = _button(
            _("Open the case file"), "folder-open", "keeping_open", kind="link"
        )
        self.open_case.clicked.connect(self._open)
        self.copies = Text("", "hint", "ink_2", wrap=True)
        self.copies.setObjectName("keeping_copies")
        self._none = EmptyState(
            "folder-search",
            _("No case chosen"),
            _("Choose one of the list, or type any case number above and press Enter."),
        )
        column = ScrollColumn(gap=12)
        column.set_margins(*[theme.px(16)] * 3)
        self._inside = QWidget()
        self._fill(QVBoxLayout(self._inside))
        column.add(self._none)
        column.add(self._inside)
        column.add(self.copies)
        self.add(column, 1)
        self.show_line(None)

    def line(self) -> Line | None:
        """The case shown."""
        return self._line

    def show_line(self, line: Line | None) -> None:
        """Show a case, or none."""
        self._line = line
        self._inside.setVisible(line is not None)
        self._none.setVisible(line is None)
        if line is None:
            return
        self.number.setText(line.number)
        self._chip.set_chip(*words.state(line))
        self.grounds.setText("\n".join(words.grounds(line)))
        self.grounds.setVisible(bool(line.grounds))
        name = line.keeping.name.of(language())
        self.of_class.setText(name if line.is_chosen else _("{name} (proposed)").format(name=name))
        length, begins = words.length(line.keeping), words.begins(line.keeping)
        self._length.setText(_("{length}, {begins}").format(length=length, begins=begins))
        self._rule.setText(rule(line.keeping))
        self.reason.setText(_reason(line))
        self.reason.setVisible(bool(self.reason.text()))
        for key, value in self._told(line).items():
            label, shown = self._values[key]
            shown.setText(value)
            label.setVisible(bool(value))
            shown.setVisible(bool(value))
        gone, held = line.state == "forgotten", line.state == "held"
        self.choose.setVisible(self._may_hold and not gone)
        self.hold.setVisible(self._may_hold and not (gone or held))
        self.end_hold.setVisible(self._may_hold and held)
        self.no_hold.setVisible(self._may_hold and bool(line.grounds))
        self.forget.setVisible(self._may_forget and line.state == "counting")
        self.forget.setEnabled(not line.grounds)

    def show_copies(self, told: str) -> None:
        """Say which backups still hold somebody who was forgotten; empty for none."""
        self.copies.setText(told)
        self.copies.setVisible(bool(told))

    def _told(self, line: Line) -> dict[str, str]:
        gone = line.state == "forgotten"
        return {
            "closed": words.minute(line.closed_at) or _("not yet"),
            "floor": "" if gone else str(line.floor or ""),
            "due": "" if gone else str(line.due or ""),
            "hold_ended": line.hold_ended_at[:10],
            "forgotten": words.minute(line.forgotten_at),
            "by": line.by,
        }

    def _fill(self, box: QVBoxLayout) -> None:
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(10))
        head = layouts.row(gap=10)
        head.addWidget(IconLabel("hourglass", "primary", 20), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.number, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        box.addWidget(self.grounds)
        box.addWidget(self.reason)
        box.addWidget(self.of_class)
        box.addWidget(self._length)
        box.addWidget(self._rule)
        box.addLayout(self._facts())
        box.addWidget(Rule())
        for button in (self.choose, self.hold, self.no_hold, self.end_hold, self.forget):
            box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.open_case, 0, Qt.AlignmentFlag.AlignLeft)

    def _facts(self) -> QGridLayout:
        names = {
            "closed": _("Closed on"),
            "floor": _("Not before"),
            "due": _("Keeping ends"),
            "hold_ended": _("Hold ended"),
            "forgotten": _("Forgotten"),
            "by": _("Agreed by"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(_FACTS):
            name, value = Text(names[key], "table", "ink_2"), Text("", "table")
            value.setObjectName(f"keeping_fact_{key}")
            grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
            self._values[key] = (name, value)
        return grid

    def _open(self) -> None:
        if self._line is not None:
            self.case_wanted.emit(self._line.case)


def _reason(line: Line) -> str:
    """Why it is held, or on which ground somebody was forgotten."""
    if line.state == "held":
        return _("Held: {reason}").format(reason=line.hold_reason)
    return " · ".join(filter(None, (words.why(line), line.reason)))


def _button(words_: str, icon: str, name: str, kind: Kind = "secondary") -> Button:
    button = Button(words_, icon=icon, kind=kind)
    button.setObjectName(name)
    return button
