"""The cursor of a teller in a hurry: where it goes by itself, and that it is always seen."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk.domain.events import Value
from desk.domain.suggestion import Suggested
from desk.ui.page import Page
from desk.ui.widgets.labels import ElidedLabel, Text
from tests.gui.intake_room import Room
from tests.store import crew

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, tmp_path / "branch.vault")
    yield made
    made.leave()


def is_whole(room: Room) -> bool:
    """Whether all of the widget with the cursor is on the screen."""
    focus = room.focus()
    return focus.visibleRegion().boundingRect() == focus.rect()


def test_every_new_item_of_a_list_is_seen_while_it_is_typed(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    group = room.page.form().group("points")
    assert group is not None
    group.take_focus()
    qtbot.waitUntil(lambda: is_whole(room), timeout=2000)
    for number in range(1, 5):
        room.press(Qt.Key.Key_A, CONTROL | SHIFT)
        room.rest()
        assert len(group.cards) == number
        qtbot.waitUntil(lambda: group.place.isAncestorOf(room.focus()), timeout=2000)
        qtbot.waitUntil(lambda: is_whole(room), timeout=2000)
        room.type(f"point {number}")
    room.rest()


def test_an_offer_comes_right_after_its_field_and_leaves_the_cursor_there(room: Room) -> None:
    room.open_new()
    room.set(opening_words="排了七十分钟的队，窗口还关了")
    box = room.page.form().boxes()["scenario"]
    offered = box.offers()[0][0]
    box.editor.take_focus()
    room.press(Qt.Key.Key_Tab)
    assert room.focus().objectName() == "offer_scenario_0"
    room.press(Qt.Key.Key_Return)
    room.rest()
    assert room.view().case.value("scenario") == offered
    assert box.isAncestorOf(room.focus())
    room.press(Qt.Key.Key_Tab)
    assert room.focus() is room.page.form().boxes()["channel"].editor.widget


def test_tab_goes_through_the_items_of_a_list_in_order_and_on(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    form = room.page.form()
    points, facts, evidence = (form.group(key) for key in ("points", "facts", "evidence"))
    assert points is not None
    assert facts is not None
    assert evidence is not None
    for group, count in ((evidence, 1), (facts, 2), (points, 2)):
        for number in range(count):
            group.add_by_key()
            room.rest()
            room.type(f"10:0{number}")
            room.press(Qt.Key.Key_Tab)
            room.rest()
    points.take_focus()
    met = []
    while room.focus() is not form.boxes()["requests"].editor.widget.focusProxy():
        here = next(g for g in (points, facts, evidence) if g.isAncestorOf(room.focus()))
        items = [n for n, card in enumerate(here.cards.values()) if card.is_at_work()]
        met.append((here.group.key, *items))
        room.press(Qt.Key.Key_Tab)
        assert len(met) < 60
    first_met = list(dict.fromkeys(met))
    assert first_met == [
        ("points",),
        ("points", 0),
        ("points", 1),
        ("facts",),
        ("facts", 0),
        ("facts", 1),
        ("evidence",),
        ("evidence", 0),
    ]
    assert met == sorted(met, key=first_met.index)  # and none is left and met again


def test_a_personal_value_in_a_list_is_one_stop(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    group = room.page.form().group("people")
    assert group is not None
    group.add_by_key()
    room.rest()
    room.type("Li Wen")
    room.press(Qt.Key.Key_Tab)
    room.rest()
    (card,) = group.cards.values()
    assert card.boxes["role"].isAncestorOf(room.focus())
    room.press(Qt.Key.Key_Tab, SHIFT)
    assert card.boxes["name"].isAncestorOf(room.focus())
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Tab)
    assert card.boxes["phone"].isAncestorOf(room.focus())
    room.press(Qt.Key.Key_Tab)
    assert room.focus() is card.trash


def test_a_stored_moment_is_shown_although_the_cursor_comes_first(room: Room) -> None:
    room.open_new()
    now = room.view().case.received
    told: dict[str, Value] = {
        "told_at": now,
        "told_how": "phone",
        "told_proof": "recording 7",
        "remedies_told": ["review"],
        "customer_view": "understood",
    }
    room.set(**told, **{"options/o1/what": "An offer"})  # nothing is missing in the last step
    room.press(Qt.Key.Key_4, CONTROL)
    room.rest()
    room.page.form().boxes()["options/o1/what"].editor.take_focus()
    room.press(Qt.Key.Key_5, CONTROL)
    room.rest()
    box = room.page.form().boxes()["told_at"]
    assert box.value() == now
    box.editor.take_focus()
    room.press(Qt.Key.Key_A, CONTROL)
    room.type("1")
    room.page.refresh()  # what is being typed is not written over
    room.rest()
    assert room.focus() is box.editor.widget
    assert box.editor.is_at_work()


def test_coming_back_puts_the_cursor_where_it_was(room: Room) -> None:
    room.open_new()
    other = Page("another")
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    room.window.add_page("other", other)
    box = room.page.form().boxes()["place"]
    for leaving in (box.editor.widget, room.page.escalate, room.page.coach.band.assess):
        box.editor.take_focus()
        leaving.setFocus()
        room.window.show_page("other")
        room.window.show_page("intake")
        room.rest()
        assert room.focus() is box.editor.widget


def test_what_to_say_now_comes_into_sight_when_it_changes(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    pane = room.page.coach.say
    room.window.resize(1280, 680)
    pane.more.setChecked(True)
    room.rest()
    bar = pane.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=2000)
    bar.setValue(bar.maximum())
    room.page.refresh()
    room.rest()
    assert bar.value() > 0  # whoever reads the rest is left alone
    before = pane.current()
    room.press(Qt.Key.Key_F2)
    room.rest()
    assert pane.current() != before
    assert bar.value() == 0


def test_what_to_say_now_comes_back_when_the_cursor_has_passed_the_coach(
    room: Room, qtbot: QtBot
) -> None:
    room.open_new()
    room.set(opening_words="七十八了看不清，你们没人管，我要打12378投诉，还要找记者曝光")
    room.window.resize(1280, 680)
    pane = room.page.coach.say
    bar = pane.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=2000)
    room.page.form().boxes()["channel"].editor.take_focus()
    while room.focus() is not pane.more:
        room.press(Qt.Key.Key_Backtab)
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=2000)  # the cursor is always seen
    while pane.isAncestorOf(room.focus()):
        room.press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: bar.value() == 0, timeout=2000)


def test_a_case_taken_up_again_has_the_cursor_in_it_and_says_that_no_limit_runs(
    room: Room,
) -> None:
    room.open_new()
    room.page.ask_withdraw()
    room.button("sheet_do").click()
    room.rest()
    assert room.page._clock.text() == "已撤回"
    room.sit_down(crew.HEAD)
    room.button("banner_reopen").setFocus()
    room.press(Qt.Key.Key_Return)
    room.type("new papers came")
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert room.page.form().isAncestorOf(room.focus())
    assert "无法定期限" in room.page._clock.text()


COMPLETE: dict[str, Value] = {
    "opening_words": "我打过12378了",
    "complainant_name": "李文",
    "complainant_phone": "13800138000",
    "respondent": "branch",
    "narrative": "今天来办，没办成。",
    "requests": ["explain"],
    "explicit_need": "说明原因",
    "business": "B_WM",
    "cause": "C_SERVICE",
    "no_interest": True,
    "finding": "属实",
    "options/o1/what": "现在就办",
    "decision_kind": "upheld",
    "decision": "当日办理",
    "decision_basis": "服务规程",
    "decided_by": "王敏",
    "told_how": "phone",
    "told_proof": "录音 7",
    "remedies_told": ["review"],
    "customer_view": "understood",
}


def test_closing_names_the_checklists_that_were_called_for_and_never_begun(room: Room) -> None:
    room.open_new()
    room.set(**COMPLETE, told_at=room.view().case.received)
    assert room.view().missing == ()
    names = [one.checklist.title.zh for one in room.view().lists]
    assert names
    room.page.ask_close()
    room.rest()
    said = "".join(label.text() for label in room.window.findChildren(Text) if label.isVisible())
    assert all(name in said for name in names)
    room.button("sheet_do").click()
    room.rest()
    assert room.view().case.status == "closed"


def test_a_year_far_ahead_is_a_slip_of_the_hand_and_is_not_stored(room: Room) -> None:
    room.open_new()
    room.set(source="S_NFRA_FORMAL")
    later = datetime.fromisoformat(room.view().case.received) + timedelta(days=20)
    for key, slip, meant in (
        ("letter_due", "2162-11-30", f"{later:%Y-%m-%d}"),
        ("first_contact_at", "2162-11-22 10:00", f"{later:%Y-%m-%d %H:%M}"),
    ):
        box = room.page.form().boxes()[key]
        box.editor.take_focus()
        room.type(slip)
        room.press(Qt.Key.Key_Tab)
        room.rest()
        assert room.view().case.value(key) is None
        assert not box.is_settled() or box.editor.widget.property("problem") == "true"
        box.editor.take_focus()
        room.press(Qt.Key.Key_A, CONTROL)
        room.type(meant)
        room.press(Qt.Key.Key_Tab)
        room.rest()
        assert str(room.view().case.value(key)).replace("T", " ") == meant


def test_proposals_say_which_words_led_there_and_a_digit_takes_one(room: Room) -> None:
    room.open_new()
    room.set(opening_words="理财到期三天了还没到账，也没有人告诉我，我要打12378")
    scenario = room.page.form().boxes()["scenario"]
    assert scenario.offers()[0].because == "客户说「理财」「还没到账」"
    assert room.view().case.value("scenario") is None  # nothing is recorded before it is taken
    room.press(Qt.Key.Key_3, CONTROL)
    room.rest()
    box = room.page.form().boxes()["business"]
    assert len(box.offers()) > 1
    box.editor.take_focus()
    room.press(Qt.Key.Key_Tab)
    assert room.focus().objectName() == "offer_business_0"
    because = room.page.findChild(ElidedLabel, "because_business")
    assert isinstance(because, ElidedLabel)
    assert because.whole_text() == box.offers()[0].because != ""
    room.press(Qt.Key.Key_Tab)
    assert because.whole_text() == box.offers()[1].because
    second = box.offers()[1].value
    room.press(Qt.Key.Key_2)
    room.rest()
    assert room.view().case.value("business") == second


def test_the_alert_says_which_words_called_for_the_checklist(room: Room) -> None:
    room.open_new()
    room.set(opening_words="排队一小时，我要打12378投诉")
    alert = room.page.coach.alert
    assert alert.isVisible()
    assert "「12378」" in alert.heard.whole_text()


def test_what_a_sentence_rests_on_is_a_click_away(room: Room) -> None:
    asked: list[str] = []
    room.work.consulted.connect(asked.append)
    room.open_new()
    room.set(opening_words="理赔材料交了两回还说不全，一直拖着不赔", scenario="claim_slow")
    script = next(s for s in room.work.pack.scripts if len((*s.cites, *s.promises)) == 1)
    card = room.page.coach.say.cards["now"]
    card.show_script(Suggested(script, script.text.zh, script.why.zh, (), 0), read_only=False)
    room.button("basis_now").click()
    assert asked == [*script.cites, *script.promises]
    room.page.coach.turn_to(2)
    room.button("read_limit").click()
    assert asked[-1] == "inst"
