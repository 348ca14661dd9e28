"""The intake, driven by keys on a real encrypted vault; `DESK_SHOTS=folder` keeps pictures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desk import i18n
from desk.domain.case import Case, FieldState
from desk.domain.engine import CaseView
from desk.domain.events import Answer, Value
from desk.errors import DiskFull
from desk.services import assessments, cases
from desk.services.session import Session
from desk.store.vault import Vault
from desk.ui import theme
from desk.ui.intake.editors import LongEditor
from desk.ui.intake.page import open_new
from desk.ui.intake.personal import PersonalEditor
from desk.ui.intake.two_sides import TwoSides
from desk.ui.widgets.buttons import Button
from tests.gui.intake_room import Room, engine
from tests.store import crew


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, tmp_path / "v" / "vault.db")
    yield made
    made.leave()


CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_new_case_has_the_cursor_in_the_customers_words(room: Room) -> None:
    room.open_new()
    assert room.page.case
    assert room.focus().objectName() == "field_opening_words"
    room.type("hello")
    room.qtbot.waitUntil(lambda: room.view().case.text("opening_words") == "hello", timeout=3000)
    room.shot("intake-new")


FACTS = (
    ("2026-11-03T10:10", "customer", "经理说随时能取，没提到账要几天。"),
    ("2026-11-03T10:15", "ours", "签署了说明书，第 4 条写 T+3 到账。"),
    ("2026-11-21T10:20", "customer", "来赎回，被告知要等三天。"),
)
SEEN: dict[str, Answer] = {
    "R0": [],
    "Q1": 2,
    "Q2": 1,
    "Q3": 1,
    "Q4": "b",
    "Q5": "b",
    "Q6": 0,
    "Q7": "a",
    "Q8": 1,
    "Q9": ["reg"],
    "Q10": "a",
    "Q11": [],
    "Q12": "b",
    "Q13": 0,
}


def fill_story(room: Room) -> None:
    """Story (a): a redemption not paid on the day promised; the customer mentions 12378."""
    page, case = room.page, room.page.case
    long: dict[str, Value] = {
        "opening_words": "买的时候说随时能取，今天来取说要等三天。我等着交住院押金，"
        "你们这是规定四个字就把我打发了，我现在就给 12378 打电话。",
        "place": "2 号窗",
        "complainant_name": "张晓明",
        "salutation": "mr",
        "complainant_phone": "13812342207",
        "respondent": "head_office",
        "narrative": "11 月 3 日买的时候，理财经理说随时可以取。今天来赎回，柜面说要三天到账。",
        "happened_on": "2026-11-21",
        "product": "稳享日开 3 号",
        "amount": 58000,
        "requests": ["explain", "pay_now"],
        "seated": True,
        "explicit_need": "今天拿到 5.8 万元交住院押金，并说清当时的说法。规定就是这样。",
        "business": "B_WM",
    }

    def task(session: Session) -> CaseView:
        for path, value in long.items():
            cases.set_field(session, case, path, value)
        for at, side, text in FACTS:
            item = cases.new_item(session)
            for key, value in (("at", at), ("side", side), ("text", text)):
                cases.set_field(session, case, f"facts/{item}/{key}", value)
        for text in ("买的时候说随时能取", "今天说要等三天"):
            item = cases.new_item(session)
            cases.set_field(session, case, f"points/{item}/text", text)
        item = cases.new_item(session)
        cases.set_field(session, case, f"evidence/{item}/what", "产品说明书")
        cases.set_field(session, case, f"evidence/{item}/holder", "ours")
        item = cases.new_item(session)
        cases.set_field(
            session, case, f"options/{item}/what", "走垫付绿色通道，今天先到账 5 万元。"
        )
        cases.set_field(session, case, f"options/{item}/by_when", "2026-11-22T17:00")
        for question, answer in SEEN.items():
            assessments.answer(session, case, question, answer)
        return cases.view(session, case)

    page.change(task)
    room.rest()


@pytest.mark.parametrize(("language", "scale"), [("zh", 1.0), ("zh", 1.5), ("en", 1.0)])
def test_pictures_of_every_step(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, language: i18n.Language, scale: float
) -> None:
    i18n.use(language)
    theme.apply(qapp, scale=scale)
    room = Room(qtbot, tmp_path / "v" / "vault.db")
    try:
        room.open_new()
        fill_story(room)
        for number in range(1, 6):
            room.page.turn_to(number)
            room.rest()
            room.shot(f"intake-{language}-{scale}-step{number}")
            assert room.window.width() == 1366
            assert room.window.height() == 728
        for place in (1, 2, 3):
            room.page.coach.turn_to(place)
            room.shot(f"intake-{language}-{scale}-coach{place}")
        room.page.coach.turn_to(0)
        room.page.ask_close()
        room.rest()
        room.shot(f"intake-{language}-{scale}-close")
    finally:
        room.leave()
        theme.apply(qapp)


def test_typing_is_stored_and_found_again_by_another_program(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    room.type("money not paid")
    room.press(Qt.Key.Key_Tab)
    room.rest()
    case = room.page.case
    closed: list[None] = []
    room.jobs.query(room.session.vault.close, closed.append, owner=room.work)
    qtbot.waitUntil(lambda: bool(closed))
    found: list[Case] = []

    def read() -> Case:
        vault = Vault.open(room.path, "correct horse", person="", projector=engine().project)
        try:
            return vault.case(case)
        finally:
            vault.close()

    room.jobs.query(read, found.append, owner=room.work)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].text("opening_words") == "money not paid"


def test_what_comes_back_late_leaves_words_and_cursor_alone(room: Room) -> None:
    room.open_new()
    room.type("one two")
    field = room.page.form().boxes()["opening_words"].editor
    field.flush()  # on its way, and the person goes on
    room.press(Qt.Key.Key_Home)
    room.type("zero ")
    room.rest()
    assert field.value() == "zero one two"
    assert room.focus().objectName() == "field_opening_words"
    room.type("and ")
    assert field.value() == "zero and one two"


def test_a_field_appears_when_asked_for_and_nothing_moves_the_focus(room: Room) -> None:
    room.open_new()
    boxes = room.page.form().boxes()
    assert boxes["transfer_ref"].isHidden()
    boxes["seated"].editor.take_focus()
    before = room.focus()
    room.set(source="S_NFRA_FORMAL")
    assert not boxes["transfer_ref"].isHidden()
    assert room.focus() is before
    assert any(lack.field == "transfer_ref" for lack in room.view().missing)


def test_digits_pick_answers_and_the_same_digit_takes_them_back(room: Room) -> None:
    room.open_new()
    room.page.form().boxes()["seated"].editor.take_focus()
    room.press(Qt.Key.Key_1)
    room.rest()
    assert room.view().case.value("seated") is True
    room.press(Qt.Key.Key_1)
    room.rest()
    assert room.view().case.value("seated") is None


def test_groups_grow_shrink_and_give_back_what_was_removed(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    group = room.page.form().group("points")
    assert group is not None
    group.take_focus()
    room.press(Qt.Key.Key_A, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    room.rest()
    room.type("told any day")
    assert room.view().case.items("points") == ()  # an empty item is nothing yet
    room.press(Qt.Key.Key_Tab)
    room.rest()
    (item,) = room.view().case.items("points")
    assert room.view().case.text(f"points/{item}/text") == "told any day"
    group.cards[item].trash.click()
    room.rest()
    assert room.view().case.items("points") == ()
    assert group.cards == {}
    room.button("toast_action").click()
    room.rest()
    (again,) = room.view().case.items("points")
    assert room.view().case.text(f"points/{again}/text") == "told any day"


def test_facts_stand_on_their_side_in_order_of_time(room: Room) -> None:
    room.open_new()
    fill_story(room)
    room.page.turn_to(2)
    room.rest()
    group = room.page.form().group("facts")
    assert isinstance(group, TwoSides)
    cards = {card.boxes["text"].value(): card for card in group.cards.values()}
    early, ours, late = (cards[text] for _at, _side, text in FACTS)
    room.qtbot.waitUntil(lambda: ours.x() < early.x())
    assert early.x() == late.x()
    assert early.y() < late.y()
    room.button(f"swap_{late.item}").click()
    room.rest()
    assert room.view().case.text(f"facts/{late.item}/side") == "ours"
    room.page.foot.back.setFocus()
    room.page.refresh()
    room.rest()
    room.qtbot.waitUntil(lambda: late.x() == ours.x())


def test_a_name_is_masked_when_left_and_each_look_is_recorded(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    editor = room.page.form().boxes()["complainant_name"].editor
    assert isinstance(editor, PersonalEditor)
    assert room.focus() is editor.line
    editor.line.insert("欧阳明")
    room.press(Qt.Key.Key_Tab)
    room.rest()
    assert room.view().case.text("complainant_name") == "欧阳明"
    assert editor.is_shut()
    assert editor.shut.masked.shown_text() == "欧阳**"
    editor.take_focus()
    QTest.keyPress(room.focus(), Qt.Key.Key_Space)
    assert editor.shut.masked.shown_text() == "欧阳明"
    QTest.keyRelease(room.focus(), Qt.Key.Key_Space)
    assert editor.shut.masked.shown_text() == "欧阳**"
    assert len(room.reveals()) == 1
    room.press(Qt.Key.Key_Return)
    assert not editor.is_shut()
    assert len(room.reveals()) == 2


def test_risky_words_of_staff_are_marked_and_replaced(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    room.page.turn_to(3)
    room.rest()
    box = room.page.form().boxes()["explicit_need"]
    editor = box.editor
    assert isinstance(editor, LongEditor)
    editor.text.setFocus()
    editor.text.insertPlainText("保证今天给您办好")
    qtbot.waitUntil(lambda: bool(editor.text.marks()), timeout=3000)
    assert "保证" in box.note.words()
    room.press(Qt.Key.Key_Period, CONTROL)
    assert not editor.text.value().startswith("保证")
    qtbot.waitUntil(lambda: not box.note.words(), timeout=3000)
    editor.flush()
    room.rest()
    assert room.view().case.text("explicit_need") == editor.text.value()


def test_the_customers_words_are_never_marked(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    editor = room.page.form().boxes()["opening_words"].editor
    assert isinstance(editor, LongEditor)
    editor.text.insertPlainText("保证今天给您办好，你们无理取闹。")
    qtbot.wait(400)
    room.rest()
    assert editor.text.marks() == ()


def test_keys_turn_the_steps_and_the_disk_remembers(room: Room) -> None:
    room.open_new()
    for key, number in ((Qt.Key.Key_3, 3), (Qt.Key.Key_5, 5), (Qt.Key.Key_1, 1)):
        room.press(key, CONTROL)
        room.rest()
        assert room.page.form().step.number == number
        assert room.view().case.step == number
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert room.page.form().step.number == 2


def test_closing_lists_what_is_open_and_leads_there(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_5, CONTROL)
    room.rest()
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert not room.page.points.isHidden()
    assert len(room.page.points.links) == len(room.view().missing)
    room.button("open_opening_words").click()
    room.rest()
    assert room.page.form().step.number == 1
    assert room.focus().objectName() == "field_opening_words"


def test_the_open_points_are_walked_by_keys(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_5, CONTROL)
    room.rest()
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    points = room.page.points
    assert not points.isHidden()
    assert room.focus() is points.links[0]
    room.press(Qt.Key.Key_Escape)
    assert points.isHidden()
    assert room.page.form().isAncestorOf(room.focus())


def test_of_a_closed_case_the_follow_up_is_still_filled_in(room: Room) -> None:
    room.open_new()
    room.page.ask_withdraw()
    room.button("sheet_do").click()
    room.rest()
    room.press(Qt.Key.Key_5, CONTROL)
    room.rest()
    boxes = room.page.form().boxes()
    boxes["told_proof"].editor.take_focus()
    room.type("x")
    boxes["follow_up_result"].editor.take_focus()
    room.type("all is well")
    room.page.form().flush()
    room.rest()
    assert room.view().case.text("follow_up_result") == "all is well"
    assert room.view().case.text("told_proof") == ""
    now = room.page.findChildren(Button)
    hidden = {button.objectName(): button.isHidden() for button in now}
    assert hidden["now_told_at"]
    assert not hidden["now_follow_up_at"]


def test_f2_marks_as_said_and_brings_the_next(room: Room) -> None:
    room.open_new()
    first = room.page.coach.say.current()
    assert first
    room.press(Qt.Key.Key_F2)
    room.press(Qt.Key.Key_F2)  # twice by accident is once
    room.rest()
    assert room.view().case.said == (first,)
    assert room.page.coach.say.current() not in ("", first)


def test_a_closed_case_can_be_read_only_and_taken_up_again(room: Room) -> None:
    room.open_new()
    fill_story(room)
    room.page.ask_withdraw()
    room.button("sheet_do").click()
    room.rest()
    assert room.view().case.outcome == "withdrawn"
    assert not room.page.banner.isHidden()
    boxes = room.page.form().boxes()
    before = boxes["opening_words"].value()
    boxes["opening_words"].editor.take_focus()
    room.type("x")
    assert boxes["opening_words"].value() == before
    assert not boxes["seated"].editor.widget.isEnabled()
    assert room.page.coach.say.current() == ""
    assert not room.page.banner.button.isVisibleTo(room.page.banner)  # the head's to decide
    room.page.ask_reopen()
    assert room.view().case.status == "closed"
    room.sit_down(crew.HEAD)
    assert room.page.banner.button.isVisibleTo(room.page.banner)
    room.page.ask_reopen()
    room.type("new papers came")
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert room.view().case.status == "open"
    assert room.page.banner.isHidden()
    assert boxes["seated"].editor.widget.isEnabled()


def test_notes_are_written_without_leaving_the_form(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_M, CONTROL)
    room.type("call back at five")
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert [note.text for note in room.view().case.notes] == ["call back at five"]
    assert room.focus().objectName() == "field_opening_words"


def test_text_still_being_composed_is_stored_when_the_focus_goes(room: Room) -> None:
    room.open_new()
    field = room.focus()
    QApplication.sendEvent(field, QInputMethodEvent("钱没到账", []))
    room.page.form().boxes()["place"].editor.take_focus()
    room.rest()
    assert room.view().case.text("opening_words") == "钱没到账"


@pytest.mark.parametrize("leave", ["step", "cover", "other", "close", "assess"])
def test_text_still_being_composed_is_stored_however_the_field_is_left(
    room: Room, leave: str
) -> None:
    room.open_new()
    room.type("A")
    case = room.page.case
    QApplication.sendEvent(room.focus(), QInputMethodEvent("还没打完", []))
    ways: dict[str, Callable[[], object]] = {
        "step": lambda: room.press(Qt.Key.Key_3, CONTROL),
        "cover": lambda: room.press(Qt.Key.Key_F9),
        "other": lambda: open_new(room.work),
        "close": room.window.close,
        "assess": room.page.assess,
    }
    ways[leave]()
    room.rest()
    found: list[CaseView] = []
    room.work.read(lambda session: cases.view(session, case), found.append, owner=room.work)
    room.rest()
    assert found[0].case.text("opening_words") == "A还没打完"


def test_a_list_grows_by_key_from_anywhere_in_its_step(room: Room) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    form = room.page.form()
    form.boxes()["complainant_name"].editor.take_focus()
    room.press(Qt.Key.Key_A, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    room.rest()
    first = next(g for s in form.sections for g in s.groups.values() if g.isVisible())
    assert len(first.cards) == 1
    assert first.isAncestorOf(room.focus())


def test_words_that_could_not_be_saved_stay_marked_and_are_tried_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.open_new()
    refused: list[Exception] = []
    room.work.not_saved.connect(refused.append)
    real = cases.set_field

    def full(*_given: object) -> CaseView:
        raise DiskFull(path="D:")

    monkeypatch.setattr(cases, "set_field", full)
    room.type("kept")
    room.press(Qt.Key.Key_Tab)
    room.rest()
    box = room.page.form().boxes()["opening_words"]
    assert refused
    assert not box.is_settled()
    assert "D:" in box.note.words()
    room.page.refresh()
    room.rest()
    assert box.value() == "kept"
    monkeypatch.setattr(cases, "set_field", real)
    box.note.act.click()
    room.rest()
    assert room.view().case.text("opening_words") == "kept"
    assert box.is_settled()


def test_another_case_takes_over_without_mixing_words(room: Room) -> None:
    room.open_new()
    first = room.page.case
    room.type("of the first")
    room.open_new()
    assert room.page.case != first
    assert room.page.form().boxes()["opening_words"].value() is None
    found: list[Case] = []
    room.work.read(lambda s: s.vault.case(first), found.append, owner=room.work)
    room.rest()
    assert found[0].text("opening_words") == "of the first"


def test_a_value_of_another_device_is_shown_and_taken_with_a_click(room: Room) -> None:
    room.open_new()
    room.set(place="3 号窗")
    box = room.page.form().boxes()["place"]
    mine = room.view().case.fields["place"].heads[0]
    other = replace(mine, value="2 号窗", event="elsewhere")
    box.show_state(FieldState((mine, other)))
    assert box.value() == "3 号窗"
    room.button("take_place").click()
    room.rest()
    assert room.view().case.value("place") == "2 号窗"
    assert room.window.findChild(Button, "take_place") is None


def test_the_menu_offers_what_fits_the_state(room: Room) -> None:
    room.open_new()
    room.page.more.click()
    menu = room.page.findChild(QMenu, "more_menu")
    assert isinstance(menu, QMenu)
    enabled = [action.isEnabled() for action in menu.actions()]
    assert enabled == [True] * 4  # a teller neither takes up again nor holds
    menu.close()


def test_offers_are_one_click_away_and_never_taken_unasked(room: Room) -> None:
    room.open_new()
    room.set(opening_words="理财赎回没到账，买的时候没跟我说")
    room.page.turn_to(3)
    room.rest()
    box = room.page.form().boxes()["cause"]
    assert box.value() is None
    offered = box.offers()[0][0]
    room.button("offer_cause_0").click()
    room.rest()
    assert room.view().case.value("cause") == offered == box.value()
