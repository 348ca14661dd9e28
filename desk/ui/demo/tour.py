"""The demonstration: a branch set up, story (a) from Ctrl+N to both papers, every screen kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from desk.errors import CannotWrite
from desk.i18n import Language
from desk.services import case_json
from desk.ui.demo import hands
from desk.ui.demo.clock import DemoMoment
from desk.ui.demo.driver import Story, quiet
from desk.ui.demo.hands import ALT, CTRL, Key
from desk.ui.demo.story import Story as Told
from desk.ui.demo.teller import Teller
from desk.ui.jobs import Jobs
from desk.ui.places import Places
from desk.ui.shell import NavButton
from desk.ui.widgets.buttons import Button


def make_room(out: Path) -> None:
    """Folders for what the demonstration leaves, without what an earlier one left there."""
    screens = out / "screens"
    try:
        screens.mkdir(parents=True, exist_ok=True)
        left = [out / name for name in ("report-internal.pdf", "report-customer.pdf", "case.json")]
        for file in (*left, *screens.glob("[0-9][0-9]-*.png")):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(path=str(out), reason=error.strerror or "") from error


class Running(Protocol):
    """What the tour needs of the running program."""

    jobs: Jobs
    places: Places | None

    def window(self) -> QWidget | None:
        """The window at the front."""

    def finish(self) -> None:
        """Close the vault and end."""


Start = Callable[[], Running]


class Tour:
    """Leaves pictures, both papers and the case itself in `out`. `told` hears of each picture.

    `start` starts the program; the second time as a person would on the next day.
    """

    def __init__(
        self,
        out: Path,
        language: Language,
        story: Told,
        moment: DemoMoment,
        start: Start,
        told: Callable[[str], None],
    ) -> None:
        self._out = out
        self._language = language
        self._story = story
        self._moment = moment
        self._start = start
        self._told = told
        self._count = 0
        self._program: Running | None = None
        self._teller = Teller(language, self._is_idle, self._typed)

    def program(self) -> Running | None:
        """The program that runs now."""
        return self._program

    def story(self) -> Story:
        """All of it, in order."""
        yield from self._first_day()
        yield from self._sample()
        yield from self._five_steps()
        yield from self._end_of_case()
        yield from self._papers()
        yield from self._looking_back()
        yield from self._round_about()

    def _is_idle(self) -> bool:
        return self._program is not None and self._program.jobs.is_idle()

    def _typed(self, _path: str, _value: object) -> None:
        self._moment.pass_by(seconds=20)

    def _places(self) -> Places:
        places = self._program.places if self._program is not None else None
        if places is None:
            raise hands.NothingThere("no vault is open")
        return places

    def _rest(self) -> Story:
        yield quiet(self._is_idle)

    def _keep(self, name: str) -> Story:
        """A picture of the window, once everything has settled."""
        yield from self._rest()
        window = self._program.window() if self._program is not None else None
        if window is None:
            raise hands.NothingThere(name)
        self._count += 1
        file = self._out / "screens" / f"{self._count:02}-{name}.png"
        if not window.grab().save(str(file)):
            raise OSError(f"{file} was not written")
        self._told(file.name)

    def _opened(self) -> Story:
        yield lambda: self._program is not None and self._program.places is not None
        yield from self._rest()

    # The stations

    def _first_day(self) -> Story:
        self._program = self._start()
        yield lambda: hands.is_at("setup_bank")
        for line in self._story.set_up:
            hands.replace(line.of(self._language))
            if line is not self._story.set_up[-1]:
                hands.press(Key.Key_Return)
        yield from self._keep("set-up")
        hands.press(Key.Key_Return)
        yield from self._opened()
        yield from self._keep("first-day")
        window = self._places().window
        window.close()
        yield lambda: not window.isVisible()
        self._program.finish()

    def _sample(self) -> Story:
        self._program = self._start()
        yield lambda: hands.is_at("unlock_password")
        yield from self._keep("unlock")
        hands.click(hands.find(Button, "start_sample"))
        yield from self._opened()
        yield from self._keep("today")

    def _five_steps(self) -> Story:
        yield from self._teller.take_new()
        yield from self._teller.fill(self._story.steps[0])
        yield from self._keep("intake-1-accept")
        for digit, name in ((2, "coach-avoid"), (3, "coach-grounds"), (4, "coach-checklists")):
            hands.press(Key(Key.Key_0 + digit), ALT)
            yield from self._keep(name)
        hands.press(Key.Key_1, ALT)
        hands.press(Key.Key_T, CTRL)
        yield lambda: hands.is_at("questions")
        yield from self._teller.observe(self._story.assessment)
        self._moment.pass_by(minutes=1)
        yield from self._keep("assessment")
        hands.press(Key.Key_Escape)
        yield lambda: self._places().here == "intake"
        yield from self._rest()
        hands.press(Key.Key_F2)
        yield from self._rest()
        yield from self._step(2, "facts")
        yield from self._step(3, "analysis")
        self._moment.reach(10, 58)
        yield from self._teller.escalate(self._story)
        yield from self._keep("escalation")
        hands.press(Key.Key_Escape)
        yield lambda: self._places().here == "intake"
        yield from self._rest()
        self._moment.reach(11, 5)
        yield from self._step(4, "solution")
        self._moment.reach(11, 52)
        yield from self._step(5, "close")

    def _step(self, number: int, name: str) -> Story:
        yield from self._teller.turn_to(number)
        entries = self._story.steps[number - 1]
        yield from self._teller.fill(entries)
        first = next(entry for entry in entries if entry.field or entry.add)
        hands.tab_to(f"field_{first.field}" if first.field else f"group_{first.add}")
        yield from self._keep(f"intake-{number}-{name}")

    def _end_of_case(self) -> Story:
        yield from self._teller.close()
        yield from self._keep("closed")

    def _papers(self) -> Story:
        hands.click(hands.find(Button, "header_report"))
        yield lambda: hands.is_at("report_copy")
        yield from self._keep("report-customer")
        yield from self._export("customer")
        hands.tab_to("report_copy")
        hands.press(Key.Key_2)
        yield from self._keep("report-internal")
        yield from self._export("internal")
        hands.press(Key.Key_Escape)
        yield lambda: self._places().here == "file"
        yield from self._rest()

    def _export(self, copy: str) -> Story:
        yield from self._teller.export(self._out / f"report-{copy}.pdf")
        hands.click(hands.find(Button, "toast_close"))
        yield from self._rest()

    def _looking_back(self) -> Story:
        self._moment.reach(13, 25)
        hands.press(Key.Key_K, CTRL)
        yield lambda: hands.is_at("ledger_search")
        hands.write(self._story.search.of(self._language))
        yield from self._found()
        yield from self._keep("search")
        case = self._places().case
        self._places().work.go("file", case)
        yield from self._rest()
        hands.tab_to("file_note")
        hands.write(self._story.note.of(self._language))
        hands.press(Key.Key_Return, CTRL)
        yield from self._keep("case-file")
        kept: list[dict[str, object]] = []
        self._places().work.read(
            lambda session: case_json.plain(session, case), kept.append, owner=self._places()
        )
        yield lambda: bool(kept)
        text = json.dumps(kept[0], ensure_ascii=False, indent=2)
        (self._out / "case.json").write_text(text + "\n", encoding="utf-8")

    def _found(self) -> Story:
        """The pause after the last key, and the answer to it."""
        yield quiet(self._is_idle, 500)

    def _round_about(self) -> Story:
        hands.click(hands.find(NavButton, "nav_ledger"))
        yield from self._keep("ledger")
        hands.click(hands.find(NavButton, "nav_knowledge"))
        yield from self._keep("knowledge")
        hands.click(hands.find(NavButton, "nav_sync"))
        yield from self._keep("sync")
        hands.click(hands.find(NavButton, "nav_settings"))
        yield from self._keep("settings")
        hands.click(hands.find(NavButton, "nav_today"))
        yield from self._rest()
        hands.press(Key.Key_F1)
        yield from self._keep("help")
        hands.press(Key.Key_Escape)
        hands.press(Key.Key_F9)
        yield from self._keep("privacy")
        hands.press(Key.Key_F9)
        yield from self._rest()
