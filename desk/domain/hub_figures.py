"""Statistics over the cases of all branches: cases packed into numbers, and counted. Pure.

A million cases in a row of columns take a database one to two seconds to group, more when they are
encrypted. So the cases that a branch received in a month are kept as one block of 64-bit numbers
beside their facts: one number a case, its codes above, how it went below. Counting equal numbers
under a mask answers every question in one pass and says the same on every database.
"""

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

import msgspec

from desk.domain.head_office import BANDS, NO_DAYS, OUTCOMES, VERDICTS, CaseFacts
from desk.errors import BadInput

Axis = Literal["branch", "region", "month", "cause", "business", "channel", "source", "amount"]
"""What cases are counted by. `region`: the branch right below the one asked about, or below head
office, with all that stand under it."""

CodeAxis = Literal["cause", "business", "channel", "source"]

AXES: tuple[Axis, ...] = get_args(Axis)
CODE_AXES: tuple[CodeAxis, ...] = get_args(CodeAxis)

OTHER = "*"
"""Stands for codes beyond those that there is room for; no pack has nearly as many."""

QUICK_DAYS = 15
"""The simple limit (令2020-3 Art 18), by which the share of quick answers is reported."""

# From the lowest bit: what is asked of every case first, then the axes.
_VALUE, _VERDICT, _OUTCOME = (0, 14), (14, 3), (17, 3)
_REPEAT, _TRANSFERRED, _REOPENED = 1 << 20, 1 << 21, 1 << 22
_REST = (1 << 23) - 1
_PLACES: Mapping[str, tuple[int, int]] = {
    "amount": (23, 3),
    "source": (26, 8),
    "channel": (34, 8),
    "business": (42, 10),
    "cause": (52, 10),
}
_SINCE = date(2000, 1, 1).toordinal()

Numbers = Mapping[tuple[str, str], int]
"""The number of each code by axis and code; 0 is the empty one."""


def room(axis: str) -> int:
    """How many codes of an axis have a number of their own; the next stands for all others."""
    return (1 << _PLACES[axis][1]) - 2


def packed(facts: Iterable[CaseFacts], numbers: Numbers) -> bytes:
    """Cases as a block."""
    block = array("Q", sorted(_packed(one, numbers) for one in facts))
    if sys.byteorder == "big":
        block.byteswap()
    return block.tobytes()


def _packed(facts: CaseFacts, numbers: Numbers) -> int:
    found = _value(facts) << _VALUE[0]
    found |= VERDICTS.index(facts.verdict) << _VERDICT[0]
    found |= OUTCOMES.index(facts.outcome) << _OUTCOME[0]
    found |= _REPEAT * facts.repeat | _TRANSFERRED * facts.transferred
    found |= _REOPENED * facts.reopened | BANDS.index(facts.amount) << _PLACES["amount"][0]
    for axis in CODE_AXES:
        code: str = getattr(facts, axis)
        found |= (numbers[axis, code] if code else 0) << _PLACES[axis][0]
    return found


def _value(facts: CaseFacts) -> int:
    """Days of an answer, counted from 1; else the day that one is due."""
    most = (1 << _VALUE[1]) - 1
    if facts.days != NO_DAYS:
        return min(facts.days + 1, most)
    if facts.verdict != "open" or not facts.due:
        return 0
    return min(max(0, date.fromisoformat(facts.due).toordinal() - _SINCE), most)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: counts by these axes, of complaints received from one month to another.

    Months read `2026-11`, both included, empty for no end. `under`: only that branch and those
    below it. `only`: of an axis only these codes. Enquiries are no complaints (令2020-3 Art 2):
    they are told apart and counted in nothing else.
    """

    by: tuple[Axis, ...] = ()
    since: str = ""
    until: str = ""
    under: str = ""
    only: Mapping[CodeAxis, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse months that are none and axes named twice: BadInput `month`, `axis`."""
        for month in filter(None, (self.since, self.until)):
            _first(month)
        if len(set(self.by)) != len(self.by):
            raise BadInput(reason="axis", where=",".join(self.by))

    def before(self) -> "Question":
        """The same of as many months right before. BadInput `month` without both ends."""
        since, until = _first(self.since), _first(self.until)
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        return Question(
            self.by, _moved(since, -months), _moved(since, -1), self.under, dict(self.only)
        )


def _first(month: str) -> date:
    try:
        found = date.fromisoformat(f"{month}-01")
    except ValueError:
        found = None
    if found is None or f"{found:%Y-%m}" != month:
        raise BadInput(reason="month", where=month)
    return found


