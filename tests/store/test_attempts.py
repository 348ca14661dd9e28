"""Wrong passwords: the wait grows, survives, and no clock makes it shorter or endless."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import TooSoon, WrongPassword
from desk.store import attempts, keys
from desk.store.stretching import Argon

SECRETS = {"5a" * 16: keys.Secret(bytes(32), bytes(32))}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return made(tmp_path / "branch.vault")


def made(path: Path) -> Path:
    cheap = Argon(m=64, t=1, p=1)
    slots = [
        keys.person_slot(
            "v-1", who, "right", SECRETS, argon=cheap, created=5, fresh=keys.system_randomness
        )
        for who in ("0417", "0418")
    ]
    keys.create(path, "v-1", slots, SECRETS)
    return path


def fail(vault: Path, person: str, at_ms: int) -> object:
    """Try a wrong password; the seconds it costs."""
    with pytest.raises(WrongPassword) as told, attempts.counted(vault, person, at_ms):
        keys.unlock(vault, "wrong", person)
    return told.value.params["wait"]


def test_the_wait_grows_to_a_minute(vault: Path) -> None:
    now, waits = 1_000_000, []
    for _attempt in range(12):
        wait = fail(vault, "0417", now)
        assert isinstance(wait, int)
        waits.append(wait)
        now += wait * 1000
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert attempts.failures(vault, "0417") == 12
    assert attempts.failures(vault, "0418") == 0


def test_no_password_is_tried_before_the_wait_is_over(vault: Path) -> None:
    for _attempt in range(5):
        fail(vault, "0417", 1_000_000 + 100_000 * _attempt)
    last = 1_400_000
    with pytest.raises(TooSoon) as told, attempts.counted(vault, "0417", last + 100):
        pytest.fail("tried too soon")
    assert told.value.params == {"wait": 4}
    with attempts.counted(vault, "0418", last + 100):
        keys.unlock(vault, "right", "0418")
    with attempts.counted(vault, "0417", last + 4000):
        keys.unlock(vault, "right", "0417")


def test_a_clock_set_back_begins_the_wait_anew_and_no_more(vault: Path) -> None:
    for attempt in range(5):
        fail(vault, "0417", 1_000_000_000 + 100_000 * attempt)
    with pytest.raises(TooSoon), attempts.counted(vault, "0417", 5_000):
        pytest.fail("tried too soon")
    with pytest.raises(TooSoon), attempts.counted(vault, "0417", 8_900):
        pytest.fail("tried too soon")
    with attempts.counted(vault, "0417", 9_000):
        keys.unlock(vault, "right", "0417")


def test_numbers_without_a_password_are_counted_as_one(vault: Path) -> None:
    fail(vault, "9999", 1_000_000)
    fail(vault, "", 2_000_000)
    assert fail(vault, "8888", 3_000_000) == 1
    assert attempts.failures(vault, "0417") == 3, "told to whoever gets in"
    attempts.clear(vault, "0417")
    assert attempts.failures(vault, "0417") == 0


def test_clearing_leaves_the_failures_of_others(vault: Path) -> None:
    fail(vault, "0417", 1_000_000)
    fail(vault, "0418", 1_000_000)
    attempts.clear(vault, "0417")
    assert (attempts.failures(vault, "0417"), attempts.failures(vault, "0418")) == (0, 1)


def test_a_success_that_was_not_logged_forgets_nothing(vault: Path) -> None:
    fail(vault, "0417", 1_000_000)
    with attempts.counted(vault, "0417", 2_000_000):
        keys.unlock(vault, "right", "0417")
    assert attempts.failures(vault, "0417") == 1


@given(
    content=st.one_of(
        st.binary(max_size=60),
        st.dictionaries(
            st.sampled_from(["0417", ""]),
            st.fixed_dictionaries({"count": st.integers(), "last_ms": st.integers()}),
        ).map(lambda found: repr(found).replace("'", '"').encode()),
    ),
    now=st.integers(0, 10**15),
)
def test_a_file_of_any_content_costs_a_minute_at_most(
    content: bytes, now: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.vault"
    if not path.with_name("odd.vault.keys").exists():
        made(path)
    path.with_name("odd.vault.attempts").write_bytes(content)
    try:
        with attempts.counted(path, "0417", now):
            pass
    except TooSoon as fault:
        wait = fault.params["wait"]
        assert isinstance(wait, int)
        assert 0 < wait <= 60
        with attempts.counted(path, "0417", now + 60_000):
            pass
