"""A case goes on under the pack version it was opened under, as long as that is here."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from desk.domain.content import Pack
from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.packs import loader
from desk.services import cases, reports, vaults
from desk.services.editions import Editions, told
from desk.services.moment import Moment
from desk.services.session import Session

WORDS = "old words nobody else has"


def renamed(version: str, label: str = "") -> Pack:
    """The shipped pack under another version, its first scenario called `label`."""
    pack = loader.load()
    scenario = pack.scenarios[0]
    named = msgspec.structs.replace(
        scenario, name=msgspec.structs.replace(scenario.name, en=label or scenario.name.en)
    )
    return dataclasses.replace(
        pack,
        head=msgspec.structs.replace(pack.head, version=version),
        scenarios=(named, *pack.scenarios[1:]),
    )


@pytest.fixture(scope="module")
def engines() -> dict[str, Engine]:
    return {
        "old": Engine(renamed("8.0.0", WORDS)),
        "new": Engine(renamed("9.0.0")),
        "altered": Engine(renamed("8.0.0", "other words")),
    }


@pytest.fixture
def opened(tmp_path: Path, engines: dict[str, Engine]) -> tuple[Path, str]:
    """A vault with one case opened under version 8.0.0, closed again."""
    path = tmp_path / "branch.vault"
    session = vaults.create(
        path,
        Branch("TS", "测试支行", "测试银行"),
        "desk",
        Person("1001", "林晓", "head"),
        "correct horse",
        engine=engines["old"],
    )
    case = cases.open_case(session, place="3").case.id
    vaults.close(session)
    return path, case


def again(path: Path, engine: Engine, *others: Pack) -> Session:
    """The vault opened with `engine` as the newest pack and others on the shelf."""
    session = vaults.unlock(path, "correct horse", engine=engine, moment=Moment())
    known = {pack.stamp: pack for pack in others}
    return dataclasses.replace(session, editions=Editions(known.get))


def test_a_case_keeps_its_version_and_a_new_one_gets_the_newest(
    opened: tuple[Path, str], engines: dict[str, Engine]
) -> None:
    path, case = opened
    session = again(path, engines["new"], engines["old"].pack)
    try:
        view = session.view(case)
        assert view.pack.stamp == "cn-branch@8.0.0"
        assert view.pack.scenarios[0].name.en == WORDS
        assert (view.edition.stamp, view.edition.state) == ("cn-branch@8.0.0", "same")
        assert told(view.edition, view.pack) == ("", "")
        view = cases.set_field(session, case, "place", "5")
        assert {event.pack for event in session.vault.events(case)} == {"cn-branch@8.0.0"}
        assert reports.compose(session, case, "internal", "en").pack_label == "8.0.0"
        fresh = cases.open_case(session)
        assert fresh.pack.stamp == "cn-branch@9.0.0"
        assert fresh.case.pack == "cn-branch@9.0.0"
    finally:
        vaults.close(session)


def test_a_version_that_is_not_here_is_replaced_by_the_newest_and_said_so(
    opened: tuple[Path, str], engines: dict[str, Engine]
) -> None:
    path, case = opened
    session = again(path, engines["new"])
    try:
        view = session.view(case)
        assert view.pack.stamp == "cn-branch@9.0.0"
        assert (view.edition.stamp, view.edition.state) == ("cn-branch@8.0.0", "missing")
        assert all("8.0.0" in words for words in told(view.edition, view.pack))
        label = reports.compose(session, case, "internal", "en").pack_label
        assert label.startswith("9.0.0 (")
        assert "cn-branch@8.0.0" in label
    finally:
        vaults.close(session)


def test_a_version_that_was_changed_since_its_first_use_is_told(
    opened: tuple[Path, str], engines: dict[str, Engine]
) -> None:
    path, case = opened
    session = again(path, engines["altered"])
    try:
        assert session.view(case).edition.state == "changed"
        label = reports.compose(session, case, "internal", "en").pack_label
        assert label.startswith("8.0.0 (")
    finally:
        vaults.close(session)
    session = again(path, engines["new"], engines["altered"].pack)
    try:
        assert session.view(case).edition.state == "changed"
    finally:
        vaults.close(session)


def test_a_version_is_loaded_once_and_only_when_needed(engines: dict[str, Engine]) -> None:
    asked: list[str] = []

    def load(stamp: str) -> Pack | None:
        asked.append(stamp)
        return None

    editions = Editions(load)
    newest = engines["new"]
    assert editions.of("", newest) is newest
    assert editions.of("cn-branch@9.0.0", newest) is newest
    assert asked == []
    assert editions.of("cn-branch@1.0.0", newest) is newest
    assert editions.of("cn-branch@1.0.0", newest) is newest
    assert asked == ["cn-branch@1.0.0"]


def test_lists_and_search_use_the_version_of_each_case(
    opened: tuple[Path, str], engines: dict[str, Engine]
) -> None:
    path, case = opened
    session = again(path, engines["new"])
    try:
        editions = Editions({"cn-branch@8.0.0": engines["old"].pack}.get)
        found = session.vault.case(case)
        assert editions.of(found.pack, session.engine).pack.stamp == "cn-branch@8.0.0"
        row = editions.projector(session.engine)(found).row
        assert row == engines["old"].project(found).row
    finally:
        vaults.close(session)
