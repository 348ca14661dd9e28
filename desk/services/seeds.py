"""Invented sample cases: from the files in `db/seeds` to the histories of a vault.

A seed file tells cases as a person would: who did what, and how long ago. :func:`plan` turns that
into payloads in order of time, checked against the pack; nothing is read from a clock and nothing
drawn, so that the same seeds and moment always give the same histories. :func:`fill` writes them
through the store, one chain in order of time, as if every stroke had been recorded when it
happened.

A seed sets each field once. A second value is given with `beside`: it stays next to the first, as
when two devices wrote without knowing of each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Literal

import msgspec

from desk import paths
from desk.domain.content import Pack
from desk.domain.events import (
    Answer,
    AnswerSet,
    AssessmentCleared,
    CaseOpened,
    ChecklistStarted,
    ClockMoved,
    Closed,
    FieldSet,
    HandedOver,
    ItemMarked,
    Noted,
    Payload,
    Reopened,
    ScriptSaid,
    StepEntered,
    Value,
)
from desk.domain.ids import uuid7
from desk.domain.intake import FieldAt, definition_for, fault, fields_of, is_filled
from desk.domain.staff import Branch, Person
from desk.errors import BadInput
from desk.packs.source import Fault, Source, decode, read
from desk.services.seed_times import dated, moment
from desk.store.vault import Vault
from desk.store.writer import Entry

Randomness = Callable[[int], bytes]

_STAFF = "staff.yaml"
_MOMENTS: Mapping[str, int] = {"moment": len("2026-11-21T10:26"), "date": len("2026-11-21")}
_APART = timedelta(seconds=1)


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the clocks count. `told` and `due` are relative times."""

    type: str
    level: str = ""
    approver: str = ""
    told: str = ""
    reason: str = ""
    due: str = ""


class Passing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hand-over: to whom, and with which words."""

    to: str
    note: str = ""


class Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person did at one time. Several attributes happen in the order written here.

    `by` is who did it, when not the person before. `put` and `beside` map a field to its value,
    `start` a checklist to its triggers, `aside` a checklist item to why it does not apply.
    """

    ago: str
    by: str = ""
    step: int = 0
    put: dict[str, Value] = {}
    beside: dict[str, Value] = {}
    answers: dict[str, Answer] = {}
    said: tuple[str, ...] = ()
    start: dict[str, tuple[str, ...]] = {}
    done: tuple[str, ...] = ()
    aside: dict[str, str] = {}
    clock: Move | None = None
    note: str = ""
    hand_over: Passing | None = None
    close: Literal["", "settled", "told", "withdrawn"] = ""
    reopen: str = ""


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a case stands at the end; the tests hold the fold to it.

    `clock` is the state of the institution's own limit, `due_in` the days until it ends.
    """

    status: Literal["open", "closed"] = "open"
    outcome: str = ""
    step: int = 1
    handler: str = ""
    clock: str = "running"
    due_in: int | None = None
    waits: bool = False
    lists: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One invented case: a key to speak of it, how it stands, and what was done, in order."""

    key: str
    expect: Expected
    deeds: tuple[Deed, ...]


class Crew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The invented branch of the sample vault; the first person opens it."""

    branch: Branch
    device: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Sown:
    """A seed and where it stands: its file, and its place in the list there."""

    seed: Seed
    source: Source
    place: int

    def fault(self, path: tuple[str | int, ...], reason: str) -> Fault:
        """A fault of this seed, with the line at which it stands."""
        line = self.source.line(("cases", self.place, *path))
        return Fault(self.source.name, line, f"{self.seed.key}: {reason}")


@dataclass(frozen=True, slots=True)
class Seeds:
    """Everything in a folder of seed files."""

    crew: Crew
    cases: tuple[Sown, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One payload of a planned history: of which case, by whom, when (local, and ms UTC)."""

    case: str
    actor: str
    at: datetime
    wall_ms: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class Planned:
    """A case to be written: the seed's key, an id, and its strokes in order of time."""

    key: str
    case: str
    strokes: tuple[Stroke, ...]


