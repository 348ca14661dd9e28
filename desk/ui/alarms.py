"""What is wrong with clock or record, in the footer as long as it is; a click tells it whole."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desk.i18n import _
from desk.services import alarms
from desk.services.alarms import Alarm
from desk.ui.shell import Footer
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.work import Work

_EVERY_MS = 20_000


class AlarmLine(QObject):
    """Keeps the footer's word of warning in step with what is wrong."""

    def __init__(self, work: Work, footer: Footer) -> None:
        super().__init__(footer)
        self._work = work
        self._footer = footer
        self._now: tuple[Alarm, ...] = ()
        footer.alarm.clicked.connect(self.open)
        work.saved.connect(self._ask)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._ask)
        self._timer.start(_EVERY_MS)
        self._ask()

    def open(self) -> None:
        """Tell what is wrong, and what can be done."""
        if self._now:
            sheet = AlarmSheet(self._now, may_trust=self._work.may("back_up"))
            sheet.trusted.connect(self._trust)
            sheet.open_over(self._footer.window())
            sheet.close_it.setFocus()  # Enter only closes; what is recorded is chosen

    def _ask(self, _at: object = None) -> None:
        if not self._work.jobs.is_closed:
            self._work.read(alarms.alarms, self._show, owner=self)

    def _show(self, found: tuple[Alarm, ...]) -> None:
        self._now = found
        self._footer.show_alarm(found[0].title if found else "")

    def _trust(self) -> None:
        self._work.write("", alarms.trust_clock, lambda _none: self._ask(), owner=self)


class AlarmSheet(Sheet):
    """Each thing that is wrong, with what it means and what to do; `trusted`: the date is right."""

    trusted = Signal()

    def __init__(self, found: tuple[Alarm, ...], *, may_trust: bool) -> None:
        super().__init__(found[0].title, icon="triangle-alert", tone="red", width=500)
        self.setObjectName("alarm_sheet")
        for place, alarm in enumerate(found):
            if place:
                self.add(Text(alarm.title, "card", strong=True, wrap=True))
            for words in alarm.words:
                self.add(_paragraph(words))
        if may_trust and any(alarm.kind == "clock" for alarm in found):
            self.add(_paragraph(_("If the date of the computer is right, say so; it is recorded.")))
            trust = Button(_("The date is right"))
            trust.setObjectName("alarm_trust")
            trust.clicked.connect(self.dismiss)
            trust.clicked.connect(self.trusted)
            self.add_button(trust)
        self.close_it = Button(_("Understood"), kind="primary")
        self.close_it.setObjectName("alarm_close")
        self.close_it.clicked.connect(self.dismiss)
        self.add_button(self.close_it)


def _paragraph(words: str) -> QWidget:
    return Text(words, "body", "ink_2", wrap=True)
