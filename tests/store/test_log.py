"""The log keeps each device's chain apart, and tells what search has not followed yet."""

import pytest
from sqlcipher3.dbapi2 import IntegrityError  # type: ignore[import-untyped]  # it ships no types

from desk.domain import events as ev
from desk.domain.events import Event, Payload
from desk.domain.ids import Stamp
from desk.domain.ledger import Filter
from desk.domain.staff import Device
from desk.store import log, people, search, session, tips
from desk.store.chain import Record, genesis, seal
from desk.store.check import check, rebuild
from desk.store.vault import Vault
from desk.store.writer import Entry

_OPENED = ev.CaseOpened(number="N-1", received_at="2026", first_receiver="w")


def append(vault: Vault, *payloads: Payload) -> None:
    vault.append("c1", payloads, actor="w", wall_ms=1, pack="p@1")


def waiting(vault: Vault) -> list[str]:
    with session.reading(vault.database) as connection:
        return search.waiting(connection)


def told_elsewhere(vault: Vault) -> Record:
    """An event of another device, stored as its chain's first."""
    event = Event("e1", "d2", 1, Stamp(9_000, 3, "d2"), "w", "c2", _OPENED, "p@1")
    record = seal(event, genesis("d2"), None, b"", vault.opened.chain_key)
    with session.writing(vault.database) as connection:
        people.add_device(connection, Device("d2", "柜台二", own=False))
        log.write(connection, 1, [record])
        tips.keep(connection, vault.opened.chain_key)
    vault.forget_memory()
    return record


def test_another_devices_chain_stands_apart(vault: Vault) -> None:
    append(vault, _OPENED, ev.StepEntered(step=2))
    record = told_elsewhere(vault)
    with session.reading(vault.database) as connection:
        own, other = log.tips(connection)
        assert log.own_tip(connection).stamp == Stamp(9_000, 3, own.device)
    assert (own.chain, own.seq, other.chain, other.seq) == (0, 5, 1, 1)
    assert (other.hash, other.device) == (record.hash, "d2")
    assert waiting(vault) == ["c1", "c2"]
    append(vault, ev.StepEntered(step=3))
    assert vault.events("c1")[-1].stamp > Stamp(9_000, 3, "d2")
    rebuild(vault)
    assert check(vault) == ()
    assert waiting(vault) == []


def test_a_place_in_a_chain_is_taken_once(vault: Vault) -> None:
    record = told_elsewhere(vault)
    with pytest.raises(IntegrityError, match="UNIQUE"), session.writing(vault.database) as one:
        log.write(one, 1, [record])


def test_an_event_that_changes_no_text_waits_and_is_let_go(vault: Vault) -> None:
    append(vault, _OPENED)
    vault.rest()
    assert waiting(vault) == []
    append(vault, ev.StepEntered(step=2))
    assert waiting(vault) == ["c1"]
    vault.rest()
    assert waiting(vault) == []


def test_a_batch_that_is_indexed_at_once_leaves_nothing_waiting(vault: Vault) -> None:
    vault.append_many([Entry("c1", _OPENED, "w", 1, "p@1")])
    assert waiting(vault) == []


def test_a_batch_does_not_hide_what_waited_before_it(vault: Vault) -> None:
    append(vault, _OPENED, ev.Noted(text="回访"))
    vault.append_many([Entry("c2", _OPENED, "w", 1, "p@1")])
    assert "c1" in waiting(vault)
    assert vault.ledger.count(Filter(text="回访")).number == 1
    assert waiting(vault) == []
