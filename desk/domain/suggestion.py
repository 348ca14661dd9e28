"""What to say now: scripts of a pack ranked for the step, stage, profile and scenario of a case.

Belongs here: the content types of scripts, their slots, the ranking and its reasons. Does not
belong here: reading packs, the assessment that finds the profile, anything that learns.

The order is that of the sandwich (同理 · 解答 · 意愿): empathy now, answer next, willingness to
close. Matter-of-fact profiles hear the core first (肉夹馍). Nothing is explained before the
customer has been heard, and a script of a later stage is never among the first three.
"""

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal, cast, get_args

import msgspec

from desk.domain.citations import Reference
from desk.domain.text import Text
from desk.domain.versions import Version
from desk.errors import BadInput
from desk.i18n import _

Part = Literal["empathy", "answer", "willing"]
Place = Literal["now", "next", "close"]
StageKey = Literal["respect", "verify", "recognise", "resolve", "any"]
ProfileKey = Literal["T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "RED", "any"]
Step = Annotated[int, msgspec.Meta(ge=1, le=5)]
Matched = Literal["scenario", "profile", "stage", "step"]

ANY = "any"
RED = "RED"
MIXED = "T0"
STAGES: tuple[str, ...] = ("respect", "verify", "recognise", "resolve")
"""In order: what has been reached may be said again, what has not is not offered first."""
STAGE_OF_STEP: Mapping[int, StageKey] = {
    1: "respect",
    2: "respect",
    3: "verify",
    4: "resolve",
    5: "resolve",
}
"""Where the talk stands while nobody has observed the customer: where the form has been taken."""

APOLOGY = "AU-APOLOGY"
"""The authority that owning up to a failing rests on: for one established, never before."""

EMPATHY_FIRST: Mapping[Part, Place] = {"empathy": "now", "answer": "next", "willing": "close"}
CORE_FIRST: Mapping[Part, Place] = {"answer": "now", "empathy": "next", "willing": "close"}
CORE_FIRST_PROFILES = frozenset({"T3", "T4", "T5"})
PLACES: tuple[Place, ...] = ("now", "next", "close")

# What a named match is worth. Each outweighs all below it, so that the closest script wins.
CASE_WEIGHT = 16
SCENARIO_WEIGHT = 8
PROFILE_WEIGHT = 4
STAGE_WEIGHT = 2
STEP_WEIGHT = 1
# What does not fit is worse than any match is good; the kinds stay in this order.
OTHER_STEP = -32
EARLIER_STAGE = -64
OTHER_PROFILE = -128
LATER_STAGE = -256


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing a member of staff may say, and when it fits.

    An empty list, or one that holds "any", means that the script fits everywhere; profile RED is
    never meant by "any": safety scripts name it. `part` is the layer of the sandwich (同理 empathy,
    解答 answer, 意愿 willing); `place` is given only where the part's usual place is wrong.
    `text` may hold slots such as {time}; the script is shown only when all of them are filled.
    `cites` are the rules it quotes, `promises` the authorities that what it promises rests on.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^SC-[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
    part: Part
    text: Text
    why: Text
    source: str
    since: Version
    seconds: Annotated[int, msgspec.Meta(ge=1, le=120)]
    steps: tuple[Step, ...] = ()
    stages: tuple[StageKey, ...] = ()
    profiles: tuple[ProfileKey, ...] = ()
    scenarios: tuple[str, ...] = ()
    place: Place | None = None
    when_not: Text | None = None
    delivery: Text | None = None
    channel: Literal["counter", "phone", "writing", "any"] = "counter"
    cites: tuple[Reference, ...] = ()
    rights: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A blank of script texts: {key}; how its value is written and which case field fills it."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]*$")]
    type: Literal["text", "time", "date", "money", "name"]
    label: Text
    from_field: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a conversation stands; None where nothing is known or the value is not a known one.

    `said` holds the keys of scripts already said, `said_here` those of them said since the step
    was entered (None: all). `failing` tells whether a failing of ours was established; while it was
    not (False), what owns up to one is not offered. `today` has days told as today and tomorrow.
    `slots` are the values of blanks by their keys.
    """

    step: int | None = None
    stage: str | None = None
    profile: str | None = None
    scenario: str | None = None
    said: frozenset[str] = frozenset()
    said_here: frozenset[str] | None = None
    failing: bool | None = None
    today: datetime.date | None = None
    slots: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A script offered: its text with the blanks filled, why it helps and why it ranks here."""

    script: Script
    text: str
    why: str
    reasons: tuple[Matched, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """At most three scripts to look at first, and the rest by rank."""

    now: Suggested | None
    next: tuple[Suggested, ...]
    close: tuple[Suggested, ...]
    more: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A script with what ranking asks of it, prepared once. `None` stands for everywhere."""

    script: Script
    steps: frozenset[int]
    stages: frozenset[str] | None
    profiles: frozenset[str]
    general: bool
    scenarios: frozenset[str] | None
    slots: frozenset[str]
    pieces: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A script that may be offered; `first` when it fits well enough to be among the three.

    `here` tells whether it belongs to this step.
    """

    entry: _Entry
    score: int
    reasons: tuple[Matched, ...]
    place: Place
    first: bool
    here: bool


class Library:
    """The scripts of a pack, compiled once for ranking."""

    def __init__(
        self,
        scripts: Iterable[Script],
        slots: Iterable[Slot] = (),
        *,
        within: Mapping[str, str] | None = None,
        quotable: Collection[str] | None = None,
    ) -> None:
        """Compile `scripts`; `within` leads from a worked case to the scenario it belongs to.

        With `quotable` given, a script that cites anything else is refused: it is never offered.
        """
        self._slots = {slot.key: slot for slot in slots}
        self._entries = tuple(
            _entry(script)
            for script in sorted(scripts, key=lambda script: script.key)
            if quotable is None or set(script.cites) <= set(quotable)
        )
        self._by_key = {entry.script.key: entry for entry in self._entries}
        self._within = dict(within or {})
        self._scenarios = frozenset(key for entry in self._entries for key in entry.scenarios or ())

    def suggest(self, situation: Situation, language: str) -> Suggestion:
        """What to say now, next and to close, and the rest, in the language ("zh" or "en").

        A part that was said for this step and stage makes room for the next one; when all were
        said the order starts again with what is left. Of equal scores an apology that is due comes
        first, then what speaks of the case's own values, then the order of the keys.
        """
        values = self._values(situation, language)
        ranked = sorted(
            self._offered(situation, frozenset(values), self._entries),
            key=lambda one: _before(one, owed=situation.failing is True),
        )
        first = _first_three(ranked, situation, self._places_said(situation))
        chosen = {one.entry.script.key for one in first.values()}

        def shown(one: _Ranked) -> Suggested:
            script = one.entry.script
            text = _filled(one.entry.pieces["en" if language == "en" else "zh"], values)
            return Suggested(script, text, script.why.of(language), one.reasons, one.score)

        return Suggestion(
            now=shown(first["now"]) if "now" in first else None,
            next=(shown(first["next"]),) if "next" in first else (),
            close=(shown(first["close"]),) if "close" in first else (),
            more=tuple(shown(one) for one in ranked if one.entry.script.key not in chosen),
        )

    def keys(self, situation: Situation, among: Collection[str]) -> frozenset[str]:
        """The keys, among these, of the scripts that may be offered in the situation at all."""
        filled = frozenset(self._values(situation, "zh"))
        asked = [self._by_key[key] for key in among if key in self._by_key]
        return frozenset(one.entry.script.key for one in self._offered(situation, filled, asked))

    def _offered(
        self, situation: Situation, filled: frozenset[str], entries: Iterable[_Entry]
    ) -> Iterator[_Ranked]:
        """The scripts that fit the situation at all, were not said and have no blank left."""
        family = self._family(situation.scenario)
        for entry in entries:
            if situation.failing is False and APOLOGY in entry.script.promises:
                continue
            if entry.script.key not in situation.said and entry.slots <= filled:
                ranked = _rank(entry, situation, family)
                if ranked is not None:
                    yield ranked

    def _family(self, scenario: str | None) -> tuple[str, ...]:
        """The scenario and the one it stands within, as far as scripts name them."""
        both = (scenario, self._within.get(scenario or "", ""))
        return tuple(key for key in both if key and key in self._scenarios)

    def _places_said(self, situation: Situation) -> frozenset[Place]:
        """The places whose scripts for just this step and stage were said already."""
        family = self._family(situation.scenario)
        said = situation.said if situation.said_here is None else situation.said_here
        ranked = (
            _rank(entry, situation, family) for entry in self._entries if entry.script.key in said
        )
        return frozenset(one.place for one in ranked if one is not None and one.score >= 0)

    def _values(self, situation: Situation, language: str) -> dict[str, str]:
        """The blanks that can be filled, as they are written in a sentence."""
        values: dict[str, str] = {}
        for key, value in situation.slots.items():
            slot = self._slots.get(key)
            text = _written(value, slot.type if slot else "text", language, situation.today)
            if text:
                values[key] = text
        return values


def suggest(library: Library, situation: Situation, language: str) -> Suggestion:
    """What to say now, next and to close in the situation; see `Library.suggest`."""
    return library.suggest(situation, language)


def parse_situation(document: object) -> Situation:
    """The situation of a JSON document of `desk suggest`.

    What is missing or null is not known. BadInput, with its place, for anything of the wrong kind
    and for a step, stage or profile that does not exist: read as not known, a slip of the pen would
    have the customer told why before they were heard. Scenarios and scripts are the pack's, which
    may be another one than the writer's; those it does not have match nothing.
    """
    if not isinstance(document, dict):
        raise BadInput(reason=_("A JSON object is needed."), where="$")
    found = cast("dict[str, object]", document)
    step = found.get("step")
    if step is not None and (type(step) is not int or step not in range(1, 6)):
        raise BadInput(reason=_("The step must be a whole number from 1 to 5."), where="step")
    return Situation(
        step=step,
        stage=_word(found, "stage", STAGES),
        profile=_word(found, "profile", _PROFILES),
        scenario=_word(found, "scenario"),
        said=_said(found.get("said")),
        slots=_slot_values(found.get("slots")),
    )


def to_json(suggestion: Suggestion, language: str) -> dict[str, object]:
    """The suggestion as the document that `desk suggest --json` prints; `now` null for none.

    Texts are in the language the suggestion was made in; `language` is that of the reasons.
    """

    def one(suggested: Suggested) -> dict[str, object]:
        script = suggested.script
        return {
            "key": script.key,
            "part": script.part,
            "text": suggested.text,
            "why": script.why.of(language),
        }

    return {
        "now": one(suggestion.now) if suggestion.now else None,
        "next": [one(suggested) for suggested in suggestion.next],
        "close": [one(suggested) for suggested in suggestion.close],
        "more": [one(suggested) for suggested in suggestion.more],
    }


def script_faults(scripts: Iterable[Script], slots: Iterable[Slot]) -> tuple[tuple[str, str], ...]:
    """What is wrong with scripts that are well formed one by one: (key, reason)."""
    known = {slot.key for slot in slots}
    seen: set[str] = set()
    faults: list[tuple[str, str]] = []
    for script in scripts:
        blanks = {language: _blanks(script.text.of(language)) for language in ("zh", "en")}
        faults.extend(
            (
                script.key,
                _("the blank {{{blank}}} is not defined in slots.yaml").format(blank=blank),
            )
            for blank in sorted((blanks["zh"] | blanks["en"]) - known)
        )
        if blanks["zh"] != blanks["en"]:
            faults.append((script.key, _("the Chinese and the English text have different blanks")))
        if any(set(_BRACES.findall(_SLOT.sub("", t))) for t in (script.text.zh, script.text.en)):
            faults.append((script.key, _("a brace stands outside of a blank")))
        if script.key in seen:
            faults.append((script.key, _("the key is used twice")))
        seen.add(script.key)
    return tuple(faults)


_PROFILES = frozenset(get_args(ProfileKey)) - {ANY}
_SLOT = re.compile(r"\{([a-z][a-z_]*)\}")
_BRACES = re.compile(r"[{}]")


def _blanks(text: str) -> frozenset[str]:
    return frozenset(_SLOT.findall(text))


def _entry(script: Script) -> _Entry:
    return _Entry(
        script=script,
        steps=frozenset(script.steps),
        stages=None if ANY in script.stages or not script.stages else frozenset(script.stages),
        profiles=frozenset(script.profiles) - {ANY},
        general=ANY in script.profiles or not script.profiles,
        scenarios=(
            None if ANY in script.scenarios or not script.scenarios else frozenset(script.scenarios)
        ),
        slots=_blanks(script.text.zh) | _blanks(script.text.en),
        # Every second piece is the key of a blank.
        pieces={"zh": tuple(_SLOT.split(script.text.zh)), "en": tuple(_SLOT.split(script.text.en))},
    )


def _rank(entry: _Entry, situation: Situation, family: Sequence[str]) -> _Ranked | None:
    """The rank of a script; None when its scenario or its profile rules it out.

    `family` is the scenario at hand, the narrower first; of a single one every match is a match
    with the matter itself.
    """
    named = next((key for key in family if key in (entry.scenarios or ())), None)
    if named is None and entry.scenarios is not None:
        return None
    profile = _profile_score(entry, situation.profile)
    if profile is None:
        return None
    stage = _stage_score(entry, situation.stage)
    step = _step_score(entry, situation.step)
    matter = 0 if named is None else CASE_WEIGHT if named in family[:-1] else SCENARIO_WEIGHT
    reasons: list[Matched] = ["scenario"] if named else []
    if profile > 0:
        reasons.append("profile")
    if stage > 0:
        reasons.append("stage")
    if step > 0:
        reasons.append("step")
    return _Ranked(
        entry=entry,
        score=matter + _due(entry, situation, profile) + stage + step,
        reasons=tuple(reasons),
        place=entry.script.place or _order(situation)[entry.script.part],
        first=stage > LATER_STAGE,
        here=step >= 0,
    )


def _due(entry: _Entry, situation: Situation, profile: int) -> int:
    """Owning up to what was found is as good as made for whoever stands there."""
    script = entry.script
    owed = situation.failing is True and APOLOGY in script.promises and script.part == "empathy"
    return PROFILE_WEIGHT if owed and profile == 0 else profile


def _before(one: _Ranked, *, owed: bool) -> tuple[int, bool, int, str]:
    """The order of what is offered; an apology that is `owed` outweighs comfort."""
    script = one.entry.script
    return (
        -one.score,
        not (owed and APOLOGY in script.promises),
        -len(one.entry.slots),
        script.key,
    )


def _profile_score(entry: _Entry, profile: str | None) -> int | None:
    """In danger only scripts that name RED; otherwise a script for another profile has no place.

    A customer of no single profile may hear one made for a profile, after all general ones.
    """
    if profile == RED:
        return PROFILE_WEIGHT if RED in entry.profiles else None
    if profile in entry.profiles:
        return PROFILE_WEIGHT
    if entry.general:
        return 0
    if (profile == MIXED or profile not in _PROFILES) and entry.profiles != {RED}:
        return OTHER_PROFILE
    return None


def _stage_score(entry: _Entry, stage: str | None) -> int:
    if stage not in STAGES or entry.stages is None:
        return 0
    if stage in entry.stages:
        return STAGE_WEIGHT
    reached = STAGES[: STAGES.index(stage)]
    return EARLIER_STAGE if entry.stages.intersection(reached) else LATER_STAGE


def _step_score(entry: _Entry, step: int | None) -> int:
    if step is None or not entry.steps:
        return 0
    return STEP_WEIGHT if step in entry.steps else OTHER_STEP


def _order(situation: Situation) -> Mapping[Part, Place]:
    """Where each part of the sandwich stands; nobody is told the core before being heard."""
    if situation.stage != "respect" and situation.profile in CORE_FIRST_PROFILES:
        return CORE_FIRST
    return EMPATHY_FIRST


def _first_three(
    ranked: Sequence[_Ranked], situation: Situation, said: frozenset[Place]
) -> dict[Place, _Ranked]:
    """The best script of each place; the first of them leads and stands at `now`."""
    ranked = _of_this_step(ranked, situation)
    best: dict[Place, _Ranked] = {}
    for one in ranked:
        if one.first:
            best.setdefault(one.place, one)
    leading = {place: one for place, one in best.items() if _may_lead(one, situation)}
    if situation.stage == "respect":
        for one in ranked:
            if one.first and _may_lead(one, situation):
                leading.setdefault(one.place, one)
    unsaid = [place for place in PLACES if place in best and place not in said]
    lead = next((place for place in unsaid if place in leading), None)
    if lead is None:
        unsaid = [place for place in PLACES if place in best]
        lead = next((place for place in PLACES if place in leading), None)
    if lead is None:
        return {}
    chosen: dict[Place, _Ranked] = {"now": leading[lead]}
    for place in unsaid:
        if place not in (lead, "now"):
            chosen[place] = best[place]
    return chosen


def _of_this_step(ranked: Sequence[_Ranked], situation: Situation) -> Sequence[_Ranked]:
    """Those for this step: a sentence of another one is no better than a gap, except to begin."""
    here = [one for one in ranked if one.first and one.here]
    return here if any(_may_lead(one, situation) for one in here) else ranked


def _may_lead(one: _Ranked, situation: Situation) -> bool:
    """Whether it may be the thing said now: no explaining before the customer has been heard."""
    return situation.stage != "respect" or one.entry.script.part != "answer"


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    return "".join(values[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _written(
    value: str | float, kind: str, language: str, today: datetime.date | None = None
) -> str:
    """A blank's value as it is written in a sentence; text that is no time or number stays."""
    # Braces in a value would look like a blank that was left open.
    text = _BRACES.sub("", str(value)).strip()
    if kind == "money":
        return _money(text, language) or text
    if kind in ("time", "date"):
        return _moment(text, language, today) or text
    return text


def _money(text: str, language: str) -> str:
    """An amount of yuan with its unit ("" for what is no plain number)."""
    if not _AMOUNT.fullmatch(text):
        return ""
    amount = f"{Decimal(text):,.2f}".removesuffix(".00")
    return f"CNY {amount}" if language == "en" else f"{amount}元"


_ENDLESS = (float("inf"), float("-inf"))
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_NEAR = ({0: "今天", 1: "明天"}, {0: "today", 1: "tomorrow"})
_WEEKDAYS = "一二三四五六日"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _moment(text: str, language: str, today: datetime.date | None) -> str:
    """An ISO date or time in words ("" for anything else); as near as today where that is known."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return ""
    clock = f"{moment:%H:%M}" if len(text) > len("2026-11-21") else ""
    near = _NEAR[language == "en"].get((moment.date() - today).days) if today else None
    if near is not None:
        return f"{clock} {near}".strip() if language == "en" else f"{near}{clock}"
    if language == "en":
        day = f"{moment.day} {_MONTHS[moment.month - 1]}"
        return f"{clock} on {day}" if clock else day
    day = f"{moment.month}月{moment.day}日（周{_WEEKDAYS[moment.weekday()]}）"
    return f"{day}{clock}" if clock else day


def _word(
    found: Mapping[str, object], key: str, known: Collection[str] | None = None
) -> str | None:
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        raise BadInput(reason=_("Text is needed here."), where=key)
    if value is not None and known is not None and value not in known:
        raise BadInput(reason="unknown_value", where=key)
    return value


def _said(value: object) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise BadInput(reason=_("A list of script keys is needed."), where="said")
    return frozenset(cast("list[str]", value))


def _slot_values(value: object) -> Mapping[str, str | int | float]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput(reason=_("A JSON object is needed."), where="slots")
    values: dict[str, str | int | float] = {}
    for key, one in cast("dict[str, object]", value).items():
        if one is None:
            continue
        if isinstance(one, bool) or not isinstance(one, str | int | float) or one in _ENDLESS:
            raise BadInput(reason=_("Text or a number is needed here."), where=f"slots.{key}")
        values[key] = one
    return values
