"""The parts of the window around a page: navigation, header, footer, and the privacy cover."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.page import Page
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.buttons import Button, clicked_by_enter
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.fields import SearchBox
from desk.ui.widgets.labels import Dot, ElidedLabel, IconLabel, KeyHint, Text
from desk.ui.widgets.logo import Logo


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; `below` puts it at the lower end."""

    key: str
    label: str
    icon: str
    below: bool = False


class NavButton(QAbstractButton):
    """A place in the navigation: icon above its name."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.setText(place.label)
        self.setObjectName(f"nav_{place.key}")
        self.setAccessibleName(place.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_role", "nav_on")
        self.setFixedSize(theme.px(64), theme.px(53))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        lit = self.isChecked() or self.underMouse()
        if lit:
            ground = theme.colour("nav_on_ground", 255 if self.isChecked() else 120)
            painting.fill_round(painter, self.rect(), theme.now().radius, ground)
        role = "nav_on" if lit else "nav_ink"
        mark = QRect(0, theme.px(7), self.width(), theme.px(21))
        painting.draw_icon(painter, mark, self.place.icon, role, 20)
        name = QRect(0, theme.px(30), self.width(), theme.px(18))
        size = theme.now().text_key
        painting.draw_text(painter, name, self.text(), size, role, align=painting.CENTRE)

    @override
    def sizeHint(self) -> QSize:
        return self.size()


class Navigation(QWidget):
    """The dark bar at the left; `chosen` tells the key of a place."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.now().nav_width)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(6), theme.px(10), theme.px(6), theme.px(6))
        box.setSpacing(theme.px(5))
        box.addWidget(Logo(), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(theme.px(9))
        self._buttons: dict[str, NavButton] = {}
        for place in places:
            if not place.below:
                self._add(box, place)
        box.addStretch(1)
        for place in places:
            if place.below:
                self._add(box, place)

    def show_place(self, key: str) -> None:
        """Light the entry of a place; an unknown key lights none."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def last_button(self) -> QWidget:
        """The last stop of Tab here."""
        return list(self._buttons.values())[-1]

    def _add(self, box: QVBoxLayout, place: Place) -> None:
        button = NavButton(place)
        button.clicked.connect(self._clicked)
        self._buttons[place.key] = button
        box.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            button.setChecked(True)
            self.chosen.emit(button.place.key)


class Header(QWidget):
    """The white bar above a page: its title, its chips, search, its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.now().header)
        self.title = Text("", "title", strong=True)
        self.title.setObjectName("page_title")
        self.subtitle = ElidedLabel("", "table", "ink_hint")
        self.search = SearchBox(_("Number, name, phone, content"), "Ctrl K")
        self.search.setObjectName("header_search")
        words = painting.text_width(self.search.placeholderText(), theme.now().text_body)
        self.search.setFixedWidth(max(theme.px(260), words + theme.px(104)))
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        row.setSpacing(theme.px(12))
        for part in (self._left, self._right):
            part.setSpacing(theme.px(12))
        row.addWidget(self.title)
        row.addWidget(self.subtitle)
        row.addLayout(self._left)
        row.addStretch(1)
        row.addWidget(self.search)
        row.addLayout(self._right)
        self._holders: dict[Page, tuple[QWidget, ...]] = {}
        self._page: Page | None = None

    def add_page(self, page: Page) -> None:
        """Take in the header widgets of a page, out of sight until it is shown.

        Each side of a page has a holder of its own, so that the page shows and hides its widgets
        as it likes, in front or not.
        """
        holders = []
        for side, widgets in ((self._left, page.header_left), (self._right, page.header_right)):
            if widgets:
                holder = QWidget()
                holder.setLayout(layouts.row(*widgets, gap=12))
                holder.hide()
                side.addWidget(holder)
                holders.append(holder)
        self._holders[page] = tuple(holders)
        page.titled.connect(self.refresh)

    def show_page(self, page: Page) -> None:
        """Show the title and widgets of a page."""
        if self._page is not None:
            for holder in self._holders[self._page]:
                holder.hide()
        self._page = page
        for holder in self._holders[page]:
            holder.show()
        self._share_room()
        self.search.setVisible(page.shows_search)
        self.refresh()

    def refresh(self) -> None:
        """Show title and subtitle of the page as they are now."""
        if self._page is None:
            return
        self.title.setText(self._page.title())
        self.subtitle.set_text(self._page.subtitle())
        self.subtitle.setVisible(bool(self._page.subtitle()))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_room()
        return super().event(event)

    def _share_room(self) -> None:
        """Buttons keep their words as long as title, chips and words all fit in one line."""
        page = self._page
        if page is None:
            return
        parts = [self.title, self.subtitle, self.search, *page.header_left, *page.header_right]
        shown = [part for part in parts if not part.isHidden()]
        needed = theme.px(40) + sum(_wanted_width(part) + theme.px(12) for part in shown)
        folded = needed > self.width()
        for button in page.header_right:
            if isinstance(button, Button):
                button.set_folded(folded=folded)
                if not button.isHidden():
                    needed -= button.unfolded_width() - button.sizeHint().width()
        for part in reversed(page.header_left):
            if isinstance(part, Chip) and part.is_spare and not part.isHidden():
                wide, out = part.sizeHint().width(), needed > self.width()
                part.setMaximumWidth(0 if out else wide)  # better left out than all cut short
                needed -= wide if out else 0

    def begin_search(self) -> None:
        """Show the search box and put the cursor into it."""
        self.search.show()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def end_search(self) -> None:
        """Hide the box again where the page does not show it."""
        if self._page is not None and not self._page.shows_search:
            self.search.hide()
        if self._page is not None:
            self._page.setFocus(Qt.FocusReason.OtherFocusReason)


