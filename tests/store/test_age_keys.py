"""Head office's keys: what `age-keygen` prints is read, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import BadInput
from desk.store import age_keys, keys

# Made by age-keygen for this test.
PUBLIC = "age15nsa9s0cpxzeej0dhw75zaa9l6x7ke2ddvxq8yaxlmn2jmk5kcfqpza53q"
PRIVATE = "AGE-SECRET-KEY-1U32G62G8AJ5TZ523CM9VNS9V9G7S99EQDRM4CTX3HT0DK2YLYJ5Q97MF9Z"
FILE = f"# created: 2026-11-22T10:00:00Z\n# public key: {PUBLIC}\n{PRIVATE}\n"


def test_a_pair_of_age_keygen_belongs_together() -> None:
    private = age_keys.private_key(FILE)
    assert age_keys.public_key(f"  {PUBLIC}\n") == keys.public_key(private)
    assert age_keys.public_key(PUBLIC.upper()) == keys.public_key(private)


@given(
    at=st.integers(0, len(PUBLIC) - 1), char=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l1b")
)
def test_a_slip_is_found(at: int, char: str) -> None:
    typed = PUBLIC[:at] + char + PUBLIC[at + 1 :]
    if typed != PUBLIC:
        with pytest.raises(BadInput):
            age_keys.public_key(typed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        PRIVATE,
        PUBLIC[:-1],
        PUBLIC + "q",
        PUBLIC[:8] + PUBLIC[8:].upper(),
        "age" + "1" * 58,
    ],
)
def test_anything_else_is_no_public_key(text: str) -> None:
    with pytest.raises(BadInput):
        age_keys.public_key(text)


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", PUBLIC, f"{PRIVATE}\n{PRIVATE}\n", PRIVATE[:-1]]
)
def test_a_file_without_one_private_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        age_keys.private_key(text)


@given(text=st.text(max_size=100))
def test_any_text_is_refused_in_words(text: str) -> None:
    for read in (age_keys.public_key, age_keys.private_key):
        with pytest.raises(BadInput):
            read(text)
