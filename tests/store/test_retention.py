"""Keeping and forgetting as people do it: who may, when, with whom, and what is left afterwards."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desk.domain.backups import name_at
from desk.domain.events import Closed, Exported, FieldSet, Forgotten, HoldSet, Swept
from desk.domain.keeping import NEWEST
from desk.domain.ledger import Filter
from desk.domain.retention import KeepingClass, Why
from desk.errors import BadInput, NotAllowed
from desk.services import approvals, backups, cases, checks, history, retention
from desk.services.approvals import Approval
from desk.services.session import Session
from desk.store import backups as backup_files
from desk.store import key_file, restoring, second_place, switch, unread_log
from desk.store.pace import AT_ONCE
from desk.store.vault import Vault
from tests.store.crew import (
    ADMIN,
    AUDITOR,
    HEAD,
    LOBBY,
    OFFICER,
    TELLER,
    Crew,
    crew_in,
    engine,
    password,
)
from tests.store.pages import plain

WAYS: tuple[Why, ...] = ("due", "asked", "law")
NAME, PHONE = "爨麤鱻", "18687654321"


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with crew_in(tmp_path) as made:
        yield made


@pytest.fixture
def desk(crew: Crew) -> Session:
    """The complaint officer at the desk, who asks; the head of the branch approves."""
    return crew.at_desk(OFFICER)


def closed(session: Session, *fields: tuple[str, str], day: str = "") -> str:
    """A case of that person, closed today or on `day`."""
    case = cases.open_case(session).case.id
    told = (("complainant_name", NAME), ("complainant_phone", PHONE), ("narrative", f"{NAME}等"))
    for path, value in (*told, *fields):
        cases.set_field(session, case, path, value)
    at = f"{day}T10:00" if day else session.minute()
    session.write(case, Closed(outcome="told", at=at))
    return case


def approved(session: Session, case: str, reason: str = "期限已到") -> Approval:
    return approvals.confirm(session, "forget", case, HEAD.id, password(HEAD), reason)


def reason(use: Callable[[], object]) -> str:
    with pytest.raises(NotAllowed) as caught:
        use()
    return str(caught.value.params["reason"])


def years_on(crew: Crew, years: int) -> None:
    """So many years later, and two days, so that no leap year matters."""
    crew.moment.later(days=365 * years + years // 4 + 2)


def test_a_person_whose_time_is_over_is_forgotten_by_two(crew: Crew, desk: Session) -> None:
    case = closed(desk)
    number = desk.vault.case(case).number
    years_on(crew, 5)
    assert reason(lambda: retention.forget(desk, case, "due", None)) == "needs_approval"
    gone = retention.forget(desk, case, "due", approved(desk, case))
    retention.sweep(desk)
    assert (gone.state, gone.by, gone.why) == ("forgotten", HEAD.id, "due")
    assert gone.forgotten_at == desk.minute()
    found = desk.vault.case(case)
    assert found.value("complainant_name") is None
    assert found.approvals[-1].by == HEAD.id
    assert desk.vault.ledger.count(Filter(text=NAME)).number == 0
    assert cases.find(desk, number) == case
    assert checks.check(desk) == ()
    content = plain(desk.vault.database.path, desk.vault.opened.key)
    assert NAME.encode() not in content
    assert PHONE.encode() not in content
    assert NAME not in repr(history.history(desk, case))


def test_what_was_written_of_a_person_reads_as_removed(crew: Crew, desk: Session) -> None:
    case = closed(desk)
    years_on(crew, 5)
    before = {line.what: line.detail for line in history.history(desk, case)}
    retention.forget(desk, case, "due", approved(desk, case))
    after = {line.what: line.detail for line in history.history(desk, case)}
    name = next(what for what, detail in before.items() if detail.startswith(NAME[0]))
    assert "依法" in after[name]
    assert set(before) <= set(after)


@pytest.mark.parametrize("person", [TELLER, LOBBY, AUDITOR, ADMIN])
def test_only_who_may_forgets_or_holds(crew: Crew, desk: Session, person: object) -> None:
    case = closed(desk)
    years_on(crew, 6)
    other = crew.at_desk(person)  # type: ignore[arg-type]
    approval = approved(desk, case)
    assert reason(lambda: retention.forget(other, case, "due", approval)) == "role"
    assert reason(lambda: retention.hold(other, case, "起诉")) == "role"
    assert reason(lambda: retention.choose(other, case, "identity")) == "role"
    assert desk.vault.case(case).forgotten is None


def test_an_approval_of_something_else_forgets_nobody(crew: Crew, desk: Session) -> None:
    case, other = closed(desk), closed(desk)
    years_on(crew, 6)
    assert reason(lambda: retention.forget(desk, case, "due", approved(desk, other))) == (
        "needs_approval"
    )


def test_nobody_is_forgotten_too_early_or_under_a_hold(crew: Crew, desk: Session) -> None:
    case = closed(desk)
    for why in WAYS:
        assert reason(lambda: retention.require_forgettable(desk, case, why, "依申请")) == (  # noqa: B023
            "keeping_floor"
        )
    years_on(crew, 3)
    assert reason(lambda: retention.require_forgettable(desk, case, "due")) == "keeping_due"
    assert reason(lambda: retention.require_forgettable(desk, case, "asked")) == "needs_reason"
    retention.require_forgettable(desk, case, "asked", "本人书面申请，编号 12")
    retention.hold(desk, case, "客户已起诉")
    for why in WAYS:
        assert reason(lambda: retention.require_forgettable(desk, case, why, "依申请")) == (  # noqa: B023
            "keeping_held"
        )
    approval = approved(desk, case)
    assert reason(lambda: retention.forget(desk, case, "law", approval, reason="依法")) == (
        "keeping_held"
    )
    assert desk.vault.case(case).forgotten is None
    retention.end_hold(desk, case, "调解结案")
    assert retention.forget(desk, case, "law", approval, reason="依法").why == "law"


def test_an_open_case_and_a_forgotten_one_are_told_apart(crew: Crew, desk: Session) -> None:
    case = cases.open_case(desk).case.id
    assert (
        reason(lambda: retention.require_forgettable(desk, case, "law", "依法")) == "keeping_open"
    )
    ended = closed(desk)
    years_on(crew, 5)
    retention.forget(desk, ended, "due", approved(desk, ended))
    for use in (
        lambda: retention.require_forgettable(desk, ended, "due"),
        lambda: retention.hold(desk, ended, "起诉"),
        lambda: retention.choose(desk, ended, "identity"),
        lambda: cases.reopen(desk, ended, "补充"),
    ):
        assert reason(use) == "case_forgotten"


@pytest.mark.parametrize("trace", [NAME, f"应{NAME}本人要求", PHONE])
def test_the_reason_that_stays_names_nobody(crew: Crew, desk: Session, trace: str) -> None:
    case = closed(desk)
    years_on(crew, 4)
    approval = approved(desk, case)
    assert reason(lambda: retention.forget(desk, case, "asked", approval, reason=trace)) == (
        "reason_names"
    )


def test_a_transferred_case_waits_until_somebody_decided_on_a_hold(
    crew: Crew, desk: Session
) -> None:
    case = closed(desk, ("source", "S_NFRA_FORMAL"))
    years_on(crew, 6)
    assert retention.line(desk, case).grounds == ("transfer",)
    assert reason(lambda: retention.require_forgettable(desk, case, "due")) == "keeping_undecided"
    retention.end_hold(desk, case, "转办件已报结")
    assert retention.line(desk, case).grounds == ()
    assert retention.line(desk, case).hold_ended_at == ""
    retention.require_forgettable(desk, case, "due")


def test_a_hold_needs_a_reason_and_is_set_once(desk: Session) -> None:
    case = closed(desk)
    assert reason(lambda: retention.hold(desk, case, "  ")) == "needs_reason"
    retention.hold(desk, case, "客户已起诉")
    retention.hold(desk, case, "再说一遍")
    told = [e.payload for e in desk.vault.events(case) if isinstance(e.payload, HoldSet)]
    assert [(one.on, one.reason) for one in told] == [(True, "客户已起诉")]


def test_a_class_is_chosen_from_those_in_force(desk: Session) -> None:
    case = closed(desk)
    assert (retention.line(desk, case).keeping.key, retention.line(desk, case).is_chosen) == (
        "complaint",
        False,
    )
    with pytest.raises(BadInput):
        retention.choose(desk, case, "nothing")
    chosen = retention.choose(desk, case, "identity")
    assert (chosen.keeping.key, chosen.is_chosen, chosen.floor) == ("identity", True, chosen.due)


def test_the_shelves_hold_each_case_once(crew: Crew, desk: Session) -> None:
    today = desk.now().date()

    def ended(days: int) -> str:
        """A case that will be due in so many days."""
        return closed(desk, day=str(_years_back(today, 5) + timedelta(days=days - 1)))

    due, last, soon, edge, far = (ended(days) for days in (-30, 0, 1, 90, 91))
    recording = closed(desk, ("insurance_matter", "I_SALES"), day=str(_years_back(today, 6)))
    held = closed(desk, day="2015-01-01")
    retention.hold(desk, held, "起诉")
    gone = closed(desk, day="2015-01-01")
    retention.forget(desk, gone, "due", approved(desk, gone))
    cases.open_case(desk)
    found = {shelf: _cases(retention.lists(desk, shelf)) for shelf in retention.SHELVES}
    assert found == {
        "due": [due, last],
        "upcoming": [soon, edge],
        "held": [held],
        "forgotten": [gone],
    }
    counts = retention.lists(desk, "due").counts
    assert counts == {"due": 2, "upcoming": 2, "held": 1, "forgotten": 1}
    assert retention.line(desk, recording).due is not None
    assert far not in {case for cases_of in found.values() for case in cases_of}
    assert _cases(retention.lists(desk, "due", keep="sale_recording")) == []
    assert _cases(retention.lists(desk, "due", keep="complaint")) == [due, last]
    # What the list says is what forgetting itself judges.
    for case in (due, last):
        retention.require_forgettable(desk, case, "due")
    assert reason(lambda: retention.require_forgettable(desk, soon, "due")) == "keeping_due"


def _cases(found: retention.Lists) -> list[str]:
    return [line.case for line in found.lines]


def _years_back(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


def test_what_is_swept_is_told_and_nothing_is_when_nothing_was(crew: Crew, desk: Session) -> None:
    assert retention.sweep(desk) is None
    case = closed(desk)
    years_on(crew, 5)
    retention.forget(desk, case, "due", approved(desk, case))
    assert retention.sweep(crew.at_desk(TELLER)) == Swept()
    assert retention.sweep(desk) is None
    assert [e.payload for e in desk.vault.happenings() if isinstance(e.payload, Swept)] == [Swept()]


def test_old_copies_say_until_when_they_hold_a_person_and_go(crew: Crew, desk: Session) -> None:
    case = closed(desk)
    years_on(crew, 5)
    folder = backup_files.folder_of(desk.vault.database.path)
    backups.make(crew.head, "hand")
    before = desk.now()
    assert retention.old_copies(desk) == ()
    crew.moment.later(hours=1)
    retention.forget(desk, case, "due", approved(desk, case))
    (copy,) = retention.old_copies(desk)
    assert (copy.made, copy.persons) == (before, 1)
    assert copy.gone_by - before.date() == timedelta(days=281)
    for _day in range(3):
        crew.moment.later(days=1)
        backups.make(crew.head, "hand")
    assert len(retention.old_copies(desk)) == 1
    crew.moment.at[0] = datetime.combine(copy.gone_by, desk.now().time()) + timedelta(hours=2)
    for _more in range(3):  # the newest three are kept whatever the clock says
        backups.make(crew.head, "hand")
        crew.moment.later(hours=1)
    retention.sweep(desk)
    assert retention.old_copies(desk) == ()
    assert copy.name not in {one.name for one in backup_files.listing(folder)}


def test_whole_vaults_and_the_second_place_are_told_of_too_and_go(
    crew: Crew, desk: Session, tmp_path: Path
) -> None:
    case = closed(desk)
    years_on(crew, 5)
    vault = desk.vault.database.path
    made = desk.now()
    aside = switch.aside_of(vault, name_at(made))
    torn = unread_log.copy_of(vault)
    for copy in (aside, torn):
        copy.write_bytes(b"as it was")
        key_file.path_of(copy).write_bytes(b"keys")
    os.utime(torn, (made.timestamp(), made.timestamp()))
    backups.make(crew.head, "hand")
    folder = backup_files.folder_of(vault)
    (tmp_path / "stick").mkdir()
    second_place.copy(folder, tmp_path / "stick", made, AT_ONCE)
    crew.moment.later(hours=1)
    retention.forget(desk, case, "due", approved(desk, case))
    names = {copy.name for copy in retention.old_copies(desk)}
    assert names >= {aside.name, torn.name}
    assert str(tmp_path / "stick") in names
    crew.moment.at[0] = made + timedelta(days=280, hours=1)
    swept = retention.sweep(desk)
    assert swept is not None
    assert swept.backups >= 2
    left = {path.name for path in vault.parent.iterdir()}
    assert not left & {aside.name, torn.name, f"{aside.name}.keys", f"{torn.name}.keys"}


def holders(folder: Path, key: bytes) -> set[str]:
    """The databases below a folder, whatever they are called, that hold the person's name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    databases = (path for path in files if path.suffix != ".keys" and path.stat().st_size >= 4096)
    return {path.name for path in databases if NAME.encode() in plain(path, key)}


