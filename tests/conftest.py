"""What every test shares: property tests are judged by what they find, never by the clock."""

from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from desk import i18n
from desk.store import stretching
from tests.measuring import looking_away

# Two cores, coverage and a busy machine make any time limit a coin toss.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")

UNMEASURED = (
    "unmeasured: coverage looks away, since this test does one thing a thousand times, or kills the"
    " programs it starts before they could tell"
)


def pytest_configure(config: pytest.Config) -> None:
    """The mark for the tests whose lines others measure."""
    config.addinivalue_line("markers", UNMEASURED)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """From set-up to tear-down, coverage looks away from what is marked `unmeasured`.

    Properties are among them: what chance leads them to would be another figure each time.
    """
    if not any(item.get_closest_marker(name) for name in ("unmeasured", "hypothesis")):
        return (yield)
    with looking_away():
        return (yield)


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
