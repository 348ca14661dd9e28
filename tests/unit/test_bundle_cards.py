"""Cards and enrolments: read as they were written, refused when a byte is not as it was."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from desk.bundles import cards
from desk.domain.exchange import Card, Enrolment
from desk.errors import BundleRefused
from tests.unit import bundle_files as made

GOLDEN = Path(__file__).parent / "data" / "bundles"
CARD = (GOLDEN / "1-card.cdx-card").read_bytes()
ENROLMENT = (GOLDEN / "1-enrolment.cdx-enrol").read_bytes()
DOORS = [(CARD, cards.read_card, made.CARD), (ENROLMENT, cards.read_enrolment, made.ENROLMENT)]
Read = Callable[[Path], object]


def refusal(path: Path, read: Read) -> str:
    """Why a file is refused; empty when it is not."""
    try:
        read(path)
    except BundleRefused as refused:
        return str(refused.params["reason"])
    return ""


@pytest.mark.parametrize(("whole", "read", "wanted"), DOORS, ids=["card", "enrolment"])
def test_the_first_ones_are_read_for_ever(
    tmp_path: Path, whole: bytes, read: Read, wanted: object
) -> None:
    path = tmp_path / "x"
    path.write_bytes(whole)
    assert read(path) == wanted
    path.write_bytes(whole.replace(b"\n", b"\r\n"))  # as a mail may bring it
    assert read(path) == wanted
    path.write_text(json.dumps(json.loads(whole), indent=2), "utf-8")
    assert read(path) == wanted


def test_they_are_written_as_the_first_ones_were(tmp_path: Path) -> None:
    cards.write_card(tmp_path / "a", made.CARD, made.sign)
    cards.write_enrolment(tmp_path / "b", made.ENROLMENT, made.sign)
    assert (tmp_path / "a").read_bytes() == CARD
    assert (tmp_path / "b").read_bytes() == ENROLMENT


@pytest.mark.parametrize(("whole", "read", "wanted"), DOORS, ids=["card", "enrolment"])
def test_a_byte_changed_or_missing_is_refused(
    tmp_path: Path, whole: bytes, read: Read, wanted: object
) -> None:
    path = tmp_path / "x"
    for at in range(len(whole) - 1):
        path.write_bytes(whole[:at])
        assert refusal(path, read), at
        for bit in (at * 5 % 8, (at * 5 + 3) % 8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            path.write_bytes(changed)
            assert refusal(path, read) in {"not_ours", "changed", "too_new"}, (at, bit)
    path.write_bytes(whole)
    assert read(path) == wanted


def test_one_is_not_taken_for_the_other(tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(CARD)
    (tmp_path / "enrolment").write_bytes(ENROLMENT)
    assert refusal(tmp_path / "card", cards.read_enrolment) == "not_ours"
    assert refusal(tmp_path / "enrolment", cards.read_card) == "not_ours"
    renamed = CARD.replace(b'"card"', b'"enrolment"')
    (tmp_path / "card").write_bytes(renamed)
    assert refusal(tmp_path / "card", cards.read_enrolment) == "changed"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_ours"),
        (b"PK\x03\x04", "not_ours"),
        (b"[" * 100_000, "not_ours"),
        (b"{}", "not_ours"),
        (b'"' + b"x" * (1 << 18), "too_large"),
        (b'{"complaint_desk":"card","format":2,"other":[]}', "too_new"),
        (b'{"complaint_desk":"card","format":1}', "changed"),
        (b'{"complaint_desk":"card","format":1,"said":"{}","signature":""}', "changed"),
        (
            b'{"complaint_desk":"card","format":0,"said":"{}","signature":"%s"}' % (b"0" * 128),
            "changed",
        ),
    ],
)
def test_what_is_no_card_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x").write_bytes(content)
    assert refusal(tmp_path / "x", cards.read_card) == reason
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder", cards.read_card) == "not_ours"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("branch", "../../up"),
        ("branch", "a\\b"),
        ("device", "a/b"),
        ("device", "x" * 65),
        ("name", "two\nlines"),
        ("name", "x" * 201),
        ("age_key", "age1short"),
        ("sign_key", "f" * 63),
        ("made_at", 5),
    ],
)
def test_strange_values_are_refused_though_signed(
    tmp_path: Path, field: str, wrong: object
) -> None:
    path = tmp_path / "x"
    cards.write_card(path, msgspec.structs.replace(made.CARD, name="fine"), made.sign)
    said = json.dumps(msgspec.to_builtins(made.CARD) | {field: wrong}, ensure_ascii=False)
    signature = made.sign(f"complaint desk card 1\0{said}".encode()).hex()
    letter = {"complaint_desk": "card", "format": 1, "said": said, "signature": signature}
    path.write_text(json.dumps(letter), "utf-8")
    assert refusal(path, cards.read_card) == "changed"


@pytest.mark.parametrize("content", [made.CARD, made.ENROLMENT], ids=["card", "enrolment"])
def test_none_is_written_that_somebody_else_signed(
    tmp_path: Path, content: Card | Enrolment
) -> None:
    write: Callable[..., None] = (
        cards.write_card if isinstance(content, Card) else cards.write_enrolment
    )
    with pytest.raises(ValueError, match="signature"):
        write(tmp_path / "x", content, lambda _said: bytes(64))
    assert list(tmp_path.iterdir()) == []
