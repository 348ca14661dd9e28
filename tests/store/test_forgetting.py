"""A person who was forgotten is nowhere: not in tables, search, unused pages or the log beside."""

import itertools
from datetime import date
from typing import TYPE_CHECKING

import pytest

from desk.domain import events as ev
from desk.domain.events import Payload
from desk.domain.ledger import Filter
from desk.errors import NotAllowed, VaultBusy
from desk.store import forgetting, session
from desk.store.check import check, rebuild
from desk.store.engine import connect
from desk.store.forgetting import Span
from desk.store.vault import Vault
from tests.store.pages import plain

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

NAME, PHONE, TOLD, NOTE = "龘靐", "18687654321", "爨邯在麤鱻柜台", "齉齾说了 wxqz77"
TRACES = [NAME, PHONE, TOLD, NOTE, "爨邯", "麤鱻", "wxqz", "齉齾", NAME[0]]
"""What would be left of the person: the values, and the pairs and fours that search keeps.

None of them could stand in an identifier by chance, as four digits could."""
FORGOTTEN = ev.Forgotten(by="0901", why="due", at="2031-11-23T09:00")


def put(vault: Vault, case_id: str, *payloads: Payload, wall_ms: int = 9_000) -> None:
    vault.append(case_id, payloads, actor="0417", wall_ms=wall_ms, pack="p@1")


def person(number: int, name: str, phone: str, told: str, note: str) -> list[Payload]:
    return [
        ev.CaseOpened(number=f"N-{number:04}", received_at="2026-01-05", first_receiver="0417"),
        ev.FieldSet(field="name", value=name, personal=True),
        ev.FieldSet(field="phone", value=phone, personal=True),
        ev.FieldSet(field="narrative", value=told, personal=True),
        ev.Noted(text=note),
    ]


def branch(vault: Vault) -> str:
    """A vault with many cases, one of them that of the person; typed bit by bit, as people do."""
    for number in range(60):
        for payload in person(number, f"客户{number}", f"1390000{number:04}", "排队" * 9, "记" * 9):
            put(vault, f"c{number:04}", payload)
        if number == 30:
            for payload in person(9999, NAME, PHONE, TOLD, NOTE):
                put(vault, "gone", payload)
            vault.rest()
            put(vault, "gone", ev.FieldSet(field="narrative", value=TOLD * 30, personal=True))
        for length in range(1, 6):
            told = ev.FieldSet(field="narrative", value="等了很久" * length * 9, personal=True)
            put(vault, f"c{number:04}", told)
        vault.rest()
    put(vault, "gone", ev.Closed(outcome="told", at="2026-11-22T10:00"))
    return "gone"


def traces(vault: Vault) -> list[str]:
    content = plain(vault.database.path, vault.opened.key)
    assert b"CREATE TABLE" in content  # the pages were decrypted
    return [one for one in TRACES if one.encode() in content]