def load(folder: Path | None = None) -> Seeds:
    """The seed files of a folder (the shipped ones when None).

    Raises BadInput (`seeds_invalid`), its `where` naming file, line and reason of every fault.
    """
    folder = folder or paths.SEEDS
    faults: list[Fault] = []
    crew = _crew(folder, faults)
    cases = [
        sown
        for path in sorted(folder.glob("cases-*.yaml"))
        for sown in _sown(folder, path.name, faults)
    ]
    keys = [sown.seed.key for sown in cases]
    faults += [
        sown.fault((), "key is used twice") for sown in cases if keys.count(sown.seed.key) > 1
    ]
    _refuse(faults)
    if crew is None:
        raise BadInput(reason="seeds_invalid", where=_STAFF)
    return Seeds(crew, tuple(cases))


def _crew(folder: Path, faults: list[Fault]) -> Crew | None:
    source = read(folder, _STAFF)
    if isinstance(source, Fault):
        faults.append(source)
        return None
    return decode(source, (), source.content, Crew, faults)


def _sown(folder: Path, name: str, faults: list[Fault]) -> Iterator[Sown]:
    source = read(folder, name)
    if isinstance(source, Fault):
        faults.append(source)
        return
    for place, entry in enumerate(source.content.get("cases") or ()):
        seed = decode(source, ("cases", place), entry, Seed, faults)
        if seed is not None:
            yield Sown(seed, source, place)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise BadInput(reason="seeds_invalid", where="; ".join(map(str, faults)))


@dataclass(frozen=True, slots=True)
class When:
    """The moment from which a plan looks back: local time, and the same in ms since 1970 UTC."""

    now: datetime
    wall_ms: int

    def ms(self, at: datetime) -> int:
        """A local time as ms since 1970 UTC, by the offset of now."""
        return self.wall_ms - (self.now - at) // timedelta(milliseconds=1)


def plan(seeds: Seeds, pack: Pack, when: When, randomness: Randomness) -> tuple[Planned, ...]:
    """The histories that the seeds tell, seen from a moment; one per case, in order of receipt.

    Raises BadInput (`seeds_invalid`) naming file, line and reason of everything that the pack does
    not know: a field, an option, a checklist item, a person.
    """
    faults: list[Fault] = []
    telling = _Telling(pack, {person.id for person in seeds.crew.people}, when, randomness, faults)
    planned = [telling.tell(sown) for sown in seeds.cases]
    _refuse(faults)
    planned.sort(key=lambda told: told.strokes[0].wall_ms)
    return _numbered(planned, seeds.crew.branch.code)


def _numbered(planned: Sequence[Planned], code: str) -> tuple[Planned, ...]:
    counts: dict[str, int] = {}
    found = []
    for told in planned:
        first = told.strokes[0]
        day = f"{first.at:%Y%m%d}"
        counts[day] = counts.get(day, 0) + 1
        opening = msgspec.structs.replace(first.payload, number=f"{code}{day}-{counts[day]:03d}")
        opened = Stroke(first.case, first.actor, first.at, first.wall_ms, opening)
        found.append(Planned(told.key, told.case, (opened, *told.strokes[1:])))
    return tuple(found)


@dataclass(slots=True)
class _Run:
    """A case while it is told: what was set so far, and the ids of its repeated items."""

    sown: Sown
    case: str
    actor: str
    handler: str
    items: dict[str, str] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    answered: bool = False


