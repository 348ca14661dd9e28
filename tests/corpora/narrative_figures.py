"""How well the proposal understands the labelled narratives, and the models trained from them."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desk import paths
from desk.domain.content import Pack
from desk.domain.lexicon import Hit, Lexicon
from desk.domain.ngrams import NgramModel
from desk.domain.plain_form import plain_form
from desk.domain.proposal import (
    COMPLAINT,
    SCENARIOS_MODEL,
    TRIGGERS,
    TRIGGERS_MODEL,
    Proposal,
    Proposer,
    is_matter,
    marks_of,
    worth_of,
)
from desk.packs import loader
from tests.corpora.ngram_training import Example, Settings, train

FOLDER = Path(__file__).parent
TUNING = tuple(sorted(path.stem for path in FOLDER.glob("narratives_tuning_*.jsonl")))
"""Each file by its own hands."""
HELD = ("narratives_held",)
FRESH = ("narratives_fresh",)
"""Held out like the other, but its totals came after every choice was made."""
EVERYDAY = ("everyday_tuning",)
SETTINGS = Settings(
    longest=3, mark_scale=0.3, damping=0.4, rarity=1.0, softness=1.0, unit=0.1, fewest=60
)
TRIGGER_LIMIT, DANGER_LIMIT = -3.0, -3.5
"""Log odds from which a trigger is shown: low, because a missed trigger harms more than a chip too
many, and lower where somebody may be in danger or comes with a lawyer. Chosen where files read by
models of the other files miss about one trigger in fifty."""
DANGER = {"self_harm", "violence", "medical", "vulnerable", "fraud_in_progress", "legal"}
COMPLAINT_LIMIT = 0.0
"""Log odds from which a text counts as a complaint: of those by other hands one in 500 falls
below, of everyday talk nearly half."""


class Narrative(msgspec.Struct, frozen=True):
    """One labelled account; see README.md. `scenario` is "" where nothing is complained of."""

    text: str
    scenario: str = ""
    also: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was right of what was asked; shares of 0-1.

    `by_trigger` holds how often a trigger was rightly found, wrongly found and missed.
    """

    texts: int
    top1: float
    top3: float
    trigger_recall: float
    trigger_precision: float
    by_trigger: Mapping[str, tuple[int, int, int]]


