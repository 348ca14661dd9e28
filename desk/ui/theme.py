"""How everything looks: colours, sizes, fonts and icons, all from one set of tokens.

Widgets ask here for a colour, a length or an icon and never write one down themselves; that is
how three themes and three text sizes stay complete. A change of theme, size or language is made
by :func:`apply` and a new window, so no widget needs to follow changes while it lives.

Nothing here knows a page or a case.
"""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from desk import paths

ThemeName = Literal["light", "dark", "contrast"]
THEMES: tuple[ThemeName, ...] = ("light", "dark", "contrast")
SCALES = (1.0, 1.25, 1.5)
Tone = Literal["grey", "primary", "amber", "red", "green", "violet"]
TONES: tuple[Tone, ...] = ("grey", "primary", "amber", "red", "green", "violet")

FAMILY = "Noto Sans SC"
ARGUMENTS = ("-style", "fusion")
"""What the Qt application is begun with: the style beneath the style sheet, alike on all systems.

Set later, it would be handed through Python, which takes longer than making it.
"""
LEAST_SIZE = (1280, 680)
"""The smallest window the pages are laid out for, in logical pixels at every text size."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour (``#RRGGBB``) and length (logical pixels at the scale in force) of the design.

    Each tone has a strong colour, legible on its soft one and on `card` at 4.5:1 or better.
    `ink_3` is for what need not be read: ornaments and disabled text.
    """

    name: ThemeName = "light"
    scale: float = 1.0

    ink: str = "#17242D"
    ink_2: str = "#4B5B66"
    ink_hint: str = "#5F6F7A"
    ink_3: str = "#82929D"
    line: str = "#DCE3E8"
    line_2: str = "#EDF1F4"
    line_strong: str = "#82929D"
    ground: str = "#F4F6F8"
    card: str = "#FFFFFF"
    nav: str = "#12303A"
    nav_ink: str = "#C3D2D8"
    nav_on: str = "#FFFFFF"
    nav_on_ground: str = "#2B4750"
    primary: str = "#0B6B74"
    primary_hover: str = "#085A62"
    primary_soft: str = "#E4F1F2"
    primary_faint: str = "#F3F9F9"
    primary_pale: str = "#B8D5D8"
    on_primary: str = "#FFFFFF"
    amber: str = "#9C5E08"
    amber_soft: str = "#FDF2DC"
    amber_pale: str = "#E0A030"
    red: str = "#B3261E"
    red_soft: str = "#FBE9E7"
    green: str = "#1D7648"
    green_soft: str = "#E5F3EA"
    violet: str = "#5A4A9F"
    violet_soft: str = "#EFECF8"
    violet_pale: str = "#A79BD8"
    grey: str = "#4B5B66"
    grey_soft: str = "#EDF1F4"
    ring: str = "#0B6B74"
    ring_alpha: int = 60
    scrim: str = "#12303A"
    scrim_alpha: int = 96

    text_title: int = 17
    text_card: int = 15
    text_say: int = 16
    text_body: int = 14
    text_table: int = 13
    text_hint: int = 12
    text_key: int = 11
    text_number: int = 30
    gap_1: int = 4
    gap_2: int = 8
    gap_3: int = 12
    gap_4: int = 16
    gap_5: int = 20
    radius: int = 8
    radius_card: int = 10
    radius_chip: int = 12
    control: int = 34
    field: int = 38
    button_main: int = 44
    row: int = 44
    nav_width: int = 76
    header: int = 56
    footer: int = 32
    ring_width: int = 3

    def strong(self, tone: Tone) -> str:
        """The colour of text and icons in a tone."""
        return str(getattr(self, tone))

    def soft(self, tone: Tone) -> str:
        """The ground that goes with :meth:`strong`."""
        return str(getattr(self, f"{tone}_soft"))


_LENGTHS = tuple(
    field.name for field in fields(Tokens) if field.type is int and not field.name.endswith("alpha")
)

LIGHT = Tokens()
DARK = Tokens(
    name="dark",
    ink="#E6EDF1",
    ink_2="#B4C2CB",
    ink_hint="#9FB0BA",
    ink_3="#7C8D98",
    line="#33454F",
    line_2="#2A3A43",
    line_strong="#7C8D98",
    ground="#141D22",
    card="#1C282F",
    nav="#0D1B21",
    nav_on_ground="#22363F",
    primary="#5FC3CC",
    primary_hover="#7FD2D9",
    primary_soft="#173A3F",
    primary_faint="#1B3035",
    primary_pale="#2F6A70",
    on_primary="#06282C",
    amber="#E5B25C",
    amber_soft="#3A2E17",
    amber_pale="#B9862B",
    red="#F29A92",
    red_soft="#42211F",
    green="#7CCB9E",
    green_soft="#18352A",
    violet="#B7AAF0",
    violet_soft="#2B2745",
    violet_pale="#6B5DB0",
    grey="#B4C2CB",
    grey_soft="#2A3A43",
    ring="#5FC3CC",
    ring_alpha=80,
    scrim="#000000",
    scrim_alpha=140,
)
CONTRAST = replace(
    LIGHT,
    name="contrast",
    ink="#000000",
    ink_2="#1A1A1A",
    ink_hint="#262626",
    ink_3="#404040",
    line="#404040",
    line_2="#8C8C8C",
    line_strong="#000000",
    ground="#FFFFFF",
    nav="#000000",
    nav_ink="#FFFFFF",
    nav_on_ground="#3D3D3D",
    primary="#004A52",
    primary_hover="#00343A",
    primary_soft="#D5EEF0",
    primary_faint="#FFFFFF",
    primary_pale="#5C9DA3",
    amber="#6B3D00",
    amber_soft="#FFF3D6",
    red="#8A0F08",
    red_soft="#FFE3E0",
    green="#0B4F2B",
    green_soft="#DDF5E6",
    violet="#3A2A80",
    violet_soft="#EAE5FF",
    grey="#1A1A1A",
    grey_soft="#EDEDED",
    ring="#004A52",
    ring_alpha=160,
)
_THEMES: dict[ThemeName, Tokens] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


