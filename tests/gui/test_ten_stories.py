"""Ten stories through the real window, by keys: at every step the coach says what fits the moment.

`DESK_STORY_PICTURES=folder` keeps a picture of each moment, and what was said in `coach.txt`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent
from PySide6.QtTest import QTest

from desk import i18n
from desk.domain.content import Pack
from desk.domain.engine import CaseView, Engine
from desk.domain.staff import Branch, Person
from desk.domain.suggestion import PLACES, Place, Script
from desk.domain.text import Text
from desk.packs import loader
from desk.packs.source import Fault, Source, decode, read
from desk.services.session import Session
from desk.settings import Settings
from desk.store.stretching import Argon
from desk.store.vault import Vault
from desk.ui.demo import hands
from desk.ui.demo.clock import DemoMoment
from desk.ui.demo.driver import Condition, Story
from desk.ui.demo.hands import CTRL, Key
from desk.ui.demo.story import Entry, Observation
from desk.ui.demo.teller import Teller
from desk.ui.intake.page import IntakePage
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices
from desk.ui.places import Places
from desk.ui.work import Work

Words = str | tuple[str, ...]
Fields = dict[str, Words]

SORRY = "对不起"
ME = Person("1023", "陈晨", "teller")
BRANCH = Branch("CD", "城东支行", "示例银行")
PATIENCE_MS = 10_000
USUAL: dict[int, tuple[str, ...]] = {
    1: ("respect",),
    2: ("respect", "verify"),
    3: ("verify", "recognise"),
    4: ("recognise", "resolve"),
    5: ("resolve",),
}
"""How far a talk usually is at each step, and what the scripts of every matter are written for."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: what is observed on entering it, what that comes to, and what is typed."""

    observed: dict[str, tuple[str, ...]] = {}
    profile: str = ""
    stage: str = ""
    fields: Fields = {}
    add: dict[str, Fields] = {}

    def entries(self) -> tuple[Entry, ...]:
        """What the teller fills, in the order of the form."""
        added = (
            Entry("", add=group, fields=tuple(entry(*one) for one in item.items()))
            for group, item in self.add.items()
        )
        return (*(entry(*one) for one in self.fields.items()), *added)


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complaint from its first words to its close."""

    matter: str
    opening: str
    steps: tuple[Step, Step, Step, Step, Step]


def entry(field: str, value: Words) -> Entry:
    if isinstance(value, str):
        return Entry(field, words=Text(zh=value, en=value))
    return Entry(field, choose=value)


def load() -> tuple[Told, ...]:
    source, faults = read(Path(__file__).parent, "stories.yaml"), list[Fault]()
    assert isinstance(source, Source), source
    found = decode(source, (), source.content["stories"], tuple[Told, ...], faults)
    assert found is not None, faults
    return found


STORIES = load()


class Counter:
    """One vault and its window; what a teller does there, and what the coach says."""

    def __init__(self, vault: Path) -> None:
        self.engine = Engine(loader.load())
        self.moment = DemoMoment()
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        made: list[Session] = []  # the vault belongs to the database's thread from the first
        self.jobs.query(lambda: self._session(vault), made.append, owner=self.notices)
        self.wait(lambda: bool(made))
        self.session = made[0]
        self.work = Work(self.session, self.jobs, self.notices, Settings())
        self.teller = Teller("zh", self.jobs.is_idle, lambda *_: self.moment.pass_by(seconds=20))

    def open(self) -> None:
        """A new window on the same vault: one that was hidden does not get the keys again."""
        self.places = Places(self.work)
        self.notices.set_host(self.places.window.shell)
        self.places.window.resize(1366, 728)
        self.places.go("today")
        self.places.window.show()
        hands.wake()
        self.wait(hands.is_awake)

    def shut(self) -> None:
        self.places.window.close()
        self.wait(self.jobs.is_idle)
        self.places.window.deleteLater()

    def _session(self, vault: Path) -> Session:
        made = Vault.create(
            vault,
            "three trees at the gate",
            person=ME,
            branch=BRANCH,
            device="大堂受理台",
            projector=self.engine.project,
            wall_ms=self.moment.wall_ms(),
            argon=Argon(m=8, t=1, p=1),
        )
        return Session(made, self.engine, self.moment, ME, BRANCH)

    def wait(self, condition: Condition) -> None:
        """Let the event loop run until the condition holds."""
        waited = QElapsedTimer()
        waited.start()
        while not condition():
            assert waited.elapsed() < PATIENCE_MS, f"in vain; the cursor is at {hands.where()}"
            QTest.qWait(1)

    def play(self, story: Story) -> None:
        """Take a part of a story to its end."""
        for condition in story:
            self.wait(condition)
            if not hands.is_awake():
                hands.wake()
                self.wait(hands.is_awake)

    def intake(self) -> IntakePage:
        page = self.places.page("intake")
        assert isinstance(page, IntakePage)
        return page

    def view(self) -> CaseView:
        view = self.intake().view
        assert view is not None
        return view

    def leave(self) -> None:
        self.jobs.query(self.session.vault.close, owner=self.notices)
        self.jobs.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Sitting:
    """One story at the counter. What is wrong with the coach is looked for at every moment."""

    def __init__(self, counter: Counter, told: Told) -> None:
        self.counter, self.told = counter, told
        self.matters: set[str] = set()
        self.wrong: list[str] = []
        self._count = 0

    def take(self) -> Story:
        """From Ctrl+N to the last step."""
        teller = self.counter.teller
        yield from teller.take_new()
        self._look("1-new")
        yield from teller.fill((entry("opening_words", self.told.opening),))
        self._look("1-heard")
        yield from teller.fill((entry("scenario", (self.told.matter,)),))
        self.matters = family(self.counter.engine.pack, self.told.matter)
        for number, step in enumerate(self.told.steps, 1):
            yield from self._walk(number, step)

    def _walk(self, number: int, step: Step) -> Story:
        teller = self.counter.teller
        if number > 1:
            yield from teller.turn_to(number)
            self._look(f"{number}-entered")
        yield from teller.fill(step.entries())
        if step.observed:
            yield from self._observe(step)
        self._look(f"{number}-filled")
        yield from self._say()
        self._look(f"{number}-said")

    def _observe(self, step: Step) -> Story:
        hands.press(Key.Key_T, CTRL)
        yield lambda: hands.is_at("questions")
        yield from self.counter.teller.observe(
            tuple(
                Observation(item, key) for item, answer in step.observed.items() for key in answer
            )
        )
        hands.press(Key.Key_Escape)
        yield lambda: self.counter.places.here == "intake"
        yield self.counter.teller.settled()
        view = self.counter.view()
        assert view.assessment is not None
        assert view.stage == step.stage
        assert step.profile in ("", view.assessment.profile)

    def _say(self) -> Story:
        """F2: the sentence was said, and another one takes its place."""
        before = self._shown()["now"]
        hands.press(Key.Key_F2)
        yield self.counter.teller.settled()
        after = self._shown()["now"]
        assert after.key != before.key
        assert before.key in self.counter.view().case.said

    def _shown(self) -> dict[Place, Script]:
        """The scripts whose sentences are on the three cards, as far as there are any."""
        cards = self.counter.intake().coach.say.cards
        scripts = {script.key: script for script in self.counter.engine.pack.scripts}
        return {place: scripts[cards[place].key] for place in PLACES if not cards[place].isHidden()}

    def _look(self, moment: str) -> None:
        """Hold what the coach says against the moment."""
        self._keep(moment)
        shown, view = self._shown(), self.counter.view()
        if "now" not in shown:
            self.wrong.append(f"{moment}: nothing to say")
        elif view.stage == "respect" and shown["now"].part == "answer":
            self.wrong.append(f"{moment}: {shown['now'].key} explains before listening")
        elif self._is_on_course(moment, view) and not self.matters & set(shown["now"].scenarios):
            self.wrong.append(f"{moment}: {shown['now'].key} is of no matter")
        for place, script in shown.items():
            words = self.counter.intake().coach.say.cards[place].saying.words()
            faults = {
                "is empty": not words.strip("「」"),
                "has a blank left open": bool(set("{}") & set(words)),
                "owns up to what is not established": SORRY in words and not failed(view),
                "is of another matter": not self._is_of_the_matter(script, view),
            }
            self.wrong += [
                f"{moment}: {place} {script.key} {fault}: {words}"
                for fault, found in faults.items()
                if found
            ]

    def _is_on_course(self, moment: str, view: CaseView) -> bool:
        """Talk and form are as far as each other: here every matter has something of its own."""
        said = moment.endswith("said")
        return bool(self.matters) and not said and view.stage in USUAL[view.case.step]

    def _is_of_the_matter(self, script: Script, view: CaseView) -> bool:
        """A general sentence only where the matter has none of its own for this moment."""
        if not self.matters or self.matters.intersection(script.scenarios):
            return True
        profile = view.assessment.profile if view.assessment else "T0"
        return not any(
            self.matters.intersection(one.script.scenarios)
            and one.script.part == script.part
            and view.case.step in one.script.steps
            and {view.stage, "any"}.intersection(one.script.stages)
            and {profile, "any"}.intersection(one.script.profiles)
            for one in view.suggestion.more
        )

    def _keep(self, moment: str) -> None:
        """A picture of the moment and the words of the coach, where they are asked for."""
        folder = os.environ.get("DESK_STORY_PICTURES")
        if not folder:
            return
        self._count += 1
        name, out = f"{self.told.matter}-{self._count:02}-{moment}", Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        QTest.qWait(30)
        self.counter.places.window.grab().save(str(out / f"{name}.png"))
        view, cards = self.counter.view(), self.counter.intake().coach.say.cards
        profile = view.assessment.profile if view.assessment else "-"
        lines = [f"{name} {profile} {view.stage}"]
        lines += [
            f"  {place} {script.part} {script.key} {cards[place].saying.words()}"
            for place, script in self._shown().items()
        ]
        with (out / "coach.txt").open("a", encoding="utf-8") as told:
            told.write("\n".join(lines) + "\n")


def family(pack: Pack, matter: str) -> set[str]:
    """A matter and the one it stands within."""
    found = pack.scenario(matter)
    assert found is not None
    return {key for key in (matter, found.within) if key}


def failed(view: CaseView) -> bool:
    """Whether a failing of ours was established."""
    return any(view.case.value(key) is True for key in ("team_liable", "company_liable"))


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    i18n.use("zh")
    made = Counter(tmp_path_factory.mktemp("branch") / "branch.vault")
    yield made
    made.leave()


@pytest.fixture
def counter(branch: Counter) -> Iterator[Counter]:
    """A window of the branch for one story."""
    branch.open()
    yield branch
    branch.shut()


def test_the_stories_are_ten_of_ten_matters_and_of_most_ways_to_receive() -> None:
    assert len({told.matter for told in STORIES}) == len(STORIES) == 10
    profiles = {step.profile for told in STORIES for step in told.steps}
    assert profiles >= {"T1", "T3", "T5", "T6", "T7", "T8"}


@pytest.mark.parametrize("told", STORIES, ids=lambda told: told.matter)
def test_the_coach_fits_every_moment(counter: Counter, told: Told) -> None:
    sitting = Sitting(counter, told)
    counter.play(sitting.take())
    assert not sitting.wrong, "\n".join(sitting.wrong)
