"""Small signed files: a device's card, an enrolment, the mark beside a bundle that was read.

A line of JSON: what it is, its format, what is said (JSON as a text, so that the signed bytes are
exact whatever a mail program does to the file), and the Ed25519 signature of whoever says it.
"""

from pathlib import Path
from typing import TypeVar

import msgspec

from desk.bundles import faults, signing
from desk.bundles.container import Sign
from desk.domain.exchange import Card, Enrolment, ReadMark, Signature
from desk.errors import BundleRefused

FORMAT = 1
MOST_BYTES = 1 << 18

T = TypeVar("T", Card, Enrolment, ReadMark)


class _Letter(msgspec.Struct, frozen=True):
    """The file around what is said."""

    complaint_desk: str
    format: int
    said: str
    signature: Signature


class _Kind(msgspec.Struct, frozen=True):
    """What any format of it says first."""

    complaint_desk: str
    format: int


def write_card(target: Path, card: Card, sign: Sign) -> None:
    """Write what a device says of itself. Raises `BundleUnwritten` or `FolderMissing`."""
    _write(target, card, sign)


def read_card(path: Path) -> Card:
    """The card of a device, verified with the key it names itself.

    BundleRefused `not_ours`, `too_new`, `too_large` or `changed`; `BundleUnread`.
    """
    return _read(path, Card)


def write_enrolment(target: Path, enrolment: Enrolment, sign: Sign) -> None:
    """Write head office's invitation. Raises `BundleUnwritten` or `FolderMissing`."""
    _write(target, enrolment, sign)


def read_enrolment(path: Path) -> Enrolment:
    """Head office's invitation to a branch, verified with the key it names itself.

    Raises as :func:`read_card` does.
    """
    return _read(path, Enrolment)


def write_mark(target: Path, mark: ReadMark, sign: Sign) -> None:
    """Write that a bundle was read. Raises `BundleUnwritten` or `FolderMissing`."""
    _write(target, mark, sign)


def read_mark(path: Path) -> ReadMark:
    """Who read which bundle, verified with the key it names itself.

    Raises as :func:`read_card` does.
    """
    return _read(path, ReadMark)


def _what(kind: type[Card | Enrolment | ReadMark]) -> str:
    return kind.__name__.lower()


def _to_sign(what: str, said: str) -> bytes:
    return f"complaint desk {what} {FORMAT}\0{said}".encode()


def _write(target: Path, content: Card | Enrolment | ReadMark, sign: Sign) -> None:
    what, said = _what(type(content)), msgspec.json.encode(content).decode()
    signature = sign(_to_sign(what, said))
    if not signing.holds(content.sign_key, signature, _to_sign(what, said)):
        raise ValueError("the signature is not that of the key in the file")
    letter = msgspec.json.encode(_Letter(what, FORMAT, said, signature.hex()))
    with faults.draft(target) as stream, faults.writing(target):
        stream.write(letter + b"\n")


def _read(path: Path, kind: type[T]) -> T:
    with faults.opened(path) as stream, faults.reading(path):
        written = stream.read(MOST_BYTES + 1)
    if len(written) > MOST_BYTES:
        raise BundleRefused(reason="too_large")
    begun = _decoded(written, _Kind, "not_ours")
    if begun.complaint_desk != _what(kind):
        raise BundleRefused(reason="not_ours")
    if begun.format > FORMAT:
        raise BundleRefused(reason="too_new")
    letter = _decoded(written, _Letter, "changed")
    content = _decoded(letter.said.encode(), kind, "changed")
    said = _to_sign(letter.complaint_desk, letter.said)
    if letter.format != FORMAT or not signing.holds(
        content.sign_key, bytes.fromhex(letter.signature), said
    ):
        raise BundleRefused(reason="changed")
    return content


S = TypeVar("S")


def _decoded(written: bytes, kind: type[S], reason: str) -> S:
    try:
        return msgspec.json.decode(written, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BundleRefused(reason=reason) from fault
