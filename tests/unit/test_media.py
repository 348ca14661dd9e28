"""What files are, told from their bytes, and which names they may bear."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import media
from desk.domain.media import Media, Sniffer, clean_name, sniffed
from tests.media_files import DOCX_PARTS, REFUSED, TAKEN, mp4, zipped

KINDS = st.sampled_from(media.ALL)


@pytest.mark.parametrize(
    ("content", "expected"), [one[1:] for one in TAKEN], ids=[one[0] for one in TAKEN]
)
def test_content_says_what_a_file_is(content: bytes, expected: Media) -> None:
    assert sniffed(content) is expected


@pytest.mark.parametrize("content", [one[1] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_everything_else_has_no_kind(content: bytes) -> None:
    assert sniffed(content) is None


def test_every_kind_can_be_told_and_is_known_by_its_stored_type() -> None:
    assert {one[2] for one in TAKEN} == set(media.ALL)
    assert all(media.of_type(one.type) is one for one in media.ALL)
    assert media.of_type("application/x-msdownload") is None


@given(which=st.sampled_from([*TAKEN, *REFUSED]), seed=st.integers(0, 2**32))
def test_pieces_make_no_difference(which: tuple[str, bytes, *tuple[Media, ...]], seed: int) -> None:
    content, chance = which[1], random.Random(seed)  # noqa: S311 - no secret
    sniffer, at = Sniffer(), 0
    while at < len(content):
        end = at + chance.choice((1, 2, 3, 7, 64, 5000))
        sniffer.feed(content[at:end])
        at = end
    assert sniffer.media() is sniffed(content)


@given(content=st.binary(max_size=2000), start=st.sampled_from([b"", *(t[1][:40] for t in TAKEN)]))
def test_any_bytes_get_an_answer(content: bytes, start: bytes) -> None:
    found = sniffed(start + content)
    assert found is None or found in media.ALL


@given(
    text=st.text(
        st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="<#{%@["), min_size=1
    )
)
def test_plain_words_are_text_in_both_encodings(text: str) -> None:
    assert sniffed(text.encode()) is media.TXT
    assert sniffed(text.encode("gb18030")) is media.TXT


@given(cut=st.integers(1, 60), content=st.sampled_from([zipped(DOCX_PARTS), mp4(b"soun")]))
def test_what_tells_an_archive_or_a_film_stands_to_its_end(cut: int, content: bytes) -> None:
    assert sniffed(content[:-cut]) is not media.DOCX
    assert sniffed(content + b"\0" * cut) is not media.DOCX


def test_a_large_file_of_no_kind_is_given_up_early_and_a_text_that_ends_badly_late() -> None:
    sniffer = Sniffer()
    sniffer.feed(b"MZ" + bytes(range(256)) * 300)
    assert sniffer.hopeless()
    text = Sniffer()
    text.feed("投诉人来电。".encode() * 8000)
    assert not text.hopeless()
    text.feed(b"\xff\x00")
    assert text.media() is None


def test_a_film_that_begins_like_a_recording_is_found_by_a_track_far_behind() -> None:
    film = mp4(b"soun") + b"\x11" * 3_000_000 + mp4(b"vide")[-40:]
    sniffer = Sniffer()
    for at in range(0, len(film), 65521):
        sniffer.feed(film[at : at + 65521])
    assert sniffer.media() is None


@given(name=st.text(max_size=300), kind=KINDS)
def test_a_clean_name_is_one_that_every_system_takes(name: str, kind: Media) -> None:
    clean = clean_name(name, kind)
    assert 0 < len(clean) <= media.LONGEST_NAME
    assert len(clean.encode()) <= 240
    assert clean.lower().endswith(kind.endings)
    assert not set('<>:"|?*/\\') & set(clean)
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for c in clean)
    assert clean == clean.strip(". ")
    assert unicodedata.is_normalized("NFC", clean)
    assert clean_name(clean, kind) == clean


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("凭证.JPG", media.JPEG, "凭证.JPG"),
        (r"C:\Users\wang\凭证.jpg", media.JPEG, "凭证.jpg"),
        ("../../etc/passwd", media.TXT, "passwd.txt"),
        ("发票.exe", media.PDF, "发票.exe.pdf"),
        ("a.bat", media.TXT, "a.bat.txt"),
        ("通话\u202egpj.exe", media.JPEG, "通话gpj.exe.jpg"),
        ("a\x00b\tc\n.png", media.PNG, "ab c.png"),
        ("CON.txt", media.TXT, "_CON.txt"),
        ("con .txt", media.TXT, "_con.txt"),
        ("", media.WAV, "file.wav"),
        ("...", media.WAV, "file.wav"),
        ("问？:*号.pdf", media.PDF, "问？__号.pdf"),
        ("长" * 200 + ".pdf", media.PDF, "长" * 78 + ".pdf"),
        ("x" * 200 + ".pdf", media.PDF, "x" * 116 + ".pdf"),
    ],
)
def test_names(name: str, kind: Media, clean: str) -> None:
    assert clean_name(name, kind) == clean