@dataclass(slots=True)
class _InForce:
    tokens: Tokens
    families: tuple[str, ...]


_in_force = _InForce(LIGHT, (FAMILY,))


def tokens(theme: ThemeName = "light", scale: float = 1.0) -> Tokens:
    """The tokens of a theme with every length multiplied by `scale`."""
    base = _THEMES[theme]
    return replace(
        base, scale=scale, **{name: round(getattr(base, name) * scale) for name in _LENGTHS}
    )


def now() -> Tokens:
    """The tokens in force."""
    return _in_force.tokens


def px(length: float) -> int:
    """A length of the standard size, in logical pixels at the scale in force."""
    return round(length * _in_force.tokens.scale)


def colour(role: str, alpha: int = 255) -> QColor:
    """The colour of a token such as ``"ink_2"``, or of a ``#RRGGBB`` text."""
    shade = QColor(role if role.startswith("#") else getattr(_in_force.tokens, role))
    shade.setAlpha(alpha)
    return shade


def apply(
    app: QApplication,
    theme: ThemeName = "light",
    scale: float = 1.0,
    font_folder: Path | None = None,
) -> Tokens:
    """Put a theme and text size in force for `app`; windows made afterwards follow it.

    `font_folder` holds fonts of the user's own, asked for characters that the bundled one lacks
    (rare characters in names).
    """
    chosen = tokens(theme, scale)
    _in_force.tokens = chosen
    _in_force.families = (FAMILY, *_load_fonts(font_folder))
    icon.cache_clear()
    app.setPalette(_palette(chosen))
    app.setFont(font(chosen.text_body))
    app.setStyleSheet(_style_sheet(chosen))
    return chosen


def font(size: int, *, strong: bool = False) -> QFont:
    """The program's font at `size` logical pixels, with figures of equal width."""
    face = QFont()
    face.setFamilies(list(_in_force.families))
    face.setPixelSize(size)
    face.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    face.setFeature(QFont.Tag("tnum"), 1)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def state(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet selects by, and restyle `widget` if it was styled yet."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # its first showing will ask for them
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def drawing(name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A Lucide drawing in a colour, `size` logical pixels square, at a device pixel ratio."""
    source = (paths.ICONS / f"{name}.svg").read_text("utf-8")
    tinted = source.replace("currentColor", colour(role).name())
    tinted = tinted.replace('stroke-width="2"', 'stroke-width="1.75"')
    picture = QPixmap(QSize(size, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(tinted.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def icon(name: str, role: str = "ink", size: int = 18) -> QIcon:
    """A Lucide icon in the colour of a token; `size` in pixels of the standard size."""
    made = QIcon()
    for step in sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}):
        made.addPixmap(drawing(name, role, px(size), step))
        faded = drawing(name, "ink_3", px(size), step)
        made.addPixmap(faded, QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=8)
def _load_fonts(folder: Path | None) -> tuple[str, ...]:
    """Load the bundled fonts and the user's; the families of the user's, by file name."""
    for face in ("Regular", "Bold"):
        QFontDatabase.addApplicationFont(str(paths.FONTS / f"NotoSansSC-{face}.ttf"))
    found: dict[str, None] = {}
    files = sorted(folder.glob("*.[ot]t[fc]")) if folder is not None else []
    for file in files:
        loaded = QFontDatabase.addApplicationFont(str(file))
        found.update(dict.fromkeys(QFontDatabase.applicationFontFamilies(loaded)))
    return tuple(found)


def _palette(chosen: Tokens) -> QPalette:
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: chosen.ground,
        QPalette.ColorRole.Base: chosen.card,
        QPalette.ColorRole.AlternateBase: chosen.ground,
        QPalette.ColorRole.Button: chosen.card,
        QPalette.ColorRole.WindowText: chosen.ink,
        QPalette.ColorRole.Text: chosen.ink,
        QPalette.ColorRole.ButtonText: chosen.ink,
        QPalette.ColorRole.ToolTipBase: chosen.card,
        QPalette.ColorRole.ToolTipText: chosen.ink,
        QPalette.ColorRole.PlaceholderText: chosen.ink_hint,
        QPalette.ColorRole.Highlight: chosen.primary,
        QPalette.ColorRole.HighlightedText: chosen.on_primary,
        QPalette.ColorRole.Link: chosen.primary,
        QPalette.ColorRole.LinkVisited: chosen.primary,
        QPalette.ColorRole.Mid: chosen.line,
        QPalette.ColorRole.Accent: chosen.primary,
    }
    for role, shade in roles.items():
        made.setColor(role, QColor(shade))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.ink_3))
    return made


def _style_sheet(chosen: Tokens) -> str:
    sheet = Template((paths.STYLES / "desk.qss").read_text("utf-8"))
    values: dict[str, object] = {
        field.name: getattr(chosen, field.name) for field in fields(Tokens)
    }
    for length in range(1, 65):
        values[f"px{length}"] = f"{round(length * chosen.scale)}px"
    values["icons"] = paths.ICONS.as_posix()
    return sheet.substitute(values)
