"""`desk check` names what is wrong beside the log, and a rebuild mends it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk.domain import events as ev
from desk.domain.ledger import Filter
from desk.domain.proof import Finding
from desk.errors import KnownError, VaultDamaged
from desk.store import session
from desk.store.check import check, rebuild
from desk.store.vault import Vault

if TYPE_CHECKING:
    from tests.store.conftest import Vaults


@pytest.fixture
def told(vault: Vault) -> Vault:
    for case_id in ("c1", "c2"):
        payloads = [
            ev.CaseOpened(number=f"N-{case_id}", received_at="2026", first_receiver="w"),
            ev.FieldSet(field="narrative", value=f"赎回{case_id}", personal=True),
            ev.ItemMarked(checklist="E1", item="1", status="open"),
            ev.ClockMoved(type="received", at="2026"),
        ]
        vault.append(case_id, payloads, actor="0417", wall_ms=7, pack="p@1")
    vault.rest()
    return vault


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE cases SET handler = 'x' WHERE id = 1", Finding("projection", "c1", detail="line")),
        (
            "UPDATE clocks SET due_at = 'x' WHERE case_row = 2",
            Finding("projection", "c2", detail="clocks"),
        ),
        (
            "DELETE FROM checklist_items WHERE case_row = 1",
            Finding("projection", "c1", detail="items"),
        ),
        (
            "UPDATE cases SET search_digest = x'00' WHERE id = 1",
            Finding("projection", "c1", detail="texts"),
        ),
        (
            "UPDATE cases SET case_id = 'c9' WHERE id = 1",
            Finding("projection", "c1", detail="not in the ledger"),
        ),
        (
            "UPDATE cases SET case_id = 'c9' WHERE id = 1",
            Finding("projection", "c9", detail="no event"),
        ),
        ("DELETE FROM search WHERE rowid = 1", Finding("search", "c1")),
        (
            "INSERT INTO search(rowid, notes) VALUES (9, 'x')",
            Finding("search", detail="row 9 of no case"),
        ),
        (
            "INSERT OR REPLACE INTO search(rowid, number, narrative) VALUES (2, 'n-', 'zz')",
            Finding("search", "c2"),
        ),
    ],
)
def test_what_is_wrong_is_named_and_mended(told: Vault, statement: str, finding: Finding) -> None:
    with session.writing(told.database) as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(statement)
    told.forget_memory()
    assert finding in check(told)
    rebuild(told)
    assert check(told) == ()
    assert told.ledger.count(Filter(text="赎回")).number == 2


def test_checking_changes_nothing(told: Vault) -> None:
    told.append("c1", [ev.Noted(text="x")], actor="w", wall_ms=9, pack="p@1")
    with session.reading(told.database) as connection:
        before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    assert check(told) == ()
    with session.reading(told.database) as connection:
        assert connection.exec_driver_sql("SELECT total_changes()").scalar_one() == before
        assert not connection.exec_driver_sql("SELECT * FROM sqlite_temp_master").all()


def test_appending_goes_on_after_a_rebuild(told: Vault) -> None:
    rebuild(told)
    told.append("c1", [ev.StepEntered(step=3)], actor="w", wall_ms=9, pack="p@1")
    assert told.case("c1").step == 3
    assert check(told) == ()


def damage(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x01
    path.write_bytes(content)


def test_one_flipped_bit_in_any_page_is_found(vaults: "Vaults", told: Vault) -> None:
    """Each page in turn: SQLCipher's page seal, or the refusal to open at all, shows it."""
    assert told.database.path == vaults.path
    vaults.close()
    good = vaults.path.read_bytes()
    pages = len(good) // 4096
    assert pages > 20
    for page in range(0, pages, 3):
        damage(vaults.path, page * 4096 + 1000)
        try:
            found = check(vaults.open())
        except KnownError as fault:
            assert fault.code == "vault_damaged"  # noqa: PT017 - either way of being told will do
        else:
            assert "page" in {finding.code for finding in found}
        vaults.close()
        vaults.path.write_bytes(good)
    assert check(vaults.open()) == ()


def test_a_rebuild_over_a_damaged_page_tells_of_damage(vaults: "Vaults", told: Vault) -> None:
    """Whichever page it is: the rebuild succeeds without it or says so, and breaks nothing more."""
    assert told.database.path == vaults.path
    vaults.close()
    good = vaults.path.read_bytes()
    refused = 0
    for page in range(len(good) // 4096):
        damage(vaults.path, page * 4096 + 1000)
        try:
            rebuild(vaults.open())
        except KnownError as fault:
            assert fault.code == "vault_damaged"  # noqa: PT017 - either outcome will do
            refused += 1
        vaults.close()
        vaults.path.write_bytes(good)
    assert refused, "no page of the log was met: the test proves nothing"
    assert check(vaults.open()) == ()


def test_a_commit_that_runs_out_of_memory_met_a_damaged_page(
    told: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def commit(self) -> None:
            raise MemoryError

        def close(self) -> None: ...

    monkeypatch.setattr(type(told.database.connection), "begin", lambda _connection: Failing())
    with pytest.raises(VaultDamaged), session.writing(told.database):
        pass
