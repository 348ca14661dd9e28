"""The proposal: what an account of 500 characters points to, with the words that led to it."""

from collections.abc import Iterator

import ahocorasick  # type: ignore[import-not-found]  # a C extension without type information

from desk.domain.plain_form import plain_form
from desk.domain.proposal import Proposer
from desk.packs import loader
from tests.bench.timing import Figure, interleaved, percentile
from tests.corpora.narrative_figures import TUNING, narratives

BENCH = "propose"
LENGTH = 500
_TURNS = 300
_MOST_MS = 10.0


def run() -> Iterator[Figure]:
    """Proposing, against bringing the text to its plain form and one pass for every word."""
    pack = loader.load()
    proposer = Proposer(pack)
    told = "".join(one.text for one in narratives(*TUNING))
    texts = [told[start : start + LENGTH] for start in range(0, len(told) - LENGTH, LENGTH)]
    words = ahocorasick.Automaton()
    for cue in pack.cues:
        for word in cue.words:
            words.add_word(word, word)
    words.make_automaton()

    def propose(turn: int) -> object:
        return proposer.propose(texts[turn % len(texts)])

    def floor(turn: int) -> object:
        return list(words.iter(plain_form(texts[turn % len(texts)]).text))

    proposed, passed = interleaved((propose, floor), _TURNS)
    ours, least = percentile(proposed, 0.95), percentile(passed, 0.95)
    note = f"{LENGTH} characters, {len(words)} words"
    yield Figure(BENCH, "proposing, p95", ours, most=_MOST_MS, note=note)
    yield Figure(BENCH, "proposing, p50", percentile(proposed, 0.5))
    yield Figure(BENCH, "the same beside plain form and one pass, p95", ours, floor=least)
    [made] = interleaved((lambda _turn: Proposer(pack),), 5)
    yield Figure(BENCH, "making the lexicon, once", percentile(made, 0.5))
    [woken] = interleaved((lambda _turn: Proposer(loader.load()).propose("排队"),), 3)
    yield Figure(BENCH, "a pack read and its models woken, once", percentile(woken, 0.5))
