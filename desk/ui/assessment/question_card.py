"""The left card: the emergencies, then every question, with the keys that lead through them."""

from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from desk.domain.assessment_model import AssessmentModel
from desk.domain.events import Answer
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.assessment import observations
from desk.ui.assessment.rows import QuestionRow, RedFlags
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.layouts import ScrollColumn

TICK_MS = 1000
_PADDING = (0, 9)
"""Least and most room above and below the chips of a line, in standard pixels."""


class QuestionCard(Card):
    """Every question of the model on a line of its own; `answered` tells what a person ticked.

    `asked` tells the key of a page of words or of what to do with the whole list: `customer`,
    `limits`, `retake`, `declined`. `consulted` tells the key of an entry of the pack to read.
    """

    answered = Signal(str, object)
    asked = Signal(str)
    consulted = Signal(str)

    def __init__(self, model: AssessmentModel) -> None:
        super().__init__(model.name.of(language()))
        self._model = model
        self._about = _("Tick what is seen, skip the rest · digits choose, 0 takes back, ↓ next")
        self._answers: Mapping[str, Answer] = {}
        self._since: QElapsedTimer | None = None
        self._seconds = 0
        self._is_rapid = False
        self.body.setContentsMargins(theme.px(12), theme.px(2), theme.px(6), theme.px(6))
        self.body.setSpacing(theme.px(4))
        self.flags = RedFlags(model.items[0], "")
        self.rows: list[QuestionRow] = [self.flags]
        self.add(self.flags)
        self._list = ScrollColumn(gap=0, margin=0)
        for number, item in enumerate(model.items[1:], start=1):
            row = QuestionRow(item, str(number))
            self.rows.append(row)
            self._list.add(row)
        self.body.addWidget(self._list, 1)
        self._connect()
        self._add_head()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._show_progress)
        self.hint.set_text(self._about)

    def _connect(self) -> None:
        for row in self.rows:
            row.answered.connect(self._answered)
            row.moved.connect(self._moved)
            row.noticed.connect(self._noticed)

    def _add_head(self) -> None:
        self.rapid = Button(_("15-second version"), icon="zap", kind="quiet")
        self.rapid.setObjectName("rapid")
        self.rapid.setCheckable(True)
        self.rapid.setFixedHeight(theme.px(26))
        self.rapid.toggled.connect(self._set_rapid)
        self.progress = Chip("", "grey", "timer")
        self.progress.setObjectName("assessment_progress")
        self.more = Button(icon="ellipsis", kind="quiet")
        self.more.setObjectName("assessment_more")
        self.more.setFixedHeight(theme.px(26))
        self.more.setAccessibleName(_("More"))
        self.more.setToolTip(_("More"))
        menu = QMenu(self.more)
        for key, words, icon in (
            ("customer", self._model.transparency.title.of(language()), "message-circle"),
            ("limits", self._model.limits.title.of(language()), "info"),
            ("retake", _("Begin anew"), "timer-reset"),
            ("declined", _("The customer would rather not"), "hand"),
        ):
            if key == "retake":
                menu.addSeparator()
            action = menu.addAction(theme.icon(icon, "ink_2", 16), words)
            action.setObjectName(f"ask_{key}")
            action.triggered.connect(lambda _on=False, key=key: self.asked.emit(key))
        self.more.setMenu(menu)
        for widget in (self.rapid, self.progress, self.more):
            self.add_action(widget)

    def offer_reading(self, key: str, words: str, icon: str) -> None:
        """Offer an entry of the pack in the menu, after the pages of words."""
        menu = self.more.menu()
        action = QAction(theme.icon(icon, "ink_2", 16), words, menu)
        action.setObjectName(f"read_{key}")
        action.triggered.connect(lambda _on=False: self.consulted.emit(key))
        after = next(one for one in menu.actions() if one.isSeparator())
        menu.insertAction(after, action)

    def show_answers(
        self, answers: Mapping[str, Answer], suggested: str | None, called: str, *, closed: bool
    ) -> None:
        """Show what was observed, which question tells most now, and what a flag calls for."""
        self._answers = dict(answers)
        self.flags.show_flags(answers.get(self.flags.item.key), called)
        for row in self.rows[1:]:
            key = row.item.key
            row.show_answer(answers.get(key), is_next=key == suggested and not closed)
        for row in self.rows:
            row.chips.setEnabled(not closed)
        self.rapid.setEnabled(not closed)
        for action in self.more.menu().actions()[-2:]:
            action.setEnabled(bool(answers) and not closed)
        if closed:
            self.hint.set_text(_("The case is closed; its ticks were cleared."))
        self._show_progress()

    def start_over(self) -> None:
        """Another case: the seconds and the focus begin anew."""
        self._since = None
        self._seconds = 0
        self._clock.stop()
        self.hint.set_text(self._about)

    def take_focus(self) -> None:
        """Put the focus on the first question without an answer, else on the first."""
        open_rows = [row for row in self.shown() if self._answers.get(row.item.key) is None]
        (open_rows or self.shown())[0].take_focus()

    def holds_focus(self) -> bool:
        """Whether one of the questions has the focus."""
        return any(row.holds_focus() for row in self.rows)

    def shown(self) -> list[QuestionRow]:
        """The questions of the version chosen."""
        return [row for row in self.rows if not self._is_rapid or self._in_rapid(row)]

    def _in_rapid(self, row: QuestionRow) -> bool:
        return row.item.key in self._model.rapid

    def _answered(self, key: str, answer: Answer) -> None:
        self._answers = {**self._answers, key: answer}
        if self._since is None:
            self._since = QElapsedTimer()
            self._since.start()
            self._clock.start()
        self._show_progress()
        self.answered.emit(key, answer)
        row = next(row for row in self.rows if row.item.key == key)
        if observations.settles(row.item, answer):
            self._move_from(row, 1)

    def _moved(self, step: int) -> None:
        row = self.sender()
        if isinstance(row, QuestionRow):
            self._move_from(row, step)

    def _move_from(self, row: QuestionRow, step: int) -> None:
        shown = self.shown()
        there = shown.index(row) + step
        if 0 <= there < len(shown):
            shown[there].take_focus()
            self._list.ensureWidgetVisible(shown[there], 0, theme.px(24))

    def _noticed(self, hint: str) -> None:
        self.hint.set_text(hint or self._about)

    def _set_rapid(self, rapid: bool) -> None:
        self._is_rapid = rapid
        for row in self.rows[1:]:
            row.setVisible(not rapid or self._in_rapid(row))
        self._spread()
        self._show_progress()
        self.take_focus()

    def _show_progress(self) -> None:
        keys = [row.item.key for row in self.shown()]
        done = observations.progress(self._model, keys, self._answers)
        if self._since is not None and self._clock.isActive():
            self._seconds = self._since.elapsed() // 1000
        if done.is_complete:
            self._clock.stop()
        words = f"{done.observed}/{done.of}"
        if self._since is not None:
            words = _("{seconds} s · {count}").format(seconds=self._seconds, count=words)
        self.progress.set_chip(words, "green" if done.observed else "grey", "timer")

    def _spread(self) -> None:
        """Give the lines the room there is, as in a short list, and no less than they need."""
        rows = [row for row in self.shown() if row is not self.flags]
        width = self._list.viewport().width()
        spare = self._list.viewport().height() - sum(row.needed_height(width) for row in rows)
        least, most = (theme.px(room) for room in _PADDING)
        padding = min(most, max(least, (spare - 2) // (2 * max(1, len(rows)))))
        for row in rows:
            row.set_padding(padding)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._spread)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._spread)
