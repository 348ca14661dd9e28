"""The hint on passwords: short and guessable ones are told, long ones are not scolded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.passwords import LEAST, fault, strength


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


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("a7#k2!p", "short"),
        ("诉解台密码", "short"),
        ("10231023", "is_number"),
        ("12345678", "common"),
        ("87654321", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("PassWord", "common"),
        ("ｐａｓｓｗｏｒｄ", "common"),
        ("aaaaaaab", None),
        ("城东支行门前有三棵树", None),
        ("no digits needed", None),
    ],
)
def test_what_cannot_be_a_password(password: str, found: str | None) -> None:
    assert fault(password, "1023") == found


@pytest.mark.parametrize("password", ["AB123456", "ab123456", "ab123456ＡＢ123456"])
def test_the_staff_number_is_no_password_however_it_is_written(password: str) -> None:
    assert fault(password, "AB123456") == "is_number"


@given(st.text(max_size=40), st.text(max_size=10))
def test_a_password_that_is_called_strong_is_one_that_can_be(password: str, number: str) -> None:
    if strength(password, (number,)) == "strong":
        assert fault(password, number) is None
