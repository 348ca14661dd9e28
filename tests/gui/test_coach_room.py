"""The three sentences of the coach are in sight, whatever stands around them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk import i18n
from desk.domain.suggestion import Suggestion
from desk.ui.intake.coach import Coach
from desk.ui.widgets.labels import Saying
from tests.gui.intake_room import Room, engine

SIZES = [(1366, 728), (1280, 680)]
THREATS = "七十八了看不清，你们没人管，我要打12378投诉，还要找记者曝光"
LANGUAGES: tuple[i18n.Language, ...] = ("zh", "en")
RoomIn = Callable[[i18n.Language], Room]


@pytest.fixture
def room_in(qtbot: QtBot, tmp_path: Path) -> Iterator[RoomIn]:
    made: list[Room] = []

    def make(language: i18n.Language) -> Room:
        i18n.use(language)
        made.append(Room(qtbot, tmp_path / "v" / "vault.db"))
        made[0].open_new()
        return made[0]

    yield make
    made[0].leave()


def settle() -> None:
    for _ in range(4):  # layouts settle in rounds of posted events
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def is_whole(widget: QWidget) -> bool:
    """Whether all of a widget is seen, and it is as high as it needs to be."""
    seen = widget.visibleRegion().boundingRect() == QRect(0, 0, widget.width(), widget.height())
    return seen and widget.height() >= widget.heightForWidth(widget.width())


def crowded(room: Room, language: i18n.Language) -> Coach:
    """The coach of a case with an alert, the longest sentences there are, and how to say them."""
    room.set(opening_words=THREATS)
    shown = room.view().suggestion.now
    assert shown is not None
    scripts = sorted(engine().pack.scripts, key=lambda script: len(script.text.of(language)))
    told = max(
        (script.delivery for script in scripts if script.delivery),
        key=lambda text: len(text.of(language)),
    )
    close, later, now = (
        replace(
            shown,
            script=msgspec.structs.replace(script, delivery=told),
            text=script.text.of(language),
        )
        for script in scripts[-3:]
    )
    coach = room.page.coach
    suggestion = Suggestion(now=now, next=(later,), close=(close,), more=())
    coach.show_view(replace(room.view(), suggestion=suggestion), read_only=False)
    settle()
    return coach


def resize(room: Room, wide: int, high: int) -> None:
    room.window.resize(wide, high)
    settle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_sentences_are_in_sight_whatever_stands_around_them(
    room_in: RoomIn, language: i18n.Language
) -> None:
    room = room_in(language)
    coach = crowded(room, language)
    for size in SIZES:
        resize(room, *size)
        room.shot(f"coach-{language}-{size[0]}")
        assert coach.alert.isVisible()
        assert is_whole(coach.alert)
        for place, card in coach.say.cards.items():
            assert is_whole(card), (size, place)
            assert is_whole(card.saying), (size, place)
        assert not coach.say.cards["now"].saying.is_elided()


def test_the_column_gives_way_no_further_than_it_must(room_in: RoomIn) -> None:
    room = room_in("zh")
    coach = crowded(room, "zh")
    resize(room, 1280, 680)
    now, close = coach.say.cards["now"], coach.say.cards["close"]
    assert coach.alert.line.isVisible()
    assert not coach.alert.heard.isVisible()
    assert coach.alert.heard.whole_text() in coach.alert.toolTip()
    assert not now.delivery.isVisible()
    assert now.delivery.text() in now.saying.toolTip()
    assert close.saying.is_elided()
    assert close.saying.words() in close.saying.toolTip()
    resize(room, 1366, 1100)
    assert not coach.alert.line.isVisible()
    assert coach.alert.heard.isVisible()
    assert now.delivery.isVisible()
    assert not any(card.saying.is_elided() for card in coach.say.cards.values())
    assert not any(widget.toolTip() for widget in (coach.alert, now.saying, close.saying))


def test_what_was_folded_is_read_by_key_and_nothing_else_moves(room_in: RoomIn) -> None:
    room = room_in("zh")
    coach = crowded(room, "zh")
    resize(room, 1280, 680)
    now, close = coach.say.cards["now"], coach.say.cards["close"]
    before = now.geometry()
    for card in (close, now):
        card.why.click()
    settle()
    assert not close.saying.is_elided()
    assert now.delivery.isVisible()
    assert coach.alert.line.isVisible()
    assert now.geometry().topLeft() == before.topLeft()
    for card in (close, now):
        card.why.click()
    settle()
    assert now.geometry() == before
    assert close.saying.is_elided()


@pytest.mark.parametrize("wide", [120, 200, 331])
def test_a_sentence_keeps_to_its_lines_and_shows_as_much_as_they_hold(
    qtbot: QtBot, wide: int
) -> None:
    words = max((script.text.zh for script in engine().pack.scripts), key=len)
    saying = Saying(words, "body")
    qtbot.addWidget(saying)
    whole = saying.heightForWidth(wide)
    saying.set_lines(2)
    high = saying.heightForWidth(wide)
    saying.resize(wide, high)
    saying.show()
    assert high < whole
    assert saying.is_elided()
    assert saying.accessibleName() == saying.words() == words
    shown = saying.text()
    saying.set_words("好")
    assert not saying.is_elided()
    assert saying.heightForWidth(wide) < high
    saying.set_words(words)
    assert saying.text() == shown
    saying.set_lines(0)
    assert not saying.is_elided()
    assert saying.heightForWidth(wide) == whole