@dataclass(frozen=True, slots=True)
class _Telling:
    """Turns seeds into strokes; what is wrong with them goes to `faults`."""

    pack: Pack
    people: set[str]
    when: When
    randomness: Randomness
    faults: list[Fault]

    def tell(self, sown: Sown) -> Planned:
        """The history of one seed."""
        first = sown.seed.deeds[0]
        begun = self._time(sown, (), first.ago)
        run = _Run(sown, uuid7(self.when.ms(begun), self.randomness(10)), first.by, first.by)
        strokes: list[Stroke] = []
        earliest = begun
        for place, deed in enumerate(sown.seed.deeds):
            run.actor = deed.by or run.actor
            if run.actor not in self.people:
                self.faults.append(sown.fault(("deeds", place, "by"), "person_unknown"))
            at = max(self._time(sown, ("deeds", place, "ago"), deed.ago), earliest)
            for payload in self._payloads(run, place, deed, at):
                strokes.append(Stroke(run.case, run.actor, at, self.when.ms(at), payload))
                at += _APART
            earliest = at
        return Planned(sown.seed.key, run.case, tuple(strokes))

    def _time(self, sown: Sown, path: tuple[str | int, ...], text: str) -> datetime:
        try:
            return moment(text, self.when.now)
        except ValueError as error:
            self.faults.append(sown.fault(path, str(error)))
            return self.when.now

    def _payloads(self, run: _Run, place: int, deed: Deed, at: datetime) -> Iterator[Payload]:
        path = ("deeds", place)
        if place == 0:
            yield from self._opening(run, deed, at)
        if deed.step:
            yield StepEntered(step=deed.step)
        yield from self._fields(run, (*path, "put"), deed.put, at)
        yield from self._fields(run, (*path, "beside"), deed.beside, at, beside=True)
        yield from self._answers(run, (*path, "answers"), deed.answers)
        yield from self._scripts(run, (*path, "said"), deed.said)
        yield from self._checklists(run, path, deed, at)
        if deed.clock is not None:
            yield self._clock(run, (*path, "clock"), deed.clock, at)
        if deed.note:
            yield Noted(text=dated(deed.note, self.when.now))
        if deed.hand_over is not None:
            yield self._passing(run, (*path, "hand_over"), deed.hand_over)
        yield from self._ending(run, deed, at)

    def _opening(self, run: _Run, deed: Deed, at: datetime) -> Iterator[Payload]:
        yield CaseOpened(number="", received_at=_minute(at), first_receiver=run.actor)
        for found in fields_of(self.pack.steps):
            default = found.definition.default
            if found.group is None and is_filled(default) and found.path not in deed.put:
                run.fields.add(found.path)
                yield FieldSet(field=found.path, value=default, personal=found.definition.personal)

    def _fields(
        self,
        run: _Run,
        path: tuple[str | int, ...],
        values: Mapping[str, Value],
        at: datetime,
        *,
        beside: bool = False,
    ) -> Iterator[FieldSet]:
        for n, (alias, raw) in enumerate(values.items()):
            where = (*path, alias)
            found = definition_for(self.pack.steps, alias)
            if found is None:
                self.faults.append(run.sown.fault(where, f"field_unknown {alias}"))
                continue
            if (alias in run.fields) is not beside:
                self.faults.append(run.sown.fault(where, f"second or first value of {alias}"))
            run.fields.add(alias)
            value = self._value(run, where, found, raw)
            name = self._path(run, alias, at + n * _APART)
            yield FieldSet(field=name, value=value, personal=found.definition.personal)

    def _path(self, run: _Run, alias: str, at: datetime) -> str:
        parts = alias.split("/")
        if len(parts) != 3:
            return alias
        key = f"{parts[0]}/{parts[1]}"
        if key not in run.items:
            # Item ids order the items, so each must be later than the one before.
            ms = self.when.ms(at) + len(run.items)
            run.items[key] = uuid7(ms, self.randomness(10))
        return f"{parts[0]}/{run.items[key]}/{parts[2]}"

    def _value(self, run: _Run, path: tuple[str | int, ...], at: FieldAt, raw: Value) -> Value:
        length = _MOMENTS.get(at.definition.kind)
        if length is not None and isinstance(raw, str):
            return self._time(run.sown, path, raw).isoformat(timespec="minutes")[:length]
        value = dated(raw, self.when.now) if isinstance(raw, str) else raw
        reason = fault(at.definition, value)
        if reason is not None:
            self.faults.append(run.sown.fault(path, reason))
        allowed = {key for key, _name in self.pack.options(at.definition)}
        chosen = value if isinstance(value, list) else [value]
        if at.definition.kind in {"choice", "choices"} and not allowed.issuperset(map(str, chosen)):
            self.faults.append(run.sown.fault(path, f"option_unknown {value}"))
        return value

    def _answers(
        self, run: _Run, path: tuple[str | int, ...], answers: Mapping[str, Answer]
    ) -> Iterator[AnswerSet]:
        known = {item.key for item in self.pack.assessment.items}
        for question, answer in answers.items():
            if question not in known:
                self.faults.append(run.sown.fault((*path, question), "question_unknown"))
            run.answered = True
            yield AnswerSet(question=question, answer=answer)

    def _scripts(
        self, run: _Run, path: tuple[str | int, ...], keys: Iterable[str]
    ) -> Iterator[ScriptSaid]:
        known = {script.key for script in self.pack.scripts}
        for place, key in enumerate(keys):
            if key not in known:
                self.faults.append(run.sown.fault((*path, place), f"script_unknown {key}"))
            yield ScriptSaid(script=key)

    def _checklists(
        self, run: _Run, path: tuple[str | int, ...], deed: Deed, at: datetime
    ) -> Iterator[Payload]:
        triggers = {trigger.key for trigger in self.pack.triggers}
        for key, why in deed.start.items():
            if self.pack.checklist(key) is None or not triggers.issuperset(why):
                self.faults.append(run.sown.fault((*path, "start", key), "checklist_unknown"))
            yield ChecklistStarted(checklist=key, triggers=why, at=_minute(at))
        for place, item in enumerate(deed.done):
            self._check_item(run, (*path, "done", place), item)
            yield ItemMarked(checklist=_list_of(item), item=item, status="done")
        for item, reason in deed.aside.items():
            self._check_item(run, (*path, "aside", item), item)
            yield ItemMarked(
                checklist=_list_of(item), item=item, status="not_applicable", reason=reason
            )

    def _check_item(self, run: _Run, path: tuple[str | int, ...], item: str) -> None:
        checklist = self.pack.checklist(_list_of(item))
        if checklist is None or all(found.key != item for found in checklist.items):
            self.faults.append(run.sown.fault(path, f"item_unknown {item}"))

    def _clock(
        self, run: _Run, path: tuple[str | int, ...], move: Move, at: datetime
    ) -> ClockMoved:
        told = _minute(self._time(run.sown, path, move.told)) if move.told else None
        due = self._time(run.sown, path, move.due).date().isoformat() if move.due else None
        return ClockMoved(
            type=move.type,
            at=_minute(at),
            level=move.level or None,
            approver=move.approver or None,
            told_at=told,
            reason=move.reason or None,
            due=due,
        )

    def _passing(self, run: _Run, path: tuple[str | int, ...], passing: Passing) -> HandedOver:
        if passing.to not in self.people:
            self.faults.append(run.sown.fault((*path, "to"), "person_unknown"))
        giver, run.handler = run.handler, passing.to
        return HandedOver(giver=giver, taker=passing.to, note=passing.note or None)

    def _ending(self, run: _Run, deed: Deed, at: datetime) -> Iterator[Payload]:
        if deed.close:
            if deed.close == "withdrawn":
                yield ClockMoved(type="withdrawn", at=_minute(at))
            if run.answered:
                run.answered = False
                yield AssessmentCleared(why="closed")
            yield Closed(outcome=deed.close, at=_minute(at))
        if deed.reopen:
            yield Reopened(reason=deed.reopen)


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _list_of(item: str) -> str:
    return item.partition(".")[0]


