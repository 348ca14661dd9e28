"""The settings page: how the program looks and speaks, its fonts, and what it is."""

import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desk.documents.fonts import FontFile, font_files
from desk.i18n import _, ngettext
from desk.settings import SCALES
from desk.ui import theme
from desk.ui.page import Page
from desk.ui.people.sheets import OwnPasswordSheet
from desk.ui.preferences.about import AboutCard, WordsCard
from desk.ui.preferences.lock_card import LockCard
from desk.ui.preferences.office_card import OfficeCard
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.work import Work


class SettingsPage(Page):
    """Every choice acts at once; `changed` carries the :class:`Settings` now wanted."""

    changed = Signal(object)

    def __init__(self, work: Work) -> None:
        super().__init__(_("Settings"), _("every choice acts at once"))
        self._work = work
        self._dialog: QFileDialog | None = None
        model = work.pack.assessment
        left = layouts.column(
            self._look(), self._password(), self._fonts(), WordsCard(model.limits), gap=14
        )
        left.addStretch(1)
        content = QHBoxLayout()
        content.setSpacing(theme.px(16))
        content.setContentsMargins(0, 0, theme.px(12), 0)  # room for the scroll bar
        content.addLayout(left, 3)
        right = layouts.column(AboutCard(work), LockCard(work), gap=14)
        if work.may("manage_branch") and not work.is_office:
            office = OfficeCard(work)
            office.made.connect(lambda: self.changed.emit(work.settings))  # the window made anew
            right.addWidget(office)
        right.addWidget(WordsCard(model.transparency))
        right.addStretch(1)
        content.addLayout(right, 2)
        column = ScrollColumn(margin=0)
        column.body.addLayout(content)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(20), theme.px(16), theme.px(8), theme.px(16))
        box.addWidget(column)

    def help_text(self) -> tuple[str, ...]:
        """What can be set here."""
        return (
            _("Language, theme and text size change at once; the open case stays open."),
            _(
                "A font folder helps with rare characters in names: "
                "put a TrueType font there that has them."
            ),
        )

    def on_shown(self) -> None:
        """Look at the font folder again: files may have come."""
        self._read_fonts()

    def _look(self) -> Card:
        chosen = self._work.settings
        card = Card(_("Display"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(20))
        grid.setVerticalSpacing(theme.px(14))
        grid.setColumnStretch(1, 1)
        # A language is named in itself, so that whoever cannot read the rest finds it.
        languages = [Choice("zh", "中文"), Choice("en", "English")]
        themes = [
            Choice("light", _("Light")),
            Choice("dark", _("Dark")),
            Choice("contrast", _("High contrast")),
        ]
        names = {1.0: _("Standard"), 1.25: _("Large"), 1.5: _("Extra large")}
        sizes = [Choice(str(scale), names[scale]) for scale in SCALES]
        for place, (key, icon, label, choices, value) in enumerate(
            (
                ("language", "languages", _("Language"), languages, chosen.language),
                ("theme", "palette", _("Theme"), themes, chosen.theme),
                ("scale", "type", _("Text size"), sizes, str(chosen.scale)),
            )
        ):
            name = layouts.row(IconLabel(icon, "ink_2", 16), Text(label, "body"), gap=8)
            chips = ChoiceChips(choices)
            chips.setObjectName(f"settings_{key}")
            chips.setAccessibleName(label)
            chips.set_value([value])
            chips.chosen.connect(self._chosen)
            grid.addLayout(name, place, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(chips, place, 1)
        card.body.addLayout(grid)
        return card

    def _chosen(self, keys: tuple[str, ...]) -> None:
        chips = self.sender()
        if not isinstance(chips, ChoiceChips):
            return
        name = chips.objectName().removeprefix("settings_")
        if not keys:  # one of them always holds: a second press changes nothing
            chips.set_value([str(getattr(self._work.settings, name))])
            return
        self._change(**{name: float(keys[0]) if name == "scale" else keys[0]})

    def _change(self, **values: Any) -> None:  # noqa: ANN401 - checked where settings are read
        self.changed.emit(dataclasses.replace(self._work.settings, **values))

    def _password(self) -> Card:
        card = Card(_("Own password"))
        line = layouts.row(gap=12)
        words = _("It opens the vault for No. {number} only, and nobody else knows it.")
        told = Text(words.format(number=self._work.actor.id), "table", "ink_2", wrap=True)
        line.addWidget(told, 1)
        change = Button(_("Change it…"), icon="key-round")
        change.setObjectName("settings_password")
        change.clicked.connect(self._ask_password)
        line.addWidget(change)
        card.body.addLayout(line)
        return card

    def _ask_password(self) -> None:
        sheet = OwnPasswordSheet(self._work)
        sheet.done.connect(lambda: self._work.notices.done(_("The new password is in force.")))
        window = self.window()
        sheet.open_over(window.findChild(QWidget, "shell") or window)

    def _fonts(self) -> Card:
        card = Card(_("Fonts for rare characters"))
        card.add(
            Text(
                _(
                    "Noto Sans SC comes with the program and has every character of everyday use "
                    "(GBK and more). For a rarer one in a name or place, choose a folder with a "
                    "TrueType font that has it; window and PDF then use it for that character."
                ),
                "table",
                "ink_2",
                wrap=True,
            )
        )
        self._folder = ElidedLabel("", "body", "ink")
        self._folder.setObjectName("settings_font_folder")
        choose = Button(_("Choose a folder…"), icon="folder-open")
        choose.setObjectName("settings_choose_fonts")
        choose.clicked.connect(self._choose)
        self._none = Button(_("Use none"), kind="quiet")
        self._none.setObjectName("settings_no_fonts")
        self._none.clicked.connect(lambda: self._change(font_folder=""))
        line = layouts.row(IconLabel("folder-open", "ink_2", 16), gap=8)
        line.addWidget(self._folder, 1)
        line.addWidget(self._none)
        line.addWidget(choose)
        card.body.addLayout(line)
        self._found = ScrollColumn(gap=4, margin=0)
        self._found.setFixedHeight(theme.px(150))
        self._found.hide()
        card.add(self._found)
        return card

    def _read_fonts(self) -> None:
        folder = self._work.settings.font_folder
        self._folder.set_text(folder or _("No folder chosen"))
        self._folder.set_role("ink" if folder else "ink_hint")
        self._none.setVisible(bool(folder))
        self._found.hide()
        if folder:
            self._work.compute(lambda: font_files(Path(folder)), self._show_fonts, owner=self)

    def _show_fonts(self, files: tuple[FontFile, ...]) -> None:
        self._found.clear()
        self._found.show()
        if not files:
            self._say("circle-alert", "amber", _("There is no font file in this folder."))
        for file in files:
            if file.usable:
                words = ngettext(
                    "{name}: {n} character", "{name}: {n} characters", file.characters
                ).format(name=file.name, n=file.characters)
                self._say("circle-check", "green", words)
            else:
                words = _("{name}: no TrueType outlines, so not for the PDF")
                self._say("circle-alert", "amber", words.format(name=file.name))

    def _say(self, icon: str, role: str, words: str) -> None:
        line = QWidget()
        text = Text(words, "hint", "ink_2")
        text.setObjectName("settings_font_found")
        row = layouts.row(IconLabel(icon, role, 14), text, gap=6)
        row.addStretch(1)
        line.setLayout(row)
        self._found.add(line)

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("Folder with fonts"), self._work.settings.font_folder)
        dialog.setObjectName("font_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self._change(font_folder=str(folder)))
        dialog.open()