def _wanted_width(part: QWidget) -> int:
    if isinstance(part, Chip):
        return part.sizeHint().width()  # whatever room it was last given
    wide = part.unfolded_width() if isinstance(part, Button) else part.sizeHint().width()
    return min(max(wide, part.minimumWidth()), part.maximumWidth())


class Footer(QWidget):
    """What is stored and when, who works here, and the way to privacy, lock and help."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("footer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.now().footer)
        self._dot = Dot("green")
        self._saved = Text("", "hint", "ink_2")
        self._saved.setObjectName("saved_state")
        self._who = ElidedLabel("", "hint", "ink_2")
        self._pack = ElidedLabel("", "hint", "ink_2")
        self._network = ElidedLabel("", "hint", "ink_2")
        self.alarm = Button("", icon="triangle-alert", kind="link")
        self.alarm.setObjectName("footer_alarm")
        self.alarm.set_small("red")
        self.alarm.hide()
        self.privacy = Button(_("Privacy"), kind="link", keys="F9")
        self.privacy.setObjectName("footer_privacy")
        self.lock = Button(_("Lock"), icon="lock", kind="link")
        self.lock.setObjectName("footer_lock")
        self.lock.setToolTip(_("Lock (Ctrl+Alt+L)"))
        self.help = Button(_("Help"), kind="link", keys="F1")
        self.help.setObjectName("footer_help")
        for button in (self.privacy, self.lock, self.help):
            button.set_small("ink_2")
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        row.setSpacing(theme.px(18))
        saved = QHBoxLayout()
        saved.setSpacing(theme.px(6))
        saved.addWidget(self._dot)
        saved.addWidget(self._saved)
        row.addLayout(saved)
        row.addWidget(self.alarm)
        row.addWidget(self._who)
        row.addWidget(self._pack)
        row.addStretch(1)
        network = QHBoxLayout()
        network.setSpacing(theme.px(6))
        self._cloud = IconLabel("cloud-off", "ink_2", 15)
        self._cloud.hide()
        network.addWidget(self._cloud)
        network.addWidget(self._network)
        row.addLayout(network)
        row.addWidget(self.privacy)
        row.addWidget(self.lock)
        row.addWidget(self.help)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_room()
        return super().event(event)

    def _share_room(self) -> None:
        """The version of the pack stands in the settings too; it goes before words are cut."""
        buttons = (self.privacy, self.lock, self.help)
        parts = (self._saved, self._who, self._pack, self._network, *buttons)
        needed = sum(part.sizeHint().width() for part in parts)
        if self.alarm.text():
            needed += self.alarm.sizeHint().width() + theme.px(18)
        beside = theme.px(2 * 20 + 6 * 18 + 2 * 6 + 8 + 15)  # margins, gaps, dot and cloud
        self._pack.setVisible(needed + beside <= self.width())

    def show_saved(self, words: str, tone: theme.Tone = "green") -> None:
        """Say what is stored, such as 已保存 10:32:05; amber while storing, red when it failed."""
        self._dot.set_role(tone)
        self._saved.setText(words)
        self._saved.set_role("ink_2" if tone == "green" else tone)

    def show_alarm(self, words: str) -> None:
        """Say in a few words what is wrong; empty when nothing is. A click asks for more."""
        self.alarm.setText(words)
        self.alarm.updateGeometry()
        self.alarm.setVisible(bool(words))
        self._share_room()

    def show_who(self, words: str) -> None:
        """Say which branch and who is at work."""
        self._who.set_text(words)

    def show_pack(self, words: str) -> None:
        """Say which content pack is in force."""
        self._pack.set_text(words)

    def show_network(self, words: str) -> None:
        """Say how the device stands to others, such as 离线."""
        self._cloud.setVisible(bool(words))
        self._network.set_text(words)


class PrivacyCover(QWidget):
    """A harmless page over everything; Esc or F9 lifts it."""

    lifted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("privacy")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring_off", True)
        self.setAccessibleName(_("One moment, please"))
        middle = Qt.AlignmentFlag.AlignHCenter
        box = QVBoxLayout(self)
        box.setSpacing(theme.px(10))
        box.addStretch(2)
        box.addWidget(IconLabel("coffee", "ink_3", 44), 0, middle)
        box.addSpacing(theme.px(8))
        box.addWidget(Text(_("One moment, please"), "number", "ink_2"), 0, middle)
        box.addWidget(Text(_("Right with you."), "body", "ink_hint"), 0, middle)
        box.addStretch(3)
        keys = QHBoxLayout()
        keys.setSpacing(theme.px(6))
        keys.addStretch(1)
        keys.addWidget(KeyHint("Esc", "ink_3"))
        box.addLayout(keys)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F9):
            self.lifted.emit()

    @override
    def focusNextPrevChild(self, next: bool, /) -> bool:
        return True
