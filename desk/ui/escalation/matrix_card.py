"""The responsibility matrix: evidence × team × company, its eight cells, and the one that holds."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk.domain.case import Case
from desk.domain.escalation import Matrix, MatrixCell
from desk.i18n import N_, _, language
from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import clicked_by_enter
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import FlowLayout, ScrollColumn, column, row
from desk.ui.widgets.sheet import TextSheet

FINDINGS = (
    ("evidence_held", N_("Customer holds evidence")),
    ("team_liable", N_("Team liable")),
    ("company_liable", N_("Company liable")),
)
_NUMBERS = "①②③④⑤⑥⑦⑧"
_ROWS = (
    (False, False, N_("Neither")),
    (True, False, N_("Team")),
    (False, True, N_("Company")),
    (True, True, N_("Both")),
)


_SIDE = 10


class CellButton(QAbstractButton):
    """One cell of the matrix; choosing it shows what it asks for."""

    def __init__(self, cell: MatrixCell) -> None:
        super().__init__()
        self.cell = cell
        self._is_current = False
        self.setObjectName(f"cell_{cell.number}")
        title = cell.title.of(language())
        self.setText(_("{number} {title}").format(number=_NUMBERS[cell.number - 1], title=title))
        self.setToolTip(cell.stance.of(language()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._lines = 1

    def is_current(self) -> bool:
        """Whether the findings lead here."""
        return self._is_current

    def set_current(self, *, current: bool) -> None:
        """Light the cell."""
        self._is_current = current
        said = _("{cell}, found") if current else "{cell}"
        self.setAccessibleName(said.format(cell=self.text()))
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        beside = theme.px(5)
        whole = theme.px(18) * self._lines + 2 * beside
        return QSize(theme.px(150), max(theme.px(41), whole if self._lines > 1 else 0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """A name too long for one line is told whole, in as many as it needs."""
        super().resizeEvent(event)
        chosen, room = theme.now(), self.width() - 2 * theme.px(_SIDE)
        fits = painting.text_width(self.text(), chosen.text_table, strong=True) <= room
        needed = painting.lines_needed(self.text(), chosen.text_hint, room, strong=True)
        lines = 1 if fits else max(2, needed)
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        lit = self._is_current
        fill, edge = ("red_soft", "red") if lit else ("card", "line")
        if self.underMouse() and not lit:
            fill = "ground"
        painting.fill_round(
            painter, self.rect(), chosen.radius, theme.colour(fill), theme.colour(edge)
        )
        half = self.height() // 2
        side = theme.px(_SIDE)
        room = self.width() - 2 * side
        role = "red" if lit else "ink"
        if self._lines > 1:
            # Its name matters more than what it asks for, which is said on choosing it.
            whole = QRect(side, 0, room, self.height())
            painting.draw_lines(painter, whole, self.text(), chosen.text_hint, role, strong=True)
            return
        title = QRect(side, half - theme.px(18), room, theme.px(19))
        painting.draw_text(painter, title, self.text(), chosen.text_table, role, strong=True)
        words = QRect(side, half + theme.px(1), room, theme.px(17))
        stance = self.cell.stance.of(language())
        painting.draw_text(painter, words, stance, chosen.text_hint, "ink_2")


class MatrixCard(Card):
    """Three findings set with yes and no, and the cell they lead to with what it asks for.

    What is in it scrolls in its own place, unless what is around it does. `found` tells (field,
    yes, no or None) as a person sets it.
    """

    found = Signal(str, object)

    def __init__(self, matrix: Matrix, *, scrolls: bool = True) -> None:
        super().__init__(_("Responsibility"))
        self.setObjectName("matrix_card")
        self.body.setContentsMargins(theme.px(16), 0, theme.px(12), theme.px(8))
        self.body.setSpacing(theme.px(5))
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hint.set_text(_("evidence × team × company"))
        inside = self._place(scrolls=scrolls)
        self._chips: dict[str, ChoiceChips] = {}
        inside.addWidget(self._make_findings())
        self.cells = {cell.number: CellButton(cell) for cell in matrix.cells}
        for button in self.cells.values():
            button.clicked.connect(self._opened)
        inside.addLayout(self._make_grid())
        self._detail = column(gap=2)
        inside.addLayout(self._detail)
        self._shown: int | None = -1

    def _place(self, *, scrolls: bool) -> QVBoxLayout:
        """The column for what is in the card."""
        if not scrolls:
            return self.body
        inside = ScrollColumn(gap=5, margin=0)
        self.body.addWidget(inside, 1)
        return inside.body

    def _make_findings(self) -> QWidget:
        findings = QWidget()
        flow = FlowLayout(findings, 14)
        for field, name in FINDINGS:
            chips = ChoiceChips(
                [Choice("yes", _("Yes")), Choice("no", _("No"))], digits=False, gap=6
            )
            chips.setObjectName(f"finding_{field}")
            chips.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
            for chip in chips.chips():
                chip.setFixedHeight(theme.px(24))
                chip.setAccessibleName(f"{_(name)}: {chip.choice.label}")
            chips.chosen.connect(
                lambda keys, field=field: self.found.emit(field, keys[0] == "yes" if keys else None)
            )
            self._chips[field] = chips
            one = QWidget()
            one.setLayout(column(Text(_(name), "hint", "ink_2"), chips, gap=2))
            flow.addWidget(one)
        return findings

    def _make_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        for place, words in enumerate((_("No evidence"), _("With evidence")), start=1):
            grid.addWidget(Text(words, "hint", "ink_2"), 0, place)
            grid.setColumnStretch(place, 1)
        for line, (team, company, name) in enumerate(_ROWS, start=1):
            grid.addWidget(Text(_(name), "hint", "ink_2"), line, 0)
            for button in self.cells.values():
                cell = button.cell
                if (cell.team, cell.company) == (team, company):
                    grid.addWidget(button, line, 2 if cell.evidence else 1)
        return grid

    def show_case(self, case: Case, cell: MatrixCell | None, *, closed: bool) -> None:
        """Show the findings of a case and the cell they lead to."""
        for field, chips in self._chips.items():
            value = case.value(field)
            chips.set_value(("yes" if value else "no",) if isinstance(value, bool) else ())
            chips.setEnabled(not closed)
        for button in self.cells.values():
            button.set_current(current=cell is not None and button.cell.number == cell.number)
        number = cell.number if cell else None
        if number != self._shown:
            self._shown = number
            self._show_detail(cell)

    def _show_detail(self, cell: MatrixCell | None) -> None:
        while self._detail.count():
            gone = self._detail.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        if cell is None:
            words = _(
                "Once all three are checked, what to do stands here. No evidence in the "
                "customer's hands does not mean that it did not happen."
            )
            self._detail.addWidget(Text(words, "hint", "ink_2", wrap=True))
            return
        title = Text(
            f"{cell.title.of(language())} · {cell.stance.of(language())}",
            "table",
            strong=True,
            wrap=True,
        )
        title.setObjectName("cell_title")
        self._detail.addWidget(title)
        for action in cell.actions:
            self._detail.addWidget(_line("check", "green", action.of(language())))
        remedy = _("Remedy: {words}").format(words=cell.remedy.of(language()))
        self._detail.addWidget(_line("hand-coins", "primary", remedy))
        account = _("Accountability: {words}").format(words=cell.accountability.of(language()))
        self._detail.addWidget(_line("scale", "violet", account))

    def _opened(self) -> None:
        button = self.sender()
        if not isinstance(button, CellButton):
            return
        cell = button.cell
        words = (
            cell.stance.of(language()),
            *(f"· {action.of(language())}" for action in cell.actions),
            _("Remedy: {words}").format(words=cell.remedy.of(language())),
            _("Accountability: {words}").format(words=cell.accountability.of(language())),
        )
        TextSheet(button.text(), words, icon="scale").open_over(self.window())


def _line(icon: str, tone: theme.Tone, words: str) -> QWidget:
    line = QWidget()
    inside = row(gap=7)
    inside.addWidget(IconLabel(icon, tone, 15), 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(Text(words, "hint", "ink", wrap=True), 1)
    line.setLayout(inside)
    return line
