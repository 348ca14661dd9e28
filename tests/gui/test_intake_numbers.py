"""Amounts and numbers as they are typed at the counter."""

import pytest

from desk.ui.intake.editors import parse_amount
from desk.ui.intake.numbers import number_warning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("58,000", (True, 58000)),
        ("５.８万", (True, 58000)),
        ("￥12.30 元", (True, 12.3)),
        ("", (True, None)),
        ("about ten", (False, None)),
        ("-5", (False, None)),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, value: tuple[bool, object]) -> None:
    assert parse_amount(text) == value


def test_numbers_that_cannot_be_right_are_asked_for_again() -> None:
    assert number_warning("phone", "138 1234 2207") == ""
    assert number_warning("phone", "1381234") != ""
    assert number_warning("phone", "028-86543210") == ""
    assert number_warning("id_number", "11010519491231002X") == ""
    assert number_warning("id_number", "110105194912310021") != ""
