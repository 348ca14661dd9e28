"""The fonts a document may use: the two bundled ones, then the user's folder.

Belongs here: which font has which character, and getting fonts into ReportLab, once per process.
Does not belong here: where lines break and what is drawn.
"""

import functools
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desk import paths

_SUFFIXES = frozenset({".ttf", ".ttc", ".otf"})

# Five and six hexadecimal digits as ReportLab writes characters beyond U+FFFF.
_BEYOND_BMP = re.compile(r"<([0-9A-F]{5,6})>")


class _Library(Protocol):
    """What this module needs of ReportLab's document while a font is written into it."""

    idToObject: dict[str, Any]  # noqa: N815 - ReportLab's name


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font known to ReportLab as `name`; `advances` maps code points to 1/1000 em.

    A character is in the font exactly when its code point is in `advances`.
    """

    name: str
    advances: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts of a document: two weights, and a folder searched for characters they lack.

    Only TrueType outlines can be embedded; other files in the folder are passed over. A font
    of the folder serves both weights. Files are read when first needed and kept; the folder is
    read again when files come or go.
    """

    regular: Path = paths.FONTS / "NotoSansSC-Regular.ttf"
    bold: Path = paths.FONTS / "NotoSansSC-Bold.ttf"
    folder: Path | None = None

    def main(self, *, strong: bool) -> Face:
        """The bundled font of a weight."""
        face = _face(self.bold if strong else self.regular)
        assert face is not None, "a bundled font is unreadable"  # noqa: S101 - a broken installation
        return face

    def face_for(self, char: str, *, strong: bool) -> Face | None:
        """The font that shows `char`: the weight asked for, the other weight, then the folder."""
        code = ord(char)
        for face in (self.main(strong=strong), self.main(strong=not strong)):
            if code in face.advances:
                return face
        if self.folder is None or not self.folder.is_dir():
            return None
        faces = _folder_faces(self.folder, self.folder.stat().st_mtime_ns)
        return next((face for face in faces if code in face.advances), None)

    def missing(self, text: str) -> tuple[str, ...]:
        """The characters of `text` that no font shows, each once, in order of first use."""
        return tuple(
            char for char in dict.fromkeys(text) if self.face_for(char, strong=False) is None
        )


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file of a folder: its name, and how many characters documents can use of it."""

    name: str
    characters: int

    @property
    def usable(self) -> bool:
        """Whether its outlines can be embedded."""
        return self.characters > 0


def font_files(folder: Path) -> tuple[FontFile, ...]:
    """The font files of a folder by name, as a :class:`FontSet` would use them; none without it."""
    if not folder.is_dir():
        return ()
    changed = folder.stat().st_mtime_ns
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)
    faces = ((file, _face(file, changed)) for file in files)
    return tuple(FontFile(file.name, len(face.advances) if face else 0) for file, face in faces)


@functools.lru_cache(maxsize=4)
def _folder_faces(folder: Path, changed_ns: int) -> tuple[Face, ...]:
    """The usable fonts of a folder as it was at its last change, by file name."""
    files = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in _SUFFIXES)
    faces = (_face(file, changed_ns) for file in files)
    return tuple(face for face in faces if face is not None)


@functools.lru_cache(maxsize=64)
def _face(file: Path, changed_ns: int = 0) -> Face | None:
    """Read a font file and register it; None when it has no outlines ReportLab can embed."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    name = f"{file}|{changed_ns}"
    try:
        font: Any = ttfonts.TTFont(name, str(file))
        advances = {code: font.face.charWidths[code] for code in font.face.charToGlyph}
    except (ttfonts.TTFError, OSError, struct.error, LookupError, ValueError, TypeError):
        return None
    _mend_text_maps(font)
    pdfmetrics.registerFont(font)
    return Face(name, advances)


def _mend_text_maps(font: Any) -> None:  # noqa: ANN401 - ReportLab is untyped
    """Make characters beyond U+FFFF readable and searchable in the finished document.

    A PDF's map from glyphs to text wants UTF-16; ReportLab writes plain code points, and readers
    then take 𫖯 for two other characters.
    """
    add_objects = font.addObjects

    def add(document: _Library) -> None:
        before = set(document.idToObject)
        add_objects(document)
        for key in set(document.idToObject) - before:
            if key.startswith("toUnicodeCMap:"):
                stream = document.idToObject[key]
                stream.content = _BEYOND_BMP.sub(_as_utf16, stream.content)

    font.addObjects = add


def _as_utf16(found: re.Match[str]) -> str:
    """`<2B5AF>` as `<D86DDDAF>`."""
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"
