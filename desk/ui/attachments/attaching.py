"""Files on their way into a case: asked about once, then encrypted and recorded one by one.

The window goes on meanwhile. What takes longer than two seconds is told by `underway`.
"""

import io
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from typing_extensions import override

from desk.domain import media
from desk.domain.media import Taken
from desk.errors import Halted, KnownError
from desk.i18n import _, ngettext
from desk.services import attachments, sentences
from desk.services.attachments import Added
from desk.services.composition import file_words
from desk.ui import theme
from desk.ui.attachments import pictures
from desk.ui.jobs import Progress
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.work import Work

SLOW_MS = 2000
_NAMED = 4
_NOTE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """Something a person wants to attach: a file, or a picture of the clipboard."""

    name: str
    source: Path | QImage

    def size(self) -> str:
        """How large it is, in words; empty where nobody knows yet."""
        if isinstance(self.source, QImage):
            return f"{self.source.width()} × {self.source.height()}"
        try:
            return file_words.size(self.source.stat().st_size)
        except OSError:
            return ""


def offers_in(data: QMimeData | None, moment: str) -> tuple[Offer, ...]:
    """What of a drop or of the clipboard can be attached; a picture is named after the moment."""
    if data is None:
        return ()
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if paths:
        return tuple(Offer(path.name, path) for path in paths)
    image = data.imageData() if data.hasImage() and not data.hasText() else None
    if isinstance(image, QImage) and not image.isNull():
        return (Offer(_("Picture {moment}").format(moment=moment), image),)
    return ()


@dataclass(frozen=True, slots=True)
class _Waiting:
    case: str
    offer: Offer
    note: str


class Attaching(QObject):
    """Takes files into the case of a page. `case` is set by the page whenever it shows another."""

    changed = Signal()
    """A case has one attachment more."""
    moved = Signal()
    """`underway` is another."""

    def __init__(self, work: Work, page: QWidget) -> None:
        super().__init__(page)
        self.case = ""
        self.underway: tuple[str, float] | None = None
        self._work = work
        self._page = page
        self._waiting: deque[_Waiting] = deque()
        self._now: _Waiting | None = None
        self._progress: Progress | None = None
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(lambda: self._tell(0.0))

    # what is offered

    def choose(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self._page, _("Attach files"))
        dialog.setObjectName("attach_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        endings = " ".join(f"*{one}" for kind in media.ALL for one in kind.endings)
        dialog.setNameFilters(
            [_("What can be kept here ({endings})").format(endings=endings), _("All files (*)")]
        )
        dialog.filesSelected.connect(
            lambda names: self.offer([Offer(Path(name).name, Path(name)) for name in names])
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def offered_by(self, data: QMimeData | None) -> tuple[Offer, ...]:
        """What of a drop or of the clipboard can be attached."""
        return offers_in(data, f"{self._work.now():%Y-%m-%d %H.%M}")

    def paste(self) -> bool:
        """Offer the files or the picture of the clipboard; False when there is none."""
        found = self.offered_by(QGuiApplication.clipboard().mimeData())
        self.offer(found)
        return bool(found)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Ask what these are, then take them in."""
        if offers and self.case:
            case = self.case
            sheet = AddSheet(offers)
            sheet.given.connect(lambda note: self._take(case, offers, note))
            sheet.open_over(self._page.window())

    # one after the other

    def _take(self, case: str, offers: Sequence[Offer], note: str) -> None:
        self._waiting.extend(_Waiting(case, offer, note) for offer in offers)
        if self._now is None:
            self._next()

    def _next(self) -> None:
        self._slow.stop()
        self._progress = None
        self._now = self._waiting.popleft() if self._waiting else None
        if self._now is None:
            self._tell(None)
            return
        self._slow.start()
        case = self._now.case
        self._work.read(
            lambda session: attachments.folder(session, case),
            self._encrypt,
            owner=self,
            failed=self._failed,
        )

    def _encrypt(self, folder: Path) -> None:
        if self._now is None:
            return
        source = self._now.offer.source
        progress = self._progress = Progress()
        progress.reported.connect(lambda share, _words: self._tell(share))

        def task() -> Taken:
            file = io.BytesIO(pictures.as_png(source)) if isinstance(source, QImage) else source
            return attachments.encrypt(folder, file, progress.report, lambda: progress.cancelled)

        self._work.compute(task, self._keep, owner=self, failed=self._failed)

    def _keep(self, taken: Taken) -> None:
        now = self._now
        if now is None:
            return
        self._work.write(
            now.case,
            lambda session: attachments.keep(session, now.case, taken, now.offer.name, now.note),
            self._kept,
            owner=self,
            failed=self._failed,
        )

    def _kept(self, added: Added) -> None:
        if not added.is_new:
            words = _("This file is in the case already: {name}")
            self._work.notices.info(words.format(name=added.item.name))
        self.changed.emit()
        self._next()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, KnownError) and not isinstance(error, Halted) and self._now:
            words = _("{name}: {words}").format(
                name=self._now.offer.name, words=sentences.sentence(error)
            )
            self._work.notices.error(words)
        elif not isinstance(error, Halted):
            self._work.notices.show_failure(error)
        self._next()

    def cancel(self) -> None:
        """Stop the file that is being taken in, and those after it."""
        self._waiting.clear()
        if self._progress is not None:
            self._progress.cancel()

    def _tell(self, share: float | None) -> None:
        """Say how far the present file is, once it takes its time."""
        before = self.underway
        slow = share is not None and self._now is not None and not self._slow.isActive()
        name = self._now.offer.name if self._now else ""
        self.underway = (name, share) if slow and share is not None else None
        if self.underway != before:
            self.moved.emit()


class AddSheet(TaskSheet):
    """What is about to be attached, and a few words on what it is; `given` tells those.

    It stands between a drop or paste and the case, whose log nothing leaves again.
    """

    given = Signal(str)

    def __init__(self, offers: Sequence[Offer]) -> None:
        title = ngettext("Attach {n} file", "Attach {n} files", len(offers))
        super().__init__(title.format(n=len(offers)), "", _("Attach"), icon="paperclip")
        self.setObjectName("attach_sheet")
        for offer in offers[:_NAMED]:
            self.add(_named(offer))
        if len(offers) > _NAMED:
            more = ngettext("and {n} more", "and {n} more", len(offers) - _NAMED)
            self.add(Text(more.format(n=len(offers) - _NAMED), "hint", "ink_hint"))
        self._note = LineField(_("Such as: the receipt the customer brought"), limit=_NOTE_LIMIT)
        self._note.setObjectName("attach_note")
        self._note.returnPressed.connect(self.submit)
        self.add(Labelled(_("What it is"), self._note))
        self.add(
            Text(
                _("It is kept encrypted with the case; the original stays where it is."),
                "hint",
                "ink_hint",
                wrap=True,
            )
        )
        self.finish()

    @override
    def submit(self) -> None:
        self.dismiss()
        self.given.emit(self._note.text().strip())


def _named(offer: Offer) -> QWidget:
    line = QWidget()
    icon = "image" if isinstance(offer.source, QImage) else "paperclip"
    row = layouts.row(IconLabel(icon, "ink_2", 16), ElidedLabel(offer.name, "body"), gap=9)
    row.setStretch(1, 1)
    row.addWidget(Text(offer.size(), "hint", "ink_hint"))
    line.setLayout(row)
    line.setMinimumHeight(theme.px(26))
    return line
