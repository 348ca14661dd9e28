"""The agreement statistics against worked examples, and the noise table of knowledge B7."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.agreement import fleiss, weighted
from desk.domain.assessment_noise import SEED, Noise, simulate
from desk.packs import loader

# knowledge B7: error rate; Fleiss κ of profiles; weighted κ of the bands A, V, E, U
TABLE = {
    0.02: (0.89, 0.96, 0.96, 0.93, 0.94),
    0.05: (0.74, 0.90, 0.89, 0.84, 0.86),
    0.10: (0.57, 0.81, 0.80, 0.69, 0.71),
    0.15: (0.43, 0.73, 0.73, 0.62, 0.58),
    0.20: (0.33, 0.66, 0.67, 0.51, 0.49),
    0.30: (0.19, 0.54, 0.53, 0.34, 0.35),
}
MODEL = loader.load().assessment


def _figures(row: Noise) -> tuple[float, ...]:
    return (row.profiles, *(row.bands[key] for key in "AVEU"))


@pytest.mark.unmeasured
def test_the_table_of_rater_noise_is_reproduced() -> None:
    rows = {row.rate: _figures(row) for row in simulate(MODEL, random.Random(SEED))}  # noqa: S311 - no secret depends on it
    assert list(rows) == list(TABLE)
    off = {
        rate: max(abs(a - b) for a, b in zip(rows[rate], TABLE[rate], strict=True)) for rate in rows
    }
    assert max(off.values()) <= 0.03, off


def test_observers_without_slips_agree_fully() -> None:
    (row,) = simulate(MODEL, random.Random(1), customers=50, rates=(0.0,))  # noqa: S311 - no secret depends on it
    assert _figures(row) == (1.0,) * 5
    assert row.hits == 1.0


def test_fleiss_of_the_textbook() -> None:
    """Fleiss 1971 as commonly worked: 10 subjects, 14 raters, 5 categories, κ = 0.210."""
    counts = (
        (0, 0, 0, 0, 14),
        (0, 2, 6, 4, 2),
        (0, 0, 3, 5, 6),
        (0, 3, 9, 2, 0),
        (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0),
        (3, 2, 6, 3, 0),
        (2, 5, 3, 2, 2),
        (6, 5, 2, 1, 0),
        (0, 2, 2, 3, 7),
    )
    subjects = [[grade for grade, n in enumerate(row) for _ in range(n)] for row in counts]
    assert fleiss(list(zip(*subjects, strict=True))) == pytest.approx(0.210, abs=0.0005)


def test_weighted_kappa_counts_far_disagreement_more() -> None:
    near = weighted([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 1])
    far = weighted([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 0])
    assert far < near < 1
    assert weighted([0, 0, 2, 2], [2, 2, 0, 0]) == pytest.approx(-1)


@pytest.mark.parametrize("ratings", [[], [["a"]], [[], []]])
def test_nothing_to_compare_is_an_error(ratings: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="needed"):
        fleiss(ratings)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_agreeing_with_oneself_is_full_agreement(grades: list[int]) -> None:
    assert weighted(grades, grades) == 1
    assert fleiss([grades, grades, grades]) == 1
