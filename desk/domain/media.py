"""What a file is, told from its bytes and never from its name, and which name it may bear.

Only what a complaint may need is known here: pictures, papers, sound and plain text. Everything
else has no kind, and so is not taken in: programs, scripts, web pages, drawings that hold scripts,
archives, documents with macros, films. Nothing is decoded; decoders are for `desk.ui`.
"""

import codecs
import re
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["picture", "pdf", "sound", "office", "text"]

MOST_BYTES = 200 * 1024 * 1024
"""What one attachment may hold."""
LONGEST_NAME = 120
_LONGEST_NAME_BYTES = 240  # file systems take 255 bytes, and a draft's ending is put after it


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file: its media type as stored, and the endings its name may have, the usual first.

    `decoder` is the name under which picture readers know it, empty where none of ours does.
    """

    type: str
    kind: Kind
    endings: tuple[str, ...]
    decoder: str = ""


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

JPEG = Media("image/jpeg", "picture", (".jpg", ".jpeg", ".jpe", ".jfif"), "jpeg")
PNG = Media("image/png", "picture", (".png",), "png")
WEBP = Media("image/webp", "picture", (".webp",), "webp")
HEIC = Media("image/heic", "picture", (".heic", ".heif", ".hif"))
BMP = Media("image/bmp", "picture", (".bmp", ".dib"), "bmp")
TIFF = Media("image/tiff", "picture", (".tiff", ".tif"), "tiff")
GIF = Media("image/gif", "picture", (".gif",), "gif")
PDF = Media("application/pdf", "pdf", (".pdf",))
WAV = Media("audio/wav", "sound", (".wav",))
MP3 = Media("audio/mpeg", "sound", (".mp3",))
M4A = Media("audio/mp4", "sound", (".m4a", ".mp4", ".m4b", ".3gp"))
AMR = Media("audio/amr", "sound", (".amr", ".awb"))
OGG = Media("audio/ogg", "sound", (".ogg", ".oga", ".opus"))
DOCX = Media(_DOCX, "office", (".docx",))
XLSX = Media(_XLSX, "office", (".xlsx",))
TXT = Media("text/plain", "text", (".txt", ".csv", ".log", ".md"))

ALL = (JPEG, PNG, WEBP, HEIC, BMP, TIFF, GIF, PDF, WAV, MP3, M4A, AMR, OGG, DOCX, XLSX, TXT)
_BY_TYPE = {media.type: media for media in ALL}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in and encrypted at `draft`, and is of no case yet.

    `file` and `plain` are the SHA-256 of its encrypted form and of the original, `key` opens it.
    """

    draft: Path
    file: str
    size: int
    media: Media
    plain: str
    key: str = field(repr=False)


def of_type(media_type: str) -> Media | None:
    """The kind of file stored under this media type; None for one this version does not know."""
    return _BY_TYPE.get(media_type)


# What the first bytes say

_STARTS: tuple[tuple[bytes, Media], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"#!AMR\n", AMR),
    (b"#!AMR-WB\n", AMR),
)
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_MP4_BRANDS = (b"M4A ", b"M4B ", b"mp4", b"iso", b"3gp", b"3g2", b"dash", b"MSNV")
_OGG_SOUNDS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_MP3_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_RATES = (44100, 48000, 32000)


def _bmp(head: bytes) -> Media | None:
    if head[:2] != b"BM" or len(head) < 26 or head[6:10] != b"\0\0\0\0":
        return None
    return BMP if int.from_bytes(head[14:18], "little") in _BMP_HEADERS else None


def _riff(head: bytes) -> Media | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WAVE": WAV, b"WEBP": WEBP}.get(head[8:12])


