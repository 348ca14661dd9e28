"""When a backup is due, what its events say, and who may put a vault back."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from desk.domain.engine import Engine
from desk.domain.events import BackedUp, PersonPut, Restored, RestoreTried
from desk.domain.permissions import ROLES, TABLE, Role
from desk.domain.staff import Branch, Person
from desk.errors import BackupMissing, NotAllowed, TooSoon, WrongPassword
from desk.packs import loader
from desk.services import backups, cases, checks, restoring, vaults
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store import backups as store
from desk.store.stretching import Argon
from desk.store.vault import Vault

PASSWORD = "a good long password"


@dataclasses.dataclass(frozen=True, slots=True)
class Clock(Moment):
    """A clock that is put forward by hand."""

    minutes: list[int]

    def now(self) -> datetime:
        begun = datetime.fromisoformat("2026-11-22T09:00")
        return begun + timedelta(minutes=sum(self.minutes))

    def wall_ms(self) -> int:
        return int(self.now().timestamp() * 1000)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


@pytest.fixture
def session(tmp_path: Path, engine: Engine) -> Iterator[Session]:
    clock = Clock([])
    person = Person("0417", "王", "head")
    branch = Branch("CD", "城东支行")
    vault = Vault.create(
        tmp_path / "branch.vault",
        PASSWORD,
        person=person,
        device="柜台一",
        branch=branch,
        projector=engine.project,
        wall_ms=clock.wall_ms(),
        argon=Argon(m=64, t=1, p=1),
    )
    yield Session(vault, engine, clock, person, branch)
    vault.close()


def later(session: Session, minutes: int) -> None:
    clock = session.moment
    assert isinstance(clock, Clock)
    clock.minutes.append(minutes)


def run(session: Session) -> bool:
    """One look of the clock that backs up; whether it did."""
    asked = backups.due(session)
    if asked is None:
        return False
    backups.recorded(session, backups.carry_out(asked))
    return True


def test_a_backup_is_made_every_half_hour_of_use_and_not_otherwise(session: Session) -> None:
    cases.open_case(session)
    assert run(session)
    assert not run(session)
    later(session, 29)
    cases.open_case(session)
    assert not run(session)
    later(session, 1)
    assert run(session)
    later(session, 600)
    assert not run(session)  # nobody worked: its own event asks for no other
    cases.open_case(session)
    assert run(session)
    told = [e.payload for e in session.vault.happenings() if isinstance(e.payload, BackedUp)]
    assert [one.why for one in told] == ["time"] * 3
    listed = store.listing(store.folder_of(session.vault.database.path))
    assert [one.name for one in listed] == [one.name for one in reversed(told)]


def test_after_the_clock_went_back_work_is_kept_all_the_same(session: Session) -> None:
    cases.open_case(session)
    assert run(session)
    later(session, -60 * 24 * 365)
    cases.open_case(session)
    assert run(session)


def test_a_manifest_from_elsewhere_does_not_pass_for_a_backup(session: Session) -> None:
    cases.open_case(session)
    assert run(session)
    later(session, 10)
    cases.open_case(session)
    folder = store.folder_of(session.vault.database.path)
    (newest,) = store.listing(folder)
    assert newest.manifest is not None
    heads = dict.fromkeys(newest.manifest.heads, f"{10**6}:00")
    store.write_manifest(folder, msgspec.structs.replace(newest.manifest, heads=heads))
    assert run(session)


def test_the_page_is_told_what_no_backup_holds(session: Session) -> None:
    cases.open_case(session)
    before = backups.overview(session)
    assert (before.backups, before.drill) == ((), None)
    assert before.unsaved > 0
    backups.make(session, "hand")
    after = backups.overview(session)
    assert (len(after.backups), after.unsaved) == (1, 0)
    cases.open_case(session)
    assert backups.overview(session).unsaved > 0


def test_a_drill_is_due_once_a_month_and_recorded(session: Session) -> None:
    assert backups.drill_due(session) is None
    backups.make(session, "risk")
    asked = backups.drill_due(session)
    assert asked is not None
    drill = backups.try_out(asked)
    backups.tried(session, drill)
    assert session.vault.happenings()[-1].payload == RestoreTried(
        name=drill.name, events=drill.events
    )
    assert backups.drill_due(session) is None
    later(session, 60 * 24 * 30)
    assert backups.drill_due(session) is not None


def test_a_copy_goes_to_the_second_place(session: Session, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    manifest = backups.make(session, "hand", second=str(stick))
    overview = backups.overview(session, second=str(stick))
    assert overview.second.name == manifest.name
    assert [one.name for one in restoring.offers(stick)] == [manifest.name]
    assert backups.overview(session, second="elsewhere").second.name == ""


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_restore_does(session: Session, role: Role, engine: Engine) -> None:
    session.record(PersonPut(person="0417", name="王", role=role))
    path = session.vault.database.path
    store.make(store.source_of(session.vault), "hand", session.now())
    session.vault.close()
    folder = restoring.folder_of(path)
    if "restore" in TABLE[role]:
        offer = restoring.look(path, folder, "", "0417", PASSWORD)
        assert (offer.person, offer.name, offer.lacks.events) == ("0417", "王", 0)
        restoring.restore(offer)
        again = vaults.unlock(path, PASSWORD, "0417", engine=engine)
        kinds = [event.payload.kind for event in again.vault.happenings()]
        assert kinds[-2:] == [Restored(name="", events=0).kind, "unlocked"]
        vaults.close(again)
    else:
        with pytest.raises(NotAllowed):
            restoring.look(path, folder, "", "0417", PASSWORD)


def test_wrong_passwords_slow_down_here_too(session: Session) -> None:
    path = session.vault.database.path
    store.make(store.source_of(session.vault), "hand", session.now())
    session.vault.close()
    with pytest.raises(BackupMissing):
        restoring.look(path, path.parent / "nowhere", "", "0417", PASSWORD)

    def guess() -> None:
        restoring.look(path, restoring.folder_of(path), "", "0417", "guess", moment=session.moment)

    for _ in range(3):
        with pytest.raises(WrongPassword):
            guess()
    with pytest.raises(TooSoon):
        guess()


def test_a_right_is_asked_of_who_asks(session: Session) -> None:
    teller = dataclasses.replace(session, actor=Person("0418", "李", "teller"))
    asked: tuple[Callable[[Session], object], ...] = (
        backups.plan,
        backups.plan_drill,
        backups.overview,
        lambda one: backups.make(one, "hand"),
    )
    for ask in asked:
        with pytest.raises(NotAllowed):
            ask(teller)
    assert backups.make(teller, "risk").why == "risk"
    cases.open_case(session)
    later(session, 31)
    assert backups.due(teller) is not None


def test_a_rebuild_comes_after_a_backup(session: Session) -> None:
    assert checks.check(session, rebuild=True) == ()
    (made,) = backups.overview(session).backups
    assert made.manifest is not None
    assert made.manifest.why == "risk"
