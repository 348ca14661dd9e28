"""Lists, counts and Today, and that each is answered from an index."""

import itertools
from datetime import date, datetime

import pytest

from desk.domain import events as ev
from desk.domain.ledger import Count, DayCount, Filter, Sort, Today
from desk.store.vault import Vault

ticks = itertools.count(1)


def add(
    vault: Vault,
    number: str,
    *,
    received: str = "2026-11-21T10:00",
    handler: str = "w",
    closed: bool = False,
    **values: str,
) -> None:
    """Open a case with these fields."""
    payloads: list[ev.Payload] = [
        ev.CaseOpened(number=number, received_at=received, first_receiver=handler)
    ]
    payloads += [ev.FieldSet(field=field, value=value) for field, value in values.items()]
    payloads += [ev.Closed(outcome="told")] if closed else []
    vault.append(f"c{number}", payloads, actor="w", wall_ms=next(ticks), pack="p@1")


def numbers(vault: Vault, asked: Filter, sort: Sort = "newest") -> str:
    return "".join(row.number for row in vault.ledger.page(asked, sort=sort).rows)


@pytest.fixture
def branch(vault: Vault) -> Vault:
    add(vault, "1", handler="b", due_at="2026-11-20T23:59", source="regulator")
    add(vault, "2", handler="a", due_at="2026-11-21T23:59", received="2026-11-19T09:00")
    add(vault, "3", handler="b", channel="counter", received="2026-11-15T09:00")
    add(vault, "4", handler="a", due_at="2026-11-24T12:00", waits_for="extension")
    add(vault, "5", handler="a", due_at="2026-11-20T12:00", closed=True)
    add(vault, "6", handler="c", due_at="2026-11-26T12:00", received="2026-11-14T23:59")
    return vault


@pytest.mark.parametrize(
    ("sort", "order"), [("newest", "654321"), ("oldest", "123456"), ("handler", "245136")]
)
def test_order(branch: Vault, sort: Sort, order: str) -> None:
    assert numbers(branch, Filter(), sort) == order


def test_by_due_time_those_without_come_last(branch: Vault) -> None:
    assert numbers(branch, Filter(), "due") == "512463"
    assert numbers(branch, Filter(status="open"), "due") == "12463"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter(status="closed"), "5"),
        (Filter(status="open", handler="b"), "31"),
        (Filter(handler="c"), "6"),
        (Filter(source="regulator"), "1"),
        (Filter(status="open", source="regulator"), "1"),
        (Filter(channel="counter"), "3"),
        (Filter(clock_state="running", status="open"), "64321"),
        (Filter(due_before="2026-11-21"), "51"),
        (Filter(received_from="2026-11-15", received_before="2026-11-20"), "32"),
        (Filter(waits=True), "4"),
        (Filter(waits=True, status="open"), "4"),
        (Filter(business="loan"), ""),
    ],
)
def test_filters(branch: Vault, asked: Filter, found: str) -> None:
    assert numbers(branch, asked) == found
    assert branch.ledger.count(asked) == Count(len(found))


def test_pages_follow_each_other(branch: Vault) -> None:
    pages = [branch.ledger.page(Filter(), limit=4, offset=start) for start in (0, 4, 8)]
    assert ["".join(row.number for row in page.rows) for page in pages] == ["6543", "21", ""]
    assert [page.more for page in pages] == [True, False, False]


def test_today_counts_what_still_runs(branch: Vault) -> None:
    now = datetime(2026, 11, 21, 10, 26)  # noqa: DTZ001 - local time
    assert branch.ledger.today(now) == Today(1, 1, 1, waits=1, is_open=5)
    assert branch.ledger.today(now, handler="a") == Today(0, 1, 1, waits=1, is_open=2)


def test_today_changes_at_the_minute_and_at_midnight(vault: Vault) -> None:
    add(vault, "1", due_at="2026-11-21T17:00")

    def bands(*moment: int) -> tuple[int, int, int]:
        found = vault.ledger.today(datetime(2026, 11, *moment))  # type: ignore[arg-type]  # noqa: DTZ001
        return found.overdue, found.due_today, found.due_soon

    assert bands(17, 23, 59) == (0, 0, 0)
    assert bands(18, 0, 0) == (0, 0, 1)
    assert bands(20, 23, 59) == (0, 0, 1)
    assert bands(21, 0, 0) == (0, 1, 0)
    assert bands(21, 17, 0) == (0, 1, 0)
    assert bands(21, 17, 1) == (1, 0, 0)


