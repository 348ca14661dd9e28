"""Invented cases in a real vault: a sound chain, times as planned, and the day's next number."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.domain.engine import Engine
from desk.domain.ledger import Filter
from desk.errors import BadInput, VaultExists
from desk.packs import loader
from desk.services import cases, samples, vaults
from desk.services.moment import Moment
from desk.store import check

NOW = datetime.fromisoformat("2026-11-21T15:40")
MS = 1_795_246_800_000


class Fixed(Moment):
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def wall_ms(self) -> int:
        return MS


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


def test_the_sample_vault_is_sound_and_ready_to_work_in(tmp_path: Path, engine: Engine) -> None:
    session = samples.sample_session(tmp_path, Fixed(), engine=engine)
    try:
        assert check.check(session.vault) == ()
        assert session.actor.role == "head"
        assert session.branch.name == "城东支行"
        assert {person.id for person in session.vault.people()} >= {"1001", "1008", "1017", "1023"}
        page = session.vault.ledger.page(Filter(), limit=500)
        assert len(page.rows) >= 44
        numbers = {row.number for row in page.rows}
        assert len(numbers) == len(page.rows)
        opened = cases.open_case(session)
        assert opened.case.number not in numbers
        for row in page.rows:
            events = session.vault.events(row.case)
            begun = datetime.fromisoformat(row.received_at)
            behind = timedelta(milliseconds=MS - events[0].stamp.wall_ms)
            assert abs((NOW - behind) - begun) < timedelta(minutes=1)
    finally:
        session.vault.close()


def test_a_second_sample_in_the_same_folder_is_refused(tmp_path: Path, engine: Engine) -> None:
    samples.sample_session(tmp_path, Fixed(), engine=engine).vault.close()
    with pytest.raises(VaultExists):
        samples.sample_session(tmp_path, Fixed(), engine=engine)


def test_a_seeded_vault_is_sound_and_reports_progress(tmp_path: Path, engine: Engine) -> None:
    seen: list[int] = []
    session = samples.seeded_session(
        tmp_path / "many.vault",
        60,
        seed=3,
        password="pass word",
        moment=Fixed(),
        engine=engine,
        progress=seen.append,
    )
    try:
        assert check.check(session.vault) == ()
        assert len(session.vault.ledger.page(Filter(), limit=500).rows) == 60
        assert seen[-1] == 60
        assert 60 * 6 <= session.vault.head().seq <= 60 * 12
    finally:
        session.vault.close()


def test_the_command_leaves_a_vault_that_opens_with_its_password(tmp_path: Path) -> None:
    path = tmp_path / "few.vault"
    samples.make_vault(path, "pass word", 5)
    session = vaults.unlock(path, "pass word")
    try:
        assert len(session.vault.ledger.page(Filter()).rows) == 5
    finally:
        vaults.close(session)


def test_a_negative_count_makes_no_vault(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(BadInput):
        samples.seeded_session(tmp_path / "x.vault", -1, password="pass word", engine=engine)
    assert list(tmp_path.iterdir()) == []
