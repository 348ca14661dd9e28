"""Histories of complaints in few words, for the tests of the clocks; days are those of 2026."""

from datetime import datetime

import msgspec
import yaml

from desk import paths
from desk.domain.clock_rules import ClockRules
from desk.domain.clock_values import Clock, ClockEvent, ClockReport

RULES = msgspec.convert(
    yaml.safe_load((paths.PACKS / "cn-branch" / "clocks.yaml").read_text(encoding="utf-8")),
    ClockRules,
)
RECEIVED = "11-01 10:26"


def at(text: str) -> datetime:
    """A moment of 2026 from "MM-DD HH:MM", or of another year from "YYYY-MM-DD HH:MM"."""
    return datetime.fromisoformat(text if len(text) > len(RECEIVED) else f"2026-{text}")


def ev(kind: str, moment: str, *, told_at: str = "", due: str = "", **more: str) -> ClockEvent:
    return ClockEvent(
        kind,
        at(moment),
        told_at=at(told_at) if told_at else None,
        due=at(due) if due else None,
        **more,
    )


def special(
    moment: str, told: str | None = "11-10 09:00", approver: str = "superior"
) -> ClockEvent:
    return ev("complexity", moment, level="special", approver=approver, told_at=told or "")


def level(moment: str, name: str) -> ClockEvent:
    return ev("complexity", moment, level=name)


def only(report: ClockReport) -> Clock:
    (clock,) = report.clocks
    return clock


def codes(report: ClockReport) -> list[str]:
    return [problem.code for problem in report.problems]


STOP = ev("stop", "11-05 09:00", reason="mediation")
DONE = ev("decided_and_told", "11-09 15:00")
