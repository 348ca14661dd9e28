"""What head office asks before it enrols, approves, ends or tells: one sheet each."""

from pathlib import Path

from typing_extensions import override

from desk.domain.exchange import Profile, Transfer
from desk.domain.hub import HubBranch, HubDevice
from desk.i18n import _
from desk.services import hub, hub_receipts
from desk.ui.hub import words
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.text_field import TextField
from desk.ui.work import Work

_TOP = "-"
"""Stands for head office itself in the list of what a branch can be below."""


class EnrolSheet(AskSheet):
    """A branch that is to send its files; ends with the enrolment file in a folder."""

    def __init__(self, work: Work, branches: tuple[HubBranch, ...], folder: Path) -> None:
        super().__init__(
            work,
            _("Enrol a branch"),
            _("The file goes to the branch. It holds no secret; the fingerprint is read out."),
            _("Enrol"),
            icon="building-2",
            width=560,
        )
        self.setObjectName("enrol_sheet")
        self._folder = folder
        self.code = LineField(_("As in its case numbers"), limit=32)
        self.code.setObjectName("enrol_code")
        self.name = LineField(limit=60)
        self.name.setObjectName("enrol_name")
        above = [(_TOP, _("Head office")), *((one.branch, one.name) for one in branches)]
        self.parent_branch = ComboField(above, _("Below"))
        self.parent_branch.setObjectName("enrol_parent")
        self.parent_branch.set_value(_TOP)
        sends = [(key, words.profile(key)) for key in words.PROFILES]
        self.profile = ComboField(sends, _("It sends"))
        self.profile.setObjectName("enrol_profile")
        self.profile.set_value("deidentified")
        first = layouts.row(gap=12)
        first.addWidget(Labelled(_("Branch code"), self.code, required=True), 1)
        first.addWidget(Labelled(_("Branch name"), self.name, required=True), 1)
        second = layouts.row(gap=12)
        second.addWidget(Labelled(_("Below"), self.parent_branch), 1)
        second.addWidget(Labelled(_("It sends"), self.profile), 1)
        self.body.addLayout(first)
        self.body.addLayout(second)
        self.code.returnPressed.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.submit)
        self.end()

    @override
    def submit(self) -> None:
        """Ask for it, or say what is still lacking."""
        code, name = self.code.text().strip(), self.name.text().strip()
        if not code or not name:
            self.show_problem(_("Please give the code and the name of the branch."))
            return
        above = self.parent_branch.value().removeprefix(_TOP)
        folder = self._folder
        sends = _profile(self.profile.value())
        self.ask(
            lambda session: hub.enrol(session, code, name, folder, parent=above, profile=sends)
        )


def _profile(key: str) -> Profile:
    return "full" if key == "full" else "off" if key == "off" else "deidentified"


class ApproveSheet(AskSheet):
    """A computer of a branch whose fingerprint somebody there reads out."""

    def __init__(self, work: Work, device: HubDevice) -> None:
        super().__init__(
            work,
            _("Approve a computer"),
            _("Call the branch. Somebody there reads out the fingerprint on their sync page."),
            _("Approve"),
            icon="badge-check",
        )
        self.setObjectName("approve_sheet")
        self._device = device
        name = _("{name} of branch {branch}").format(name=device.name, branch=device.branch)
        self.add(Text(name, "body", strong=True, wrap=True))
        self.mark = LineField("XXXX-XXXX-XXXX", limit=20)
        self.mark.setObjectName("approve_mark")
        self.mark.returnPressed.connect(self.submit)
        self.add(Labelled(_("Fingerprint, as read out"), self.mark, required=True))
        self.end()

    @override
    def submit(self) -> None:
        """Approve it, where what was read out is its fingerprint."""
        typed = self.mark.text().strip()
        if not typed:
            self.show_problem(_("Please type the fingerprint that was read out."))
            return
        device = self._device
        self.ask(lambda session: hub.approve(session, device.branch, typed))


class MessageSheet(AskSheet):
    """Words for the branches, which come with their next receipts."""

    def __init__(self, work: Work) -> None:
        super().__init__(
            work,
            _("Message to every branch"),
            _("It goes along with the next receipts."),
            _("Put out"),
            icon="megaphone",
        )
        self.setObjectName("message_sheet")
        self.about = LineField(limit=120)
        self.about.setObjectName("message_title")
        self.words = TextField(lines=4)
        self.words.setObjectName("message_words")
        self.add(Labelled(_("Subject"), self.about, required=True))
        self.add(Labelled(_("Message"), self.words, required=True))
        self.end()

    @override
    def submit(self) -> None:
        """Put it out, or say what is lacking."""
        self.words.flush()
        title, text = self.about.text().strip(), self.words.value().strip()
        if not title or not text:
            self.show_problem(_("Please write what it is about, and the message."))
            return
        self.ask(lambda session: hub_receipts.publish_message(session, title, text))


class TransferSheet(AskSheet):
    """A case of one branch that another is to handle; both are told with their next receipts."""

    def __init__(self, work: Work, before: HubBranch, others: tuple[HubBranch, ...]) -> None:
        super().__init__(
            work,
            _("Pass a case of {branch} on").format(branch=before.name),
            _(
                "The other branch opens it with what the case says, once somebody there accepts; "
                "this branch keeps its file, with a note. Both hear of it with their next receipts."
            ),
            _("Pass on"),
            icon="arrow-left-right",
            width=560,
        )
        self.setObjectName("transfer_sheet")
        self._from = before
        self.passed = ""
        self.number = LineField(_("Such as {number}").format(number="CD20261121-003"), limit=64)
        self.number.setObjectName("transfer_number")
        self.to = ComboField([(one.branch, f"{one.name} · {one.branch}") for one in others])
        self.to.setObjectName("transfer_to")
        self.note = TextField(lines=2)
        self.note.setObjectName("transfer_note")
        self.add(Labelled(_("Case number"), self.number, required=True))
        self.add(Labelled(_("To branch"), self.to, required=True))
        self.add(Labelled(_("Note for both branches"), self.note))
        self.number.returnPressed.connect(self.to.setFocus)
        self.end()

    @override
    def submit(self) -> None:
        """Pass it on, or say what is lacking."""
        self.to.flush()
        self.note.flush()
        number, to = self.number.text().strip(), self.to.value()
        note = self.note.value().strip()
        if not number or not to:
            self.show_problem(_("Please give the number of the case, and choose the branch."))
            return
        branch = self._from.branch
        self.ask(
            lambda session: hub_receipts.transfer(session, branch, number, to, note),
            self._passed,
        )

    def _passed(self, told: Transfer) -> None:
        words = _(
            "{number} passes from {before} to {after}; both are told with their next receipts."
        )
        self.passed = words.format(number=told.number, before=told.from_name, after=told.to_name)
        self.done.emit()
        self.dismiss()
