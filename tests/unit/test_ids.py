"""Identifiers sort by time; hybrid time never runs backwards."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.ids import Stamp, uuid7

MS = st.integers(0, 2**48 - 1)


@given(MS, st.binary(min_size=10, max_size=10))
def test_it_is_a_version_7_uuid(wall_ms: int, chance: bytes) -> None:
    made = uuid.UUID(uuid7(wall_ms, chance))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == wall_ms


@given(MS, MS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_identifiers_sort_by_time(one: int, two: int, a: bytes, b: bytes) -> None:
    if one < two:
        assert uuid7(one, a) < uuid7(two, b)


def test_it_wants_ten_random_bytes() -> None:
    with pytest.raises(ValueError, match="ten"):
        uuid7(1, b"123")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_stamps_only_grow_whatever_the_clock_says(walls: list[int]) -> None:
    stamp = Stamp(500, 0, "a")
    for wall in walls:
        later = stamp.tick(wall)
        assert later > stamp
        stamp = later


def test_a_full_counter_moves_the_time() -> None:
    assert Stamp(5, 0xFFFF, "a").tick(1) == Stamp(6, 0, "a")


def test_hearing_of_a_later_device_moves_this_one() -> None:
    assert Stamp(5, 0, "a").seen(Stamp(9, 3, "b")).tick(1) > Stamp(9, 3, "b")
    assert Stamp(9, 0, "a").seen(Stamp(5, 3, "b")) == Stamp(9, 0, "a")
