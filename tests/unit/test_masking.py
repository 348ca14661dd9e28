"""Masked values show enough to recognise and never the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.masking import address, masked, surname


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("王小明", "王"),
        ("欧阳修远", "欧阳"),
        ("欧阳", "欧"),
        ("Ann Lee", "Lee"),
        ("", ""),
        (" 李四 ", "李"),
    ],
)
def test_surnames(name: str, family: str) -> None:
    assert surname(name) == family


def test_how_people_are_addressed() -> None:
    assert address("王小明", "ms", "zh") == "王女士"
    assert address("王小明", "mr", "en") == "Mr 王"
    assert address("王小明", "", "zh") == ""
    assert address("", "ms", "zh") == ""


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "王小明", "王**"),
        ("phone", "13900001234", "139****1234"),
        ("phone", "12378", "1****"),
        ("id_number", "110101199001011234", "1101**********34"),
        ("text", "城东区和平路18号2单元", "城东区和平路******"),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert masked(kind, value) == shown


@given(st.sampled_from(["name", "phone", "id_number", "text"]), st.text(min_size=2, max_size=30))
def test_the_whole_is_never_shown(kind: str, value: str) -> None:
    if value.strip() and len(value.strip()) > 1:
        assert value.strip() not in masked(kind, value).replace("*", "")
