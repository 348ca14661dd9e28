"""Whatever the world does: a sentence, the one that THREATS.md shows, and nothing lost."""

from datetime import datetime
from pathlib import Path

import pytest

from desk.services import cases
from tests.faults import unlucky
from tests.faults.unlucky import MISHAPS, Fixed, World

THREATS = (Path(__file__).resolve().parents[2] / "THREATS.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(
        tmp_path_factory.mktemp("first") / unlucky.SHOWN,
        moment=Fixed(datetime.fromisoformat("2026-11-20T09:00")),
    )
    made.make()
    return made


@pytest.fixture
def world(first: World, tmp_path: Path) -> World:
    return unlucky.copied(first, tmp_path / "world")


@pytest.mark.parametrize("what", MISHAPS)
def test_a_mishap_is_told_in_the_words_shown_and_loses_nothing(what: str, world: World) -> None:
    told = unlucky.read(MISHAPS[what], world)
    assert unlucky.row(what, told) in THREATS.splitlines()
    assert world.keeps()


def test_the_table_shows_nothing_that_is_not_tried() -> None:
    _, _, table = THREATS.partition("| What happens |")
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) == len(MISHAPS) > 0


@pytest.mark.parametrize("year", [1980, 2027, 2099])
def test_a_clock_far_off_loses_nothing_and_keeps_the_order(world: World, year: int) -> None:
    world.moment = Fixed(datetime.fromisoformat(f"{year}-01-01T08:00"))
    with world.opened() as session:
        cases.add_note(session, world.case, "钟不准")
        order = [event.stamp for event in session.vault.events(world.case)]
        assert order == sorted(order)
        assert cases.view(session, world.case).case.text(unlucky.FIELD) == unlucky.WORDS
    assert world.keeps()
    world.moment = Fixed(datetime.fromisoformat("2026-11-20T10:00"))
    with world.opened() as session:
        cases.add_note(session, world.case, "钟准了")
        notes = [note.text for note in session.vault.case(world.case).notes]
        assert notes == ["钟不准", "钟准了"]
    assert world.keeps()
