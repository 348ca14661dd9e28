"""Invented histories in any number, for benches, tests and trying out large vaults.

Each case is composed of the parts in `db/seeds/stock.yaml`: six to twelve events, most of them
closed, received over two years up to yesterday's closing. Everything follows from the seed and
the moment. Cases are made one after the other and merged by time while they run, so that memory
holds only those that overlap.
"""

import heapq
import itertools
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path

import msgspec

from desk import paths
from desk.domain.codes import Dimension
from desk.domain.content import Pack
from desk.domain.events import (
    CaseOpened,
    ClockMoved,
    Closed,
    FieldSet,
    HandedOver,
    Noted,
    Payload,
    Value,
)
from desk.domain.ids import uuid7
from desk.domain.intake import definition_for
from desk.errors import BadInput
from desk.packs.source import Fault, decode, read
from desk.services.seed_times import CLOSES, OPENS
from desk.services.seeds import Crew, Stroke, When
from desk.store.vault import Vault
from desk.store.writer import Entry

DAYS = 730
_STOCK = "stock.yaml"
_LEAST, _MOST = 200, 600
_BATCH = 20_000
_WEEKDAYS = (1.3, 1.1, 1.0, 1.0, 1.2, 0.7, 0.5)
_OPEN_MINUTES = (CLOSES.hour - OPENS.hour) * 60 - 1
_FIELDS = (
    *("channel", "narrative", "complainant_name", "complainant_phone", "source"),
    *("scenario", "business", "cause", "told_at", "told_how"),
)
_INTAKE = 7

Progress = Callable[[int], None]
"""Told after each batch how many cases are begun so far."""


class Matter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of business: its share of all complaints, its products, how a story of it begins."""

    key: str
    share: float
    scenario: str
    products: tuple[str, ...]
    begins: tuple[str, ...]


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause: its share, what happened, and the businesses it is tied to, if any."""

    key: str
    share: float
    troubles: tuple[str, ...]
    scenario: str = ""
    only: tuple[str, ...] = ()


class Stock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What histories are composed of. `surnames` are single characters."""

    surnames: str
    given: tuple[str, ...]
    channels: dict[str, float]
    sources: dict[str, float]
    businesses: tuple[Matter, ...]
    causes: tuple[Trouble, ...]
    openings: tuple[str, ...]
    tries: tuple[str, ...]
    harms: tuple[str, ...]
    wishes: tuple[str, ...]
    asides: tuple[str, ...]
    notes: tuple[str, ...]


def load_stock(pack: Pack, folder: Path | None = None) -> Stock:
    """The shipped stock. Raises BadInput (`seeds_invalid`) for what the pack does not know."""
    source = read(folder or paths.SEEDS, _STOCK)
    faults = [source] if isinstance(source, Fault) else []
    stock = None
    if not isinstance(source, Fault):
        stock = decode(source, (), source.content, Stock, faults)
        if stock is not None:
            faults += [Fault(source.name, 1, reason) for reason in _unknown(stock, pack)]
    if stock is None or faults:
        raise BadInput(reason="seeds_invalid", where="; ".join(map(str, faults)))
    return stock


def _unknown(stock: Stock, pack: Pack) -> Iterator[str]:
    dims: Mapping[Dimension, set[str]] = {
        "A": set(stock.channels),
        "S": set(stock.sources),
        "B": {matter.key for matter in stock.businesses},
        "C": {cause.key for cause in stock.causes},
    }
    for dim, keys in dims.items():
        known = {key for key, _name in pack.codes.options(dim)}
        yield from (f"code_unknown {key}" for key in sorted(keys - known))
    named = {m.scenario for m in stock.businesses} | {c.scenario for c in stock.causes} - {""}
    for key in sorted(named - {scenario.key for scenario in pack.scenarios}):
        yield f"scenario_unknown {key}"
    for field in _FIELDS:
        if definition_for(pack.steps, field) is None:
            yield f"field_unknown {field}"


class _Draw:
    """A weighted choice that is quick to repeat."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._keys = tuple(shares)
        self._sums = tuple(itertools.accumulate(shares.values()))

    def __call__(self, chance: random.Random) -> str:
        return self._keys[bisect_right(self._sums, chance.random() * self._sums[-1])]