def narratives(*names: str) -> tuple[Narrative, ...]:
    """The narratives of the named files, in their order."""
    return tuple(
        msgspec.json.decode(line, type=Narrative)
        for name in names
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def shipped_pack() -> Pack:
    """The pack as it stands, even while another part of it has a fault."""
    pack, faults = loader.examine(paths.PACKS / loader.DEFAULT)
    if pack is None:
        raise ValueError([str(fault) for fault in faults])
    return pack


def figures(pack: Pack, told: Sequence[Narrative]) -> Figures:
    """How well the pack's own proposer reads the narratives."""
    proposer = Proposer(pack)
    return _counted([(one, proposer.propose(one.text)) for one in told])


def cross_figures(pack: Pack, learn: Sequence[Narrative], ask: Sequence[Narrative]) -> Figures:
    """The figures of one part with models that saw the other part only."""
    models = {
        SCENARIOS_MODEL: scenario_model(pack, learn),
        TRIGGERS_MODEL: trigger_model(pack, learn),
    }
    return figures(dataclasses.replace(pack, models=models), ask)


def shipped_scenarios() -> NgramModel:
    """`models/scenarios.json`: which matter, from every tuning narrative."""
    return scenario_model(shipped_pack(), narratives(*TUNING, *EVERYDAY))


def shipped_triggers() -> NgramModel:
    """`models/triggers.json`: which triggers, from every tuning narrative."""
    return trigger_model(shipped_pack(), narratives(*TUNING, *EVERYDAY))


def scenario_model(pack: Pack, told: Sequence[Narrative]) -> NgramModel:
    """A model of the matters of a pack."""
    labels = [s.key for s in pack.scenarios if is_matter(s)]
    limits = dict.fromkeys((*labels, COMPLAINT), COMPLAINT_LIMIT)
    return _model(pack, told, SETTINGS, limits)


def trigger_model(pack: Pack, told: Sequence[Narrative]) -> NgramModel:
    """A model of the triggers."""
    limits: dict[str, float] = {
        key: DANGER_LIMIT if key in DANGER else TRIGGER_LIMIT for key in TRIGGERS
    }
    return _model(pack, told, SETTINGS, limits)


def _model(
    pack: Pack, told: Sequence[Narrative], settings: Settings, limits: Mapping[str, float]
) -> NgramModel:
    lexicon = Lexicon(pack.cues)
    read = [lexicon.read(one.text, plain_form(one.text)) for one in told]
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one, hits in zip(told, read, strict=True):
        for name, to, _hit in _named(hits):
            seen[name] += 1
            right[name] += _holds(one, to)
    examples = []
    for one, hits in zip(told, read, strict=True):
        # What a word is worth to a text must not come from that text itself.
        worth = {
            name: worth_of(hit, right[name] - _holds(one, to), seen[name] - 1)
            for name, to, hit in _named(hits)
        }
        own = frozenset((one.scenario, *one.triggers, COMPLAINT if one.scenario else ""))
        examples.append(Example(one.text, own, marks_of(hits, worth)))
    model = train(examples, tuple(limits), settings, limits)
    known = {
        name: round(worth_of(hit, right[name], seen[name]), 2)
        for hits in read
        for name, _to, hit in _named(hits)
    }
    worths = msgspec.Raw(msgspec.json.encode(dict(sorted(known.items()))))
    return msgspec.structs.replace(model, worths=worths)


def _named(hits: Mapping[str, Iterable[Hit]]) -> Iterable[tuple[str, str, Hit]]:
    """Each different word a key was recognised by."""
    for to, found in hits.items():
        for hit in {hit.name: hit for hit in found}.values():
            yield f"{to}:{hit.name}", to, hit


def _holds(one: Narrative, to: str) -> bool:
    return to == one.scenario or to in one.also or to in one.triggers


def _counted(found: Sequence[tuple[Narrative, Proposal]]) -> Figures:
    counts = {key: [0, 0, 0] for key in TRIGGERS}
    first = three = 0
    for one, proposal in found:
        keys = [scenario.key for scenario in proposal.scenarios]
        first += keys[:1] == [one.scenario]
        three += one.scenario in keys[:3]
        held = {trigger.key for trigger in proposal.triggers}
        for key, count in counts.items():
            count[0] += key in held and key in one.triggers
            count[1] += key in held and key not in one.triggers
            count[2] += key not in held and key in one.triggers
    hit, wrong, missed = (sum(count[place] for count in counts.values()) for place in range(3))
    return Figures(
        texts=len(found),
        top1=first / len(found),
        top3=three / len(found),
        trigger_recall=hit / max(1, hit + missed),
        trigger_precision=hit / max(1, hit + wrong),
        by_trigger={key: (count[0], count[1], count[2]) for key, count in counts.items()},
    )


def table() -> dict[str, dict[str, object]]:
    """Every figure of the shipped proposal.

    The tuning half shows what the models remember, the held half what they understand.
    """
    pack = shipped_pack()
    found = {
        "tuning, shipped": figures(pack, narratives(*TUNING)),
        "held, shipped": figures(pack, narratives(*HELD)),
        "fresh, shipped": figures(pack, narratives(*FRESH)),
    }
    return {f"narratives: {name}": dataclasses.asdict(one) for name, one in found.items()}


def cross_table() -> dict[str, dict[str, object]]:
    """Each tuning file read by models that saw only the other files; takes some minutes.

    The cues were written with the tuning files open, so this flatters them, and the held half does
    not.
    """
    pack = shipped_pack()
    found = {}
    for name in TUNING:
        others = [other for other in TUNING if other != name]
        asked = cross_figures(pack, narratives(*others, *EVERYDAY), narratives(name))
        found[f"narratives: others to {name}"] = dataclasses.asdict(asked)
    return found
