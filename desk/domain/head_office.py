"""What head office's statistics need of a case, worked out from its events. Pure.

A case is one line: where and when it was received, its codes, how it ended, how many days the
answer took and whether that was in time. Who complained is not in it; that somebody complained
before is, by keyed marks of telephone and ID (:func:`customers`).
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from desk.domain.case import Case
from desk.domain.clock_values import Clock
from desk.domain.deidentify import is_pseudonym
from desk.domain.engine import Engine
from desk.domain.events import Event, Reopened

Verdict = Literal["", "open", "stopped", "kept", "late", "ended"]
"""How the answer stands to the limit in force. `open`: not given yet, so that the day it is due
decides; `kept` and `late`: given; `ended`: withdrawn or no complaint, so that none is owed."""

Outcome = Literal["", "settled", "told", "withdrawn", "enquiry"]

Band = Literal["", "to_1k", "to_5k", "to_50k", "to_500k", "above"]
"""The sum at issue in yuan, each up to and with its end; empty where none was noted."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
BANDS: tuple[Band, ...] = get_args(Band)

REPEAT_DAYS = 365
"""A complaint is a repeated one when the same customer complained so many days before or less."""

NO_DAYS = -1

_ENDS: tuple[tuple[float, Band], ...] = (
    (1_000, "to_1k"),
    (5_000, "to_5k"),
    (50_000, "to_50k"),
    (500_000, "to_500k"),
)
_CUSTOMER = ("complainant_phone", "id_number")
_LEAST = 7
_MOST = 64


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case in one line. `received` is a local minute, the other times are ISO days or empty.

    `month` is that of receipt. `due` is the last day of the limit while no answer was given, else
    the one that was in force. `days` counts as the limit does, stops left out, from receipt to the
    answer; :data:`NO_DAYS` without one. `rights` are keys, joined by a comma.
    """

    branch: str
    case_id: str
    number: str
    month: str
    received: str
    status: str
    outcome: Outcome
    cause: str
    business: str
    channel: str
    source: str
    amount: Band
    rights: str
    transferred: bool
    reopened: bool
    verdict: Verdict
    due: str
    told: str
    closed: str
    days: int
    repeat: bool = False


def facts(branch: str, case: Case, events: Iterable[Event], engine: Engine) -> CaseFacts | None:
    """The facts of a case; None while it was not told here that a complaint was received.

    `repeat` is left open: other cases decide it.
    """
    received = _moment(case.received)
    if not case.number or received is None:
        return None
    clock = _clock(case, engine)
    verdict, days = _answered(case, clock)
    code = engine.pack.codes.code(case.text("source"))
    return CaseFacts(
        branch=branch,
        case_id=case.id,
        number=_line(case.number),
        month=f"{received:%Y-%m}",
        received=received.isoformat(timespec="minutes"),
        status=case.status,
        outcome=_outcome(case.outcome),
        cause=_line(case.text("cause")),
        business=_line(case.text("business")),
        channel=_line(case.text("channel")),
        source=_line(case.text("source")),
        amount=band(case.value("amount")),
        rights=_rights(case),
        transferred=code is not None and code.transfer,
        reopened=any(isinstance(event.payload, Reopened) for event in events),
        verdict=verdict,
        due=clock.due.isoformat() if clock is not None else "",
        told=_day(case.text("told_at")),
        closed=_day(case.closed_at),
        days=days,
    )


def _clock(case: Case, engine: Engine) -> Clock | None:
    try:
        return engine.clock(case, engine.standing(case))
    except ValueError:  # a time that is none: whoever wrote it, the rest of the case still counts
        return None


def _answered(case: Case, clock: Clock | None) -> tuple[Verdict, int]:
    if clock is None:
        return "", NO_DAYS
    if clock.state == "ended":
        return "ended", NO_DAYS
    told = bool(_day(case.text("told_at")) and case.text("told_how"))
    if told:
        return ("kept" if clock.state == "met" else "late"), max(0, clock.used_days)
    return ("stopped" if clock.state == "stopped" else "open"), NO_DAYS


def band(amount: object) -> Band:
    """The band of a sum in yuan."""
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not amount > 0:
        return ""
    return next((name for end, name in _ENDS if amount <= end), "above")


def customers(key: bytes, branch: str, case: Case) -> frozenset[bytes]:
    """Keyed marks of who complained: by telephone and by ID, however they were typed.

    What stands for them in a de-identified case means the same only within its branch.
    """
    return frozenset(
        _mark(key, field, branch if is_pseudonym(value) else "", value)
        for field in _CUSTOMER
        if _tells(value := case.text(field))
    )


def _tells(value: str) -> bool:
    """Whether a value can tell somebody: a row of one sign was typed to have something there."""
    signs = _signs(value)
    return len(signs) >= _LEAST and len(set(signs)) > 2


def _mark(key: bytes, field: str, scope: str, value: str) -> bytes:
    plain = _signs(value)
    if field == "complainant_phone" and len(plain) in {13, 15}:
        plain = plain.removeprefix("0086").removeprefix("86")
    said = "\0".join((field, scope, plain)).encode("utf-8", "replace")
    return hmac.digest(key, said, hashlib.sha256)[:16]


def _signs(value: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", value).upper() if one.isalnum())


def is_again(before: str, received: str) -> bool:
    """Whether of two complaints of one customer the later, by day, is a repeated one."""
    gone = date.fromisoformat(received[:10]) - date.fromisoformat(before[:10])
    return gone.days <= REPEAT_DAYS


def _outcome(text: str) -> Outcome:
    return next((one for one in OUTCOMES if one == text), "")


def _rights(case: Case) -> str:
    value = case.value("rights")
    chosen = value if isinstance(value, list) else [str(value)] if value else []
    return _line(",".join(chosen))


def _line(text: str) -> str:
    """A code as every database holds it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:_MOST]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def _day(text: str) -> str:
    found = _moment(text)
    return found.date().isoformat() if found is not None else ""
