"""Whoever has the database open, but not the chain key, changes nothing unseen.

Every change here is made in a transaction of its own on one sound vault, looked at by the check,
and undone. The count of what was tried is printed (`pytest -s`).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from desk.domain import events as ev
from desk.domain.events import Event
from desk.domain.ids import Stamp
from desk.domain.proof import Anchor, Finding
from desk.domain.staff import Device, Person
from desk.errors import KnownError
from desk.store import chain, check, log, people, raw, session, tips
from desk.store.chain import Record, expected_hash, genesis
from desk.store.check import check as check_vault
from desk.store.rows import EVENTS, METADATA
from desk.store.vault import Vault, person_put

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

_OWN = 22
"""Events of the vault's own device; another device has three."""


@pytest.fixture(scope="module")
def told(fresh_vaults: "Callable[[], Vaults]") -> Iterator[Vault]:
    with fresh_vaults() as vaults:
        vault = vaults.open()
        _tell(vault)
        vault.rest()
        with session.reading(vault.database) as connection:
            assert _found(vault, connection) == []
        yield vault


def _tell(vault: Vault) -> None:
    """Two people, a setting, three cases of which one is forgotten; another device's events."""
    vault.record(
        person_put(Person("0420", "赵敏", "teller")),
        ev.SettingPut(key="clock.bands", value="75"),
        actor="0417",
        wall_ms=6,
    )
    for number, case_id in enumerate(("c1", "c2", "c3"), start=1):
        payloads: list[ev.Payload] = [
            ev.CaseOpened(
                number=f"CD20261121-00{number}", received_at="2026", first_receiver="0417"
            ),
            ev.FieldSet(field="name", value="陈女士", personal=True),
            ev.FieldSet(field="narrative", value="赎回未到账", personal=True),
            ev.AnswerSet(question="Q1", answer=2),
            ev.ItemMarked(checklist="E1", item="1", status="open"),
        ]
        vault.append(case_id, payloads, actor="0417", wall_ms=7, pack="p@1")
    ended = [ev.ClockMoved(type="received", at="2026"), ev.Closed(outcome="told")]
    vault.append("c2", ended, actor="0417", wall_ms=8, pack="p@1")
    assert vault.head().seq == _OWN
    opened = ev.CaseOpened(number="N-9", received_at="2026", first_receiver="w")
    last = genesis("d2")
    with session.writing(vault.database) as connection:
        people.add_device(connection, Device("d2", "柜台二", own=False))
        for seq, payload in enumerate((opened, ev.StepEntered(step=2), ev.StepEntered(step=3)), 1):
            event = Event(f"e{seq}", "d2", seq, Stamp(9 + seq, 0, "d2"), "w", "c9", payload, "p")
            record = chain.seal(event, last, None, b"", vault.opened.chain_key)
            log.write(connection, 1, [record])
            last = record.hash
        tips.keep(connection, vault.opened.chain_key)
    vault.forget_memory()
    check.rebuild(vault)


def _found(vault: Vault, connection: Connection, against: tuple[Anchor, ...] = ()) -> list[Finding]:
    with raw.lenient(connection):
        return list(check._everything(connection, vault, against))


Change = Callable[[Connection], None]


@dataclass
class Tried:
    """How many changes were tried, and which of them nobody found."""

    vault: Vault
    count: int = 0

    def __call__(self, name: str, change: Change) -> list[Finding]:
        """The findings after a change, which is undone. It MUST be found."""
        driver = self.vault.database.connection.connection
        driver.cursor().execute("PRAGMA foreign_keys = OFF")
        with session.reading(self.vault.database) as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            guards = _unguarded(connection)
            try:
                change(connection)
            except IntegrityError:
                return []  # the database itself refuses two of a kind
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            assert after > before, f"{name} changed nothing"
            for guard in guards:
                connection.exec_driver_sql(guard)
            found = _found(self.vault, connection)
        driver.cursor().execute("PRAGMA foreign_keys = ON")
        self.count += 1
        assert found, f"{name} was not found"
        assert not {"陈", "赎"} & set(repr(found))
        return found


