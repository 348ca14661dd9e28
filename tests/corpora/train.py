"""`python -m tests.corpora.train`: fits the models that the pack ships, from the tuning texts.

Deterministic: the same texts, lexicon and settings give the same files. The held-out halves are
never read here.
"""

import sys
from collections.abc import Callable

from desk import paths
from desk.domain.ngrams import NgramModel
from desk.packs import loader
from tests.corpora import narrative_figures, wording_figures
from tests.corpora.ngram_training import text_of

MODELS = paths.PACKS / loader.DEFAULT / "models"

TRAINERS: dict[str, Callable[[], NgramModel]] = {
    "scenarios": narrative_figures.shipped_scenarios,
    "triggers": narrative_figures.shipped_triggers,
    "wording": wording_figures.shipped_model,
}
"""The name of each model's file, and what trains it."""


def main() -> int:
    """Write the models named as arguments, all of them when none is."""
    MODELS.mkdir(exist_ok=True)
    for name in sys.argv[1:] or TRAINERS:
        text = text_of(TRAINERS[name]())
        (MODELS / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        print(f"models/{name}.json: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
