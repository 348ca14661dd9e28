"""What a password costs: fitted to the machine, never below the floor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.store import stretching
from desk.store.stretching import FLOOR, Argon, measured


@given(floor_s=st.floats(0.0005, 20.0), slope=st.floats(1.0, 1.5))
def test_every_machine_takes_the_time_or_the_floor(floor_s: float, slope: float) -> None:
    """`slope`: how much dearer a byte gets when memory doubles, as caches run out."""

    def machine(argon: Argon) -> float:
        doubled = (argon.m // FLOOR.m).bit_length() - 1
        return floor_s * argon.m * argon.t / (FLOOR.m * FLOOR.t) * slope**doubled

    found = stretching.calibrated(machine)
    assert FLOOR.m <= found.m <= 256 * 1024
    assert FLOOR.t <= found.t <= 64
    assert found.p == FLOOR.p
    if floor_s >= 0.45:
        assert found == FLOOR
    elif found.t < 64:
        assert 0.3 <= machine(found) <= 0.6
        assert not stretching.is_far_off(found, machine(found))


def test_memory_grows_before_rounds() -> None:
    quick = stretching.calibrated(lambda argon: 1e-8 * argon.m * argon.t)
    assert quick.m == 256 * 1024
    assert quick.t > FLOOR.t


@pytest.mark.parametrize(
    ("argon", "seconds", "far"),
    [
        (FLOOR, 0.45, False),
        (FLOOR, 0.1, True),
        (FLOOR, 5.0, False),  # a slow machine cannot have less
        (Argon(m=256 * 1024, t=5), 0.45, False),
        (Argon(m=256 * 1024, t=5), 1.5, True),
        (Argon(m=64, t=1, p=1), 0.45, True),  # below the floor, however slow the machine is
    ],
)
def test_what_is_far_off(argon: Argon, seconds: float, *, far: bool) -> None:
    assert stretching.is_far_off(argon, seconds) is far


def test_a_noisy_measure_changes_nothing() -> None:
    assert not stretching.differs(Argon(t=5), Argon(t=3))
    assert stretching.differs(Argon(m=256 * 1024), Argon())
    assert stretching.differs(Argon(), Argon(m=256 * 1024))


def test_this_machine_can_be_measured() -> None:
    found = stretching.calibrated(measured)
    assert found.m * found.t >= FLOOR.m * FLOOR.t


def test_a_key_depends_on_password_salt_and_cost() -> None:
    cheap = Argon(m=64, t=1, p=1)
    made = {
        stretching.stretch("a", bytes(16), cheap),
        stretching.stretch("b", bytes(16), cheap),
        stretching.stretch("a", bytes(15) + b"1", cheap),
        stretching.stretch("a", bytes(16), Argon(m=64, t=2, p=1)),
    }
    assert {len(key) for key in made} == {32}
    assert len(made) == 4
