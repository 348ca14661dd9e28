"""The marks of a report are read back as they were written, and nothing else is read as one."""

from hypothesis import given
from hypothesis import strategies as st

from desk.documents.marks import read_mark, seal_mark, whole_mark
from desk.domain.proof import Anchor, ChainHead
from desk.domain.report import Seal

_HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
MAC = "5a" * 32
_HEADS = st.lists(
    st.builds(ChainHead, st.uuids().map(str), st.integers(0, 10**12 - 1), _HEX), max_size=3
)
_NUMBERS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(_NUMBERS, _HEX, st.integers(0, 10**12 - 1), _HEADS.map(tuple))
def test_a_mark_is_read_as_it_was_written(
    number: str, full_hash: str, count: int, heads: tuple[ChainHead, ...]
) -> None:
    mark = whole_mark(number, Seal.of(full_hash, count, heads=heads, mac=MAC))
    assert read_mark(mark, "a.pdf") == Anchor("a.pdf", heads, number, count, full_hash, MAC)


@given(st.text(max_size=300))
def test_whatever_else_stands_there_is_no_mark(text: str) -> None:
    assert read_mark(text, "a.pdf") is None


@given(_HEX, st.integers(0, 400), st.characters())
def test_a_changed_character_is_another_mark_or_none(full_hash: str, at: int, new: str) -> None:
    head = ChainHead("0190a1b2-0000-7000-8000-000000000000", 7, full_hash)
    mark = whole_mark("TS-1121-014", Seal.of(full_hash, 42, heads=(head,), mac=MAC))
    at %= len(mark)
    changed = mark[:at] + new + mark[at + 1 :]
    before = read_mark(mark, "")
    code = range(len("DESK1:TS-1121-014:"), len("DESK1:TS-1121-014:7F3A-91C2-0D5E"))
    if changed != mark and at not in code:
        assert read_mark(changed, "") != before


def test_the_heads_stand_behind_the_seal_and_not_in_the_code_on_paper() -> None:
    head = ChainHead("0190a1b2-0000-7000-8000-000000000000", 7, "ab" * 32)
    seal = Seal.of("7f" * 32, 42, heads=(head,), mac=MAC)
    mark = whole_mark("TS:1", seal)
    assert mark == f"{seal_mark('TS:1', seal)} HEADS1:{head.device}/7/{head.hash}:{MAC}"