def _unguarded(connection: Connection) -> list[str]:
    """Take the log's guards down; how they were put up."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    guards = connection.exec_driver_sql(query).all()
    for name, _sql in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [sql for _name, sql in guards]


@pytest.fixture(scope="module")
def tried(told: Vault) -> Iterator[Tried]:
    counting = Tried(told)
    yield counting
    print(f"\n{counting.count} changes tried, {counting.count} found")
    with session.reading(told.database) as connection:
        assert _found(told, connection) == []


def statements(*changes: str) -> Change:
    def change(connection: Connection) -> None:
        for statement in changes:
            connection.exec_driver_sql(statement)

    return change


class Text(bytes):
    """Bytes to be stored as text, whether they are any or not."""


Value = int | float | str | bytes


def put(table: str, column: str, row: int, value: Value) -> Change:
    """Give a column of a row another value, type and all."""

    def change(connection: Connection) -> None:
        keys = ", ".join(f'"{one.name}"' for one in METADATA.tables[table].primary_key)
        new = f"CAST(x'{value.hex()}' AS TEXT)" if isinstance(value, Text) else "?"
        place = f"({keys}) = (SELECT {keys} FROM {table} ORDER BY {keys} LIMIT 1 OFFSET {row})"  # noqa: S608
        statement = f'UPDATE {table} SET "{column}" = {new} WHERE {place}'  # noqa: S608
        connection.exec_driver_sql(statement, () if isinstance(value, Text) else (value,))

    return change


def variants(value: int | str | bytes) -> Iterator[Value]:
    """Others in place of a value: bytes flipped, taken away and added, and of other types."""
    if isinstance(value, int):
        yield from (value + 1, value - 1, value ^ (1 << 40), -value - 5, value + 0.5, "x", b"x")
        return
    content = value.encode() if isinstance(value, str) else value
    others: list[bytes] = [content + b"\0"]
    if content:
        others.append(content[:-1])
        for place in sorted({0, len(content) // 3, len(content) // 2, len(content) - 1}):
            for flip in (0x01, 0x20, 0x80):
                changed = bytearray(content)
                changed[place] ^= flip
                others.append(bytes(changed))
    yield from (Text(other) if isinstance(value, str) else other for other in others)
    yield content if isinstance(value, str) else "text"


def values(vault: Vault, table: str, column: str) -> list[Any]:
    """What stands in a column, row by row in the order in which :func:`put` counts."""
    keys = ", ".join(f'"{one.name}"' for one in METADATA.tables[table].primary_key)
    query = f'SELECT "{column}" FROM {table} ORDER BY {keys}'  # noqa: S608
    with session.reading(vault.database) as connection:
        return [row[0] for row in connection.exec_driver_sql(query)]


@pytest.mark.unmeasured
@pytest.mark.parametrize("column", [one.name for one in EVENTS.c if one.name != "position"])
def test_any_changed_byte_of_any_event_is_found(tried: Tried, column: str) -> None:
    found = values(tried.vault, "events", column)
    for row in (0, 1, 6, 7, 9, _OWN - 1, _OWN + 1):
        for value in variants(found[row]):
            tried(f"{column} of event {row}: {value!r}", put("events", column, row, value))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "table", ["cases", "clocks", "checklist_items", "persons", "settings", "case_keys", "tips"]
)
def test_any_changed_byte_beside_the_log_is_found(tried: Tried, table: str) -> None:
    for column in METADATA.tables[table].c:
        if column.primary_key and table in {"cases", "clocks", "checklist_items"}:
            continue
        for row, value in enumerate(values(tried.vault, table, column.name)[:3]):
            for other in variants("" if value is None else value):
                change = put(table, column.name, row, other)
                tried(f"{table}.{column.name} {row}: {other!r}", change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE devices SET name = name || 'x' WHERE own",
        "UPDATE devices SET name = 'x' WHERE NOT own",
        "UPDATE devices SET own = NOT own",
        "UPDATE devices SET own = 1",
        "UPDATE devices SET own = 0",
        "UPDATE devices SET id = 'd9' WHERE NOT own",
        "UPDATE devices SET number = 5 WHERE own",
        "UPDATE devices SET number = number + 2",
        "UPDATE devices SET searched = 99",
        "DELETE FROM devices WHERE NOT own",
        "INSERT INTO devices VALUES (7, 'd7', 'x', 1, 0)",
        "DELETE FROM cases WHERE case_id = 'c1'",
        "UPDATE cases SET id = 99 WHERE case_id = 'c1'",
        "UPDATE cases SET id = -id",
        "INSERT INTO persons VALUES ('0999', '谁', 'head', 1)",
        "DELETE FROM persons WHERE id = '0420'",
        "UPDATE persons SET role = 'head' WHERE id = '0420'",
        "INSERT INTO settings VALUES ('x', 'y')",
        "DELETE FROM settings WHERE key = 'clock.bands'",
        "DELETE FROM case_keys WHERE case_id = 'c1'",
        "DELETE FROM case_keys WHERE case_id = 'c1' AND sitting = ''",
        "DELETE FROM case_keys WHERE sitting <> ''",
        "INSERT INTO case_keys VALUES ('c0', '', zeroblob(32))",
        "INSERT INTO case_keys VALUES ('c2', 'past', zeroblob(32))",
        "UPDATE case_keys SET key = (SELECT key FROM case_keys WHERE case_id = 'c2')",
        "DELETE FROM search WHERE rowid = 1",
        "INSERT INTO search(rowid, notes) VALUES (99, 'x')",
        "DELETE FROM clocks",
        "DELETE FROM checklist_items",
        "UPDATE alembic_version SET version_num = '0000'",
        "DROP INDEX ix_events_case_id",
        "CREATE TABLE more (x)",
        "CREATE TRIGGER late AFTER INSERT ON events BEGIN DELETE FROM persons; END",
        "DELETE FROM tips",
        "DELETE FROM tips WHERE device = 'd2'",
        "UPDATE tips SET mac = (SELECT mac FROM tips WHERE device = 'd2')",
        "UPDATE tips SET (seq, hash) = (SELECT seq, hash FROM events WHERE position = 21)",
    ],
)
def test_rows_beside_the_log_are_missed_and_noticed(tried: Tried, change: str) -> None:
    harmless = "CREATE TABLE IF NOT EXISTS temp.x (x)", "INSERT INTO temp.x VALUES (1)"
    tried(change, statements(change, *harmless))


@pytest.mark.parametrize("device", ["own", "d2"])
@pytest.mark.parametrize("last", [1, 2, 3])
def test_an_end_that_was_cut_off_is_found(tried: Tried, device: str, last: int) -> None:
    which = "own" if device == "own" else "NOT own"
    of_device = f"device = (SELECT id FROM devices WHERE {which})"  # noqa: S608
    after = f"(SELECT max(seq) - {last} FROM events WHERE {of_device})"  # noqa: S608
    cut = f"DELETE FROM events WHERE {of_device} AND seq > {after}"  # noqa: S608
    found = tried(f"the last {last} of {device}", statements(cut))
    assert "truncated" in {finding.code for finding in found}


def test_a_device_of_which_all_is_gone_is_found(tried: Tried) -> None:
    gone = "DELETE FROM events WHERE device = 'd2'"
    tried("all of d2", statements(gone))
    forgotten = "DELETE FROM devices WHERE id = 'd2'"
    tried("all of d2, and the device", statements(gone, forgotten))
    beside = "DELETE FROM cases WHERE case_id = 'c9'", "DELETE FROM search WHERE rowid = 4"
    found = tried("all that tells of d2 but its end", statements(gone, forgotten, *beside))
    assert "tip" in {finding.code for finding in found}
    tried("everything", statements("DELETE FROM events"))


@pytest.mark.parametrize("seq", range(1, _OWN + 1))
def test_a_dropped_event_is_found_wherever_it_stood(tried: Tried, seq: int) -> None:
    tried(f"drop {seq}", statements(f"DELETE FROM events WHERE position = {seq}"))  # noqa: S608


@pytest.mark.parametrize("seq", range(1, _OWN))
def test_two_swapped_events_are_found(tried: Tried, seq: int) -> None:
    both = f"({seq}, {seq + 1})"
    places = (
        f"UPDATE events SET position = position - 100 WHERE position IN {both}",  # noqa: S608
        f"UPDATE events SET position = {2 * seq + 1 - 100} - position WHERE position < 0",  # noqa: S608
    )
    tried(f"swap places {both}", statements(*places))
    whole = f"UPDATE events SET seq = {2 * seq + 1} - seq WHERE position IN {both}"  # noqa: S608
    tried(f"swap wholly {both}", statements(whole, *places))


def records(connection: Connection) -> list[Record]:
    """The log of the vault's own device."""
    names = ", ".join(log.NAMES)
    query = f"SELECT {names} FROM events WHERE position < {log.PLACES} ORDER BY position"  # noqa: S608
    return [Record(*row) for row in raw.every(connection, query)]  # type: ignore[arg-type]


