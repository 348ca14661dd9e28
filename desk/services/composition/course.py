"""二、诉求与经过: the customer's words and request, both accounts in order, evidence."""

from dataclasses import dataclass, replace
from datetime import datetime

from desk.domain.intake import path_of
from desk.domain.report import (
    Block,
    Box,
    Boxes,
    Day,
    Entry,
    Paragraphs,
    Prose,
    Subheading,
    Timeline,
)
from desk.services.composition import fields
from desk.services.composition.material import Material
from desk.services.composition.tongue import Tongue

_DATE_LENGTH = len("2026-11-21")

PLACED = frozenset({"opening_words", "requests", "request_words", "narrative"})
PLACED_GROUPS = frozenset({"points", "facts", "evidence"})
_ELSEWHERE = PLACED_GROUPS | {"representatives"}


def blocks(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """What the customer said and wants, and what happened as either side tells it."""
    return (
        *_words(material),
        *_narrative(material),
        *_points(material),
        *_timeline(material),
        *_evidence(material),
        *fields.block(fields.rest(material, 2, placed)),
        *fields.other_groups(material, 2, _ELSEWHERE),
    )


def _words(material: Material) -> tuple[Block, ...]:
    gettext = material.tongue.gettext
    ours = material.is_internal
    said = gettext("In the customer's own words") if ours else gettext("In your own words")
    asks = gettext("What the customer asks for") if ours else gettext("What you ask for")
    request = (
        *fields.prose(material.words("requests")),
        *fields.prose(material.words("request_words")),
    )
    return _boxes(
        Box(said, _or_lacking(material, "opening_words"), 4),
        Box(asks, request or _or_lacking(material, "requests"), 3),
    )


def _narrative(material: Material) -> tuple[Block, ...]:
    return _boxes(Box(material.label("narrative"), _or_lacking(material, "narrative")))


def _or_lacking(material: Material, path: str) -> tuple[Prose, ...]:
    value = material.words(path)
    if not value and material.is_internal and material.is_lacking(path):
        value = fields.not_filled(material)
    return fields.prose(value)


def _boxes(*boxes: Box) -> tuple[Block, ...]:
    filled = tuple(box for box in boxes if box.paragraphs)
    return (Boxes(filled),) if filled else ()


def _points(material: Material) -> tuple[Block, ...]:
    items = material.view.case.items("points")
    texts = [text for item in items if (text := material.words(path_of("points", item, "text")))]
    if not texts:
        return ()
    listed = tuple(Prose.of(f"{n}. {text}") for n, text in enumerate(texts, start=1))
    return Subheading(material.label("points")), Paragraphs(listed)


def _timeline(material: Material) -> tuple[Block, ...]:
    """The facts in order of time, the customer's account beside ours; undated ones last."""
    gettext, tongue = material.tongue.gettext, material.tongue
    group = material.group("facts")
    told = [_told(material, item) for item in material.view.case.items("facts")] if group else []
    told = sorted((one for one in told if one.entry.theirs or one.entry.ours), key=_order)
    if not told:
        return ()
    days: dict[str, list[Entry]] = {}
    for one in told:
        entries = days.setdefault(one.day, [])
        beside = _beside(entries[-1], one.entry) if entries else None
        entries[-1:] = [beside] if beside else [*entries[-1:], one.entry]
    ours = material.is_internal
    headings = (
        gettext("Time"),
        gettext("The customer's account") if ours else gettext("Your account"),
        gettext("Our account"),
        gettext("Certainty"),
        gettext("Recorded by"),
    )
    course = tuple(Day(_day_label(tongue, day), tuple(entries)) for day, entries in days.items())
    return Subheading(material.label("facts")), Timeline(headings, course)


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of the course with the day (ISO, or empty) and the time it sorts by."""

    day: str
    at: str
    entry: Entry


def _order(told: _Told) -> tuple[bool, str]:
    return (not told.day, told.at)


def _told(material: Material, item: str) -> _Told:
    def words(key: str) -> str:
        return material.words(path_of("facts", item, key))

    stored = material.view.case.text(path_of("facts", item, "at"))
    moment = _parsed(stored)
    text = words("text")
    side = material.view.case.text(path_of("facts", item, "side"))
    if text and side not in {"customer", "ours"}:
        text = material.tongue.gettext("{text} (whose account was not noted)").format(text=text)
    shown = words("at")
    if moment is not None:
        shown = f"{moment:%H:%M}" if len(stored) > _DATE_LENGTH else ""
    entry = Entry(
        at=shown,
        theirs=text if side == "customer" else "",
        ours=text if side != "customer" else "",
        basis=material.tongue.beside(*(words(key) for key in _remarks(material))),
        by=material.writer(path_of("facts", item, "text")) if material.is_internal else "",
    )
    return _Told(moment.date().isoformat() if moment else "", stored, entry)


def _beside(first: Entry, second: Entry) -> Entry | None:
    """Two accounts of one moment in one line; None when they differ in more than the side."""
    first, second = (first, second) if first.theirs else (second, first)
    if first.ours or second.theirs or not first.at:
        return None
    both = replace(first, ours=second.ours)
    return both if both == replace(second, theirs=first.theirs) else None


def _remarks(material: Material) -> tuple[str, ...]:
    """Fields of a fact beside time, side and text: how certain it is, and what a pack adds."""
    group = material.group("facts")
    known = {"at", "side", "text"}
    return tuple(d.key for d in group.fields if d.key not in known) if group else ()


def _parsed(stored: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stored)
    except ValueError:
        return None


def _day_label(tongue: Tongue, day: str) -> str:
    return tongue.when(day) if day else tongue.gettext("Time not noted")


def _evidence(material: Material) -> tuple[Block, ...]:
    group = material.group("evidence")
    return fields.group_table(material, group) if group else ()
