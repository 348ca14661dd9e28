"""Today, driven by keys on the sample vault."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desk import i18n
from desk.domain.ledger import Filter
from desk.domain.outlook import Attention
from desk.services import cases, ledger, outlook
from desk.ui.ledger import presets
from desk.ui.today.side import Remark
from desk.ui.today.today_page import TodayPage, in_order

Desk = Any
KEYS: tuple[presets.Limit, ...] = ("overdue", "today", "soon", "approval")


def test_cases_stand_by_due_time_and_answered_ones_last(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    rows = page.table.cases.rows()
    running = [row.due_at for row in rows if row.clock_state in {"running", "stopped"}]
    assert running == sorted(running)
    assert [row.clock_state for row in rows[len(running) :]] == ["met"] * (len(rows) - len(running))
    assert {row.case for row in rows} == {row.case for row in desk.ask(ledger.today).due}
    assert in_order(rows) == rows


def test_figures_are_those_of_the_store_and_open_the_same_cases(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    figures = desk.ask(ledger.today).figures
    shown = [page.stats[key].value() for key in KEYS]
    assert shown == [figures.overdue, figures.due_today, figures.due_soon, figures.waits]
    assert sum(shown) > 3
    asked: list[Filter] = []
    page.list_wanted.connect(asked.append)
    for key in KEYS:
        page.stats[key].setFocus()
        QTest.keyClick(page.stats[key], Qt.Key.Key_Return)
    counted = [desk.ask(lambda session, a=one: ledger.count(session, a)).number for one in asked]
    assert counted == shown


def test_the_choice_of_whose_cases_follows_the_role(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("1023")
    page = TodayPage(desk.work)
    desk.show(page)
    assert page.whose.value() == "mine"
    mine = page.table.cases.rows()
    assert mine
    assert {row.handler for row in mine} == {"1023"}
    assert page.whose.pill("mine").text() == f"我的 {len(mine)}"
    page.whose.pill("mine").setFocus()
    QTest.keyClick(page.whose.pill("mine"), Qt.Key.Key_Right)
    desk.rest()
    assert len(page.table.cases.rows()) > len(mine)
    assert page.whose.pill("all").text() == f"全网点 {len(page.table.cases.rows())}"
    asked: list[Filter] = []
    page.list_wanted.connect(asked.append)
    page.whose.set_value("mine")
    page.stats["overdue"].chosen.emit()
    assert asked[0].handler == "1023"


def test_keys_move_and_enter_goes_to_the_intake(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    assert page.table.hasFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert desk.went == [("intake", page.table.cases.row_at(2).case)]


def test_typing_finds_a_line_by_number_and_by_words(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    rows = page.table.cases.rows()
    wanted = rows[7]
    QTest.keyClicks(page.table, wanted.number[-7:])
    current = page.table.current()
    assert current is not None
    assert current.number == wanted.number
    page.table._forget_typed()
    words = next(row.summary[6:9] for row in rows[9:] if row.summary.startswith("客户要求"))
    page.table.keyboardSearch(words)
    found = page.table.current()
    assert found is not None
    assert words in found.summary


def test_the_limit_is_said_in_words_with_its_weekday(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    said = {page.words.due(row).tone: page.words.due(row) for row in page.table.cases.rows()}
    assert said["red"].words.startswith("逾期")
    assert said["violet"].words == "暂停计时"
    assert "周" in said["primary"].words
    late = next(r for r in page.table.cases.rows() if page.words.due(r).tone == "red")
    place = page.table.cases.place_of(late.case)
    tip = page.table.cases.index(place, 5).data(Qt.ItemDataRole.ToolTipRole)
    assert "周" in tip
    assert "天前" in tip or "昨天" in tip


def test_nobody_is_named_in_full(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    names = [row.name for row in page.table.cases.rows() if row.name]
    assert len(copied.splitlines()) == len(page.table.cases.rows())
    assert names
    assert not [name for name in names if name in copied]
    assert not [name for name in names if name in "".join(page.side.attention.remarks())]


def test_what_to_look_at_is_what_the_vault_holds(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    found = desk.ask(outlook.outlook)
    figures = desk.ask(ledger.today).figures
    due = next(one for one in found.attention if one.kind == "due")
    assert (due.number, due.before) == (figures.overdue, figures.due_today)
    first = page.table.cases.row_at(0)
    assert due.row == first
    remarks = page.side.attention.remarks()
    assert f"{figures.overdue} 件已逾期" in remarks[0]
    assert first.number in remarks[0]
    page.side.attention.findChildren(Remark)[0].acted.emit()
    assert desk.went == [("intake", first.case)]


def test_what_files_ask_for_leads_to_their_page(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    page.side.attention.show_attention(
        (Attention("offer", 2), Attention("receipt", 8, subject="总行"))
    )
    desk.rest()  # what was there is gone
    assert page.side.attention.remarks() == (
        "总行发来 2 项，等着处理。",
        "送给总行的文件已经 8 天没有回执。",
    )
    for remark in page.side.attention.findChildren(Remark):
        remark.acted.emit()
    assert desk.went == [("sync", "")] * 2


def test_a_measure_without_cases_says_so_and_invents_nothing(new_desk: Desk) -> None:
    page = TodayPage(new_desk.work)
    new_desk.show(page)
    keys = ("quick", "right", "lasting", "trust")
    assert [page.side.measures.words_of(key) for key in keys] == ["—"] * 4  # type: ignore[arg-type]
    assert page.side.week.total.text() == "0 件"


def test_measures_are_shares_of_what_is_stored(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    month = {measure.key: measure for measure in desk.ask(outlook.outlook).month}
    assert month["trust"].total > 3
    for key, measure in month.items():
        shown = page.side.measures.words_of(key)
        assert shown == ("—" if measure.share is None else f"{measure.share:.0%}")


def test_a_new_vault_is_greeted_and_leads_to_the_first_complaint(new_desk: Desk) -> None:
    page = TodayPage(new_desk.work)
    new_desk.show(page)
    assert page._welcome.isVisible()
    assert page.door.hasFocus()
    wanted: list[bool] = []
    page.new_wanted.connect(lambda: wanted.append(True))
    QTest.keyClick(page.door, Qt.Key.Key_Space)
    assert wanted == [True]
    case = new_desk.ask(cases.open_case).case.id
    new_desk.work.case_changed.emit(case)
    new_desk.qtbot.waitUntil(page.table.isVisible, timeout=5000)
    new_desk.rest()
    assert [row.case for row in page.table.cases.rows()] == [case]


def test_the_page_hears_of_changes_and_of_time_without_moving(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    resets: list[bool] = []
    page.table.cases.modelReset.connect(lambda: resets.append(True))
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    page._clock.timeout.emit()
    desk.rest()
    assert not resets
    row = page.table.current()
    assert row is not None
    desk.work.write(
        row.case,
        lambda session: cases.set_field(session, row.case, "explicit_need", "改过的诉求"),
        owner=page,
    )
    desk.qtbot.waitUntil(lambda: bool(resets), timeout=5000)
    desk.rest()
    now = page.table.current()
    assert now is not None
    assert (now.case, now.summary) == (row.case, "改过的诉求")


def test_a_wide_page_puts_the_cards_beside_and_a_narrow_one_below(desk: Desk) -> None:
    page = TodayPage(desk.work)
    desk.show(page)
    assert page.side.geometry().left() > page.table.width()
    page.resize(900, 600)
    QApplication.processEvents()
    assert page.side.geometry().top() > page._card.geometry().top()


def test_english_says_the_same(desk: Desk) -> None:
    i18n.use("en")
    page = TodayPage(desk.work)
    desk.show(page)
    assert page.title() == "Today"
    assert "late" in page.side.attention.remarks()[0]
    assert "overdue" in page.words.due(page.table.cases.row_at(0)).words


def test_words_on_the_limit_are_found_again_in_their_filter() -> None:
    from datetime import datetime

    now = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - the branch's wall clock
    words: tuple[presets.Limit, ...] = (
        *("", "overdue", "today", "soon", "running"),
        *("stopped", "met", "late", "withdrawn", "approval"),
    )
    for word in words:
        assert presets.limit_of(presets.limit(Filter(), word, now), now) == word
    periods: tuple[presets.Period, ...] = ("", "week", "month", "quarter", "year")
    for period in periods:
        assert presets.period_of(presets.period(Filter(), period, now.date()), now.date()) == period
