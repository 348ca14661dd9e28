"""The lock: by hand, by itself, with its warning; what is stored first, and what is let go."""

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desk.domain.events import Locked
from desk.errors import DiskFull
from desk.services import cases, locking, vaults
from desk.services.session import Session
from desk.settings import Settings
from desk.ui import theme, unsent
from desk.ui.demo import hands
from desk.ui.idle import WARN_S
from desk.ui.intake.sheets import NoteSheet
from desk.ui.keys.recovery import TrySheet
from desk.ui.locking import LockNotice
from desk.ui.people.sheets import OwnPasswordSheet
from desk.ui.start.unlock_page import UnlockPage
from desk.ui.unsent import Returning
from desk.ui.widgets.text_field import TextField
from tests.gui.program_room import PASSWORD, ProgramRoom

ALT_CTRL = hands.CTRL | hands.ALT
Make = Callable[..., ProgramRoom]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Make]:
    """Starts programs on the vault of this test; they are finished when the test is."""
    made: list[ProgramRoom] = []

    def begin(*, settings: Settings | None = None) -> ProgramRoom:
        made.append(ProgramRoom(qtbot, qapp, tmp_path, settings))
        return made[-1]

    yield begin
    for room in made:
        room.end()
    theme.apply(qapp)


@pytest.fixture
def room(make: Make) -> ProgramRoom:
    """A program, set up and open."""
    made = make()
    made.set_up()
    return made


def notice(room: ProgramRoom) -> LockNotice:
    found = room.places().window.findChild(LockNotice)
    assert found is not None
    return found


def compose(text: str) -> None:
    """Half a word in an input method, not chosen yet."""
    QApplication.sendEvent(hands.focus(), QInputMethodEvent(text, []))


def words_of(room: ProgramRoom, case: str) -> str:
    return room.read(lambda session: cases.view(session, case).case.text("opening_words"))


def lock(room: ProgramRoom) -> None:
    hands.press(Qt.Key.Key_L, ALT_CTRL)
    room.wait(room.is_locked)


def test_locked_by_hand_and_back_at_the_same_place_with_all_that_was_typed(
    room: ProgramRoom,
) -> None:
    case = room.open_new()
    hands.press(Qt.Key.Key_2, hands.CTRL)
    room.wait(room.is_open)
    hands.press(Qt.Key.Key_1, hands.CTRL)
    room.wait(lambda: hands.is_at("field_opening_words"))
    hands.write("钱今天")
    compose("要到")
    lock(room)
    assert room.program.window() is room.start()
    assert hands.is_at("unlock_password")
    assert room.program.work is None
    room.unlock("not this one")
    room.wait(lambda: "密码不对" in room.unlock_page().status().words())
    room.unlock()
    room.wait(room.is_open)
    assert (room.places().here, room.places().case) == ("intake", case)
    assert words_of(room, case) == "钱今天要到"
    assert [event for event in room.happened() if isinstance(event, Locked)] == [Locked(why="hand")]


def test_the_vault_is_closed_and_nothing_refers_to_what_was_open(room: ProgramRoom) -> None:
    room.open_new()
    session, work = room.program._session, room.program.work
    assert session is not None
    assert work is not None
    gone = [weakref.ref(thing) for thing in (session.vault, work, room.places(), room.intake())]
    del session, work
    lock(room)
    room.qtbot.wait(50)
    gc.collect()
    assert [ref() for ref in gone] == [None] * len(gone)
    with vaults.unlock(room.vault, PASSWORD).vault as other:  # nobody else holds it
        assert other.branch().name == "城东支行"


def test_nobody_there_is_warned_of_the_lock_and_then_locked_out(room: ProgramRoom) -> None:
    room.open_new()
    hands.write("钱")
    room.let_pass(3 * 60 - WARN_S - 1)
    assert not notice(room).isVisible()
    room.let_pass(2)
    assert notice(room).isVisible()
    assert "19" in notice(room).accessibleName()
    window = room.places().window.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert not notice(room).isVisible()
    room.let_pass(3 * 60 - 1)
    assert notice(room).isVisible()
    QTest.mouseMove(window, QPoint(300, 300))
    QTest.mouseMove(window, QPoint(310, 300))
    assert not notice(room).isVisible()
    room.let_pass(3 * 60)
    room.wait(room.is_locked)
    room.unlock()
    room.wait(room.is_open)
    assert [event for event in room.happened() if isinstance(event, Locked)] == [Locked(why="idle")]


def test_an_input_method_at_work_is_somebody_there(room: ProgramRoom) -> None:
    room.open_new()
    room.let_pass(3 * 60 - 1)
    assert notice(room).isVisible()
    compose("xiang")
    assert not notice(room).isVisible()


