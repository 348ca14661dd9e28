"""The code of the recovery sheet: comes back as printed, and a slip is known by its group."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import RecoveryMistyped
from desk.store import recovery_code

SECRET = st.binary(min_size=20, max_size=20)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(secret=SECRET)
def test_what_is_printed_is_read(secret: bytes) -> None:
    groups = recovery_code.write(secret)
    assert len(groups) == 8
    assert all(re.fullmatch(f"[{ALPHABET}]{{5}}", group) for group in groups)
    assert recovery_code.read("-".join(groups)) == secret


@given(secret=SECRET, data=st.data())
def test_however_it_is_typed(secret: bytes, data: st.DataObject) -> None:
    parting = st.sampled_from(["", " ", "-", " - ", "\n", "\u3000", "–"])
    loose = {"0": "0Oo０", "1": "1IiLlｌ"}
    groups = recovery_code.write(secret)
    typed = "".join(
        data.draw(st.sampled_from(loose.get(char, char + char.lower()))) if char.isalnum() else char
        for group in groups
        for char in group + data.draw(parting)
    )
    assert recovery_code.read(typed) == secret
    assert recovery_code.faulty(typed) == ()


@given(secret=SECRET, at=st.integers(0, 39), other=st.sampled_from(ALPHABET))
def test_every_wrong_character_is_found_in_its_group(secret: bytes, at: int, other: str) -> None:
    code = "".join(recovery_code.write(secret))
    typed = code[:at] + other + code[at + 1 :]
    expected = () if code[at] == other else (at // 5 + 1,)
    assert recovery_code.faulty(typed) == expected


@given(secret=SECRET, group=st.integers(0, 7), one=st.integers(0, 4), two=st.integers(0, 4))
def test_every_exchange_within_a_group_is_found(
    secret: bytes, group: int, one: int, two: int
) -> None:
    groups = list(recovery_code.write(secret))
    chars = list(groups[group])
    chars[one], chars[two] = chars[two], chars[one]
    same = "".join(chars) == groups[group]
    groups[group] = "".join(chars)
    assert recovery_code.faulty(" ".join(groups)) == (() if same else (group + 1,))


@given(secret=SECRET, one=st.integers(0, 7), two=st.integers(0, 7))
def test_groups_that_changed_places_are_both_found(secret: bytes, one: int, two: int) -> None:
    groups = list(recovery_code.write(secret))
    groups[one], groups[two] = groups[two], groups[one]
    assert recovery_code.faulty(" ".join(groups)) == tuple(
        sorted({one + 1, two + 1} if one != two else ())
    )


@given(secret=SECRET, at=st.integers(0, 7))
def test_a_group_that_is_short_or_long_is_named(secret: bytes, at: int) -> None:
    groups = list(recovery_code.write(secret))
    for wrong in (groups[at][:-1], groups[at] + "0", groups[at][:4] + "U"):
        typed = "-".join([*groups[:at], wrong, *groups[at + 1 :]])
        assert recovery_code.faulty(typed) == (at + 1,)
        with pytest.raises(RecoveryMistyped) as told:
            recovery_code.read(typed)
        assert told.value.params == {"group": at + 1}


@given(secret=SECRET, count=st.integers(0, 7))
def test_what_is_missing_is_named_while_it_is_typed(secret: bytes, count: int) -> None:
    groups = recovery_code.write(secret)
    assert recovery_code.faulty("".join(groups[:count])) == tuple(range(count + 1, 9))
    assert recovery_code.faulty("".join(groups) + "7") == (8,)


@given(typed=st.text(max_size=60))
def test_no_text_is_more_than_a_slip(typed: str) -> None:
    with pytest.raises(RecoveryMistyped):
        recovery_code.read(typed)


def test_the_key_is_made_from_every_bit_and_for_one_vault() -> None:
    secret = bytes(range(20))
    made = {
        recovery_code.private_key(
            "".join(recovery_code.write((int.from_bytes(secret) ^ 1 << bit).to_bytes(20))), "v-1"
        )
        for bit in range(160)
    }
    own = recovery_code.private_key("".join(recovery_code.write(secret)), "v-1")
    other = recovery_code.private_key("".join(recovery_code.write(secret)), "v-2")
    assert len(made | {own, other}) == 162
    assert len(own) == 32


def test_a_printed_sheet_opens_for_ever() -> None:
    """A change of these figures makes every sheet in an envelope void."""
    code = "-".join(recovery_code.write(bytes(range(20))))
    assert code == "000G8-40R4P-0M30D-E2094-185GP-R38EP-1W81W-24GKN"
    assert recovery_code.private_key(code, "v-1").hex() == (
        "735543ccd214b06851d58113bff6a6a7e6e75aaa1547785b9b686ccc23e5c79e"
    )