def _boxes(head: bytes) -> Media | None:
    """HEIC by its brands; for MPEG-4 a guess, which the tracks must bear out."""
    if head[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if any(brand in _HEIC_BRANDS for brand in brands):
        return HEIC
    return M4A if any(brand.startswith(_MP4_BRANDS) for brand in brands) else None


def _ogg(head: bytes) -> Media | None:
    if head[:5] != b"OggS\0" or len(head) < 28:
        return None
    return OGG if head[27 + head[26] :].startswith(_OGG_SOUNDS) else None


def _mp3(head: bytes) -> Media | None:
    """An ID3 tag, or two frames of sound one right after the other."""
    if head[:3] == b"ID3" and len(head) >= 10:
        sound = head[3] < 0xFF and head[4] < 0xFF and all(byte < 0x80 for byte in head[6:10])
        return MP3 if sound else None
    first = _mp3_frame(head)
    return MP3 if first and _mp3_frame(head[first:]) else None


def _mp3_frame(data: bytes) -> int:
    """The length of the MPEG audio layer III frame that begins here; 0 when none does."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return 0
    version, rate, bits = data[1] >> 3 & 3, data[2] >> 2 & 3, data[2] >> 4
    if version == 1 or rate == 3 or bits in {0, 15}:
        return 0
    first = version == 3
    kilobits = (_MP3_BITRATES if first else _MP3_BITRATES_2)[bits]
    hertz = _MP3_RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if first else 72) * kilobits * 1000 // hertz + (data[2] >> 1 & 1)


_LOOKS: tuple[Callable[[bytes], Media | None], ...] = (_bmp, _riff, _boxes, _ogg, _mp3)


def _of_head(head: bytes) -> Media | None:
    for start, media in _STARTS:
        if head.startswith(start):
            return media
    return next((found for look in _LOOKS if (found := look(head)) is not None), None)


# What only the whole file says

_HEAD = 64 * 1024
_TAIL = 256 * 1024
_ARCHIVE = b"PK\x03\x04"
_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_ACTIVE = re.compile(r"vbaproject|activex|\.(exe|dll|bat|cmd|com|scr|js|vbs|ps1|html?|svg|hta)$")
_HANDLER = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_HANDLER_BYTES = 16
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(
    r"\s*(<[!?/a-z]|#!|\{\\rtf|%!ps|@echo|\[internetshortcut|\[autorun)", re.IGNORECASE
)
_WEB = re.compile(r"<(script|html|svg|iframe|object|embed|xml)\b", re.IGNORECASE)


class _Words:
    """Whether the bytes fed so far are plain text in one encoding."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._begin = ""
        self.plain = True

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if not self.plain:
            return
        try:
            words = self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self.plain = False
            return
        if len(self._begin) < _HEAD:
            self._begin = (self._begin + words)[:_HEAD].removeprefix("\ufeff")
            self.plain = not (_MARKUP.match(self._begin) or _WEB.search(self._begin))
        self.plain = self.plain and not _CONTROLS.search(words)


class Sniffer:
    """Tells what a file is while its bytes go by, in any pieces, and keeps only a few of them.

    Feed it the whole file in order, then ask :meth:`media`.
    """

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._size = 0
        self._words = (_Words("utf-8"), _Words("gb18030"))
        self._over = b""
        self._tracks: set[bytes] = set()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._size += len(chunk)
        if len(self._head) < _HEAD:
            self._head += chunk[: _HEAD - len(self._head)]
        self._tail = (self._tail + chunk)[-_TAIL:] if len(chunk) < _TAIL else chunk[-_TAIL:]
        for words in self._words:
            words.feed(chunk)
        seen = self._over + chunk
        self._tracks.update(found[1] for found in _HANDLER.finditer(seen))
        self._over = seen[-_HANDLER_BYTES:]

    def hopeless(self) -> bool:
        """Whether no further byte can make this a file of a known kind; looked at early."""
        if self._size < _HEAD or any(words.plain for words in self._words):
            return False
        return _of_head(self._head) is None and not self._head.startswith(_ARCHIVE)

    def media(self) -> Media | None:
        """What the file is, all of it having gone by; None for what is not taken in."""
        found = _of_head(self._head)
        if found is M4A:
            return M4A if self._tracks == {b"soun"} else None
        if found is not None:
            return found
        if self._head.startswith(_ARCHIVE):
            return _office(self._tail)
        for words in self._words:
            words.feed(b"", final=True)
        return TXT if self._size and any(words.plain for words in self._words) else None


def sniffed(content: bytes) -> Media | None:
    """What a file with this content is; None for what is not taken in."""
    sniffer = Sniffer()
    sniffer.feed(content)
    return sniffer.media()


def _office(tail: bytes) -> Media | None:
    """A Word or Excel document without anything that acts, by the table at the end of its parts."""
    names = _part_names(tail)
    if names is None or "[content_types].xml" not in names:
        return None
    if any(_ACTIVE.search(name) for name in names):
        return None
    mains = [media for part, media in _MAIN_PARTS.items() if part in names]
    return mains[0] if len(mains) == 1 else None


def _part_names(tail: bytes) -> frozenset[str] | None:
    """The names in an archive's table, in small letters; None where it cannot be read to its end.

    The table ends the file, without a comment: office programs write none, and whatever stands
    there would be read differently by different programs.
    """
    at = len(tail) - _END.size
    if at < 0:
        return None
    sign, _disk, _first, _here, count, size, _offset, comment = _END.unpack_from(tail, at)
    if sign != b"PK\x05\x06" or comment or size > at:
        return None
    names, place = set(), at - size
    for _number in range(count):
        if place + _ENTRY.size > at:
            return None
        entry = _ENTRY.unpack_from(tail, place)
        if entry[0] != b"PK\x01\x02":
            return None
        start = place + _ENTRY.size
        named, extra, said = entry[10], entry[11], entry[12]
        names.add(tail[start : start + named].decode("utf-8", "replace").lower())
        place = start + named + extra + said
    return frozenset(names) if place == at else None


# The name

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NAMELESS = "file"


def clean_name(name: str, media: Media) -> str:
    """The name a file may bear: no folder, nothing unseen, not too long, the ending of its kind.

    A name of another ending gets that of the content after it, so that a text called `a.bat`
    is `a.bat.txt` wherever it is saved. At most 120 characters; cleaning twice changes nothing.
    """
    bare = re.split(r"[/\\]", name)[-1]
    seen = "".join(
        " " if char.isspace() else char
        for char in bare
        if char in "\t\n\r" or unicodedata.category(char) not in _UNSEEN
    )
    plain = unicodedata.normalize("NFC", " ".join(seen.split())).translate(_FORBIDDEN)
    stem, ending = _parted(plain.strip(". "), media)
    stem = stem.strip(". ")
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    most = LONGEST_NAME - len(ending)
    stem = stem[:most].encode()[: _LONGEST_NAME_BYTES - len(ending)].decode("utf-8", "ignore")
    return f"{stem.strip('. ') or _NAMELESS}{ending}"


def _parted(name: str, media: Media) -> tuple[str, str]:
    stem, dot, last = name.rpartition(".")
    ending = f".{last}"
    if dot and ending.lower() in media.endings:
        return stem, ending
    return name, media.endings[0]
