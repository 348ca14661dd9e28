"""The hint on passwords: short and guessable ones are told, long ones are not scolded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.passwords import LEAST, strength


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("", "short"),
        ("a7#k2!p", "short"),
        ("12345678", "weak"),
        ("aaaaaaaaaaaa", "weak"),
        ("password", "weak"),
        ("ABCDEFGH", "weak"),
        ("88888888", "weak"),
        ("kestrel9", "fair"),
        ("four plain words here", "strong"),
        ("城东支行门前有三棵树", "strong"),
        ("q7!Lm#2vR9&x", "strong"),
    ],
)
def test_strength(password: str, found: str) -> None:
    assert strength(password) == found


def test_what_colleagues_know_is_weak() -> None:
    assert strength("kestrel-1001", known=("1001",)) == "weak"
    assert strength("kestrel-1001", known=("", "ab")) != "weak"


@given(st.text(max_size=LEAST - 1))
def test_nothing_shorter_than_the_least_passes(password: str) -> None:
    assert strength(password) == "short"


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_text_has_a_strength(password: str, known: str) -> None:
    assert strength(password, (known,)) in {"short", "weak", "fair", "strong"}
