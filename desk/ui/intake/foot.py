"""Below the form: the way back and on, what the step still lacks, and what keeps a case open."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from desk.domain.content import Pack
from desk.domain.engine import CaseView
from desk.domain.intake import Missing
from desk.i18n import _, language, ngettext
from desk.ui import theme
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.buttons import Button, clicked_by_enter
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import FlowLayout, ScrollColumn


class MissingLine(QAbstractButton):
    """What the step still lacks, in one line; choosing it leads to the first of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("missing_line")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_missing(self, lacks: Sequence[Missing]) -> None:
        """Say what is missing, or that nothing is."""
        names = _(", ").join(lack.label.of(language()) for lack in lacks)
        words = ngettext(
            "{n} item missing here: {names}", "{n} items missing here: {names}", len(lacks)
        ).format(n=len(lacks), names=names)
        self.setText(words if lacks else _("Nothing missing here"))
        self.setAccessibleName(self.text())
        self.setToolTip(self.text() if lacks else "")
        self.setEnabled(bool(lacks))
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(30))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        role = "ink_hint" if not self.isEnabled() else "primary" if self.underMouse() else "ink_2"
        box = self.rect().adjusted(theme.px(4), 0, 0, 0)
        painting.draw_text(QPainter(self), box, self.text(), theme.now().text_table, role)


class FootBar(QWidget):
    """The bar below the form."""

    def __init__(self) -> None:
        super().__init__()
        self.back = Button(_("Back"), icon="chevron-left")
        self.back.setObjectName("step_back")
        self.back.setFixedHeight(theme.px(36))
        self.missing = MissingLine()
        self.on = Button("", kind="primary", main=True, trailing="chevron-right", keys="Ctrl ↵")
        self.on.setObjectName("step_on")
        row = layouts.row(self.back, gap=8)
        row.addWidget(self.missing, 1)
        row.addStretch(0)
        row.addWidget(self.on)
        row.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(14))
        self.setLayout(row)

    def show_step(self, pack: Pack, step: int, view: CaseView, *, may_close: bool) -> None:
        """Show the way from this step."""
        self.back.setEnabled(step > 1)
        closed = view.case.status == "closed"
        self.missing.show_missing(view.missing_in(step))
        self.missing.setVisible(not closed)
        if step < len(pack.steps):
            name = pack.steps[step].name.of(language())
            self.on.setText(_("Next: {step}").format(step=name))
        else:
            self.on.setText(_("Close the case"))
        self.on.setVisible(step < len(pack.steps) or (may_close and not closed))


class OpenPoints(Card):
    """What keeps the case from being closed; each point leads to its place.

    `wanted` tells step and field, `gate` asks for the checklists.
    """

    wanted = Signal(int, str)
    gate = Signal()

    def __init__(self, pack: Pack) -> None:
        super().__init__(kind="amber", margin=12)
        self._pack = pack
        self.setObjectName("open_points")
        self._shown: tuple[tuple[int, str, str], ...] = ()
        self._words = Text("", "table", "amber", strong=True, wrap=True)
        close = Button(icon="x", kind="quiet")
        close.setAccessibleName(_("Close"))
        close.clicked.connect(self.hide)
        head = layouts.row(IconLabel("triangle-alert", "amber", 16), gap=8)
        head.addWidget(self._words, 1)
        head.addWidget(close)
        self.body.setContentsMargins(theme.px(14), theme.px(6), theme.px(8), theme.px(10))
        self.body.addLayout(head)
        scroll = ScrollColumn(margin=2)
        scroll.setFixedHeight(theme.px(84))
        self._place = QWidget()
        self._flow = FlowLayout(self._place, 10)
        scroll.add(self._place)
        self.add(scroll)
        self.links: list[Button] = []
        self.hide()

    def show_view(self, view: CaseView) -> None:
        """List what is still open."""
        names = {step.number: step.name.of(language()) for step in self._pack.steps}
        points = [
            (m.step, m.field, f"{names[m.step]} · {m.label.of(language())}") for m in view.missing
        ]
        points += [
            (0, item.key, f"{checklist.key} · {item.text.of(language())}")
            for checklist, item in view.blocking
        ]
        if not points:
            self.hide()
        if tuple(points) == self._shown:
            return
        self._shown = tuple(points)
        self._words.setText(
            ngettext(
                "{n} point is open before the case can be closed",
                "{n} points are open before the case can be closed",
                len(points),
            ).format(n=len(points))
        )
        while (item := self._flow.takeAt(0)) is not None:
            gone = item.widget()
            gone.hide()
            gone.deleteLater()
        self.links = [self._link(*point) for point in points]

    def take_focus(self) -> None:
        """Put the focus on the first point: Enter goes there, Tab to the next."""
        for link in self.links[:1]:
            link.show()  # a layout shows its new widgets later, too late for the focus
            link.setFocus(Qt.FocusReason.OtherFocusReason)

    def _link(self, step: int, field: str, words: str) -> Button:
        link = Button(words, kind="link")
        link.setObjectName(f"open_{field.replace('/', '_')}")
        if step:
            link.clicked.connect(lambda: self.wanted.emit(step, field))
        else:
            link.clicked.connect(self.gate)
        self._flow.addWidget(link)
        return link