def remade(connection: Connection, new: list[Record], key: bytes | None) -> None:
    """Put a log made anew in the old one's place, every link and hash right.

    The marks stay where they stood or, with a `key`, are made with that.
    """
    connection.exec_driver_sql(f"DELETE FROM events WHERE position < {log.PLACES}")  # noqa: S608
    last = genesis(new[0].device)
    for seq, record in enumerate(new, start=1):
        told = {name: getattr(record, name) for name in log.NAMES}
        told |= {"seq": seq, "prev_hash": last}
        last = expected_hash(Record(**told))
        told["hash"] = last
        told["mac"] = record.mac if key is None else chain.mark(key, last)
        log.write(connection, 0, [Record(**told)])


@pytest.mark.parametrize("key", [None, bytes(32)])
@pytest.mark.parametrize("seq", [1, 2, 5, 6, _OWN - 1, _OWN])
def test_a_chain_made_anew_without_the_chain_key_is_found(
    tried: Tried, seq: int, key: bytes | None
) -> None:
    def change_one(connection: Connection) -> None:
        new = records(connection)
        told = {name: getattr(new[seq - 1], name) for name in log.NAMES}
        new[seq - 1] = Record(**{**told, "actor": "0420"})
        remade(connection, new, key)

    def drop_one(connection: Connection) -> None:
        new = records(connection)
        del new[seq - 1]
        remade(connection, new, key)

    def double_one(connection: Connection) -> None:
        new = records(connection)
        remade(connection, [*new[:seq], new[seq - 1], *new[seq:]], key)

    for change in (change_one, drop_one, double_one):
        found = tried(f"{change.__name__} at {seq}", change)
        assert {"mac", "truncated"} & {finding.code for finding in found}


