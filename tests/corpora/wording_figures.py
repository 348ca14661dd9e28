"""How well the wording check tells risky sentences of staff from harmless ones.

A sentence is flagged when the check finds anything in it, of whatever severity. Precision is the
share of flagged sentences that are risky, recall the share of risky sentences that are flagged.
Customers' sentences must never be flagged.
"""

import dataclasses
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desk.domain.content import Pack
from desk.domain.ngrams import NgramModel
from desk.domain.wording import WORDING_MODEL, Speaker, WordingChecker
from tests.corpora import wording_training
from tests.corpora.narrative_figures import shipped_pack
from tests.corpora.wording_training import Lesson

FOLDER = Path(__file__).parent
TUNING = tuple(sorted(path.stem for path in FOLDER.glob("wording_tuning_*.jsonl")))
HELD = ("wording_held",)
FRESH = ("wording_fresh",)
HARD = ("wording_hard",)
"""Held out too: near misses that look risky, and risks that are only hinted at."""
"""Held out like the other, and read only when the choices were made; README.md says how often."""
THRESHOLD = 0.65
"""Log odds from which a passage without a phrase is flagged.

Chosen where files read by models of other hands' files do best by precision and recall together;
the limit of harmless passages in `desk.domain.second_reading` was settled with the totals of the
held-out half in view. The fresh file was first read after both.
"""
_FOLDS = 5
_SEED = 7


class Sentence(msgspec.Struct, frozen=True):
    """One labelled sentence; see README.md. `keys`: the phrases of which one should be found."""

    text: str
    speaker: Speaker
    risky: bool
    category: str = ""
    by: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What was flagged; shares of 0-1. `by_category`: how many were flagged, and of how many."""

    risky: int
    harmless: int
    customers: int
    precision: float
    recall: float
    customers_flagged: int
    by_category: Mapping[str, tuple[int, int]]


def table() -> dict[str, dict[str, object]]:
    """The rows that `python -m tests.corpora` prints of this corpus."""
    pack = shipped_pack()
    told = sentences(*TUNING)
    return {
        "wording, tuning": _row(figures(pack, told)),
        "wording, tuning cross-validated": _row(folded_figures(pack, told)),
        "wording, held out": _row(figures(pack, sentences(*HELD))),
        "wording, fresh": _row(figures(pack, sentences(*FRESH))),
        "wording, hard": _row(figures(pack, sentences(*HARD))),
    }


def sentences(*names: str) -> tuple[Sentence, ...]:
    """The sentences of the named files, in their order."""
    return tuple(
        msgspec.json.decode(line, type=Sentence)
        for name in names
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def figures(pack: Pack, said: Iterable[Sentence]) -> Figures:
    """The figures of the pack's own check."""
    checker = _checker(pack, pack.models.get(WORDING_MODEL))
    return _counted((one, _flags(checker, one)) for one in said)


def folded_figures(pack: Pack, said: Sequence[Sentence]) -> Figures:
    """Cross-validated figures: every fifth sentence is read by a model that saw the other four.

    Only the model is: the phrases are those of the pack, written after reading these sentences,
    and their literals teach every fold's model. New sentences of other hands fare worse.
    """
    dice = random.Random(_SEED)  # noqa: S311 - which fold a sentence is in
    folds = [dice.randrange(_FOLDS) for _one in said]
    found: list[tuple[Sentence, bool]] = []
    for fold in range(_FOLDS):
        learn = [one for one, place in zip(said, folds, strict=True) if place != fold]
        checker = _checker(pack, model(pack, learn))
        found += [
            (one, _flags(checker, one))
            for one, place in zip(said, folds, strict=True)
            if place == fold
        ]
    return _counted(found)


def shipped_model() -> NgramModel:
    """`models/wording.json`: from every tuning sentence."""
    return model(shipped_pack(), sentences(*TUNING))


def model(pack: Pack, said: Iterable[Sentence]) -> NgramModel:
    """A model of the staff's sentences among these and of what the pack teaches."""
    lessons = [Lesson(s.text, s.category) for s in said if s.speaker == "staff"]
    return wording_training.train([*lessons, *wording_training.pack_lessons(pack)], THRESHOLD)


def _row(found: Figures) -> dict[str, object]:
    row: dict[str, object] = dataclasses.asdict(found)
    row["by_category"] = {
        letter: f"{flagged}/{asked}" for letter, (flagged, asked) in found.by_category.items()
    }
    return row


def _checker(pack: Pack, read_again: NgramModel | None) -> WordingChecker:
    return WordingChecker(pack.phrases, read_again)


def _flags(checker: WordingChecker, one: Sentence) -> bool:
    return bool(checker.check(one.text, one.speaker))


def _counted(found: Iterable[tuple[Sentence, bool]]) -> Figures:
    told = list(found)
    staff = [(one, flagged) for one, flagged in told if one.speaker == "staff"]
    asked = Counter(one.category for one, _flagged in staff if one.risky)
    hit = Counter(one.category for one, flagged in staff if one.risky and flagged)
    flagged_count = sum(flagged for _one, flagged in staff)
    return Figures(
        risky=asked.total(),
        harmless=len(staff) - asked.total(),
        customers=len(told) - len(staff),
        precision=hit.total() / max(1, flagged_count),
        recall=hit.total() / max(1, asked.total()),
        customers_flagged=sum(flagged for one, flagged in told if one.speaker == "customer"),
        by_category={letter: (hit[letter], asked[letter]) for letter in sorted(asked)},
    )
