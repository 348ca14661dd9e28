"""The vault: what it acknowledged is there, whatever happens to the program afterwards."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
import textwrap
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from desk.domain import events as ev
from desk.domain.case import Case
from desk.domain.events import Event, Payload
from desk.domain.fold import fold
from desk.domain.ledger import Filter
from desk.domain.projection import Projection
from desk.domain.proof import ChainHead, Finding
from desk.domain.staff import Branch, Device, Person
from desk.errors import (
    CaseUnknown,
    DiskFull,
    KeysAlone,
    KeysMissing,
    NotAllowed,
    VaultBusy,
    VaultDamaged,
    VaultExists,
    VaultMissing,
    WrongPassword,
)
from desk.store import key_file, log, session
from desk.store.check import check, rebuild
from desk.store.vault import Vault, person_put
from desk.store.writer import Entry

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

DAY = date(2026, 11, 21)
ticks = itertools.count(10_000)


def opening(number: str) -> list[Payload]:
    return [
        ev.CaseOpened(number=number, received_at="2026-11-21T10:26", first_receiver="0417"),
        ev.FieldSet(field="name", value="陈女士", personal=True),
    ]


def open_case(vault: Vault) -> str:
    made = vault.open_case(opening, day=DAY, actor="0417", wall_ms=next(ticks), pack="p@1")
    return made[0].case


def put(vault: Vault, case_id: str, *payloads: Payload) -> tuple[Event, ...]:
    return vault.append(case_id, payloads, actor="0417", wall_ms=next(ticks), pack="p@1")


def test_what_was_stored_is_read_after_reopening(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = open_case(vault)
    put(vault, case_id, ev.FieldSet(field="narrative", value="赎回未到账", personal=True))
    before = vault.case(case_id), vault.events(case_id), vault.head(), vault.case_seal(case_id)
    vault = vaults.reopen()
    assert (
        vault.case(case_id),
        vault.events(case_id),
        vault.head(),
        vault.case_seal(case_id),
    ) == before
    assert vault.case(case_id).text("narrative") == "赎回未到账"
    assert check(vault) == ()


def test_an_event_carries_who_when_where_and_under_which_pack(vault: Vault) -> None:
    case_id = open_case(vault)
    (event,) = vault.append(
        case_id, [ev.StepEntered(step=2)], actor="0420", wall_ms=99_000, pack="cn@2"
    )
    assert (event.case, event.actor, event.pack, event.seq) == (case_id, "0420", "cn@2", 6)
    assert (event.stamp.wall_ms, event.stamp.device) == (99_000, vault.head().device)
    assert vault.events(case_id)[-1] == event
    assert re.fullmatch(r"[0-9a-f-]{36}", event.id)


def test_seq_and_time_go_on_when_the_clock_was_set_back(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = open_case(vault)
    put(vault, case_id, ev.StepEntered(step=2))
    vault = vaults.reopen()
    vault.append(case_id, [ev.StepEntered(step=3)], actor="0417", wall_ms=1, pack="p@1")
    told = vault.events(case_id)
    assert [event.seq for event in told] == [4, 5, 6, 7]
    assert [event.stamp for event in told] == sorted(event.stamp for event in told)
    assert vault.case(case_id).step == 3


def test_numbers_count_by_day_and_are_never_lost(vault: Vault) -> None:
    def number(day: date) -> str:
        made = vault.open_case(opening, day=day, actor="0417", wall_ms=1, pack="p@1")
        return vault.case(made[0].case).number

    def fail(_number: str) -> list[Payload]:
        raise LookupError

    assert [number(DAY), number(DAY)] == ["CD20261121-001", "CD20261121-002"]
    with pytest.raises(LookupError):
        vault.open_case(fail, day=DAY, actor="0417", wall_ms=1, pack="p@1")
    assert number(DAY) == "CD20261121-003"
    assert number(date(2026, 11, 22)) == "CD20261122-001"
    assert vault.ledger.by_number("CD20261121-002").number == "CD20261121-002"


def test_an_unknown_case_is_refused(vault: Vault) -> None:
    for ask in (vault.case, vault.events, vault.case_seal, vault.ledger.line, vault.ledger.clocks):
        with pytest.raises(CaseUnknown):
            ask("nobody")
    with pytest.raises(CaseUnknown):
        put(vault, "nobody", ev.StepEntered(step=1))
    assert vault.head().seq == 3


def test_a_failing_use_case_leaves_nothing(vaults: "Vaults") -> None:
    """The projector fails on the second case: neither its events nor those before it are kept."""
    vault = vaults.create()
    case_id = open_case(vault)
    before = vault.head(), vault.events(case_id), vault.ledger.page(Filter())

    def broken(case: Case) -> Projection:
        raise ZeroDivisionError(case.id)

    kept, vault._writer._projector = vault._writer._projector, broken
    with pytest.raises(ZeroDivisionError):
        put(vault, case_id, ev.StepEntered(step=4))
    vault._writer._projector = kept
    assert (vault.head(), vault.events(case_id), vault.ledger.page(Filter())) == before
    put(vault, case_id, ev.StepEntered(step=5))
    assert check(vaults.reopen()) == ()


def test_many_at_once_equal_one_by_one(vaults: "Vaults") -> None:
    vault = vaults.create()
    entries = [
        Entry(f"case-{i % 7}", payload, "0417", 20_000 + i, "p@1")
        for i in range(70)
        for payload in (
            opening(f"N{i}") if i < 7 else [ev.Noted(text=f"记{i}"), ev.StepEntered(step=i % 5)]
        )
    ]
    made = vault.append_many(iter(entries))
    assert [event.payload for event in made] == [entry.payload for entry in entries]
    for case_id in {entry.case_id for entry in entries}:
        assert vault.case(case_id) == fold(case_id, [e for e in made if e.case == case_id])
    assert vault.ledger.count(Filter(text="记69")).number == 1
    assert check(vaults.reopen()) == ()


def test_the_seal_of_a_case_changes_with_every_event(vault: Vault) -> None:
    case_id, other = open_case(vault), open_case(vault)
    first = vault.case_seal(case_id)
    put(vault, other, ev.StepEntered(step=2))
    assert vault.case_seal(case_id) == first
    put(vault, case_id, ev.StepEntered(step=2))
    assert vault.case_seal(case_id).count == first.count + 1
    assert vault.case_seal(case_id).sha256 != first.sha256


def test_the_chain_begins_with_a_figure_anyone_can_work_out(vault: Vault) -> None:
    device = vault.head().device
    genesis = hashlib.sha256(b"complaint desk chain 1\0" + device.encode()).digest()
    assert [event.payload for event in vault.happenings()] == [
        ev.PersonPut(person="0417", name="王", role="head"),
        ev.SettingPut(key="branch.code", value="CD"),
        ev.SettingPut(key="branch.name", value="城东支行"),
    ]
    with session.reading(vault.database) as connection:
        records = log.of_case(connection, ev.VAULT)
    assert records[0].prev_hash == genesis
    assert vault.head() == ChainHead(device, 3, records[-1].hash.hex())


def test_people_branch_and_settings(vaults: "Vaults") -> None:
    vault = vaults.create()
    first, later = Person("0420", "赵", "teller"), Person("0420", "赵敏", "teller", active=False)
    vault.record(person_put(first), person_put(later), actor="0417", wall_ms=1)
    vault.put_branch(Branch("CX", "城西支行", "某银行"), actor="0417", wall_ms=1)
    for bands in ("50", "75"):
        put = ev.SettingPut(key="clock.bands", value=bands)
        vault.record(put, actor="0417", wall_ms=1)
    vault = vaults.reopen()
    assert vault.person == "0417"
    assert vault.people() == (
        Person("0417", "王", "head"),
        Person("0420", "赵敏", "teller", active=False),
    )
    assert vault.branch() == Branch("CX", "城西支行", "某银行")
    assert vault.settings()["clock.bands"] == "75"
    assert vault.devices() == (Device(vault.head().device, "柜台一", own=True),)


def raw(vault: Vault, statement: str, *values: object) -> None:
    with session.writing(vault.database) as connection:
        connection.exec_driver_sql(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'x'",
        "UPDATE events SET position = position + 100",
        "DELETE FROM events",
        "REPLACE INTO events SELECT * FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events LIMIT 1",
    ],
)
def test_the_log_refuses_to_be_changed(vaults: "Vaults", statement: str) -> None:
    vault = vaults.create()
    case_id = open_case(vault)
    before = vault.events(case_id)
    with pytest.raises(IntegrityError, match="append-only"):
        raw(vault, statement)
    assert vaults.reopen().events(case_id) == before


def test_a_forgotten_case_keeps_its_chain_and_loses_its_person(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = open_case(vault)
    put(vault, case_id, ev.Noted(text="说了不该说的"))
    vault.rest()
    seal = vault.case_seal(case_id)
    raw(vault, "DELETE FROM case_keys WHERE case_id = ?", case_id)
    vault = vaults.reopen()
    assert vault.case(case_id).value("name") is None
    assert [note.text for note in vault.case(case_id).notes] == [None]
    assert vault.case_seal(case_id) == seal
    with pytest.raises(NotAllowed, match="case_forgotten"):
        put(vault, case_id, ev.FieldSet(field="name", value="陈", personal=True))
    assert {finding.code for finding in check(vault)} == {"projection", "search", "sealed"}
    rebuild(vault)
    assert vault.ledger.count(Filter(text="陈")).number == 0
    put(vault, case_id, ev.StepEntered(step=5))
    # Nobody said that it should be forgotten.
    assert check(vault) == (Finding("sealed", case_id, detail="key missing"),)


def test_nothing_is_readable_without_the_key(vaults: "Vaults") -> None:
    vault = vaults.create()
    put(vault, open_case(vault), ev.FieldSet(field="narrative", value="赎回未到账"))
    files = [path.read_bytes() for path in vaults.path.parent.iterdir()]
    vaults.close()
    files += [path.read_bytes() for path in vaults.path.parent.iterdir()]
    for content in files:
        for secret in (b"SQLite format", "陈女士".encode(), "赎回".encode(), b"2026-11-21T10:26"):
            assert secret not in content


def test_a_wrong_password_opens_nothing_and_holds_nothing(vaults: "Vaults") -> None:
    vaults.create()
    vaults.close()
    with pytest.raises(WrongPassword):
        vaults.open("wrong")
    with pytest.raises(WrongPassword):
        vaults.open(person="0999")
    assert vaults.open(person="0417").person == "0417"


def test_only_its_owner_may_read_the_files(vaults: "Vaults") -> None:
    vault = vaults.create()
    open_case(vault)
    others = 0 if os.name == "nt" else 0o077  # Windows keeps the rights of the folder
    made = {path.name: path.stat().st_mode & others for path in vaults.path.parent.iterdir()}
    made.pop("branch.vault.lock")
    assert len(made) == 4
    assert set(made.values()) == {0}


def test_a_vault_is_never_made_over_another(vaults: "Vaults") -> None:
    case_id = open_case(vaults.create())
    vaults.close()
    with pytest.raises(VaultExists):
        vaults.create()
    vaults.path.rename(vaults.path.with_suffix(".away"))
    with pytest.raises(KeysAlone):
        vaults.create()
    with pytest.raises(KeysAlone):
        vaults.open()
    vaults.path.with_suffix(".away").rename(vaults.path)
    assert vaults.open().case(case_id).number == "CD20261121-001"


def test_a_missing_vault_is_missing_and_leaves_no_file(vaults: "Vaults") -> None:
    with pytest.raises(VaultMissing):
        vaults.open()
    assert list(vaults.path.parent.iterdir()) == []


def test_a_missing_key_file_is_named_as_what_is_missing(vaults: "Vaults") -> None:
    vaults.create()
    vaults.close()
    key_file.path_of(vaults.path).unlink()
    with pytest.raises(KeysMissing):
        vaults.open()
    with pytest.raises(VaultExists):
        vaults.create()


@pytest.mark.parametrize("content", [b"", b"x" * 100, os.urandom(8192)])
def test_a_file_that_is_no_database_is_damage(vaults: "Vaults", content: bytes) -> None:
    vaults.create()
    vaults.close()
    vaults.path.write_bytes(content)
    with pytest.raises(VaultDamaged):
        vaults.open()
    assert vaults.path.read_bytes() == content


@pytest.mark.parametrize("stage", ["database", "header"])
def test_a_killed_creation_can_be_taken_up(vaults: "Vaults", stage: str) -> None:
    """Killed with only the database made: begin anew. Killed after the key file: just open."""
    vaults.create()
    vaults.close()
    vaults.path.rename(vaults.path.with_name(vaults.path.name + ".new"))
    if stage == "header":
        assert vaults.open().head().seq == 3
    else:
        key_file.path_of(vaults.path).unlink()
        assert vaults.create().head().seq == 3


def test_a_second_opener_is_told_that_the_vault_is_busy(vaults: "Vaults") -> None:
    vaults.create()
    code = f"""
        from pathlib import Path
        from desk.errors import VaultHeld
        from desk.store.files import Hold
        try:
            Hold(Path({str(vaults.path)!r}))
        except VaultHeld:
            print("busy")
    """
    other = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == "busy"
    with pytest.raises(VaultBusy):
        vaults.open()
    vaults.close()
    assert vaults.open().head().seq == 3


def test_a_full_disk_is_said_and_what_was_stored_stays(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = open_case(vault)
    with session.reading(vault.database) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    stored = vault.head()
    for _ in range(100):
        try:
            put(vault, case_id, ev.Noted(text="很长" * 3000))
        except DiskFull:
            break
        stored = vault.head()
    else:
        pytest.fail("the disk never filled up")
    assert vault.head() == stored
    vault = vaults.reopen()
    assert vault.head() == stored
    assert check(vault) == ()


_TYPIST = """
    import sys
    from pathlib import Path
    from desk.domain import events as ev
    from desk.domain.projection import CaseRow, Projection, SearchText
    from desk.store.vault import Vault, person_put

    def project(case):
        counts = dict.fromkeys(CaseRow.__dataclass_fields__, "")
        counts |= {"case": case.id, "step": 1, "done_steps": 0, "missing": 0, "changed_ms": 0}
        note = case.notes[-1].text if case.notes else ""
        search = SearchText(notes=note)
        return Projection(CaseRow(**{**counts, "events": case.count}), search=search)

    vault = Vault.open(Path(sys.argv[1]), sys.argv[2], projector=project)
    case_id = sys.argv[3]
    for i in range(100_000):
        done = vault.append(case_id, [ev.Noted(text=f"n{i}")], actor="a", wall_ms=i, pack="p")
        print(done[0].seq, flush=True)
        if i % 10 == 0:
            vault.rest()
