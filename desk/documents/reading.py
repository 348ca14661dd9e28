"""What can be told of a PDF that somebody brings, without believing any of it.

Only its bytes, the keywords and the text of a few pages are looked at; nothing is drawn, and what
is larger than any report is not opened.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from desk.documents import marks, preview
from desk.domain.proof import Anchor
from desk.errors import BadInput

_MOST_BYTES = 16 * 1024 * 1024
_MOST_TEXT = 20_000
_LOOKED_AT = 3
_CODE = re.compile(r"\b[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}\b")
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that claims to be a report: SHA-256 of its bytes (hex), what its mark says, if it has.

    `codes` are the seal codes that stand on its first and last pages.
    """

    sha256: str
    mark: Anchor | None
    codes: tuple[str, ...]


def read_report(path: Path) -> Brought:
    """A file read as a report. BadInput when it cannot be read, is too large or no PDF."""
    content = _bytes(path)
    if not content.startswith(_PDF):
        raise BadInput(reason="not_a_pdf", where=path.name)
    try:
        keywords, texts = preview.told(content, _LOOKED_AT, _MOST_TEXT)
    except BadInput as error:
        raise BadInput(reason="not_a_pdf", where=path.name) from error
    codes = dict.fromkeys(code for text in texts for code in _CODE.findall(text))
    return Brought(
        hashlib.sha256(content).hexdigest(), marks.read_mark(keywords, path.name), tuple(codes)
    )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(reason="not_readable", where=path.name) from error
    if len(content) > _MOST_BYTES:
        raise BadInput(reason="too_much", where=path.name, most=_MOST_BYTES // (1024 * 1024))
    return content
