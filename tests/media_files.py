"""Small files of every kind that may be attached, and of kinds that may not."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Iterable

from desk.domain import media
from desk.domain.media import Media


def png(width: int = 1, height: int = 1, *, rows: bytes | None = None) -> bytes:
    """A grey picture; of any size in its header, whatever it holds."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress((b"\0" + b"\x7f" * width) * height if rows is None else rows)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def pdf(pages: int = 1, wide: int = 300, high: int = 400) -> bytes:
    """A document of so many empty pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide} {high}]>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    objects += [page] * pages
    text, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size, start = len(objects) + 1, len(text)
    text += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    return text + f"trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF".encode()


def wav(seconds: float = 0.01) -> bytes:
    """Silence."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return written.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    """A box of an MPEG-4 file."""
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(*handlers: bytes, brand: bytes = b"M4A ") -> bytes:
    """A film or a recording with tracks of these kinds."""
    tracks = b"".join(box(b"hdlr", b"\0" * 8 + kind + b"\0" * 12) for kind in handlers)
    return (
        box(b"ftyp", brand + b"\0\0\0\0" + brand + b"isom")
        + box(b"mdat", b"\x11\x22" * 5000)
        + box(b"moov", tracks)
    )


def mp3() -> bytes:
    """Three frames of MPEG-1 layer III at 128 kbit/s and 44.1 kHz, 417 bytes each."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


def zipped(names: Iterable[str]) -> bytes:
    """An archive with parts of these names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return written.getvalue()


def ogg(packet: bytes) -> bytes:
    """The first page of an Ogg stream that begins with this packet."""
    head = b"OggS\0\x02" + b"\0" * 8 + b"\1\0\0\0" + b"\0" * 8
    return head + bytes([1, len(packet)]) + packet


DOCX_PARTS = ("_rels/.rels", "word/document.xml", "word/media/image1.png", "[Content_Types].xml")
XLSX_PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")

TAKEN: tuple[tuple[str, bytes, Media], ...] = (
    ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", media.JPEG),
    ("png", png(), media.PNG),
    ("webp", b"RIFF\x24\0\0\0WEBPVP8 ", media.WEBP),
    ("heic", box(b"ftyp", b"mif1\0\0\0\0mif1heic"), media.HEIC),
    ("bmp", b"BM" + struct.pack("<IIII", 58, 0, 54, 40) + b"\0" * 40, media.BMP),
    ("tiff, little", b"II*\0\x08\0\0\0", media.TIFF),
    ("tiff, big", b"MM\0*\0\0\0\x08", media.TIFF),
    ("gif", b"GIF89a\1\0\1\0", media.GIF),
    ("pdf", pdf(), media.PDF),
    ("wav", wav(), media.WAV),
    ("mp3, tagged", b"ID3\x04\0\0\0\0\x02\x01" + b"\0" * 50, media.MP3),
    ("mp3, bare", mp3(), media.MP3),
    ("m4a", mp4(b"soun"), media.M4A),
    ("mp4 with sound only", mp4(b"soun", brand=b"mp42"), media.M4A),
    ("amr", b"#!AMR\n\x3c\x91", media.AMR),
    ("opus", ogg(b"OpusHead\1\2"), media.OGG),
    ("vorbis", ogg(b"\x01vorbis\0\0"), media.OGG),
    ("docx", zipped(DOCX_PARTS), media.DOCX),
    ("xlsx", zipped(XLSX_PARTS), media.XLSX),
    ("text", "客户来电：要求退回手续费。\r\n".encode(), media.TXT),
    ("text with a mark", "\ufeff通话记录".encode(), media.TXT),
    ("text in GB18030", "客户来电：要求退回手续费。𠮷".encode("gb18030"), media.TXT),
)

REFUSED: tuple[tuple[str, bytes], ...] = (
    ("nothing", b""),
    ("program for Windows", b"MZ\x90\0\x03\0\0\0\x04\0"),
    ("program for Linux", b"\x7fELF\x02\x01\x01\0"),
    ("program for the shell", b"#!/bin/sh\nrm -rf ~\n"),
    ("batch file", b"@echo off\r\ndel *.*\r\n"),
    ("web page", b"  <!DOCTYPE html><html></html>"),
    ("web page further on", b"Dear customer\n<script>alert(1)</script>"),
    ("web page after a mark", "\ufeff<html>".encode()),
    ("drawing", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("bare drawing", b'<svg onload="alert(1)"/>'),
    ("rich text", rb"{\rtf1\ansi}"),
    ("link of Windows", b"[InternetShortcut]\r\nURL=http://example.com\r\n"),
    ("archive", zipped(["a.txt"])),
    ("other archive", b"7z\xbc\xaf\x27\x1c\0\x04"),
    ("rar", b"Rar!\x1a\x07\x01\0"),
    ("gzip", b"\x1f\x8b\x08\0\0\0\0\0"),
    ("program in an archive", zipped(["META-INF/MANIFEST.MF", "a.class"])),
    ("document with macros", zipped([*DOCX_PARTS, "word/vbaProject.bin"])),
    ("table with macros", zipped([*XLSX_PARTS, "xl/vbaProject.bin"])),
    ("document with a program", zipped([*DOCX_PARTS, "word/embeddings/a.EXE"])),
    ("document and table", zipped([*DOCX_PARTS, "xl/workbook.xml"])),
    ("presentation", zipped(["[Content_Types].xml", "ppt/presentation.xml"])),
    ("old office file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ("film", mp4(b"vide", b"soun", brand=b"isom")),
    ("film without sound", mp4(b"vide", brand=b"mp42")),
    ("film of a phone", box(b"ftyp", b"qt  \0\0\0\0qt  ")),
    ("film in Ogg", ogg(b"\x80theora\3\2")),
    ("film in RIFF", b"RIFF\x24\0\0\0AVI LIST"),
    ("a single frame of sound", mp3()[:417]),
    ("text in no encoding", b"abc \xff\xff\x80 def"),
    ("text with control characters", b"abc\0def"),
    ("only a mark of the bitmap", b"BM and then plain words go on for long enough \xff"),
)