def test_after_the_keep_time_no_copy_whatever_holds_the_person(
    crew: Crew, desk: Session, tmp_path: Path
) -> None:
    case = closed(desk)
    years_on(crew, 5)
    vault, stick, key = desk.vault.database.path, tmp_path / "stick", desk.vault.opened.key
    folder, made = backup_files.folder_of(vault), desk.now()
    stick.mkdir()
    backup = backups.make(crew.head, "hand").name
    second_place.copy(folder, stick, made, AT_ONCE)
    desk.vault.rest()
    whole = (switch.aside_of(vault, name_at(made)), unread_log.copy_of(vault))
    for copy in whole:
        shutil.copyfile(vault, copy)
        os.utime(copy, (made.timestamp(), made.timestamp()))
    crew.moment.later(hours=1)
    retention.forget(desk, case, "due", approved(desk, case))
    retention.sweep(desk)
    held = {f"{backup}.cdb"} | {copy.name for copy in whole}
    assert holders(tmp_path, key) == held, "those that are told of"
    assert len(retention.old_copies(desk)) == len(held) + 1
    crew.moment.later(days=280)
    for _newer in range(NEWEST):
        crew.moment.later(hours=1)
        backups.make(crew.head, "hand")
        second_place.copy(folder, stick, desk.now(), AT_ONCE)
    retention.sweep(desk)
    assert holders(tmp_path, key) == set()
    assert retention.old_copies(desk) == ()


