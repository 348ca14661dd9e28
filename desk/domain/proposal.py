"""What a customer's own account points to: matters, triggers and codes, each with its reasons.

Nothing here decides: a person confirms what is proposed. Rules and cues of the pack come first; two
small models trained on invented accounts (`models/scenarios.json`, `models/triggers.json`) weigh
them against each other and catch indirect wording. Unsure, it proposes nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from desk.domain.codes import Dimension, recommend
from desk.domain.content import Pack, Scenario
from desk.domain.lexicon import Hit, Lexicon, TriggerKey
from desk.domain.ngrams import NgramModel, Scores
from desk.domain.plain_form import PlainForm, plain_form

Span = tuple[int, int]

SCENARIOS_MODEL = "scenarios"
TRIGGERS_MODEL = "triggers"
COMPLAINT = "complaint"
"""The label of the first model that says whether there is a complaint in the text at all."""
TRIGGERS: tuple[TriggerKey, ...] = get_args(TriggerKey)

_MOST_SCENARIOS = 5
_LEAST_SCORE = 0.005
_MOST_SPANS = 6
_LIKELY = 0.5
"""The least chance at which cues alone, without models, are enough to speak up."""
_SURE = 0.25
"""Where nine of ten triggers by other hands were right; below it, about every third is."""
_CALM = 1.0
"""By how much likelier a trigger has to be, as log odds, where nothing is complained of: missing
one harms more than a chip too many, but everyday talk is full of the same words."""
_UNSEEN = 3.0
"""A cue the models never saw counts as one that is right in weight / (weight + this) of cases."""
_RARE = math.log(0.04 / 0.96)
"""Log odds of a label nothing speaks for."""


@dataclass(frozen=True, slots=True)
class ProposedScenario:
    """A matter, how sure the proposal is of it (0-1), and the stretches that led to it."""

    key: str
    score: float
    because: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ProposedTrigger:
    """A trigger, how likely it holds (0-1), and the stretches that led to it."""

    key: str
    because: tuple[Span, ...]
    chance: float = 1.0

    @property
    def sure(self) -> bool:
        """Whether it is likely enough to call a checklist; less than that is only asked about."""
        return self.chance >= _SURE


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a text points to, best first; codes are "" and lists empty where nothing does.

    Stretches are [start, end) in code points of the text as given. `worked` is the worked case
    within the first matter that the words fit, else "".
    """

    scenarios: tuple[ProposedScenario, ...] = ()
    triggers: tuple[ProposedTrigger, ...] = ()
    business: str = ""
    cause: str = ""
    rights: tuple[str, ...] = ()
    worked: str = ""

    @property
    def scenario(self) -> str:
        """The key that scripts are looked for under: the worked case, else the first matter."""
        return self.worked or next((found.key for found in self.scenarios), "")


