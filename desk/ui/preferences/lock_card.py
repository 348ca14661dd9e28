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

_MINUTES = (1, 2, 3, 5, 10, 15)
_SECONDS = (3, 5, 10, 20, 30)


class LockCard(Card):
    """Both times as chips; what somebody chooses acts at once and for everybody at this vault."""

    def __init__(self, work: Work) -> None:
        super().__init__(_("Lock and masked values"))
        self._work = work
        self._times = Times()
        self._may = work.may("manage_branch")
        self._minutes = self._row("idle_minutes", "lock", _("Locks after (minutes)"), _MINUTES)
        self._seconds = self._row("reveal_seconds", "eye", _("A look lasts (seconds)"), _SECONDS)
        told = (
            _("For the whole branch; nobody can turn the lock off.")
            if self._may
            else _("For the whole branch. The head of the branch can change it.")
        )
        self.add(Text(told, "table", "ink_2", wrap=True))
        work.read(locking.times, self._show, owner=self)

    def _row(self, name: str, icon: str, label: str, offered: tuple[int, ...]) -> ChoiceChips:
        chips = ChoiceChips([Choice(str(value), str(value)) for value in offered])
        chips.setObjectName(f"settings_{name}")
        chips.setAccessibleName(label)
        chips.setEnabled(self._may)
        chips.chosen.connect(lambda keys: self._chosen(name, keys))
        words = Text(label, "body")
        words.setFixedWidth(theme.px(170))
        row = layouts.row(IconLabel(icon, "ink_2", 16), words, gap=8)
        row.addWidget(chips, 1)
        self.body.addLayout(row)
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
        self._minutes.set_value([str(times.idle_minutes)])
        self._seconds.set_value([str(times.reveal_seconds)])