def test_a_list_taken_along_names_no_customer(crew: Crew, desk: Session, tmp_path: Path) -> None:
    for _more in range(3):
        closed(desk, day="2015-01-01")
    target = tmp_path / "keeping.csv"
    assert retention.export(desk, "due", target) == 3
    content = target.read_text(encoding="utf-8-sig")
    assert content.count("\n") == 4
    assert NAME not in content
    told = [e.payload for e in desk.vault.happenings() if isinstance(e.payload, Exported)]
    assert [(one.what, one.count) for one in told] == [("keeping", 3)]
    assert reason(lambda: retention.export(crew.at_desk(TELLER), "due", target)) == "role"


def test_the_class_in_force_is_that_of_the_newest_rules(desk: Session) -> None:
    assert all(isinstance(one, KeepingClass) for one in retention.classes(desk))
    case = closed(desk)
    desk.write(case, FieldSet(field="insurance_matter", value="I_SALES"))
    assert retention.line(desk, case).keeping.key == "sale_recording"
    forgotten = [e for e in desk.vault.events(case) if isinstance(e.payload, Forgotten)]
    assert forgotten == []


def test_who_was_forgotten_does_not_come_back_with_an_old_backup(
    crew: Crew, desk: Session, tmp_path: Path
) -> None:
    case, other = closed(desk), closed(desk)
    years_on(crew, 5)
    backups.make(crew.head, "hand")
    crew.moment.later(hours=1)
    retention.forget(desk, case, "asked", approved(desk, case), reason="书面申请")
    path = desk.vault.database.path
    folder = backup_files.folder_of(path)
    desk.vault.close()
    opened = restoring.look(path, folder, "", password(HEAD), HEAD.id)
    restoring.restore(opened, folder, crew.moment.now(), crew.moment.wall_ms())
    vault = Vault.open(path, password(HEAD), projector=engine().project, person=HEAD.id)
    again = replace(desk, vault=vault)
    assert vault.case(case).value("complainant_name") == NAME
    retention.sweep(again)
    found = retention.line(again, case)
    assert (found.by, found.why, found.reason) == (HEAD.id, "asked", "书面申请")
    assert vault.case(case).value("complainant_name") is None
    assert vault.case(other).value("complainant_name") == NAME
    assert checks.check(again) == ()
    assert retention.sweep(again) is None
    vault.close()