class Composer:
    """Makes one history after the other; `count` of them over the days before `when`."""

    def __init__(
        self, stock: Stock, pack: Pack, crew: Crew, when: When, count: int, seed: int
    ) -> None:
        self._stock = stock
        self._staff = tuple(person.id for person in crew.people)
        self._code = crew.branch.code
        self._when = when
        self._count = count
        self._chance = random.Random(seed)  # noqa: S311 - the same seed, the same cases
        self._matters = {matter.key: matter for matter in stock.businesses}
        self._causes = {cause.key: cause for cause in stock.causes}
        self._channel = _Draw(stock.channels)
        self._source = _Draw(stock.sources)
        self._business = _Draw({m.key: m.share for m in stock.businesses})
        self._cause_of = {key: self._causes_for(key) for key in self._matters}
        steps = pack.steps
        found = {field: definition_for(steps, field) for field in _FIELDS}
        self._personal = {f for f, at in found.items() if at is not None and at.definition.personal}
        self._first_day = when.now.date() - timedelta(DAYS)
        days = [self._first_day + timedelta(n) for n in range(DAYS)]
        self._sums = tuple(itertools.accumulate(_WEEKDAYS[day.weekday()] for day in days))

    def _causes_for(self, business: str) -> _Draw:
        tied = {c.key: c.share for c in self._stock.causes if business in c.only}
        return _Draw(tied or {c.key: c.share for c in self._stock.causes if not c.only})

    def histories(self) -> Iterator[list[Stroke]]:
        """Every case as its strokes in order of time; the cases in order of receipt."""
        day, number = None, 0
        for index in range(self._count):
            received = self._received(index)
            number = number + 1 if received.date() == day else 1
            day = received.date()
            yield self._history(received, f"{self._code}{received:%Y%m%d}-{number:03d}")

    def _received(self, index: int) -> datetime:
        """When the case of this index came in: later for a later index, busier on Mondays."""
        place = (index + self._chance.random()) / self._count * self._sums[-1]
        day = min(bisect_right(self._sums, place), DAYS - 1)
        before = self._sums[day - 1] if day else 0.0
        share = (place - before) / (self._sums[day] - before)
        opening = datetime.combine(self._first_day + timedelta(day), OPENS)
        return opening + timedelta(minutes=share * _OPEN_MINUTES)

    def _history(self, received: datetime, number: str) -> list[Stroke]:
        chance = self._chance
        case = uuid7(self._when.ms(received), chance.randbytes(10))
        actor = chance.choice(self._staff)
        minute = received.isoformat(timespec="minutes")
        opening = CaseOpened(number=number, received_at=minute, first_receiver=actor)
        told: list[tuple[datetime, str, Payload]] = [(received, actor, opening)]
        at = received
        intake = self._intake()
        for field, value in intake:
            at += timedelta(seconds=chance.randint(8, 50))
            told.append((at, actor, self._set(field, value)))
        told += self._course(at, actor, plain=len(intake) == _INTAKE)
        now = self._when.now
        ms = self._when.ms
        return [Stroke(case, who, at, ms(at), what) for at, who, what in told if at <= now]

    def _set(self, field: str, value: Value) -> FieldSet:
        return FieldSet(field=field, value=value, personal=field in self._personal)

    def _intake(self) -> list[tuple[str, str]]:
        """What was written down at once: :data:`_INTAKE` fields, and the source of a transfer."""
        chance = self._chance
        matter = self._matters[self._business(chance)]
        cause = self._causes[self._cause_of[matter.key](chance)]
        name = chance.choice(self._stock.surnames) + chance.choice(self._stock.given)
        fields = [
            ("channel", self._channel(chance)),
            ("narrative", self._narrative(matter, cause)),
            ("complainant_name", name),
            # Plainly made up, as in the sample cases: 139, four zeros, and four figures.
            ("complainant_phone", f"1390000{chance.randrange(10_000):04d}"),
            ("scenario", cause.scenario or matter.scenario),
            ("business", matter.key),
            ("cause", cause.key),
        ]
        source = self._source(chance)
        return fields if source == "S_SELF" else [*fields, ("source", source)]

    def _course(
        self, at: datetime, actor: str, *, plain: bool
    ) -> list[tuple[datetime, str, Payload]]:
        """What followed the intake: on the spot, within days, or after an extension.

        Only a `plain` case has a note, a hand-over or an extension, to keep within twelve events.
        """
        chance = self._chance
        fate = chance.random() if plain else chance.random() * 0.7
        told: list[tuple[datetime, str, Payload]] = []
        days = 0 if fate < 0.6 else chance.randint(1, 12)
        if fate > 0.98:
            later = self._at_work(at, chance.randint(8, 13))
            move = ClockMoved(type="complexity", at=_minute(later), level="complex")
            told.append((later, actor, move))
            days = chance.randint(16, 28)
        elif fate > 0.95:
            days = chance.randint(13, 17)
        elif fate > 0.9:
            taker = chance.choice([person for person in self._staff if person != actor])
            passed = self._at_work(at, 0)
            told.append((passed, actor, HandedOver(giver=actor, taker=taker)))
            actor = taker
        elif fate > 0.7:
            note = Noted(text=chance.choice(self._stock.notes))
            told.append((self._at_work(at, 0), actor, note))
        last = max(self._at_work(at, days), told[-1][0] if told else at) + timedelta(minutes=5)
        return [*told, *self._ending(last, actor)]

    def _ending(self, at: datetime, actor: str) -> list[tuple[datetime, str, Payload]]:
        chance = self._chance
        closing = at + timedelta(minutes=1)
        if chance.random() < 0.03:
            withdrawn = ClockMoved(type="withdrawn", at=_minute(closing))
            closed = Closed(outcome="withdrawn", at=_minute(closing))
            return [(closing, actor, withdrawn), (closing, actor, closed)]
        how = chance.choice(("in_person", "in_person", "phone", "sms", "mail"))
        outcome = Closed(
            outcome="settled" if chance.random() < 0.85 else "told", at=_minute(closing)
        )
        return [
            (at, actor, self._set("told_at", _minute(at))),
            (at + timedelta(seconds=20), actor, self._set("told_how", how)),
            (closing, actor, outcome),
        ]

    def _at_work(self, at: datetime, days: int) -> datetime:
        """A minute of the opening hours `days` later; soon after `at` on the same day."""
        if not days:
            return at + timedelta(minutes=self._chance.randint(2, 40))
        minutes = self._chance.randint(0, _OPEN_MINUTES)
        return datetime.combine(at.date() + timedelta(days), OPENS) + timedelta(minutes=minutes)

    def _narrative(self, matter: Matter, cause: Trouble) -> str:
        chance, stock = self._chance, self._stock
        fillers = {
            "product": chance.choice(matter.products),
            "amount": str(
                chance.choice((chance.randint(3, 99) * 10, chance.randint(2, 900) * 100))
            ),
            "days": str(chance.randint(2, 15)),
            "times": str(chance.randint(3, 9)),
            "time": f"{chance.randint(9, 16)}点{chance.choice(('', '一刻', '半', '四十'))}",
            "window": f"{chance.randint(1, 6)}号窗口",
            "person": chance.choice(("柜员", "那位工作人员", "客户经理", "接电话的", "大堂那位")),
        }
        told = [chance.choice(stock.openings), chance.choice(matter.begins)]
        told += chance.sample(cause.troubles, chance.randint(1, 3))
        wish = chance.choice(stock.wishes)
        asides = chance.sample(stock.asides, chance.randint(0, 2))
        length = sum(map(len, (*told, *asides, wish)))
        wanted = chance.triangular(_LEAST + 40, _MOST - 60, _LEAST + 80)
        tries = chance.sample(stock.tries, len(stock.tries))
        harms = chance.sample(stock.harms, len(stock.harms))
        pairs = itertools.accumulate(map(len, map("".join, zip(tries, harms, strict=False))))
        many = 1 + sum(length + so_far < wanted for so_far in pairs)
        told += [*tries[:many], *asides, *harms[:many], wish]
        return "".join(told).format_map(fillers)


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def merged(histories: Iterator[list[Stroke]]) -> Iterator[Stroke]:
    """The strokes of all cases in order of time; the cases MUST come in order of receipt."""
    waiting: list[tuple[int, int, Iterator[Stroke], Stroke]] = []
    for place, history in enumerate(histories):
        rest = iter(history)
        first = next(rest)
        while waiting and waiting[0][0] <= first.wall_ms:
            yield _next(waiting)
        heapq.heappush(waiting, (first.wall_ms, place, rest, first))
    while waiting:
        yield _next(waiting)


def _next(waiting: list[tuple[int, int, Iterator[Stroke], Stroke]]) -> Stroke:
    _ms, place, rest, stroke = waiting[0]
    following = next(rest, None)
    if following is None:
        heapq.heappop(waiting)
    else:
        heapq.heapreplace(waiting, (following.wall_ms, place, rest, following))
    return stroke


def sow(
    vault: Vault, strokes: Iterator[Stroke], pack: str, progress: Progress | None = None
) -> int:
    """Write strokes, in order of time, into a vault; how many. Memory holds one batch.

    Numbers are not taken from the vault: the strokes MUST end before the day of its next case.
    """
    events = cases = 0
    to_entry = attrgetter("case", "payload", "actor", "wall_ms")
    while batch := list(itertools.islice(strokes, _BATCH)):
        vault.append_many(Entry(*to_entry(stroke), pack) for stroke in batch)
        events += len(batch)
        cases += sum(isinstance(stroke.payload, CaseOpened) for stroke in batch)
        if progress is not None:
            progress(cases)
    return events