def test_whoever_nudges_the_mouse_of_a_covered_window_does_not_keep_it_open(
    room: ProgramRoom,
) -> None:
    window = room.places().window
    hands.press(Qt.Key.Key_F9)
    assert window.is_covered()
    room.let_pass(100)
    QTest.mouseMove(window.windowHandle(), QPoint(300, 300))
    QTest.mouseMove(window.windowHandle(), QPoint(310, 300))
    hands.press(Qt.Key.Key_F9)
    assert not window.is_covered()
    room.let_pass(179)
    hands.press(Qt.Key.Key_F9)
    room.let_pass(179)
    assert notice(room).isVisible()
    QTest.mouseMove(window.windowHandle(), QPoint(320, 300))
    room.let_pass(2)
    room.wait(room.is_locked)


@pytest.mark.parametrize("minutes", [1, 15])
def test_the_branch_says_after_how_many_minutes(room: ProgramRoom, minutes: int) -> None:
    wanted = locking.Times(idle_minutes=minutes)
    assert room.read(lambda session: locking.put_times(session, wanted)) == wanted
    lock(room)
    room.unlock()
    room.wait(room.is_open)
    room.let_pass(minutes * 60 - 1)
    assert room.program.places is not None
    room.let_pass(1)
    room.wait(room.is_locked)


def test_another_person_comes_to_today(room: ProgramRoom) -> None:
    room.open_new()
    lock(room)
    left = room.program._left
    assert left is not None
    assert left.person == "1001"
    room.program._left = type(left)(person="1002", place=left.place, case=left.case)
    room.unlock()
    room.wait(room.is_open)
    assert (room.places().here, room.places().case) == ("today", "")