def _moved(month: date, by: int) -> str:
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return f"{max(1, year):04}-{place + 1:02}"


class Line(msgspec.Struct, frozen=True, gc=False):
    """Complaints counted together; `keys` are their values of the axes asked for, in that order.

    `days` maps the days an answer took to how many took so long. `kept` of `timed` answers were or
    can only be in time: `timed` are those given and those that were due and are not given.
    `overdue` are the latter. `reopened` were taken up again after they had been closed.
    """

    keys: tuple[str, ...]
    count: int = 0
    is_open: int = 0
    withdrawn: int = 0
    enquiries: int = 0
    timed: int = 0
    kept: int = 0
    overdue: int = 0
    repeats: int = 0
    transferred: int = 0
    reopened: int = 0
    days: dict[int, int] = msgspec.field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many were answered."""
        return sum(self.days.values())

    def share(self, part: int, whole: int | None = None) -> float | None:
        """A part of all, or of `whole`; None of nothing."""
        whole = self.count if whole is None else whole
        return part / whole if whole else None

    @property
    def on_time(self) -> float | None:
        """The share of answers in time; None while none was due."""
        return self.share(self.kept, self.timed)

    @property
    def quick(self) -> float | None:
        """The share of answers within 15 days; None without any."""
        within = sum(n for days, n in self.days.items() if days <= QUICK_DAYS)
        return self.share(within, self.answered)

    @property
    def mean(self) -> float | None:
        """The days that answers took on average; None without any."""
        return self.share(sum(days * n for days, n in self.days.items()), self.answered)

    @property
    def median(self) -> int | None:
        """The days within which half of the answers came; None without any."""
        return self.percentile(50)

    def percentile(self, percent: int) -> int | None:
        """The least number of days that so many percent of the answers do not exceed."""
        wanted, seen = self.answered * percent, 0
        for days in sorted(self.days):
            seen += self.days[days]
            if seen * 100 >= wanted:
                return days
        return None


def total(lines: Sequence[Line], keys: tuple[str, ...] = ()) -> Line:
    """Lines counted together."""
    days: dict[int, int] = {}
    for line in lines:
        for day, n in line.days.items():
            days[day] = days.get(day, 0) + n
    summed = {name: sum([getattr(line, name) for line in lines]) for name in _SUMMED}
    return Line(keys=keys, days=days, **summed)


_SUMMED = tuple(name for name in Line.__struct_fields__ if name not in {"keys", "days"})


Block = tuple[str, str, bytes]
"""Branch, month and packed cases."""


def tally(
    blocks: Iterable[Block],
    numbers: Numbers,
    asked: Question,
    today: date,
    region: Callable[[str], str],
) -> tuple[Line, ...]:
    """The lines that answer a question, in order of their keys.

    The blocks are those of the months and branches asked about; `region` gives the region of a
    branch, `today` decides what is overdue.
    """
    groups: dict[tuple[str, ...], list[bytes]] = {}
    outer = [axis for axis in asked.by if axis not in _PLACES]
    inner = [axis for axis in asked.by if axis in _PLACES]
    for branch, month, cases in blocks:
        named = {"branch": branch, "month": month}
        if "region" in outer:
            named["region"] = region(branch)
        groups.setdefault(tuple([named[axis] for axis in outer]), []).append(cases)
    only = {axis: frozenset(_numbers_of(numbers, axis, asked.only[axis])) for axis in asked.only}
    mask = _REST | sum(_ones(axis) for axis in {*inner, *only})
    names = _Names(numbers, inner)
    order = [[*outer, *inner].index(axis) for axis in asked.by]
    in_order = order == sorted(order)
    due = today.toordinal() - _SINCE
    lines = []
    for key, found in groups.items():
        counted = Counter(map(mask.__and__, _unpacked(b"".join(found))))
        for codes, rests in _parted(counted, inner, only).items():
            both = key + names.of(codes)
            keys = both if in_order else tuple([both[place] for place in order])
            lines.append(_line(keys, rests, due))
    return tuple(sorted(lines, key=lambda line: line.keys))


def _unpacked(cases: bytes) -> "array[int]":
    block = array("Q", cases)
    if sys.byteorder == "big":
        block.byteswap()
    return block


def _ones(axis: str) -> int:
    start, width = _PLACES[axis]
    return ((1 << width) - 1) << start


def _numbers_of(numbers: Numbers, axis: str, codes: Iterable[str]) -> Iterable[int]:
    return (numbers.get((axis, code), -1) if code else 0 for code in codes)


def _parted(
    counted: Mapping[int, int], inner: Sequence[str], only: Mapping[CodeAxis, frozenset[int]]
) -> Mapping[int, Mapping[int, int]]:
    """By the codes of the axes asked for: how it went, and how many went so."""
    if not inner and not only:
        return {0: counted} if counted else {}
    kept = sum(_ones(axis) for axis in inner)
    wanted = [(_PLACES[axis][0], _ones(axis), of) for axis, of in only.items()]
    found: dict[int, dict[int, int]] = {}
    for number, n in counted.items():
        if wanted and not all((number & ones) >> start in of for start, ones, of in wanted):
            continue
        rests = found.setdefault(number & kept, {})
        rest = number & _REST
        rests[rest] = rests.get(rest, 0) + n
    return found


class _Names:
    """The codes that a packed number stands for; those of a number met before at once."""

    def __init__(self, numbers: Numbers, inner: Sequence[str]) -> None:
        self._inner = [(*_PLACES[axis], axis) for axis in inner]
        self._codes = {(axis, number): code for (axis, code), number in numbers.items()}
        self._met: dict[int, tuple[str, ...]] = {}

    def of(self, codes: int) -> tuple[str, ...]:
        found = self._met.get(codes)
        if found is None:
            found = tuple(
                self._name(axis, codes >> start & ((1 << width) - 1))
                for start, width, axis in self._inner
            )
            self._met[codes] = found
        return found

    def _name(self, axis: str, number: int) -> str:
        if axis == "amount":
            return BANDS[number]
        return self._codes.get((axis, number), OTHER) if number else ""


_VALUES = (1 << _VALUE[1]) - 1
_HOW = _VERDICT[0]
_OPEN, _KEPT, _LATE = (VERDICTS.index(one) for one in ("open", "kept", "late"))
_ENQUIRY, _WITHDRAWN = OUTCOMES.index("enquiry"), OUTCOMES.index("withdrawn")


def _counts(how: int) -> tuple[bool, bool, bool, bool, bool, bool, bool, bool, bool]:
    """What a case counts as that went so: `how` is a number from its verdict to its flags."""
    verdict, outcome, flags = how & 7, how >> 3 & 7, how << _HOW
    return (
        outcome == _ENQUIRY,
        verdict in {_KEPT, _LATE},
        verdict == _OPEN,
        not outcome,
        outcome == _WITHDRAWN,
        verdict == _KEPT,
        bool(flags & _REPEAT),
        bool(flags & _TRANSFERRED),
        bool(flags & _REOPENED),
    )


_COUNTS = [_counts(how) for how in range(1 << 9)]


def _line(keys: tuple[str, ...], rests: Mapping[int, int], today: int) -> Line:
    """A line of the cases that went so, each so many times."""
    days: dict[int, int] = {}
    count = enquiries = is_open = withdrawn = overdue = kept = 0
    repeats = transferred = reopened = 0
    for rest, n in rests.items():
        asked, answered, undone, no_end, taken_back, in_time, again, passed_on, taken_up = _COUNTS[
            rest >> _HOW
        ]
        if asked:
            enquiries += n
            continue
        count += n
        if answered:
            took = (rest & _VALUES) - 1
            days[took] = days.get(took, 0) + n
        elif undone and 0 < rest & _VALUES < today:
            overdue += n
        is_open += no_end * n
        withdrawn += taken_back * n
        kept += in_time * n
        repeats += again * n
        transferred += passed_on * n
        reopened += taken_up * n
    return Line(
        keys=keys,
        count=count,
        is_open=is_open,
        withdrawn=withdrawn,
        enquiries=enquiries,
        timed=sum(days.values()) + overdue,
        kept=kept,
        overdue=overdue,
        repeats=repeats,
        transferred=transferred,
        reopened=reopened,
        days=days,
    )


@dataclass(frozen=True, slots=True)
class Rise:
    """Something complained of more often than in the period before."""

    key: str
    now: int
    before: int

    @property
    def factor(self) -> float | None:
        """How many times as often; None where there was none before."""
        return self.now / self.before if self.before else None


def rises(
    now: Iterable[Line], before: Iterable[Line], *, least: int = 5, most: int = 10
) -> tuple[Rise, ...]:
    """What rose most between two periods, of what was counted at least so often.

    The lines are by one axis. By the difference first: a factor alone would put the rarest first.
    """
    counted = {line.keys[0]: line.count for line in before}
    found = [Rise(line.keys[0], line.count, counted.get(line.keys[0], 0)) for line in now]
    risen = [one for one in found if one.now >= least and one.now > one.before]
    return tuple(sorted(risen, key=lambda one: (one.before - one.now, one.key))[:most])
