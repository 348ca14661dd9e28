"""Search finds what contains the words asked for, exactly, and shows the newest first."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.ledger import COUNT_LIMIT, Filter
from desk.domain.projection import SearchText
from desk.store import search, session, tokens
from desk.store.check import check
from desk.store.vault import Vault
from desk.store.writer import Entry

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

DIGITS = "1230-aA+"
LETTERS = "赎回到账钱12３aAＡßé\"'*(){}^:-+.%_\\，。「 \t\n\u3000\x00\U00020000"
pieces = st.text(LETTERS, max_size=7) | st.text(DIGITS + "赎 ", max_size=12)
questions = st.text(LETTERS, min_size=1, max_size=4) | st.text(DIGITS + "赎 ", max_size=9)
numbered = st.text("12-款 ", max_size=12)
texts = st.builds(
    SearchText,
    pieces | numbered,
    pieces,
    st.text("0123-+() ８", max_size=8) | numbered,
    pieces | numbered,
    pieces,
)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def digits(text: str) -> str:
    return "".join(letter for letter in plain(text) if letter in "0123456789")


def contains(one: SearchText, question: str) -> bool:
    """The slow and obvious answer that the index must give."""
    fields = [one.number, one.name, one.phone, digits(one.phone), one.narrative, one.notes]
    words = plain(question).split()
    if words and all(any(word in plain(field) for field in fields) for word in words):
        return True
    bare = digits(question)
    only_phone = all(letter in "0123456789+()- \t\n" for letter in plain(question))
    return len(bare) > 1 and only_phone and bare in digits(one.phone)


def asked(connection: Any, question: str) -> list[int]:  # noqa: ANN401
    query = tokens.query(question)
    if not query:
        return []
    statement = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC"
    return [row[0] for row in connection.exec_driver_sql(statement, (query,))]


@given(
    some=st.lists(texts, min_size=1, max_size=8),
    several=st.lists(
        questions
        | st.text("0123 -", min_size=1, max_size=4)
        | st.text("12-款", min_size=1, max_size=7),
        min_size=1,
        max_size=8,
    ),
)
@settings(max_examples=150, deadline=None)
@example(some=[SearchText(narrative='他说"不"')], several=['"', '说"', '"不"', "OR", "*"])
@example(some=[SearchText(phone="138 0013-8000")], several=["13800138000", "0013-80", "8 0"])
@example(some=[SearchText(number="TS20261121-003")], several=["1121-003", "1121003", "S2026"])
@example(some=[SearchText(notes="1234 2345"), SearchText("12345")], several=["12345", "3423"])
@example(
    some=[SearchText(number="1234 2345", narrative="第12345号", notes="a-12.3/456b")],
    several=["12345", "2345", "234", "12345号", "1234 2345", "12.3/4", "第123", "3/456b"],
)
@example(some=[SearchText(name="ＶＩＰ客户", notes="vip")], several=["vip", "ＶＩ", "p客"])
def test_search_is_substring_search(
    shared_vault: Vault, some: list[SearchText], several: list[str]
) -> None:
    with session.reading(shared_vault.database) as connection:
        for row, one in enumerate(some, start=1):
            search.put(connection, row, SearchText(narrative="replaced " + one.narrative))
            search.put(connection, row, one)
        for question in several:
            naive = [row for row, one in enumerate(some, start=1) if contains(one, question)]
            assert asked(connection, question) == naive[::-1], question


@given(st.text(max_size=20))
@settings(deadline=None)
def test_no_question_is_a_fault(shared_vault: Vault, question: str) -> None:
    shared_vault.ledger.page(Filter(text=question))
    shared_vault.ledger.count(Filter(text=question, status="open"))


@pytest.mark.parametrize("question", ["", " ", "\u3000", "\n"])
def test_a_blank_question_asks_nothing(shared_vault: Vault, question: str) -> None:
    assert tokens.query(question) == ""
    assert shared_vault.ledger.page(Filter(text=question)).rows == ()


def test_a_lone_surrogate_is_only_not_found(shared_vault: Vault) -> None:
    assert shared_vault.ledger.page(Filter(text="\ud800")).rows == ()


def add(vault: Vault, number: str, *payloads: ev.Payload) -> str:
    opened = ev.CaseOpened(number=number, received_at="2026-11-21", first_receiver="w")
    vault.append(f"c{number}", [opened, *payloads], actor="w", wall_ms=1, pack="p@1")
    return f"c{number}"


def numbers(vault: Vault, text: str, **more: str) -> list[str]:
    return [row.number for row in vault.ledger.page(Filter(text=text, **more)).rows]  # type: ignore[arg-type]


def test_a_change_is_found_at_once_and_what_it_replaced_is_not(vaults: "Vaults") -> None:
    vault = vaults.create()
    case_id = add(vault, "1", ev.FieldSet(field="narrative", value="盗刷", personal=True))
    assert numbers(vault, "盗") == ["1"]
    old = vault.case(case_id).fields["narrative"].heads[0].event
    new = ev.FieldSet(field="narrative", value="排队", personal=True, replaces=(old,))
    vault.append(case_id, [new], actor="w", wall_ms=2, pack="p@1")
    vault = vaults.reopen()
    assert numbers(vault, "盗刷") == []
    assert numbers(vault, "队") == ["1"]
    assert check(vault) == ()


def test_hits_are_newest_first_and_words_may_be_in_different_columns(vault: Vault) -> None:
    for number in ("1", "2", "3"):
        add(
            vault,
            number,
            ev.FieldSet(field="name", value="陈" if number != "2" else "李", personal=True),
            ev.FieldSet(field="narrative", value="赎回未到账", personal=True),
        )
    assert numbers(vault, "赎回") == ["3", "2", "1"]
    assert numbers(vault, "陈 赎回") == ["3", "1"]
    assert numbers(vault, "赎 李") == ["2"]
    assert numbers(vault, "赎回 王") == []


@pytest.mark.parametrize(("few", "few_hits"), [(0, 0), (1_000, 0), (0, 300)])
def test_a_text_and_other_conditions_are_joined(
    vault: Vault, few: int, few_hits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ways of joining answer the same: looking up each hit, gathering few cases or few hits."""
    monkeypatch.setattr("desk.store.ledger._FEW", few)
    monkeypatch.setattr("desk.store.ledger._FEW_HITS", few_hits)
    for i in range(9):
        closing = [ev.Closed(outcome="told")] if i % 3 == 0 else []
        add(vault, str(i), ev.FieldSet(field="narrative", value="赎回", personal=True), *closing)
    assert numbers(vault, "赎", status="closed") == ["6", "3", "0"]
    assert numbers(vault, "赎", status="open", handler="nobody") == []
    page = vault.ledger.page(Filter(text="赎", status="open"), limit=2, offset=2)
    assert ([row.number for row in page.rows], page.more) == (["5", "4"], True)
    assert vault.ledger.count(Filter(text="赎", status="open")).number == 6