def test_what_the_disk_does_not_take_waits_behind_the_lock_for_the_same_person(
    room: ProgramRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = room.open_new()

    def full(*_args: object) -> None:
        raise DiskFull(path="here")

    with monkeypatch.context() as patch:
        patch.setattr(cases, "set_field", full)
        hands.write("钱今天")
        lock(room)
        room.program._unlock("1002", PASSWORD)
        room.wait(lambda: "1001" in room.unlock_page().status().words())
        room.unlock("not this one")
        room.wait(lambda: "密码不对" in room.unlock_page().status().words())
        room.unlock()
        room.wait(room.is_open)
    assert room.places().case == case
    assert not room.places().window.is_covered()
    room.wait(lambda: hands.is_at("field_opening_words"))
    field = hands.focus()
    assert isinstance(field, TextField)
    assert field.value() == "钱今天"
    hands.write("要")
    lock(room)
    room.unlock()
    room.wait(room.is_open)
    assert words_of(room, case) == "钱今天要"


def test_a_job_at_work_is_waited_for(room: ProgramRoom) -> None:
    work = room.program.work
    assert work is not None
    steps: list[str] = []

    def third(_value: object) -> None:
        steps.append("recorded")

    def second(_value: object) -> None:
        steps.append("made")
        assert room.program.work is not None
        room.program.work.read(lambda session: session.now(), third, owner=room.program)

    work.compute(lambda: QTest.qSleep(300), second, owner=room.program)
    hands.press(Qt.Key.Key_L, ALT_CTRL)
    assert room.program.places is None
    assert steps == []
    room.wait(room.is_locked)
    assert steps == ["made", "recorded"]


def note_sheet(room: ProgramRoom) -> NoteSheet:
    """The internal notes, opened as a person does."""
    hands.press(Qt.Key.Key_M, hands.CTRL)
    room.wait(lambda: hands.is_at("sheet_text"))
    (found,) = (one for one in room.places().window.findChildren(NoteSheet) if one.isVisible())
    return found


def back(room: ProgramRoom) -> None:
    room.unlock()
    room.wait(room.is_open)


def test_a_note_not_added_yet_is_there_after_the_lock_for_the_same_case_only(
    room: ProgramRoom, tmp_path: Path
) -> None:
    other = room.open_new()
    hands.press(Qt.Key.Key_N, hands.CTRL)
    room.wait(lambda: room.places().case != other and room.is_open())
    case = room.places().case
    note_sheet(room)
    hands.write("五点回电")
    compose("王先生")
    room.let_pass(3 * 60)
    room.wait(room.is_locked)
    (sealed,) = room.program._unsent.values()
    for words in ("五点", "王先生"):
        assert words.encode() not in sealed
        assert not [
            f for f in tmp_path.rglob("*") if f.is_file() and words.encode() in f.read_bytes()
        ]
    back(room)
    room.wait(lambda: room.places().window.findChild(Returning) is not None)
    room.places().go("intake", other)
    room.wait(room.is_open)
    sheet = note_sheet(room)
    assert sheet.text.value() == ""
    sheet.dismiss()
    room.places().go("intake", case)
    room.wait(room.is_open)
    sheet = note_sheet(room)
    assert sheet.text.value() == "五点回电王先生"
    hands.press(Qt.Key.Key_Return, hands.CTRL)
    room.wait(lambda: bool(room.read(lambda session: cases.view(session, case).case.notes)))
    notes = room.read(lambda session: cases.view(session, case).case.notes)
    assert [note.text for note in notes] == ["五点回电王先生"]


def test_a_note_outlasts_a_second_lock_and_is_given_back_once(room: ProgramRoom) -> None:
    room.open_new()
    note_sheet(room)
    hands.write("五点回电")
    for _lock in range(2):
        room.let_pass(3 * 60)
        room.wait(room.is_locked)
        back(room)
    sheet = note_sheet(room)
    assert sheet.text.value() == "五点回电"
    hands.press(Qt.Key.Key_Escape)
    assert note_sheet(room).text.value() == ""
    hands.press(Qt.Key.Key_Escape)


def test_a_colleague_is_not_given_ones_words(room: ProgramRoom) -> None:
    room.open_new()
    note_sheet(room)
    hands.write("五点回电")
    room.let_pass(3 * 60)
    room.wait(room.is_locked)
    sealed = room.program._unsent.pop("1001")
    room.program._unsent["1002"] = sealed
    back(room)
    assert note_sheet(room).text.value() == ""
    hands.press(Qt.Key.Key_Escape)


def test_sealed_words_open_for_their_person_only(room: ProgramRoom) -> None:
    words = locking.Unsent("注", "内部备注", "intake", "a case", "sheet_text", "五点回电")

    def sealed_for(person: str) -> tuple[locking.Unsent, ...]:
        def ask(session: Session) -> tuple[locking.Unsent, ...]:
            sealed = locking._sealed(session, (words,))
            asks = replace(session, actor=replace(session.actor, id=person))
            return locking.unsent(asks, sealed)

        return room.read(ask)

    assert sealed_for("1001") == (words,)
    assert sealed_for("1002") == ()


def test_a_password_and_the_recovery_code_are_kept_by_no_lock(room: ProgramRoom) -> None:
    work = room.program.work
    assert work is not None
    own, trial = OwnPasswordSheet(work), TrySheet(work)
    for sheet in (own, trial):
        sheet.open_over(room.places().window)
    own.old.setText("three trees")
    own.old._show(shown=True)
    trial.typed.setText("ABCD EFGH")
    assert unsent.gather(room.places()) == ()
    for sheet in (trial, own):
        sheet.dismiss()


def test_dialogs_and_lists_close_unanswered(room: ProgramRoom) -> None:
    dialog = QFileDialog(room.places().window)
    answers: list[int] = []
    dialog.finished.connect(answers.append)
    dialog.open()
    room.wait(lambda: QApplication.activeWindow() is dialog)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_F9)
    assert room.places().window.is_covered()
    assert answers == [0]
    assert not dialog.isVisible()


def test_the_window_closed_in_the_middle_of_locking_ends_in_order(make: Make) -> None:
    first = make()
    first.set_up()
    case = first.open_new()
    hands.write("钱今天")
    hands.press(Qt.Key.Key_L, ALT_CTRL)
    first.end()
    again = make()
    again.unlock()
    again.wait(again.is_open)
    assert words_of(again, case) == "钱今天"


def test_the_person_at_work_is_chosen_already(qtbot: QtBot, qapp: QApplication) -> None:
    page = UnlockPage(["1001", "1002", "1003"], locked="1002")
    qtbot.addWidget(page)
    got: list[tuple[str, str]] = []
    page.submitted.connect(lambda who, word: got.append((who, word)))
    page.show()
    page.first_field().setFocus()
    QTest.keyClicks(page.first_field(), "secret words")
    QTest.keyClick(page.first_field(), Qt.Key.Key_Return)
    assert got == [("1002", "secret words")]
    page.close()


def test_a_wait_counts_down_and_refuses_meanwhile(qtbot: QtBot) -> None:
    page = UnlockPage(["1001"])
    qtbot.addWidget(page)
    got: list[str] = []
    page.submitted.connect(lambda _who, word: got.append(word))
    page.show()
    page.show_wait(2)
    assert "2" in page.status().words()
    QTest.keyClicks(page.first_field(), "pass")
    QTest.keyClick(page.first_field(), Qt.Key.Key_Return)
    assert got == []
    qtbot.waitUntil(lambda: page.status().words() == "", timeout=5000)
    QTest.keyClick(page.first_field(), Qt.Key.Key_Return)
    assert got == ["pass"]
