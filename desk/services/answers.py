"""One question in, one answer out, as plain JSON values: the contract of the command line.

The formats are those that other programs read; they change only by adding keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from desk import paths
from desk.domain import (
    assessment,
    assessment_json,
    assessment_noise,
    assessment_words,
    clock_json,
    clocks,
    proposal,
    suggestion,
)
from desk.domain import wording as words
from desk.domain.engine import Engine
from desk.errors import BadInput
from desk.i18n import _
from desk.packs import loader, shelf
from desk.services.moment import Moment


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer twice: as JSON values for programs, as lines of text for people."""

    values: dict[str, object]
    lines: tuple[str, ...]


@cache
def _engine() -> Engine:
    return Engine(shelf.newest())


def assess(document: object, language: str) -> Answer:
    """The quick assessment of a document of answers; BadInput names what cannot be used."""
    model = _engine().pack.assessment
    found = assessment.assess(model, assessment_json.parse_answers(model, document))
    lines = assessment_words.explain(model, found, language)
    return Answer(assessment_json.to_json(model, found), lines)


def simulate(language: str) -> Answer:
    """What slips of the observer do to the quick assessment: the table of knowledge B7.

    One row an error rate: Fleiss κ and hits of the profiles, weighted κ of each dimension's bands.
    """
    model = _engine().pack.assessment
    dice = Random(assessment_noise.SEED)  # noqa: S311 - invented customers
    rows = assessment_noise.simulate(model, dice)
    values: dict[str, object] = {
        "customers": assessment_noise.CUSTOMERS,
        "observers": assessment_noise.OBSERVERS,
        "seed": assessment_noise.SEED,
        "rows": [
            {
                "rate": row.rate,
                "profiles_kappa": round(row.profiles, 3),
                "profile_hits": round(row.hits, 3),
                "bands_kappa": {key: round(kappa, 3) for key, kappa in row.bands.items()},
            }
            for row in rows
        ],
    }
    lines = [_("Invented customers and observers; how errors spread, not whether it is true.")]
    for row in rows:
        bands = "  ".join(
            f"{model.dimension(key).name.of(language)} {kappa:.2f}"
            for key, kappa in row.bands.items()
        )
        lines.append(
            _(
                "{rate} % slips: profiles κ {kappa}, {hits} % as without slips; bands κ: {bands}"
            ).format(
                rate=f"{row.rate * 100:.0f}",
                kappa=f"{row.profiles:.2f}",
                hits=f"{row.hits * 100:.0f}",
                bands=bands,
            )
        )
    return Answer(values, tuple(lines))


def clock(document: object, language: str) -> Answer:
    """Every deadline of a history; `now` is the machine's time when the document has none."""
    rules = _engine().pack.clocks
    kind, events, now = clock_json.parse(document, rules)
    report = clocks.compute(rules, events, now or Moment().now(), kind)
    lines: list[str] = []
    for one in report.clocks:
        due = one.due.isoformat()
        lines.append(f"{one.title.of(language)}: {due} ({one.state}) {one.rule.of(language)}")
        lines += [f"  {day.date} {'-+'[day.counted]} {day.why.of(language)}" for day in one.days]
    lines += [f"! {problem.text.of(language)}" for problem in report.problems]
    return Answer(clock_json.to_json(report, language), tuple(lines))


def suggest(document: object, language: str) -> Answer:
    """Scripts for a situation, ranked, with reasons."""
    situation = suggestion.parse_situation(document)
    found = suggestion.suggest(_engine().library, situation, language)
    told = suggestion.to_json(found, language)
    return Answer(told, tuple(_sentences(told)))


def propose(document: object, language: str) -> Answer:
    """What `{"text": …}`, a customer's own account, points to; for a person to confirm."""
    if not isinstance(document, dict):
        raise BadInput(reason="not_an_object", where="")
    text = document.get("text")
    if not isinstance(text, str):
        raise BadInput(reason="not_text", where="text")
    pack = _engine().pack
    found = _engine().proposer.propose(text)
    lines: list[str] = []
    for matter in found.scenarios:
        known = pack.scenario(matter.key)
        name = known.name.of(language) if known else matter.key
        lines.append(f"{matter.score:.2f} {matter.key} {name}: {_marked(text, matter.because)}")
    lines += [f"! {one.key}: {_marked(text, one.because)}" for one in found.triggers]
    for dim, key in (("B", found.business), ("C", found.cause)):
        code = pack.codes.code(key) if key else None
        if code is not None:
            lines.append(f"{dim} {code.key} {code.name.of(language)}")
    names = dict(pack.codes.options("rights"))
    lines += [f"R {key} {names[key].of(language)}" for key in found.rights if key in names]
    return Answer(proposal.to_json(found), tuple(lines or [_("Nothing is proposed.")]))


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


def wording(document: object, language: str) -> Answer:
    """Risky stretches of `{"text": …, "speaker": "staff"|"customer"}`."""
    if not isinstance(document, dict):
        raise BadInput(reason="not_an_object", where="")
    text, speaker = document.get("text"), document.get("speaker", "staff")
    if not isinstance(text, str):
        raise BadInput(reason="not_text", where="text")
    if speaker not in ("staff", "customer"):
        raise BadInput(reason="unknown_value", where="speaker")
    found = _engine().checker.check(text, speaker)
    lines = tuple(
        f"{f.start}–{f.end} [{f.severity}] {f.text}: {f.why.of(language)} → {f.better.of(language)}"
        for f in found
    )
    return Answer(words.to_json(found, language), lines)


def _sentences(told: Mapping[str, object]) -> Iterator[str]:
    for place in ("now", "next", "close", "more"):
        found = told[place]
        entries = found if isinstance(found, list) else [found]
        for entry in entries:
            if isinstance(entry, dict):
                yield f"[{place}] {entry.get('text', '')}"
                yield f"    {entry.get('key', '')} · {entry.get('why', '')}"


def pack_faults(path: Path | None) -> tuple[str, ...]:
    """Every fault of the pack in a folder (the shipped one when None), as `file:line: reason`.

    BadInput when there is no such folder.
    """
    if path is not None and not path.is_dir():
        raise BadInput(reason=_("There is no folder here."), where=str(path))
    _pack, faults = loader.examine(path or paths.PACKS / loader.DEFAULT)
    return tuple(str(fault) for fault in faults)
