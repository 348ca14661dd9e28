"""Somebody who types into a case and takes the footer at its word."""

import random
from collections.abc import Callable, Mapping

from desk.app import Program
from desk.ui.demo import hands
from desk.ui.demo.driver import Story, quiet
from desk.ui.demo.hands import CTRL, Key
from desk.ui.demo.teller import Teller

WORDS = 14
"""In one field: what all fields take, however short they are."""


class Typist:
    """Tells `open`, then `typed` before and `stored` after: case, path and all that is there."""

    def __init__(self, program: Program, chance: random.Random, tell: Callable[..., None]) -> None:
        self._program = program
        self._chance = chance
        self._tell = tell
        self._teller = Teller("zh", program.jobs.is_idle)
        self._begun = 0
        self._held: dict[str, str] = {}

    def typing(self, password: str, fields: Mapping[int, tuple[str, ...]]) -> Story:
        """Unlock, take a new case, and type words at the end of its fields, here and there."""
        yield lambda: hands.is_at("unlock_password") and self._program.jobs.is_idle()
        hands.write(password)
        hands.press(Key.Key_Return)
        yield lambda: self._program.places is not None
        yield quiet(self._program.jobs.is_idle, 50)
        assert self._program.work is not None
        self._program.work.saving.connect(self._saving)
        self._tell("open")
        while True:
            yield from self._teller.take_new()
            self._held.clear()
            step = 1
            while min(len(self._held.get(path, "").split()) for path in fields[1]) < WORDS:
                turned = self._chance.choice(list(fields))
                if turned != step and self._chance.random() < 0.3:
                    yield from self._teller.turn_to(turned)
                    step = turned
                yield from self._word(self._chance.choice(fields[step]))

    def _word(self, path: str) -> Story:
        """One more word, and then leave the field, or wait in it."""
        if len(self._held.get(path, "").split()) >= WORDS:
            return
        hands.tab_to(f"field_{path}")
        hands.press(Key.Key_End, CTRL)  # of a text
        hands.press(Key.Key_End)  # of a line, which a Tab selects as a whole
        before = self._held.get(path, "")
        word = self._chance.choice(("k", "取款", "Zq")) + str(self._chance.randrange(100))
        value = self._held[path] = f"{before} {word}".strip()
        self._tell("typed", self._case(), path, value)
        begun = self._begun
        hands.write(value[len(before) :])
        if self._chance.random() < 0.6:
            hands.press(Key.Key_Tab)
        yield lambda: self._begun > begun and self._stored()
        self._tell("stored", self._case(), path, value)

    def _saving(self) -> None:
        self._begun += 1

    def _stored(self) -> bool:
        """What the footer says."""
        assert self._program.places is not None
        return self._program.places.saved.state == "saved"

    def _case(self) -> str:
        assert self._program.places is not None
        return self._program.places.case