"""


@pytest.mark.parametrize("lines", [1, 7, 60])
def test_everything_acknowledged_survives_a_kill(vaults: "Vaults", lines: int) -> None:
    case_id = open_case(vaults.create())
    vaults.close()
    arguments = [str(vaults.path), "诉解台 pass", case_id]
    typist = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_TYPIST), *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert typist.stdout is not None
    seen = [int(typist.stdout.readline()) for _ in range(lines)]
    typist.kill()
    seen += [int(line) for line in typist.stdout.read().split("\n") if line]
    typist.stdout.close()
    typist.wait()
    vault = vaults.open()
    kept = [event.seq for event in vault.events(case_id)]
    assert kept[: seen[-1] - 3] == list(range(4, seen[-1] + 1))
    assert len(kept) <= seen[-1]
    with session.reading(vault.database) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    put(vault, case_id, ev.StepEntered(step=1))


def test_units_of_work_do_not_nest(vault: Vault) -> None:
    with session.reading(vault.database), pytest.raises(Exception, match="already"):
        open_case(vault)
    assert vault.ledger.page(Filter()).rows == ()


def test_new_identifiers_differ_and_sort_by_time(vault: Vault) -> None:
    made = [vault.new_id(wall) for wall in range(50)]
    assert made == sorted(set(made))
