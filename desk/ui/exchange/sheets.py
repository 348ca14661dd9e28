"""What is asked before files leave and before somebody is let in: one sheet each."""

from pathlib import Path

from typing_extensions import override

from desk.errors import Halted
from desk.i18n import _
from desk.services import sync, sync_exports, sync_words
from desk.services.sync import Introduction
from desk.services.sync_exports import Exported, Made, Plan, Preview
from desk.ui.exchange import words
from desk.ui.jobs import Progress
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.underway import Underway
from desk.ui.work import Work

_MEDIA = {"whole": 0, "100": 100_000_000, "700": 700_000_000, "4000": 4_000_000_000}
"""Parts for media of these sizes, in bytes; a stick formatted FAT32 takes 4 GB a file."""


class ExportSheet(AskSheet):
    """Exactly what would leave, for whom, and where to; nothing is written before the button."""

    def __init__(self, work: Work, found: Preview, folder: Path) -> None:
        super().__init__(
            work,
            _("Export for {name}").format(name=found.peer.name),
            found.contents.profile,
            _("Write the file"),
            icon="upload",
            width=560,
        )
        self.setObjectName("export_sheet")
        self.exported: Exported | None = None
        self._peer, self._folder = found.peer.id, folder
        self._nothing = not found.events
        count = words.contents(found.events, found.cases, found.files)
        self.counts = Text(count, "card", strong=True, wrap=True)
        self.counts.setObjectName("export_counts")
        self.add(self.counts)
        if found.size:
            told = _("Attachments: {size}").format(size=words.size(found.size))
            self.add(Text(told, "table", "ink_2"))
        for head, lines in (
            (_("Goes along"), found.contents.goes),
            (_("Stays"), found.contents.stays),
        ):
            if lines:
                self.add(Text(head, "table", strong=True))
                for line in lines:
                    self.add(Text(f"· {line}", "table", "ink_2", wrap=True))
        where = _("Into the folder {folder}").format(folder=folder.name or str(folder))
        self.add(Text(where, "table", "ink_2", wrap=True))
        sizes = (
            ("whole", _("One file")),
            ("100", _("Parts of 100 MB")),
            ("700", _("Parts of 700 MB (CD)")),
            ("4000", _("Parts of 4 GB (stick)")),
        )
        self.parts = ComboField(sizes, _("One file"))
        self.parts.setObjectName("export_parts")
        self.parts.set_value("whole")
        self.add(Labelled(_("How it is written"), self.parts))
        self._progress: Progress | None = None
        self._underway = Underway("export")
        self.add(self._underway)
        self.end()

    @override
    def submit(self) -> None:
        """Write it, unless there is nothing to write; a second time does nothing."""
        if self._nothing:
            self.show_problem(_("Everything is confirmed; there is nothing new to send."))
        elif self._progress is None:
            self.show_problem("")
            progress = self._progress = Progress()
            progress.reported.connect(lambda share, _words: self._show(share))
            self._underway.stopped.connect(progress.cancel)
            self._show(0.0)
            self._settle(progress)

    @override
    def dismiss(self) -> None:
        """Not while it is written: stopping comes first."""
        if self._progress is None:
            super().dismiss()
        else:
            self._underway.ask_to_stop()

    def _settle(self, progress: Progress) -> None:
        """Settled on the vault's thread, written on another, recorded on the vault's again."""
        peer, folder, part_bytes = self._peer, self._folder, _MEDIA.get(self.parts.value(), 0)

        def write(asked: Plan) -> None:
            self._work.compute(
                lambda: sync_exports.carry_out(asked, progress.report, lambda: progress.cancelled),
                record,
                owner=self,
                failed=self._failed,
            )

        def record(made: Made) -> None:
            self._show(1.0)
            self._work.read(
                lambda session: sync_exports.recorded(session, made),
                self._written,
                owner=self,
                failed=self._failed,
            )

        self._work.read(
            lambda session: sync_exports.plan(session, peer, folder, part_bytes=part_bytes),
            write,
            owner=self,
            failed=self._failed,
        )

    def _show(self, share: float) -> None:
        words = _("Writing: {share} %").format(share=round(share * 100))
        self._underway.tell(share, words, may_stop=share < 1)

    def _rest(self) -> None:
        self._progress = None
        self._underway.rest()

    @override
    def _failed(self, error: Exception) -> None:
        self._rest()
        if isinstance(error, Halted):
            self.show_problem(_("Stopped. Nothing was written."))
        else:
            super()._failed(error)

    def _written(self, made: Exported) -> None:
        self._rest()
        self.exported = made
        self.done.emit()
        self.dismiss()


class JoinSheet(AskSheet):
    """Head office or another computer, let in once its fingerprint was compared."""

    def __init__(self, work: Work, offered: Introduction) -> None:
        peer = offered.peer
        title = _("Join with head office") if peer.kind == "hub" else _("Join with a computer")
        told = (
            _("Call head office and have its fingerprint read out to you.")
            if peer.kind == "hub"
            else _("Read the fingerprint from the screen of the other computer.")
        )
        super().__init__(work, title, told, _("Join"), icon="handshake")
        self.setObjectName("join_sheet")
        self._offered = offered
        self.add(Text(f"{peer.name} · {peer.branch}", "card", strong=True, wrap=True))
        goes = sync_words.contents(peer.profile).profile
        self.add(Text(_("Goes there: {what}").format(what=goes), "table", "ink_2", wrap=True))
        if offered.instead is not None:
            instead = _("It takes the place of {name}, to which nothing goes any more.")
            words = instead.format(name=offered.instead.name)
            self.add(Text(words, "table", "amber", wrap=True))
        if offered.has_other_keys:
            warning = _(
                "It had other keys before. It was set up anew, or is another one: ask first."
            )
            self.add(Text(warning, "table", "red", wrap=True))
        self.mark = LineField("XXXX-XXXX-XXXX", limit=20)
        self.mark.setObjectName("join_mark")
        self.mark.returnPressed.connect(self.submit)
        self.add(Labelled(_("Fingerprint, as read out"), self.mark, required=True))
        self.end()

    @override
    def submit(self) -> None:
        """Join, where what was read out is its fingerprint."""
        typed = self.mark.text().strip()
        if not typed:
            self.show_problem(_("Please type the fingerprint that was read out."))
            return
        offered = self._offered
        self.ask(lambda session: sync.approve_peer(session, offered, typed))