def test_nothing_is_left_of_a_forgotten_person(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = branch(vault)
    assert set(traces(vault)) >= {NAME, TOLD, "爨邯", "麤鱻"}
    before = vault.case_seal(case_id)
    put(vault, case_id, ev.Approved(act="forget", by="0901", reason=f"{NAME}的期限已到"), FORGOTTEN)
    assert vault.ledger.count(Filter(text=NAME)).number == 0
    assert vault.ledger.count(Filter(text=PHONE)).number == 0
    assert vault.case(case_id).value("name") is None
    assert traces(vault)  # what the index and old pages still hold, and what erasing is for
    forgetting.erase(vault)
    assert traces(vault) == []
    for anew in (False, True):
        opened = vaults.reopen() if anew else vault
        case = opened.case(case_id)
        assert [note.text for note in case.notes] == [None]
        assert (case.number, case.status, case.forgotten_at) == ("N-9999", "closed", FORGOTTEN.at)
        assert opened.ledger.by_number("N-9999").name == ""
        assert check(opened) == ()
        assert opened.ledger.count(Filter(text=NAME)).number == 0
        assert opened.ledger.count(Filter(text="客户")).number == 60
    after = vaults.opened[-1].case_seal(case_id)
    assert after.holds
    assert after.count == before.count + 2
    rebuild(vaults.opened[-1])
    assert check(vaults.opened[-1]) == ()


def test_what_memory_held_is_gone_as_well(vault: Vault) -> None:
    case_id = branch(vault)
    assert vault.case(case_id).value("name") == NAME
    put(vault, case_id, FORGOTTEN)
    told = repr(vault.case(case_id)) + repr(vault.events(case_id))
    assert not any(trace in told for trace in TRACES)


def test_the_key_file_still_opens_what_was_written_anew(vaults: "Vaults") -> None:
    vault = vaults.create()
    put(vault, "gone", *person(1, NAME, PHONE, TOLD, NOTE), ev.Closed(outcome="told"), FORGOTTEN)
    salt = vault.database.path.read_bytes()[:16]
    forgetting.erase(vault)
    assert vault.database.path.read_bytes()[:16] == salt
    assert vaults.reopen().case("gone").forgotten is not None


def test_a_case_opened_and_forgotten_at_once_leaves_no_key(vault: Vault) -> None:
    story = [*person(1, NAME, PHONE, TOLD, NOTE), ev.AnswerSet(question="Q1", answer=2), FORGOTTEN]
    put(vault, "gone", *story)
    assert vault.case("gone").value("name") is None
    with session.reading(vault.database) as connection:
        keys = connection.exec_driver_sql("SELECT count(*) FROM case_keys").scalar()
    assert keys == 0
    assert check(vault) == ()


@pytest.mark.parametrize(
    "payload",
    [
        ev.FieldSet(field="name", value=NAME, personal=True),
        ev.Noted(text="又来电"),
        ev.Reopened(reason="补充"),
        ev.AnswerSet(question="Q1", answer=1),
        ev.HoldSet(on=True, at="2032-01-01T09:00", reason="起诉"),
    ],
    ids=lambda payload: payload.kind,
)
def test_nothing_personal_enters_a_forgotten_case(vault: Vault, payload: Payload) -> None:
    put(vault, "gone", *person(1, NAME, PHONE, TOLD, NOTE), ev.Closed(outcome="told"), FORGOTTEN)
    with pytest.raises(NotAllowed, match="case_forgotten"):
        put(vault, "gone", payload)
    assert check(vault) == ()


def test_a_reader_of_the_old_pages_lets_it_be_done_again(vault: Vault) -> None:
    case_id = branch(vault)
    vault.database.checkpoint(wait=True)
    put(vault, case_id, FORGOTTEN)
    other = connect(vault.database.path, vault.opened.key)
    try:
        with session.reading(other) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
            with pytest.raises(VaultBusy):
                forgetting.erase(vault)
    finally:
        other.dispose()
    forgetting.erase(vault)
    assert traces(vault) == []
    assert check(vault) == ()


def test_what_waits_to_be_erased_is_known_until_it_was(vaults: "Vaults") -> None:
    vault = vaults.create()
    assert not forgetting.is_waiting(vault)
    put(vault, "gone", *person(1, NAME, PHONE, TOLD, NOTE), ev.Closed(outcome="told"), FORGOTTEN)
    assert forgetting.is_waiting(vaults.reopen())
    vault = vaults.opened[-1]
    vault.record(ev.Swept(), actor="0417", wall_ms=9_001)
    assert not forgetting.is_waiting(vault)
    assert forgetting.times(vault) == (9_000,)


def test_lists_ask_each_class_for_its_own_days(vaults: "Vaults") -> None:
    """Against the plain way: every line looked at one by one."""
    from dataclasses import replace

    from desk.domain.case import Case
    from desk.domain.projection import Projection
    from tests.store.small import project

    def projected(case: Case) -> Projection:
        found = project(case)
        row = replace(
            found.row,
            keeping=case.text("keeping"),
            keep=case.text("keep"),
            kept_from=case.text("kept_from"),
            dispute_ended=case.text("dispute_ended"),
        )
        return replace(found, row=row)

    vaults.projector = projected
    vault = vaults.create()
    days = ("2020-01-01", "2022-05-05", "2024-02-29")
    shapes = list(itertools.product(("counting", "held", ""), ("a", "b", "x"), days, ("", *days)))
    for number, shape in enumerate(shapes):
        names = ("keeping", "keep", "kept_from", "dispute_ended")
        fields = [ev.FieldSet(field=n, value=v) for n, v in zip(names, shape, strict=True) if v]
        opened = ev.CaseOpened(number=f"N{number:03}", received_at="2019", first_receiver="w")
        put(vault, f"c{number:03}", opened, *fields)
    spans = {
        "a": Span(date(2022, 5, 5), date(2020, 1, 1)),
        "b": Span(date(2019, 1, 1), date(2030, 1, 1)),
    }
    other = Span(date(2023, 1, 1), date(2023, 1, 1))

    def wanted(shape: tuple[str, ...]) -> bool:
        span = spans.get(shape[1], other)
        begun, ended = span.kept_from.isoformat(), span.dispute_ended.isoformat()
        return shape[0] == "counting" and shape[2] <= begun and shape[3] <= ended

    expected = {f"N{number:03}" for number, shape in enumerate(shapes) if wanted(shape)}
    found = forgetting.listed(vault, "counting", spans, other, limit=999)
    assert {row.number for row in found} == expected
    assert len(expected) > 5
    assert [row.kept_from for row in found] == sorted(row.kept_from for row in found)
    assert forgetting.count(vault, "counting", spans, other) == len(expected)
    of_a = {f"N{n:03}" for n, shape in enumerate(shapes) if wanted(shape) and shape[1] == "a"}
    assert {r.number for r in forgetting.listed(vault, "counting", spans, other, keep="a")} == of_a
    assert forgetting.count(vault, "held", {}, other) == sum(s[0] == "held" for s in shapes)
