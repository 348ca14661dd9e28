"""Any change of a stored event is found: the chain covers every attribute of every event."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, String, cast, select

from desk.domain import events as ev
from desk.domain.events import Event
from desk.domain.ids import Stamp
from desk.domain.proof import Finding
from desk.store import chain, session
from desk.store.chain import Record
from desk.store.check import check
from desk.store.log import NAMES
from desk.store.rows import EVENTS
from desk.store.vault import Vault

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

_INTEGERS = {"seq", "wall_ms", "counter"}
KEY = bytes(32)
NONCE = bytes(12)


def event(payload: ev.Payload) -> Event:
    return Event("e1", "d1", 1, Stamp(5, 0, "d1"), "0417", "c1", payload, "p@1")


def change(vault: Vault, *statements: str) -> None:
    """Tamper as someone with the key could: the log's guards taken down and put up again."""
    names = ("events_refuse_update", "events_refuse_delete")
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    with session.writing(vault.database) as connection:
        guards = [connection.exec_driver_sql(query, (name,)).scalar_one() for name in names]
        for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements, *guards):
            connection.exec_driver_sql(statement)
    vault.forget_memory()


@pytest.fixture
def told(vaults: "Vaults") -> Vault:
    vault = vaults.create()
    for case_id in ("c1", "c2"):
        payloads = [
            ev.CaseOpened(number=f"N-{case_id}", received_at="2026", first_receiver="w"),
            ev.FieldSet(field="name", value="陈女士", personal=True),
            ev.FieldSet(field="narrative", value="赎回未到账", personal=True),
        ]
        vault.append(case_id, payloads, actor="0417", wall_ms=7, pack="p@1")
    assert check(vault) == ()
    return vault


def test_the_personal_part_is_sealed_and_comes_back() -> None:
    payload = ev.FieldSet(field="name", value="陈女士", personal=True)
    record = chain.seal(event(payload), b"", chain.cipher(KEY), NONCE, KEY)
    assert "陈女士".encode() not in record.public + record.sealed
    assert chain.open_record(record, {"": chain.cipher(KEY)}) == event(payload)
    forgotten = chain.open_record(record, {}).payload
    assert forgotten == ev.FieldSet(field="name", value=None, personal=True)


def test_a_sealed_part_moved_to_another_event_does_not_open() -> None:
    from cryptography.exceptions import InvalidTag

    record = chain.seal(event(ev.Noted(text="x")), b"", chain.cipher(KEY), NONCE, KEY)
    values = {name: getattr(record, name) for name in NAMES}
    for name, other in (("id", "e2"), ("case_id", "c2"), ("device", "d2"), ("seq", 2)):
        with pytest.raises(InvalidTag):
            chain.open_record(Record(**{**values, name: other}), {"": chain.cipher(KEY)})


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_a_mark_made_the_quick_way_is_the_same(key: bytes, event_hash: bytes) -> None:
    assert chain.marker(key)(event_hash) == chain.mark(key, event_hash)


@given(
    st.lists(st.text(max_size=3), min_size=2, max_size=4),
    st.lists(st.text(max_size=3), min_size=2, max_size=4),
)
def test_no_two_rows_of_attributes_have_one_encoding(a: list[str], b: list[str]) -> None:
    assert (chain._canonical(*a) == chain._canonical(*b)) == (a == b)


