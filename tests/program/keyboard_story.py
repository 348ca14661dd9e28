"""Story (a) with the keyboard alone, in a process of its own that may be killed.

`begin VAULT` sets the vault up and types until it is killed or the fourth step is full. `resume
VAULT PDF CASE` unlocks it, finds the case by its number, tells what is stored, and goes on to the
customer's paper. Each line on standard output is one JSON array: `["stored", path, value]` once a
field is on the disk, `["case", …]` with the case as it stands.
"""

import json
import sys
from collections.abc import Generator, Iterable
from pathlib import Path

from desk.app import Program, application
from desk.services import case_json
from desk.settings import Settings
from desk.ui.demo import hands, story
from desk.ui.demo.clock import DemoMoment
from desk.ui.demo.driver import Condition, Driver, Story, quiet
from desk.ui.demo.hands import CTRL, Key
from desk.ui.demo.story import Entry
from desk.ui.demo.teller import Teller
from desk.ui.intake.page import IntakePage
from desk.ui.places import Places

PASSWORD = "three trees at the gate"


class Typist:
    """One process's part of the story."""

    def __init__(self, vault: Path) -> None:
        self.app = application()
        self.moment = DemoMoment()
        self.told = story.load()
        self.program = Program(
            self.app,
            Settings(),
            vault,
            moment=self.moment,
            settings_file=vault.with_name("settings.json"),
            device="",
        )
        self.teller = Teller("zh", self.program.jobs.is_idle, self._stored)

    def run(self, told: Story) -> None:
        """Take the part to its end; raise what went wrong."""
        self.program.begin()
        driver = Driver(told, patience_ms=30_000)
        driver.ended.connect(self.app.quit)
        driver.start()
        self.app.exec()
        if driver.error is not None:
            raise driver.error
        window = self.program.window()
        if window is not None:
            window.close()
        self.program.finish()

    def begin(self) -> Story:
        """A new branch, a new complaint, four steps."""
        yield lambda: hands.is_at("setup_bank")
        for line in self.told.set_up:
            hands.replace(line.zh)
            hands.press(Key.Key_Return)
        yield from self._opened()
        yield from self.teller.take_new()
        _say("number", self._number())
        yield from self.teller.fill(self.told.steps[0])
        hands.press(Key.Key_T, CTRL)
        yield lambda: hands.is_at("questions")
        yield from self.teller.observe(self.told.assessment)
        hands.press(Key.Key_Escape)
        yield lambda: self._places().here == "intake"
        yield self.teller.settled()
        for step in (2, 3, 4):
            yield from self.teller.turn_to(step)
            yield from self.teller.fill(self.told.steps[step - 1])
        _say("all typed")

    def resume(self, number: str, paper: Path) -> Story:
        """The next morning: what is there, what was missing, and the paper."""
        self.moment.reach(11, 5)
        yield lambda: hands.is_at("unlock_password")
        hands.write(PASSWORD)
        hands.press(Key.Key_Return)
        yield from self._opened()
        hands.press(Key.Key_K, CTRL)
        yield lambda: hands.is_at("ledger_search")
        hands.write(number)
        yield quiet(self.program.jobs.is_idle, 500)
        hands.press(Key.Key_Down)
        hands.press(Key.Key_Return)
        yield lambda: self._places().here == "intake"
        yield quiet(self.program.jobs.is_idle)
        case = yield from self._case()
        _say("case", case)
        yield from self.teller.fill(tuple(_missing(self.told.steps[3], case)))
        yield from self.teller.escalate(self.told)
        hands.press(Key.Key_Escape)
        yield lambda: self._places().here == "intake"
        yield self.teller.settled()
        self.moment.reach(11, 52)
        yield from self.teller.turn_to(5)
        yield from self.teller.fill(self.told.steps[4])
        yield from self.teller.close()
        hands.tab_to("header_report")
        hands.press(Key.Key_Space)
        yield lambda: hands.is_at("report_copy")
        yield quiet(self.program.jobs.is_idle, 300)
        yield from self.teller.export(paper)
        case = yield from self._case()
        _say("case", case)

    def _opened(self) -> Story:
        yield lambda: self.program.places is not None
        yield quiet(self.program.jobs.is_idle)

    def _places(self) -> Places:
        assert self.program.places is not None
        return self.program.places

    def _intake(self) -> IntakePage:
        page = self._places().page("intake")
        assert isinstance(page, IntakePage)
        return page

    def _number(self) -> str:
        view = self._intake().view
        assert view is not None
        return view.case.number

    def _stored(self, path: str, _typed: object) -> None:
        """The view came back from the write: this value is on the disk."""
        view = self._intake().view
        assert view is not None
        _say("stored", path, view.case.value(path))

    def _case(self) -> Generator[Condition, None, dict[str, object]]:
        found: list[dict[str, object]] = []
        case, places = self._places().case, self._places()
        places.work.read(lambda session: case_json.plain(session, case), found.append, owner=places)
        yield lambda: bool(found)
        return found[0]


def _missing(entries: Iterable[Entry], case: dict[str, object]) -> Iterable[Entry]:
    """What of a step is not stored yet; the process is never killed within an item."""
    fields, groups = case["fields"], case["groups"]
    assert isinstance(fields, dict)
    assert isinstance(groups, dict)
    return [e for e in entries if (e.field not in fields if e.field else e.add not in groups)]


def _say(*words: object) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)


def main() -> None:
    """Run the part named on the command line."""
    part, vault, *rest = sys.argv[1:]
    typist = Typist(Path(vault))
    if part == "begin":
        typist.run(typist.begin())
    else:
        paper, number = rest
        typist.run(typist.resume(number, Path(paper)))


if __name__ == "__main__":
    main()