def test_an_event_that_was_appended_without_the_chain_key_is_found(tried: Tried) -> None:
    """Right in everything that can be worked out, the kept end reached and passed."""

    def append(connection: Connection) -> None:
        last = records(connection)[-1]
        stamp = Stamp(last.wall_ms + 1, 0, last.device)
        payload = ev.StepEntered(step=4)
        event = Event("e9", last.device, last.seq + 1, stamp, "0417", "c1", payload, "p@1")
        log.write(connection, 0, [chain.seal(event, last.hash, None, b"", bytes(32))])

    assert "mac" in {finding.code for finding in tried("append", append)}


def test_the_last_event_taken_off_and_another_put_there_is_found(tried: Tried) -> None:
    def replace(connection: Connection) -> None:
        last = records(connection)[-1]
        connection.exec_driver_sql(f"DELETE FROM events WHERE position = {_OWN}")  # noqa: S608
        stamp = Stamp(last.wall_ms, last.counter, last.device)
        payload = ev.StepEntered(step=4)
        event = Event(last.id, last.device, last.seq, stamp, "0417", "c2", payload, "p@1")
        log.write(connection, 0, [chain.seal(event, last.prev_hash, None, b"", bytes(32))])

    found = tried("re-append", replace)
    assert {"mac", "truncated"} <= {finding.code for finding in found}


