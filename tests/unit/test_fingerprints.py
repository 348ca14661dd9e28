"""Fingerprints as two people compare them: of sixty bits, and forgiving how they are typed."""

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.exchange import fingerprint, is_fingerprint

KEYS = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(KEYS, KEYS, st.sampled_from(["-", " ", ""]), st.booleans())
def test_however_it_is_typed(one: str, other: str, between: str, small: bool) -> None:
    wanted = fingerprint(one, "age1")
    typed = wanted.replace("-", between).replace("0", "O").replace("1", "l")
    assert is_fingerprint(typed.lower() if small else typed, wanted)
    assert is_fingerprint(fingerprint(other, "age1"), wanted) == (one == other)


def test_a_part_of_it_is_not_it() -> None:
    wanted = fingerprint("00" * 32, "age1")
    assert len(wanted) == 14
    for typed in ("", wanted[:-1], f"{wanted}0", wanted[::-1]):
        assert is_fingerprint(typed, wanted) == (typed == wanted)