def test_received_by_day(branch: Vault) -> None:
    found = branch.ledger.received(date(2026, 11, 21))
    assert found[0] == DayCount("2026-11-15", 1)
    assert [day.count for day in found] == [1, 0, 0, 0, 1, 0, 3]


def test_open_items_by_due_time(vault: Vault) -> None:
    add(vault, "1")
    for item, status, due in (
        ("1", "open", "2026-12"),
        ("2", "open", "2026-11"),
        ("3", "done", "2026-10"),
    ):
        mark = ev.ItemMarked(checklist="E1", item=item, status=status, reason=due)  # type: ignore[arg-type]
        vault.append("c1", [mark], actor="w", wall_ms=1, pack="p@1")
    assert [(case, one.item) for case, one in vault.ledger.open_items("2027")] == [
        ("c1", "2"),
        ("c1", "1"),
    ]
    assert [one.item for _case, one in vault.ledger.open_items("2026-12")] == ["2"]


def plans(vault: Vault, ask: object) -> list[str]:
    """How SQLite would answer each query that `ask` makes."""
    said: list[str] = []
    driver = vault.database.connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(said.append)
    assert callable(ask)
    ask()
    driver.set_trace_callback(None)
    cursor = driver.cursor()
    return [
        str(row[3])
        for query in said
        if query.startswith("SELECT")
        for row in cursor.execute("EXPLAIN QUERY PLAN " + query)
    ]


LISTS: list[tuple[Filter, Sort]] = [
    (Filter(status="open"), "due"),
    (Filter(status="open"), "newest"),
    (Filter(status="open", handler="a"), "due"),
    (Filter(status="open"), "handler"),
    (Filter(), "due"),
    (Filter(), "handler"),
    (Filter(handler="a"), "newest"),
    (Filter(handler="a"), "due"),
    (Filter(business="loan"), "newest"),
    (Filter(cause="delay"), "newest"),
    (Filter(scenario="queue"), "newest"),
    (Filter(source="regulator"), "newest"),
    (Filter(waits=True, status="open"), "newest"),
    (Filter(status="open", clock_state="running"), "due"),
]


@pytest.mark.parametrize(("asked", "sort"), LISTS)
def test_lists_are_read_from_an_index(branch: Vault, asked: Filter, sort: Sort) -> None:
    steps = plans(branch, lambda: branch.ledger.page(asked, sort=sort))
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert scans == []


def test_today_is_read_from_an_index(branch: Vault) -> None:
    now = datetime(2026, 11, 21, 10, 26)  # noqa: DTZ001 - local time
    steps = plans(branch, lambda: branch.ledger.today(now))
    steps += plans(branch, lambda: branch.ledger.received(date(2026, 11, 21)))
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]


def test_what_is_asked_when_a_case_is_opened_walks_days_and_hits_only(branch: Vault) -> None:
    steps = plans(branch, lambda: branch.ledger.similar("fee", "2026-11-14T10:26", but="c1"))
    assert steps == ["SEARCH cases USING INDEX ix_cases_received_at (received_at>?)"]
    steps = plans(branch, lambda: branch.ledger.by_phone("13800138000", "2026-08-23T10:26", 50))
    hits, lines = steps[-2:]  # before them stands what the search index asks itself
    assert hits.startswith("SCAN search VIRTUAL TABLE")
    assert lines == "SEARCH cases USING INTEGER PRIMARY KEY (rowid=?)"


def test_a_phone_number_is_found_in_no_other_text_and_since_a_day(vault: Vault) -> None:
    add(vault, "1", phone="13800138000", received="2026-08-01T10:00")
    add(vault, "2", phone="13800138000")
    add(vault, "3", narrative="13800138000")
    add(vault, "4", phone="13800138001")
    vault.rest()
    assert vault.ledger.by_phone("13800138000", "2026-08-23T10:26", 50) == ("c2",)
    assert vault.ledger.by_phone("13800138000", "2026-07-01T00:00", 50) == ("c2", "c1")
    assert vault.ledger.by_phone("13800138000", "2026-07-01T00:00", 1) == ("c2",)


def test_similar_cases_are_counted_without_the_case_itself(vault: Vault) -> None:
    add(vault, "1", scenario="fee", received="2026-11-14T10:00")
    add(vault, "2", scenario="fee")
    add(vault, "3", scenario="queue")
    add(vault, "4", scenario="fee")
    assert vault.ledger.similar("fee", "2026-11-14T10:26", but="c4") == 1