def test_an_event_of_another_vault_is_found(tried: Tried, vaults: "Vaults") -> None:
    """As it lay there, and linked in behind our last one under our device."""
    other = vaults.create()
    with session.reading(other.database) as connection:
        stranger = records(connection)[0]

    def as_it_is(connection: Connection) -> None:
        device = Device(stranger.device, "柜台九", own=False)
        people.add_device(connection, device)
        log.write(connection, 2, [stranger])

    def linked(connection: Connection) -> None:
        last = records(connection)[-1]
        told = {name: getattr(stranger, name) for name in log.NAMES}
        told |= {"device": last.device, "seq": last.seq + 1, "prev_hash": last.hash}
        told["hash"] = expected_hash(Record(**told))
        log.write(connection, 0, [Record(**told)])

    for change in (as_it_is, linked):
        assert "mac" in {finding.code for finding in tried(change.__name__, change)}


def test_an_earlier_end_put_back_with_its_log_is_found_from_outside_only(
    vaults: "Vaults",
) -> None:
    """Sound in itself, as an older copy of the file is. What a report or backup kept shows it."""
    vault = vaults.create()
    with session.reading(vault.database) as connection:
        (kept,) = raw.every(connection, "SELECT seq, hash, mac FROM tips")
    vault.record(ev.CaseSeen(case="c1"), actor="0417", wall_ms=9)
    vault.rest()
    outside = Anchor("report.pdf", vault.heads())
    assert check_vault(vault, [outside]) == ()
    with session.writing(vault.database) as connection:
        guards = _unguarded(connection)
        connection.exec_driver_sql("DELETE FROM events WHERE seq > 3")
        connection.exec_driver_sql("UPDATE tips SET seq = ?, hash = ?, mac = ?", kept)
        connection.exec_driver_sql("UPDATE devices SET searched = 3")
        for guard in guards:
            connection.exec_driver_sql(guard)
    vault.forget_memory()
    assert check_vault(vault) == ()
    assert {finding.code for finding in check_vault(vault, [outside])} == {"anchor"}


def test_going_on_to_work_does_not_wipe_out_that_the_end_was_cut_off(vaults: "Vaults") -> None:
    vault = vaults.create()
    vault.record(ev.CaseSeen(case="c1"), actor="0417", wall_ms=9)
    vault = vaults.reopen()
    assert vault.faults == ()
    with session.writing(vault.database) as connection:
        guards = _unguarded(connection)
        connection.exec_driver_sql("DELETE FROM events WHERE seq = 4")
        for guard in guards:
            connection.exec_driver_sql(guard)
    vault = vaults.reopen()
    assert [finding.code for finding in vault.faults] == ["truncated"]
    for case in ("c2", "c3"):
        vault.record(ev.CaseSeen(case=case), actor="0417", wall_ms=9)
    vault.rest()
    vault = vaults.reopen()
    assert [finding.code for finding in vault.faults] == ["truncated"]
    assert [finding.code for finding in check_vault(vault)] == ["truncated"]


def test_a_crash_before_the_end_was_kept_is_no_fault(vaults: "Vaults") -> None:
    vault = vaults.create()
    vault.record(ev.CaseSeen(case="c1"), actor="0417", wall_ms=9)
    vault.database.dispose()
    vault = vaults.reopen()
    assert (vault.faults, check_vault(vault)) == ((), ())


_FLIPS = 240


def test_flipped_bits_of_the_encrypted_file_are_found(fresh_vaults: "Callable[[], Vaults]") -> None:
    """At random places: found by the check, or the vault refuses to open and says so."""
    dice = random.Random(20261122)  # noqa: S311 - places to damage, the same each time
    with fresh_vaults() as vaults:
        _tell(vaults.open())
        vaults.close()
        good = vaults.path.read_bytes()
        refused = found = 0
        for turn in range(_FLIPS):
            content = bytearray(good)
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
            vaults.path.write_bytes(content)
            try:
                found += bool(check_vault(vaults.open()))
            except KnownError as fault:
                assert fault.code in {"vault_damaged", "wrong_password"}, turn  # noqa: PT017
                refused += 1
            vaults.close()
            for ending in ("-wal", "-shm"):
                vaults.path.with_name(vaults.path.name + ending).unlink(missing_ok=True)
        print(f"\n{_FLIPS} bits flipped: {found} found, {refused} refused at the door")
        assert found + refused == _FLIPS
        assert found
        vaults.path.write_bytes(good)
        assert check_vault(vaults.open()) == ()