def fill(vault: Vault, planned: Iterable[Planned], when: When, pack: str) -> int:
    """Write planned histories into a vault as one chain in order of time; how many events.

    The cases of today take their numbers from the vault, so that its next case takes the next.
    """
    strokes = sorted(chain.from_iterable(p.strokes for p in planned), key=attrgetter("wall_ms"))
    today = when.now.date()
    opened: dict[str, str] = {}
    written = 0
    for is_opening, run in groupby(strokes, lambda s: _opens_on(s, today)):
        if not is_opening:
            entries = (
                Entry(opened.get(s.case, s.case), s.payload, s.actor, s.wall_ms, pack) for s in run
            )
            written += len(vault.append_many(entries))
            continue
        for stroke in run:
            opened[stroke.case] = _open(vault, stroke, pack)
            written += 1
    return written


def _opens_on(stroke: Stroke, today: object) -> bool:
    return isinstance(stroke.payload, CaseOpened) and stroke.at.date() == today


def _open(vault: Vault, stroke: Stroke, pack: str) -> str:
    def payloads(number: str) -> list[Payload]:
        return [msgspec.structs.replace(stroke.payload, number=number)]

    events = vault.open_case(
        payloads, day=stroke.at.date(), actor=stroke.actor, wall_ms=stroke.wall_ms, pack=pack
    )
    return events[0].case
