"""The page of the first run: which branch this is, who is first to work here, and the password."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain import passwords
from desk.domain.permissions import FIRST_ROLE
from desk.domain.staff import Branch, Person
from desk.i18n import _
from desk.ui import theme
from desk.ui.start.page import StartPage
from desk.ui.start.parts import FAULTS, STRENGTHS, Middle, PasswordField, StartCard
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.progress import SlimBar


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a new vault needs to know. The password is kept out of every printed form of this."""

    branch: Branch
    device: str
    person: Person
    password: str = field(repr=False)


class SetUpPage(StartPage):
    """A form of eight lines; Enter goes to the next line and, from the last, makes the vault.

    `submitted` carries a :class:`SetUp` once nothing is missing.
    """

    submitted = Signal(object)
    sample_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, device: str = "") -> None:
        super().__init__("setup")
        card = StartCard(
            _("Set up this computer"),
            _("Once, for this branch. Colleagues and further computers can be added later."),
            form_width=592,
        )
        self._lines: dict[str, tuple[Labelled, LineField]] = {}
        self._bar = SlimBar(width=120)
        self._told = Text("", "hint", "ink_2")
        self._told.setObjectName("setup_strength")
        self._middle = middle = Middle()
        middle.body.addLayout(self._form(device))
        middle.body.addLayout(self._strength())
        middle.body.addLayout(self._promise())
        card.body.addWidget(middle)
        self._status.setMinimumHeight(theme.px(34))
        card.body.addWidget(self._status)
        sample = Button(_("Try it with sample data"), icon="play", kind="link")
        sample.setObjectName("start_sample")
        sample.setToolTip(_("Invented cases in a throw-away vault, removed on closing"))
        sample.clicked.connect(self.sample_wanted)
        self._make = Button(_("Make the vault"), kind="primary", main=True, keys="↵")
        self._make.setObjectName("setup_make")
        self._make.clicked.connect(self._submit)
        self._sample = sample
        restore = Button(_("Restore a backup…"), icon="history", kind="link")
        restore.setObjectName("start_restore")
        restore.clicked.connect(self.restore_wanted)
        self._restore = restore
        foot = layouts.row(sample, restore, gap=18)
        foot.addStretch(1)
        foot.addWidget(self._make)
        card.body.addLayout(foot)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(card)
        self._show_strength()

    @override
    def first_field(self) -> QWidget:
        return self._lines["bank"][1]

    def _form(self, device: str) -> QGridLayout:
        lines = (
            ("bank", _("Bank or institution"), LineField(limit=60)),
            ("branch_name", _("Branch"), LineField(limit=60)),
            (
                "branch_code",
                _("Branch code"),
                LineField(_("Letters and digits, e.g. CD"), limit=12),
            ),
            ("device", _("Name of this computer"), LineField(_("e.g. Counter 2"), limit=40)),
            ("person_id", _("Own staff number"), LineField(limit=20)),
            ("person_name", _("Own name"), LineField(limit=40)),
            ("password", _("Password"), PasswordField(_("8 characters or more"))),
            ("again", _("Password once more"), PasswordField()),
        )
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        top = Qt.AlignmentFlag.AlignTop
        for place, (key, label, line) in enumerate(lines):
            line.setObjectName(f"setup_{key}")
            labelled = Labelled(label, line, required=key != "bank")
            self._lines[key] = (labelled, line)
            line.textChanged.connect(self._typed)
            line.returnPressed.connect(self._go_on)
            grid.addWidget(labelled, place // 2, place % 2, top)
        self._lines["device"][1].set_value(device)
        code = self._lines["branch_code"][0]
        code.label.set_hint(_("begins every case number"))
        for key in ("password", "again"):
            labelled, line = self._lines[key]
            if isinstance(line, PasswordField):
                line.caps_seen.connect(
                    lambda on, label=labelled: label.set_note(_("Caps Lock is on.") if on else "")
                )
        return grid

    def _strength(self) -> QHBoxLayout:
        line = layouts.row(self._bar, gap=10)
        line.addWidget(self._told, 1)
        return line

    def _promise(self) -> QVBoxLayout:
        box = layouts.column(gap=6)
        for icon, words in (
            (
                "lock",
                _(
                    "The password is stored nowhere. It opens the key to an encrypted file on this "
                    "computer; without it nobody can read what is in there."
                ),
            ),
            (
                "key-round",
                _(
                    "A forgotten password cannot be recovered by anybody. "
                    "Write it down and keep it in the safe."
                ),
            ),
        ):
            line = layouts.row(gap=8)
            line.addWidget(IconLabel(icon, "ink_2", 15), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, "hint", "ink_2", wrap=True), 1)
            box.addLayout(line)
        return box

    def _value(self, key: str) -> str:
        text = self._lines[key][1].text()
        return text if key in {"password", "again"} else text.strip()

    def _typed(self) -> None:
        self._show_strength()
        if not self._status.is_busy():
            self._status.show_words("")
        line = self.sender()
        for labelled, field_ in self._lines.values():
            if field_ is line:
                labelled.set_note("")
                field_.set_problem(problem=False)

    def _show_strength(self) -> None:
        known = [self._value(key) for key in ("person_id", "person_name", "branch_code")]
        password = self._value("password")
        found = passwords.strength(password, known)
        share, tone, words = STRENGTHS[found]
        if not password:
            share = 0.0
        self._bar.set_share(share, tone)
        self._told.setText(_(words))

    def _go_on(self) -> None:
        lines = [line for _label, line in self._lines.values()]
        here = next((n for n, line in enumerate(lines) if line is self.sender()), 0)
        if here + 1 < len(lines):
            self._go_to(lines[here + 1])
        else:
            self._submit()

    def _submit(self) -> None:
        if self._status.is_busy():
            return
        lacks = self._lacks()
        for key, (labelled, line) in self._lines.items():
            labelled.set_note(lacks.get(key, ""), "red")
            line.set_problem(problem=key in lacks)
        if lacks:
            self._go_to(self._lines[next(iter(lacks))][1])
            return
        branch = Branch(self._value("branch_code"), self._value("branch_name"), self._value("bank"))
        person = Person(self._value("person_id"), self._value("person_name"), FIRST_ROLE)
        self.submitted.emit(SetUp(branch, self._value("device"), person, self._value("password")))

    def _go_to(self, line: LineField) -> None:
        line.setFocus(Qt.FocusReason.TabFocusReason)
        self._middle.ensureWidgetVisible(line)

    def _lacks(self) -> dict[str, str]:
        """What is missing or wrong, by line, in the order of the lines."""
        found: dict[str, str] = {}
        for key in ("branch_name", "branch_code", "device", "person_id", "person_name"):
            if not self._value(key):
                found[key] = _("Still needed")
        if self._value("branch_code") and not self._value("branch_code").isalnum():
            found["branch_code"] = _("Letters and digits only")
        fault = passwords.fault(self._value("password"), self._value("person_id"))
        if fault is not None:
            found["password"] = _(FAULTS[fault])
        elif self._value("password") != self._value("again"):
            found["again"] = _("The two passwords differ")
        return {key: found[key] for key in self._lines if key in found}

    @override
    def let(self, *, free: bool) -> None:
        for _label, line in self._lines.values():
            line.setEnabled(free)
        for button in (self._make, self._sample, self._restore):
            button.setEnabled(free)
