"""The clocks' JSON contract: a document in, a document out, for the command line and the store.

Only shapes are checked here. Whether a history makes sense is for `desk.domain.clocks` to say.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import cast

from desk.domain.clock_rules import EVERY, SINGLE_KIND, ClockRules
from desk.domain.clock_values import ClockEvent, ClockReport
from desk.domain.clock_walk import LAST_MINUTE
from desk.errors import BadInput
from desk.i18n import _

LEVELS = ("simple", "complex", "special")

# Years outside are typing errors, and would make day-by-day lists of endless length.
_YEARS = range(1990, 2100)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?", re.ASCII)
_DATE_LENGTH = len("2026-11-21")


def parse(
    document: object, rules: ClockRules
) -> tuple[str, tuple[ClockEvent, ...], datetime | None]:
    """Kind, events and `now` of a document; `now` is None where the document leaves it out.

    `BadInput` when it is no object, names a kind or event type that the pack does not know, or
    holds a time that cannot be read; `where` is the place in the document.
    """
    found = _object(document, "")
    kind = _text(found, "kind", "", default=SINGLE_KIND)
    if kind != EVERY and kind not in rules.kinds():
        raise BadInput(reason=_("There is no clock of this kind."), where=f"kind: {kind}")
    listed = found.get("events")
    if not isinstance(listed, list):
        raise BadInput(reason=_("A list of events is needed."), where="events")
    known = rules.event_types()
    events = tuple(
        read_event(_object(event, f"events[{n}]"), f"events[{n}]", known)
        for n, event in enumerate(listed)
    )
    return kind, events, _optional_moment(found, "now", "")


def read_event(
    found: Mapping[str, object], where: str = "", known: frozenset[str] | None = None
) -> ClockEvent:
    """One event from its fields as text; `known` limits the types accepted.

    A `due` that is a date alone runs to the end of that day.
    """
    kind = _text(found, "type", where)
    if known is not None and kind not in known:
        raise BadInput(
            reason=_("There is no event of this type."), where=f"{_place(where, 'type')}: {kind}"
        )
    level = _text(found, "level", where, default="" if kind != "complexity" else None)
    if level and level not in LEVELS:
        raise BadInput(
            reason=_("The level must be simple, complex or special."), where=_place(where, "level")
        )
    due = _optional_moment(found, "due", where, day_ends=True)
    if due is None and kind in {"agreed", "letter"}:
        raise BadInput(reason=_("The agreed date is missing."), where=_place(where, "due"))
    return ClockEvent(
        type=kind,
        at=_moment(found.get("at"), _place(where, "at")),
        level=level,
        approver=_text(found, "approver", where, default=""),
        told_at=_optional_moment(found, "told_at", where),
        reason=_text(found, "reason", where, default=""),
        due=due,
    )


def to_json(report: ClockReport, language: str) -> dict[str, object]:
    """The report as the command line prints it, texts in `language`."""
    return {
        "clocks": [
            {
                "key": clock.key,
                "due": clock.due.isoformat(),
                "state": clock.state,
                "used_days": clock.used_days,
                "days": [
                    {
                        "date": day.date.isoformat(),
                        "counted": day.counted,
                        "why": day.why.of(language),
                    }
                    for day in clock.days
                ],
                "rule": clock.rule.of(language),
            }
            for clock in report.clocks
        ],
        "problems": [
            {"code": problem.code, "text": problem.text.of(language)} for problem in report.problems
        ],
    }


def _place(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadInput(reason=_("A JSON object is needed."), where=where or "$")
    return cast("dict[str, object]", value)


def _text(found: Mapping[str, object], key: str, where: str, default: str | None = None) -> str:
    """A field that must be text; missing or null gives `default`, and without one is bad input."""
    value = found.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadInput(reason=_("Text is needed."), where=_place(where, key))
    return value


def _optional_moment(
    found: Mapping[str, object], key: str, where: str, *, day_ends: bool = False
) -> datetime | None:
    value = found.get(key)
    if value is None:
        return None
    moment = _moment(value, _place(where, key))
    is_date = isinstance(value, str) and len(value) == _DATE_LENGTH
    return datetime.combine(moment, LAST_MINUTE if is_date and day_ends else moment.time())


def _moment(value: object, where: str) -> datetime:
    """A local time without a zone; a date alone is its first minute."""
    bad = BadInput(reason=_("A date and time like 2026-11-21T10:26 is needed."), where=where)
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise bad
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise bad from None
    if moment.year not in _YEARS:
        raise BadInput(reason=_("The year lies too far away."), where=where)
    return datetime.combine(moment, time(moment.hour, moment.minute))