NOTHING = Proposal()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read once: its plain form, the cues in it, and what they are worth to a model."""

    plain: PlainForm
    hits: Mapping[str, tuple[Hit, ...]]
    marks: Mapping[str, float]


class Proposer:
    """Reads accounts by the lexicon and the models of a pack, compiled once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._lexicon = Lexicon(pack.cues)
        self._scenarios = pack.models.get(SCENARIOS_MODEL)
        self._triggers = pack.models.get(TRIGGERS_MODEL)
        self._matters = tuple(s.key for s in pack.scenarios if is_matter(s))

    def propose(self, text: str) -> Proposal:
        """The matters, triggers and codes that a text points to; nothing where it is unsure."""
        plain = plain_form(text)
        if not plain.text:
            return NOTHING
        hits = self._lexicon.read(text, plain)
        scenarios = self._ranked(self._reading(plain, hits, self._scenarios))
        triggers = self._held(self._reading(plain, hits, self._triggers), bool(scenarios))
        if not scenarios:
            return Proposal(triggers=triggers)
        first = self._pack.scenario(scenarios[0].key)
        business = self._code(text, "B", first.business if first else "")
        cause = self._code(text, "C", first.cause if first else "")
        rights = first.rights if first else ()
        return Proposal(
            scenarios=scenarios,
            triggers=triggers,
            business=business,
            cause=cause,
            rights=rights or tuple(right.key for right in self._pack.codes.rights_for(cause)),
            worked=self._worked(scenarios[0].key, hits),
        )

    def reading(self, text: str, model: NgramModel | None = None) -> Reading:
        """How a text reads to a model; without one every cue counts as its author weighed it."""
        plain = plain_form(text)
        return self._reading(plain, self._lexicon.read(text, plain), model)

    def _reading(
        self, plain: PlainForm, hits: Mapping[str, tuple[Hit, ...]], model: NgramModel | None
    ) -> Reading:
        known = model.worth if model is not None else {}
        return Reading(plain, hits, marks_of(hits, known))

    def _ranked(self, reading: Reading) -> tuple[ProposedScenario, ...]:
        chances, scores = _chances(reading, self._scenarios, self._matters)
        ranked = sorted(chances, key=lambda key: -chances[key])
        if scores is None:
            ranked = [key for key in ranked if chances[key] >= _LIKELY]
        elif COMPLAINT in scores.of and COMPLAINT not in scores.holds():
            return ()
        total = max(1.0, sum(chances.values()))
        found = []
        for key in ranked[:_MOST_SCENARIOS]:
            score = round(chances[key] / total, 3)
            because = _because(key, reading, scores)
            if score >= _LEAST_SCORE and because:
                found.append(ProposedScenario(key, score, because))
        return tuple(found)

    def _held(self, reading: Reading, complained: bool) -> tuple[ProposedTrigger, ...]:
        chances, scores = _chances(reading, self._triggers, TRIGGERS)
        likely = tuple(key for key, chance in chances.items() if chance >= _LIKELY)
        held = scores.holds(0.0 if complained else _CALM) if scores else likely
        found = [ProposedTrigger(key, _because(key, reading, scores), chances[key]) for key in held]
        return tuple(one for one in found if one.because)

    def _code(self, text: str, dim: Dimension, usual: str) -> str:
        """The usual code of the matter, or a narrower one under it that the words name."""
        book = self._pack.codes
        named = recommend(book.codes, text, dim)
        if not usual:
            return named[0].key if named else ""
        within = (code.key for code in named if usual in {c.key for c in book.path(code.key)})
        return next(within, usual)

    def _worked(self, matter: str, hits: Mapping[str, Sequence[Hit]]) -> str:
        """The worked case within a matter whose own cues are in the text; the one with most."""
        within = [s.key for s in self._pack.scenarios if s.within == matter and hits.get(s.key)]
        return max(within, key=lambda key: sum(hit.worth for hit in hits[key]), default="")


def is_matter(scenario: Scenario) -> bool:
    """Whether a scenario is a matter of its own: no worked case within one, no red flag."""
    return not scenario.within and not scenario.flag


def marks_of(hits: Mapping[str, Sequence[Hit]], known: Mapping[str, float]) -> dict[str, float]:
    """What the cues say for each key, as features `#key` of a model.

    `known` is what a model learned each word to be worth, under `key:word`, as log odds.
    """
    marks: dict[str, float] = {}
    for to, found in hits.items():
        worth = {hit.name: known.get(f"{to}:{hit.name}", worth_of(hit)) for hit in found}
        marks[f"#{to}"] = math.log1p(sum(worth.values()))
    return marks


def worth_of(hit: Hit, right: float = 0.0, seen: float = 0.0) -> float:
    """What a hit is worth as log odds above none: by its weight, and how often it was right."""
    share = (right + hit.worth / (hit.worth + _UNSEEN) * _UNSEEN) / (seen + _UNSEEN)
    share = min(max(share, 0.01), 0.99)
    return max(0.0, math.log(share / (1 - share)) - _RARE)


def _chances(
    reading: Reading, model: NgramModel | None, keys: Sequence[str]
) -> tuple[dict[str, float], Scores | None]:
    """Each key's chance (0-1) and the scores behind it.

    A pack without models is read by its cues alone.
    """
    if model is None:
        marks = {key: reading.marks.get(f"#{key}", 0.0) for key in keys}
        return {key: 1 - math.exp(-mark) for key, mark in marks.items()}, None
    scores = model.score(reading.plain, reading.marks)
    return {key: scores.chance(key) for key in keys if key in scores.of}, scores


def _because(key: str, reading: Reading, scores: Scores | None) -> tuple[Span, ...]:
    """The stretches that led to a key: its cues, else the n-grams that spoke for it."""
    found = reading.hits.get(key, ())
    if not found:
        return scores.because(key) if scores and key in scores.of else ()
    strongest = sorted(found, key=lambda hit: -hit.worth)[:_MOST_SPANS]
    spans = sorted(reading.plain.original(hit.start, hit.end) for hit in strongest)
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def to_json(proposal: Proposal) -> dict[str, object]:
    """The proposal as the document that `desk propose --json` prints."""
    return {
        "scenarios": [
            {"key": one.key, "score": one.score, "because": [list(span) for span in one.because]}
            for one in proposal.scenarios
        ],
        "triggers": [
            {"key": one.key, "because": [list(span) for span in one.because]}
            for one in proposal.triggers
        ],
        "business": proposal.business or None,
        "cause": proposal.cause or None,
        "rights": list(proposal.rights),
    }
