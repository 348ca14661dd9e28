"""What a pack says that it should not, and what it fails to say: rules beyond types and links.

Asked by `desk pack check` and before a pack is installed, not when the program starts: a pack that
was sound when it came is sound when it is opened.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from desk.domain import coverage, likeness
from desk.domain.content import Pack
from desk.domain.intake import fields_of
from desk.domain.lexicon import cue_faults
from desk.domain.suggestion import ANY, STAGES, Library, Script, Situation
from desk.domain.text import Text
from desk.domain.versions import ordered
from desk.domain.wording import WordingChecker
from desk.i18n import _
from desk.packs.links import Places
from desk.packs.source import Fault

_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_BLANK = re.compile(r"\{[a-z_]+\}")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
_UNIT_AFTER = {
    "money": re.compile(r"^\s*(?:元|块|yuan|CNY|RMB)", re.IGNORECASE),
    "date": re.compile(r"^(?:日|号)"),
    "time": re.compile(r"^(?:点|时)"),
}

KEYED = (
    "scripts",
    "phrases",
    "scenarios",
    "citations",
    "cards",
    "sheets",
    "cases",
    "guards",
    "authorities",
    "checklists",
    "triggers",
    "roles",
    "slots",
    "outline",
    "keeping",
)
"""The parts whose entries have a key of their own and a place in a file."""

ROOM: dict[tuple[str, str], tuple[int, int]] = {
    ("scripts", "text"): (100, 240),
    ("scripts", "why"): (40, 120),
    ("scripts", "delivery"): (60, 200),
    ("scripts", "when_not"): (60, 200),
    ("scenarios", "name"): (16, 48),
    ("scenarios", "watch"): (48, 140),
    ("phrases", "why"): (60, 200),
    ("phrases", "better"): (80, 240),
    ("triggers", "why"): (24, 72),
    ("checklists", "title"): (16, 40),
    ("checklists", "text"): (80, 240),
    ("cards", "title"): (24, 72),
    ("cards", "body"): (160, 480),
    ("sheets", "title"): (32, 96),
    ("roles", "name"): (16, 48),
}
"""Characters that fit where a text is shown (zh, en): the coach's sentence is read at a glance in
three lines, a chip is one line, a card is read in a minute (design.md)."""


def lint_faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Everything wrong with what the pack says; see the functions below, one a rule."""
    yield from _texts(pack, places)
    yield from _origins(pack, places)
    yield from _coverage(pack, places)
    yield from _blanks(pack, places)
    yield from _unreached(pack, places)
    yield from _alike(pack, places)
    yield from _own_words(pack, places)
    yield from _triggers(pack, places)
    yield from _cues(pack, places)


def _entries(pack: Pack) -> Iterator[tuple[str, str, msgspec.Struct]]:
    for part in KEYED:
        for entry in getattr(pack, part):
            yield part, entry.key, entry


