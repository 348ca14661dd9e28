"""How well the proposal understands the labelled narratives, and the model trained from them."""

from pathlib import Path

import msgspec

from desk.domain.ngrams import NgramModel
from tests.corpora.ngram_training import Example, Settings, train

FOLDER = Path(__file__).parent
TUNING = ("narratives_tuning_a", "narratives_tuning_b")
SETTINGS = Settings()


class Narrative(msgspec.Struct, frozen=True):
    """One labelled account; see README.md."""

    text: str
    scenario: str
    also: tuple[str, ...]
    triggers: tuple[str, ...]
    by: str


def narratives(*names: str) -> tuple[Narrative, ...]:
    """The narratives of the named files, in their order."""
    return tuple(
        msgspec.json.decode(line, type=Narrative)
        for name in names
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def shipped_model() -> NgramModel:
    """The model of the pack: from every tuning narrative."""
    told = narratives(*TUNING)
    labels = sorted({n.scenario for n in told}) + sorted({t for n in told for t in n.triggers})
    examples = [Example(n.text, frozenset((n.scenario, *n.triggers))) for n in told]
    return train(examples, labels, SETTINGS)