@pytest.mark.unmeasured
@pytest.mark.parametrize("column", [name for name in NAMES if name not in _INTEGERS])
@pytest.mark.parametrize("seq", [1, 4, 6, 9])
def test_any_changed_byte_of_an_event_is_found(told: Vault, column: str, seq: int) -> None:
    """The first, a middle and the last byte of each column in turn, of three events."""
    kind = "TEXT" if isinstance(EVENTS.c[column].type, String) else "BLOB"
    value = read(told, column, seq)
    for place in sorted({0, len(value) // 2, len(value) - 1}) if value else ():
        changed = bytearray(value)
        changed[place] ^= 0x81
        write(told, column, seq, bytes(changed), kind)
        found = check(told)
        assert {"hash", "link", "mac"} & {finding.code for finding in found}
        assert "陈" not in repr(found)
    write(told, column, seq, value, kind)
    assert check(told) == ()


@pytest.mark.parametrize("column", sorted(_INTEGERS))
@pytest.mark.parametrize("new", [-1, 0, 99, 2**40])
def test_any_changed_number_of_an_event_is_found(told: Vault, column: str, new: int) -> None:
    change(told, f"UPDATE events SET {column} = {new} WHERE position = 6")  # noqa: S608
    assert {"hash", "link", "gap"} & {finding.code for finding in check(told)}


def read(vault: Vault, column: str, position: int) -> bytes:
    with session.reading(vault.database) as connection:
        query = select(cast(EVENTS.c[column], LargeBinary)).where(EVENTS.c.position == position)
        value: bytes = connection.execute(query).scalar_one()
    return value


def write(vault: Vault, column: str, position: int, value: bytes, kind: str) -> None:
    """Put bytes into a column as they are, text or not, without asking foreign keys."""
    driver = vault.database.connection.connection
    driver.cursor().execute("PRAGMA foreign_keys = OFF")
    new = f"CAST(x'{value.hex()}' AS {kind})"
    statement = f"UPDATE events SET {column} = {new} WHERE position = {position}"  # noqa: S608
    change(vault, statement)
    driver.cursor().execute("PRAGMA foreign_keys = ON")


@pytest.mark.parametrize(
    ("statements", "codes"),
    [
        (["DELETE FROM events WHERE seq = 5"], {"gap", "link"}),
        (["DELETE FROM events WHERE seq = 4"], {"gap", "link"}),
        (
            [
                "UPDATE events SET seq = -seq WHERE seq IN (5, 6)",
                "UPDATE events SET seq = 11 + seq WHERE seq < 0",
            ],
            {"gap", "hash"},
        ),
        (
            [
                "UPDATE events SET seq = 11 - seq, position = position - 11 WHERE seq IN (5, 6)",
                "UPDATE events SET position = -position WHERE position < 0",
            ],
            {"link", "hash"},
        ),
        (
            [
                "UPDATE events SET position = position - 11 WHERE seq IN (5, 6)",
                "UPDATE events SET position = -position WHERE position < 0",
            ],
            {"link", "gap"},
        ),
        (["UPDATE events SET case_id = 'c2' WHERE seq = 6"], {"hash", "sealed"}),
        (["UPDATE events SET public = x'00' WHERE seq = 4"], {"hash", "payload"}),
        (["UPDATE events SET kind = 'noted' WHERE seq = 5"], {"hash", "payload"}),
        (["UPDATE events SET id = (SELECT id FROM events WHERE seq = 4)"], {"duplicate"}),
        (["UPDATE case_keys SET key = zeroblob(32) WHERE case_id = 'c1'"], {"sealed"}),
        (
            [
                "CREATE TABLE copied AS SELECT * FROM events WHERE seq = 9",
                "UPDATE copied SET position = 10, seq = 10, id = id || 'x'",
                "INSERT INTO events SELECT * FROM copied",
            ],
            {"link", "hash"},
        ),
    ],
)
def test_dropped_swapped_moved_and_inserted_events_are_found(
    told: Vault, statements: list[str], codes: set[str]
) -> None:
    change(told, *statements)
    found = check(told)
    assert codes <= {finding.code for finding in found}, found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'x' WHERE seq = 5",
        "UPDATE events SET public = x'7b7d' WHERE seq = 6",
        "UPDATE events SET hash = zeroblob(32) WHERE seq = 4",
        "UPDATE events SET prev_hash = zeroblob(32) WHERE seq = 4",
        "UPDATE events SET seq = 11 WHERE seq = 6",
        "DELETE FROM events WHERE seq = 5",
    ],
)
def test_the_seal_of_a_case_holds_until_its_events_are_tampered_with(
    told: Vault, statement: str
) -> None:
    assert told.case_seal("c1").holds
    change(told, statement)
    assert not told.case_seal("c1").holds


def test_the_seal_of_a_case_does_not_answer_for_events_of_another(told: Vault) -> None:
    """c2 begins where c1 ends, so that only its own events and that joint count."""
    change(told, "UPDATE events SET actor = 'x' WHERE seq = 5")
    assert told.case_seal("c2").holds
    change(told, "UPDATE events SET hash = zeroblob(32) WHERE seq = 6")
    assert not told.case_seal("c2").holds


def test_a_finding_names_case_device_and_place(told: Vault) -> None:
    change(told, "UPDATE events SET actor = 'x' WHERE seq = 5")
    device = told.head().device
    assert check(told) == (Finding("hash", "c1", device, 5),)
