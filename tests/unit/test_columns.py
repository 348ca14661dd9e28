"""Widths of a table's columns: they fill the line, and nothing wraps that need not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.documents.columns import fitted

tables = st.integers(1, 7).flatmap(
    lambda count: st.lists(
        st.lists(st.floats(0, 4000), min_size=count, max_size=count), min_size=1, max_size=12
    )
)


@given(tables)
def test_columns_fill_the_line_and_none_vanishes(rows: list[list[float]]) -> None:
    widths = fitted(rows, 508.0)
    assert sum(widths) == pytest.approx(508)
    for width, column in zip(widths, zip(*rows, strict=True), strict=True):
        assert width >= min(58.0, max(column)) - 1e-6


@given(tables)
def test_a_column_that_needs_no_more_than_its_equal_part_does_not_wrap(
    rows: list[list[float]],
) -> None:
    widths = fitted(rows, 508.0)
    for width, column in zip(widths, zip(*rows, strict=True), strict=True):
        if max(column) <= 508 / len(widths):
            assert width >= max(column) - 1e-6


def test_a_table_that_fits_wraps_nothing() -> None:
    assert fitted([[20, 180], [100, 100]], 420.0) == pytest.approx((150, 270))


def test_a_long_text_gets_the_room_that_spares_lines() -> None:
    rows = [[500.0, 120.0], [520.0, 110.0], [510.0, 300.0]]
    text, detail = fitted(rows, 400.0)
    assert text >= 260
    assert detail >= 120, "short details stay on one line"
