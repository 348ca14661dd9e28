"""When the vault locks and how long a look lasts: shown to everybody, set by the branch's head."""

import dataclasses

from desk.i18n import _
from desk.services import locking
from desk.services.locking import Times
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.work import Work

_IDLE, _REVEAL = "idle_minutes", "reveal_seconds"
_MINUTES = (1, 2, 3, 5, 10, 15)
_SECONDS = (3, 5, 10, 20, 30)


class LockCard(Card):
    """Both times: as chips for whoever may set them for everybody, and as they are for the rest."""

    def __init__(self, work: Work) -> None:
        super().__init__(_("Lock and masked values"))
        self._work = work
        self._times = Times()
        self._may = work.may("manage_branch")
        self._values = {
            _IDLE: self._row(_IDLE, "lock", _("Locks after (minutes)"), _MINUTES),
            _REVEAL: self._row(_REVEAL, "eye", _("A look lasts (seconds)"), _SECONDS),
        }
        told = (
            _("For the whole branch; nobody can turn the lock off.")
            if self._may
            else _("For the whole branch. The head of the branch can change it.")
        )
        self.add(Text(told, "table", "ink_2", wrap=True))
        work.read(locking.times, self._show, owner=self)

    def _row(
        self, name: str, icon: str, label: str, offered: tuple[int, ...]
    ) -> ChoiceChips | Text:
        value = self._choice(name, label, offered) if self._may else Text("", "body", strong=True)
        value.setObjectName(f"settings_{name}")
        words = Text(label, "body")
        words.setFixedWidth(theme.px(170))
        row = layouts.row(IconLabel(icon, "ink_2", 16), words, gap=8)
        row.addWidget(value, 1)
        self.body.addLayout(row)
        return value

    def _choice(self, name: str, label: str, offered: tuple[int, ...]) -> ChoiceChips:
        chips = ChoiceChips([Choice(str(value), str(value)) for value in offered])
        chips.setAccessibleName(label)
        chips.chosen.connect(lambda keys: self._chosen(name, keys))
        return chips

    def _chosen(self, name: str, keys: tuple[str, ...]) -> None:
        if not keys:  # one of them always holds: a second press changes nothing
            self._show(self._times)
            return
        wanted = dataclasses.replace(self._times, **{name: int(keys[0])})
        self._work.read(
            lambda session: locking.put_times(session, wanted),
            self._put,
            owner=self,
            failed=self._failed,
        )

    def _put(self, times: Times) -> None:
        self._show(times)
        self._work.locking_changed.emit(times)

    def _failed(self, error: Exception) -> None:
        self._show(self._times)
        self._work.notices.show_failure(error)

    def _show(self, times: Times) -> None:
        self._times = times
        for name, value in ((_IDLE, times.idle_minutes), (_REVEAL, times.reveal_seconds)):
            shown = self._values[name]
            if isinstance(shown, ChoiceChips):
                shown.set_value([str(value)])
            else:
                shown.setText(str(value))
