"""The attachments of a case as a card: what there is, adding, looking, copying out, taking out."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.case import Case
from desk.domain.permissions import Right
from desk.i18n import _, language, ngettext
from desk.services import attachments
from desk.services.attachments import Item, Opened
from desk.services.composition import file_words
from desk.services.composition.tongue import Tongue
from desk.ui import dates, theme
from desk.ui.attachments import pictures
from desk.ui.attachments.attaching import Attaching
from desk.ui.attachments.copying import Copying
from desk.ui.attachments.going import Going
from desk.ui.attachments.viewer import Viewer
from desk.ui.task_sheet import ReasonSheet, refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.sheet import Sheet
from desk.ui.work import Work

ICONS = {"picture": "image", "pdf": "file-text", "sound": "mic", "office": "file-text"}


class Row(QFrame):
    """One attachment: what it is, and what may be done with it. A click on it looks at it."""

    chosen = Signal(str)
    """The key of a button: look, copy, remove."""

    def __init__(self, item: Item, keys: Sequence[str]) -> None:
        super().__init__()
        self.item = item
        self._looks = "look" in keys
        self.setObjectName(f"attachment_{item.file[:12]}")
        kind = item.media.kind if item.media else ""
        words = [file_words.kind(item.media_type, Tongue(language())), file_words.size(item.size)]
        words += [item.by, f"{item.at:%m-%d} {dates.weekday(item.at.date())} {item.at:%H:%M}"]
        names = QVBoxLayout()
        names.setSpacing(theme.px(1))
        name = item.name or _("(forgotten)")
        names.addWidget(ElidedLabel(name, "body", "ink" if item.name else "ink_hint"))
        if item.note:
            names.addWidget(ElidedLabel(item.note, "table", "ink_2"))
        told = Tongue(language()).beside(*words)
        names.addWidget(ElidedLabel(told, "hint", "ink_hint"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        row.setSpacing(theme.px(10))
        row.addWidget(IconLabel(ICONS.get(kind, "file-text"), "ink_2", 18))
        row.addLayout(names, 1)
        shown = {
            "look": ("eye", _("Look at {name}")),
            "copy": ("download", _("Save a copy of {name}")),
            "remove": ("trash-2", _("Take {name} out")),
        }
        for key in keys:
            icon, form = shown[key]
            row.addWidget(self._button(key, icon, form.format(name=name)))
        if self._looks:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _button(self, key: str, icon: str, words: str) -> Button:
        button = Button(icon=icon, kind="quiet")
        button.setObjectName(f"attachment_{key}")
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.chosen.emit(key))
        return button

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self._looks and inside and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit("look")


class DropPlace(QWidget):
    """What stands where no attachment is yet: how one comes here, and the way to choose one."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lit = False
        words = Text(
            _("Drop photos, scans or recordings here, or paste a picture with Ctrl+V."),
            "table",
            "ink_2",
            wrap=True,
        )
        choose = Button(_("Choose files"), kind="link")
        choose.setObjectName("attach_choose")
        choose.clicked.connect(self.wanted)
        row = layouts.row(IconLabel("paperclip", "ink_hint", 20), gap=10)
        row.addWidget(words, 1)
        row.addWidget(choose)
        side = theme.px(14)
        row.setContentsMargins(side, theme.px(12), side, theme.px(12))
        self.setLayout(row)

    def set_lit(self, *, lit: bool) -> None:
        """Show whether what hovers here may be dropped."""
        self._lit = lit
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.colour("primary" if self._lit else "line_strong")
        painter.setPen(QPen(edge, 1, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("primary_soft") if self._lit else Qt.BrushStyle.NoBrush)
        radius = theme.now().radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class AttachmentsCard(Card):
    """The attachments of a case, under `title` or their number; `changed` when it was written."""

    changed = Signal()

    def __init__(self, work: Work, attaching: Attaching, title: str = "") -> None:
        super().__init__(title)
        self._name = title
        self.setObjectName("attachments")
        self._work = work
        self._attaching = attaching
        self._case: Case | None = None
        self._shown: tuple[str, tuple[Item, ...], list[str]] | None = None
        self._copying = Copying(work, self, self.changed.emit)
        self.rows: list[Row] = []
        self.add_file = Button(_("Add files"), icon="plus", kind="quiet")
        self.add_file.setObjectName("attach_add")
        self.add_file.clicked.connect(attaching.choose)
        self.add_action(self.add_file)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(2))
        self.body.addLayout(self._list)
        self.place = DropPlace()
        self.place.wanted.connect(attaching.choose)
        self.add(self.place)
        self._none = Text(_("There are none."), "table", "ink_hint")
        self.add(self._none)
        going = Going(attaching, _("Attaching {name}"), "attach_stop")
        self.add(going)
        self.add(self._copy_line())
        for widget in (self.place, self._none, self.add_file):
            widget.hide()
        attaching.changed.connect(self._came)
        going.follow()

    def _copy_line(self) -> Going:
        return Going(self._copying, _("Saving a copy of {name}"), "copy_stop")

    def show_case(self, case: Case) -> None:
        """Show the attachments of a case; of the same one, what changed."""
        self._case = case
        key = case.id
        self._work.read(
            lambda session: attachments.listing(session, key),
            lambda items: self._take(key, items),
            owner=self,
        )

    def _take(self, case: str, items: tuple[Item, ...]) -> None:
        if self._case is None or self._case.id != case:
            return
        keys = self._keys()
        if self._shown == (case, items, keys):
            return  # the focus stays where it is
        self._shown = (case, items, keys)
        may_add = self._may("work_cases") and self._case.forgotten is None
        told = _words_for(items)
        self.set_title(self._name or told, told if self._name else "")
        while self._list.count():
            gone = self._list.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.rows = []
        for item in items:
            row = Row(item, [key for key in keys if key != "look" or pictures.can_show(item.media)])
            row.chosen.connect(lambda key, one=item: self._act(key, one))
            self._list.addWidget(row)
            self.rows.append(row)
        self.place.setVisible(may_add and not items)
        self._none.setVisible(not may_add and not items)
        self.add_file.setVisible(may_add and bool(items))

    def _keys(self) -> list[str]:
        """What the person here may do with the attachments of this case."""
        if self._case is None or self._case.forgotten is not None:
            return []
        keys = ["look"] if self._may("reveal") else []
        if keys and (self._work.may("export") or self._may("work_cases")):
            keys.append("copy")
        if self._may("work_cases") and self._case.status == "open":
            keys.append("remove")
        return keys

    def _may(self, right: Right) -> bool:
        return self._case is not None and self._work.may(right, self._case)

    def set_lit(self, lit: bool, /) -> None:
        """Show whether what hovers over the page may be dropped."""
        self.place.set_lit(lit=lit)
        self.set_kind("primary" if lit and self.rows else "plain")

    def _came(self) -> None:
        if self._case is not None:
            self.show_case(self._case)
        self.changed.emit()

    def _act(self, key: str, item: Item) -> None:
        if key == "look":
            self.look(item)
        elif key == "copy" and self._case is not None:
            self._copying.ask(self._case.id, item)
        elif key == "remove":
            self._ask_removal(item)

    def look(self, item: Item) -> None:
        """Show an attachment; that it was opened is recorded first."""
        if self._case is None:
            return
        case = self._case.id
        self._work.write(
            case,
            lambda session: attachments.reveal(session, case, item.file),
            lambda opened: self._show(case, opened),
            owner=self,
        )

    def _show(self, case: str, opened: Opened) -> None:
        viewer = Viewer(self._work, opened, may_copy="copy" in self._keys())
        viewer.copy_wanted.connect(lambda: self._copying.ask(case, opened.item))
        viewer.add_below(self._copy_line())
        viewer.open_over(self.window())
        self.changed.emit()

    def _ask_removal(self, item: Item) -> None:
        case = self._case.id if self._case is not None else ""
        sheet = ReasonSheet(
            _("Take the attachment out?"),
            _(
                "{name} is deleted here at once and goes from the backups with them. That it was "
                "in the case, and why it was taken out, stays in the file."
            ).format(name=item.name),
            _("Take it out"),
            _("Such as: it belongs to another case"),
        )

        def done(left: tuple[Item, ...]) -> None:
            sheet.dismiss()
            self._take(case, left)
            self.changed.emit()

        sheet.given.connect(
            lambda reason: self._work.write(
                case,
                lambda session: attachments.remove(session, case, item.file, reason),
                done,
                owner=self,
                failed=lambda error: sheet.show_problem(refusal(error)),
            )
        )
        sheet.open_over(self.window())


def _words_for(items: Sequence[Item]) -> str:
    if not items:
        return ""
    total = file_words.size(sum(item.size for item in items))
    words = ngettext("{n} file, {size}", "{n} files, {size}", len(items))
    return words.format(n=len(items), size=total)


class AttachmentsSheet(Sheet):
    """The same card over a page that has no room for it; Ctrl+V pastes here too."""

    def __init__(self, work: Work, attaching: Attaching, case: Case) -> None:
        super().__init__(_("Attachments"), icon="paperclip", width=600)
        self.setObjectName("attachments_sheet")
        self._attaching = attaching
        self.card = AttachmentsCard(work, attaching)
        column = ScrollColumn(gap=0, margin=2)
        column.setMinimumHeight(theme.px(300))
        column.add(self.card)
        self.add(column)
        self.card.show_case(case)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._attaching.paste()
        else:
            super().keyPressEvent(event)
