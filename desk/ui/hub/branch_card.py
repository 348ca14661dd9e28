"""One branch: its computers, the files of it that wait with why, and what goes back to it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk.domain.hub import HubDevice, SetAside, Way
from desk.i18n import _, ngettext
from desk.services.hub_status import BranchStatus
from desk.ui import theme
from desk.ui.hub import words
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Rule, Text
from desk.ui.widgets.layouts import ScrollColumn


class BranchCard(Card):
    """One branch: its computers, and the files that wait with why."""

    approve_wanted = Signal(object)
    end_wanted = Signal(object)
    """Carry the :class:`~desk.domain.hub.HubDevice`."""
    settle_wanted = Signal(object, str)
    """Carries the :class:`~desk.domain.hub.SetAside` and how to settle it."""

    def __init__(self, *, may_manage: bool) -> None:
        super().__init__(margin=16)
        self.setObjectName("branch_card")
        self._may_manage = may_manage
        self.name = Text("", "card", strong=True, wrap=True)
        self.name.setObjectName("branch_name")
        self.receipt = Button(_("Write the receipt…"), icon="file-check")
        self.receipt.setObjectName("branch_receipt")
        self.transfer = Button(_("Pass a case on…"), icon="arrow-left-right")
        self.transfer.setObjectName("branch_transfer")
        self._inside = QWidget()
        box = QVBoxLayout(self._inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(10))
        box.addWidget(self.name)
        self._column = ScrollColumn(margin=0, gap=10)
        box.addWidget(self._column, 1)
        foot = layouts.row(self.receipt, self.transfer, gap=8)
        foot.addStretch(1)
        box.addLayout(foot)
        self.add(self._inside, 1)
        self.show_branch(None)

    def show_branch(self, one: BranchStatus | None, *, others: bool = False) -> None:
        """Show a branch, or nothing; `others`: there are more, to which a case can pass."""
        self._inside.setVisible(one is not None)
        if one is None:
            return
        self.name.setText(f"{one.branch.name} · {one.branch.branch}")
        self.receipt.setVisible(any(device.state == "approved" for device in one.devices))
        self.transfer.setVisible(self._may_manage and others)
        self._column.clear()
        if not one.devices:
            self._column.add(
                Text(_("None of its computers has sent anything yet."), "table", "ink_2")
            )
        for device in one.devices:
            self._column.add(self._device(device, one.lost.get(device.device, 0)))
        for waiting in one.waiting:
            self._column.add(Rule())
            self._column.add(self._waiting(waiting))

    def _device(self, device: HubDevice, lost: int) -> QWidget:
        line = QWidget()
        line.setObjectName(f"device_{words.short(device.device)}")
        state, tone = words.device_state(device)
        head = layouts.row(IconLabel("hard-drive", "ink_2", 18), gap=8)
        head.addWidget(ElidedLabel(device.name or words.short(device.device), "body"), 1)
        head.addWidget(Chip(state, tone))
        facts = [device.fingerprint]
        if device.lane > 1:
            facts.append(_("a second history from entry {n}").format(n=device.forked_at))
        if device.seq:
            facts.append(_("up to entry {n}").format(n=f"{device.seq:,}"))
        if lost:
            told = ngettext("{n} file never came", "{n} files never came", lost)
            facts.append(told.format(n=lost))
        box = layouts.column(gap=4)
        box.addLayout(head)
        box.addWidget(Text(" · ".join(facts), "hint", "ink_2", wrap=True))
        buttons = layouts.row(gap=8)
        if self._may_manage and device.state in {"waiting", "relayed"}:
            do = Button(_("Approve…"), icon="badge-check")
            do.setObjectName("device_approve")
            do.clicked.connect(lambda: self.approve_wanted.emit(device))
            buttons.addWidget(do)
        if self._may_manage and device.state == "approved" and device.lane == 1:
            end = Button(_("Lost or stolen…"), kind="quiet")
            end.setObjectName("device_end")
            end.clicked.connect(lambda: self.end_wanted.emit(device))
            buttons.addWidget(end)
        buttons.addStretch(1)
        box.addLayout(buttons)
        line.setLayout(box)
        return line

    def _waiting(self, one: SetAside) -> QWidget:
        line = QWidget()
        line.setObjectName(f"aside_{one.id[-6:]}")
        box = layouts.column(gap=4)
        head = layouts.row(IconLabel("triangle-alert", "amber", 18), gap=8)
        head.addWidget(ElidedLabel(one.name, "body"), 1)
        box.addLayout(head)
        box.addWidget(Text(words.reason(one), "table", "ink_2", wrap=True))
        ways: list[tuple[Way, str]] = [("retry", _("Try again"))] if self._may_manage else []
        if ways and one.reason == "fork":
            ways.insert(0, ("keep", _("Keep both…")))
        if ways:
            ways.append(("discard", _("Give up…")))
        buttons = layouts.row(gap=8)
        for how, name in ways:
            button = Button(name, kind="quiet" if how == "discard" else "secondary")
            button.setObjectName(f"aside_{how}")
            button.clicked.connect(partial(self._settle, one, how))
            buttons.addWidget(button)
        buttons.addStretch(1)
        box.addLayout(buttons)
        line.setLayout(box)
        return line

    def _settle(self, one: SetAside, how: Way, *_checked: object) -> None:
        self.settle_wanted.emit(one, how)
