"""One line of the audit trail in full, and the ways on from it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desk.domain.audit import AuditLine
from desk.i18n import _, language
from desk.services.audit_files import GROUP_NAMES
from desk.services.composition.tongue import Tongue
from desk.ui import dates, theme
from desk.ui.audit import words
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import IconLabel, Rule, Text
from desk.ui.widgets.layouts import ScrollColumn

_FACTS = ("when", "who", "computer", "kind", "case", "entry", "hash")
_HASH_GROUP = 8


class Detail(Card):
    """What is known of a line. `case_wanted` asks for its file, `narrowed` for all of its case."""

    case_wanted = Signal(str)
    narrowed = Signal(str)

    def __init__(self, now: Callable[[], datetime], *, may_open: bool) -> None:
        super().__init__(margin=0)
        self._now = now
        self._may_open = may_open
        self._line: AuditLine | None = None
        self.what = Text("", "card", strong=True, wrap=True)
        self.what.setObjectName("audit_what")
        self.more = Text("", "table", "ink_2", wrap=True)
        self._icon = IconLabel("eye", "ink_2", 20)
        self._values: dict[str, tuple[Text, Text]] = {}
        self.open_case = Button(_("Open the case file"), icon="folder-open")
        self.open_case.setObjectName("audit_open_case")
        self.open_case.clicked.connect(self._open)
        self.narrow = Button(_("All lines of this case"), kind="link", icon="filter")
        self.narrow.setObjectName("audit_narrow")
        self.narrow.clicked.connect(self._narrow)
        column = ScrollColumn(margin=16, gap=12)
        self._inside = QWidget()
        box = QVBoxLayout(self._inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(12))
        head = layouts.row(gap=10)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.what, 1)
        box.addLayout(head)
        box.addWidget(self.more)
        box.addWidget(Rule())
        box.addLayout(self._facts())
        box.addWidget(self.open_case, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.narrow, 0, Qt.AlignmentFlag.AlignLeft)
        column.add(self._inside)
        self.add(column, 1)
        self.show_line(None)

    def line(self) -> AuditLine | None:
        """The line shown."""
        return self._line

    def show_line(self, line: AuditLine | None) -> None:
        """Show a line, or nothing."""
        self._line = line
        self._inside.setVisible(line is not None)
        if line is None:
            return
        self._icon.set_icon(
            "triangle-alert" if line.alarming else words.ICONS[line.group],
            "red" if line.alarming else "primary",
        )
        self.what.setText(line.what)
        self.more.setText(line.detail)
        self.more.setVisible(bool(line.detail))
        day = line.at.date()
        away = dates.distance(day, self._now().date())
        shown = {
            "when": f"{Tongue(language()).day(day)}\n{line.at:%H:%M:%S} · {away}",
            "who": line.who if line.who == line.person else f"{line.who} {line.person}",
            "computer": line.device,
            "kind": _(GROUP_NAMES[line.group]),
            "case": line.number,
            "entry": f"{line.place:,}",
            "hash": _grouped(line.hash),
        }
        for key, (label, value) in self._values.items():
            value.setText(shown[key])
            for part in (label, value):
                part.setVisible(bool(shown[key]))
        self.open_case.setVisible(bool(line.case) and self._may_open)
        self.narrow.setVisible(bool(line.number))

    def _facts(self) -> QGridLayout:
        names = {
            "when": _("When"),
            "who": _("Person"),
            "computer": _("Computer"),
            "kind": _("Kind"),
            "case": _("Case"),
            "entry": _("Entry of that computer"),
            "hash": _("Hash of the entry"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(_FACTS):
            label = Text(names[key], "table", "ink_2", wrap=True)
            label.setFixedWidth(theme.px(84))
            value = Text("", "hint" if key == "hash" else "table", wrap=True)
            value.setObjectName(f"audit_{key}")
            grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
            self._values[key] = (label, value)
        return grid

    def _open(self) -> None:
        if self._line is not None and self._line.case:
            self.case_wanted.emit(self._line.case)

    def _narrow(self) -> None:
        if self._line is not None and self._line.number:
            self.narrowed.emit(self._line.number)


def _grouped(digest: str) -> str:
    """A hash in groups of eight digits, so that lines may break between them."""
    return " ".join(
        digest[at : at + _HASH_GROUP].upper() for at in range(0, len(digest), _HASH_GROUP)
    )
