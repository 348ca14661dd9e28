"""Attachments as something to look at: pages drawn as wide as they are wanted, and plain words.

Files come from strangers. A decoder is asked only for the kind that the bytes are, a size is looked
at before anything is decoded, and no more is drawn than fits a bound. For any thread; nothing here
is a widget.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desk.documents import preview
from desk.domain.media import Media
from desk.errors import BadInput

MOST_PIXELS = 120_000_000
"""What a picture may have by its own account; cameras of telephones reach 108 million."""
MOST_SIDE = 3200
"""Pictures are decoded no larger than this: enough to read a photographed page."""
_MEMORY_MB = 256
_MOST_WORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Leaves:
    """The pages of an attachment: how many, and how to draw one so many pixels wide.

    `size` is that of a picture in pixels; empty for paper, which has none.
    """

    count: int
    draw: Callable[[int, int], QImage] = field(repr=False)
    size: QSize = field(default_factory=QSize)


def can_show(media: Media | None) -> bool:
    """Whether there is a way to look at files of this kind here."""
    return media is not None and (bool(media.decoder) or media.kind in {"pdf", "text"})


def leaves(content: bytes, media: Media) -> Leaves:
    """The pages of a picture or document. Raises BadInput when it cannot be drawn."""
    if media.kind == "pdf":
        count = preview.page_count(content)
        return Leaves(count, lambda index, wide: _page(content, index, wide))
    image = decoded(content, media)
    return Leaves(1, lambda _index, wide: _scaled(image, wide), image.size())


def decoded(content: bytes, media: Media) -> QImage:
    """A picture the right way up, no larger than is shown. Raises as :func:`leaves`."""
    QImageReader.setAllocationLimit(_MEMORY_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoDetectImageFormat(False)  # no other decoder is to be tried on these bytes
    reader.setFormat(QByteArray(media.decoder.encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        raise BadInput(reason="not_a_picture")
    if size.width() * size.height() > MOST_PIXELS:
        raise BadInput(reason="picture_large")
    most = QSize(MOST_SIDE, MOST_SIDE)
    if size.width() > MOST_SIDE or size.height() > MOST_SIDE:
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise BadInput(reason="not_a_picture")
    return image


def _scaled(image: QImage, wide: int) -> QImage:
    if wide >= image.width():
        return image
    return image.scaledToWidth(max(wide, 1), Qt.TransformationMode.SmoothTransformation)


def _page(content: bytes, index: int, wide: int) -> QImage:
    page = preview.page_of_width(content, index, wide)
    form = QImage.Format.Format_RGB32
    return QImage(page.pixels, page.width, page.height, page.stride, form).copy()


def words(content: bytes) -> str:
    """A plain text, in whichever of its two encodings it is; what is very long is cut short."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)[:_MOST_WORDS]
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", "replace")[:_MOST_WORDS]


def as_png(image: QImage) -> bytes:
    """A picture from the clipboard as a file."""
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its types know only file names
    buffer.close()
    return bytes(written.data())