def _texts_of(value: object, name: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below a value, with the name of the field it stands in."""
    if isinstance(value, Text):
        yield name, value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _texts_of(getattr(value, field), field)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts_of(one, name)


def _texts(pack: Pack, places: Places) -> Iterator[Fault]:
    """Both languages are there, are what they claim to be, and fit where they are shown."""
    for part, key, entry in _entries(pack):
        for name, text in _texts_of(entry):
            if not _IDEOGRAPH.search(_BLANK.sub("", text.zh)) and _LATIN.search(text.zh) is None:
                yield places.fault(part, key, _("{name}: no Chinese text").format(name=name))
            letters = len(_LATIN.findall(_BLANK.sub("", text.en)))
            if letters <= len(_IDEOGRAPH.findall(text.en)) or not letters:
                yield places.fault(part, key, _("{name}: no English text").format(name=name))
            room = ROOM.get((part, name))
            if room is not None and (len(text.zh) > room[0] or len(text.en) > room[1]):
                reason = _("{name}: {zh} and {en} characters, room for {most_zh} and {most_en}")
                yield places.fault(
                    part,
                    key,
                    reason.format(
                        name=name,
                        zh=len(text.zh),
                        en=len(text.en),
                        most_zh=room[0],
                        most_en=room[1],
                    ),
                )


def _origins(pack: Pack, places: Places) -> Iterator[Fault]:
    """Everything says where it comes from, and nothing is newer than the pack."""
    for part, key, entry in _entries(pack):
        source = getattr(entry, "source", None)
        if source is not None and not source.strip():
            yield places.fault(part, key, _("no source"))
        since = getattr(entry, "since", pack.head.version)
        if ordered(since) > ordered(pack.head.version):
            reason = _("since {since}, which is after this version {version}")
            yield places.fault(part, key, reason.format(since=since, version=pack.head.version))


def _coverage(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every matter has its own words for each step, stage and person; no point served is lost."""
    reasons = {
        "step": _("no sentence of its own for {at}"),
        "stage": _("no sentence of its own at the stage {at}"),
        "profile": _("fewer than two sentences made for {at}"),
        "own": _("fewer than three sentences of its own"),
    }
    for lack in coverage.lacks(pack):
        yield places.fault("scenarios", lack.scenario, reasons[lack.what].format(at=lack.at))
    for one in coverage.served(pack):
        for name in one.lost:
            yield places.fault("outline", one.point.key, _("no {name} any more").format(name=name))


def _blanks(pack: Pack, places: Places) -> Iterator[Fault]:
    """A blank is filled from a step that has come by then, and brings its own unit."""
    asked = {at.path: at.step for at in fields_of(pack.steps)}
    slots = {slot.key: slot for slot in pack.slots}
    for script in pack.scripts:
        for name in sorted(set(_BLANK.findall(script.text.zh))):
            slot = slots.get(name[1:-1])
            if slot is None:
                continue
            step = asked.get(slot.from_field or "")
            if step is not None and script.steps and max(script.steps) < step:
                reason = _("{name} is filled in step {step} only").format(name=name, step=step)
                yield places.fault("scripts", script.key, reason)
            unit = _UNIT_AFTER.get(slot.type)
            for text in (script.text.zh, script.text.en):
                if unit and any(unit.search(rest) for rest in text.split(name)[1:]):
                    reason = _("{name} already brings its unit").format(name=name)
                    yield places.fault("scripts", script.key, reason)


def _unreached(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every script is offered in the situation it was written for."""
    within = {s.key: s.within for s in pack.scenarios if s.within}
    library = Library(pack.scripts, pack.slots, within=within, quotable=pack.quotable)
    slots = {slot.key: "1" for slot in pack.slots}
    situations: dict[_Where, list[Script]] = {}
    for script in pack.scripts:
        situations.setdefault(_written_for(script), []).append(script)
    for (step, stage, profile, scenario), scripts in situations.items():
        situation = Situation(step, stage, profile, scenario, slots=slots)
        offered = library.keys(situation, {script.key for script in scripts})
        for script in scripts:
            if script.key not in offered:
                yield places.fault("scripts", script.key, _("never offered"))


_Where = tuple[int | None, str, str | None, str | None]


def _written_for(script: Script) -> _Where:
    """The step, stage, profile and scenario that a script names first."""
    named = [profile for profile in script.profiles if profile != ANY]
    stages = [stage for stage in script.stages if stage != ANY]
    scenarios = [scenario for scenario in script.scenarios if scenario != ANY]
    return (
        script.steps[0] if script.steps else None,
        stages[0] if stages else STAGES[0],
        named[0] if named else None,
        scenarios[0] if scenarios else None,
    )


def _alike(pack: Pack, places: Places) -> Iterator[Fault]:
    """No two entries of one part say the same."""
    parts: dict[str, Iterable[tuple[str, str]]] = {
        "scripts": ((script.key, script.text.zh) for script in pack.scripts),
        "cards": ((card.key, "".join(text.zh for text in card.body)) for card in pack.cards),
    }
    for part, texts in parts.items():
        for pair in likeness.pairs(texts):
            yield places.fault(
                part, pair.key, _("says the same as {other}").format(other=pair.other)
            )
    yield from _same_literals(pack, places)


def _same_literals(pack: Pack, places: Places) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for phrase in pack.phrases:
        for literal in phrase.match:
            other = first.setdefault(literal, phrase.key)
            if other != phrase.key:
                reason = _("“{literal}” is claimed by {other} as well")
                yield places.fault(
                    "phrases", phrase.key, reason.format(literal=literal, other=other)
                )


def _own_words(pack: Pack, places: Places) -> Iterator[Fault]:
    """What the pack puts into the mouth of staff passes the check it puts staff through."""
    # Without the model: it learned these very sentences as harmless and would let them go.
    checker = WordingChecker(pack.phrases)
    said = [
        *(("scripts", s.key, s.text) for s in pack.scripts),
        *(("phrases", p.key, p.better) for p in pack.phrases),
        *(("checklists", c.key, item.text) for c in pack.checklists for item in c.items),
    ]
    for part, key, text in said:
        for words in (text.zh, text.en):
            # An item may quote the wrong sentence to warn of it.
            bare = _QUOTED.sub("", words) if part == "checklists" else words
            for found in checker.check(bare):
                reason = _("risky words “{words}” ({phrase})")
                yield places.fault(part, key, reason.format(words=found.text, phrase=found.key))


def _triggers(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every checklist can be called for, and no two triggers ask the same."""
    first: dict[str, str] = {}
    for trigger in pack.triggers:
        condition = "".join(trigger.condition.split())
        other = first.setdefault(condition, trigger.key)
        if other != trigger.key:
            reason = _("asks the same as {other}").format(other=other)
            yield places.fault("triggers", trigger.key, reason)
    called = {trigger.checklist for trigger in pack.triggers}
    called |= {rule.checklist for rule in pack.assessment.checklists}
    called |= {name for row in pack.matrix.calls for name in row.checklists}
    for checklist in pack.checklists:
        if checklist.key not in called:
            yield places.fault("checklists", checklist.key, _("nothing calls for it"))


def _cues(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every cue points to something there is, and its words and expressions can be found."""
    for key, reason in cue_faults(pack.cues, [scenario.key for scenario in pack.scenarios]):
        yield places.fault("cues", key, reason)