def test_counting_stops_at_the_limit(vault: Vault) -> None:
    def entries(many: Sequence[int]) -> list[Entry]:
        return [
            Entry(f"c{i}", payload, "w", i, "p@1")
            for i in many
            for payload in (
                ev.CaseOpened(number=str(i), received_at="2026", first_receiver="w"),
                ev.FieldSet(field="narrative", value="很多"),
            )
        ]

    vault.append_many(entries(range(COUNT_LIMIT)))
    found = vault.ledger.count(Filter(text="很多"))
    assert (found.number, found.more) == (COUNT_LIMIT, False)
    vault.append_many(entries([COUNT_LIMIT]))
    found = vault.ledger.count(Filter(text="很多"))
    assert (found.number, found.more) == (COUNT_LIMIT, True)
    assert vault.ledger.count(Filter()).more


def test_search_text_left_behind_by_a_kill_is_indexed_later(
    fresh_vaults: "Callable[[], Vaults]",
) -> None:
    """How far the log is indexed is stored: nothing depends on the program that wrote the event."""
    with fresh_vaults() as vaults:
        add(vaults.open(), "1", ev.Noted(text="回访"))
        vault = vaults.reopen()
        with session.reading(vault.database) as connection:
            assert search.waiting(connection) == ["c1"]
        assert numbers(vault, "回访") == ["1"]
        with session.reading(vault.database) as connection:
            assert search.waiting(connection) == []
