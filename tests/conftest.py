"""What every test shares: property tests are judged by what they find, never by the clock."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from desk import i18n
from desk.store import stretching

# Two cores, coverage and a busy machine make any time limit a coin toss.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")


@pytest.fixture
def english() -> Iterator[None]:
    """The messages of the program in English, as they stand in the code."""
    i18n.use("en")
    yield
    i18n.use("zh")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Every test begins in Chinese, whatever the one before it set and did not put back."""
    i18n.use("zh")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords at the least cost there is: no test waits for this machine to be measured."""
    monkeypatch.setattr(stretching, "measured", lambda _argon: stretching.TARGET_S)
