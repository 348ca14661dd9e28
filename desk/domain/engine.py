"""Everything a screen, a list or a report shows of a case, derived from its events and the pack.

An :class:`Engine` compiles a pack once; `view` and `project` are pure functions of a case, and of
the branch's local time where the law asks for it.
"""

import contextlib
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from desk.domain.assessment import Assessment, assess
from desk.domain.assessment_json import parse_answers
from desk.domain.calendars import WorkingCalendar
from desk.domain.case import Case, StartedChecklist
from desk.domain.clock_values import Clock, ClockEvent, ClockReport, Mark
from desk.domain.clocks import clocks_of, timeline
from desk.domain.codes import Code, Dimension, recommend
from desk.domain.conditions import Condition
from desk.domain.contacts import PHONES
from desk.domain.content import Pack
from desk.domain.escalation import (
    Checklist,
    ChecklistItem,
    MatrixCell,
    Trigger,
    blocking,
    cell_for,
    due_at,
    fired,
    progress,
    status_of,
)
from desk.domain.events import Answer, ClockMoved
from desk.domain.facts import SPOKEN, SpokenFields, facts_of, paths_in, spoken_fields, words_in
from desk.domain.intake import Demand, Missing, demands_of, missing
from desk.domain.masking import address
from desk.domain.projection import CaseRow, ClockRow, ItemRow, Projection, SearchText
from desk.domain.proposal import Proposal, Proposer
from desk.domain.retention import kept
from desk.domain.spoken import Words
from desk.domain.suggestion import STAGE_OF_STEP, STAGES, Library, Situation, Suggestion, suggest
from desk.domain.versions import Edition
from desk.domain.wording import WORDING_MODEL, Finding, WordingChecker
from desk.errors import BadInput

_LIABLE = ("team_liable", "company_liable")
"""The findings that a failing of ours was established: 对不起 waits for one of them."""
_KEPT = 256  # as many as the store keeps cases at hand
Key = TypeVar("Key")
Made = TypeVar("Made")
TRANSFERS = "reg_forwarded_handle"
OWN = "inst"


@dataclass(frozen=True, slots=True)
class ListView:
    """A checklist of a case: why it was called for, whether it began, and how far it is."""

    checklist: Checklist
    started: StartedChecklist | None
    triggers: tuple[Trigger, ...]
    settled: int
    total: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything derived from it at one moment (`now`, local time).

    `clock` is the institution's own limit, `clocks` every limit that runs. `findings` maps the
    path of a field that holds staff words to what is risky in it. `blocking` are gating items that
    keep the case from being closed. `scenario` is the one chosen or else the one proposed.
    `stage` is where the talk stands: as observed, else where the step has taken it. `pack` is the
    version all of it was derived with, `edition` the one the case was opened under.
    """

    case: Case
    now: datetime
    facts: Mapping[str, object]
    missing: tuple[Missing, ...]
    assessment: Assessment | None
    stage: str
    clock: Clock | None
    clocks: ClockReport
    marks: tuple[Mark, ...]
    lists: tuple[ListView, ...]
    blocking: tuple[tuple[Checklist, ChecklistItem], ...]
    cell: MatrixCell | None
    scenario: str
    proposal: Proposal
    suggestion: Suggestion
    findings: Mapping[str, tuple[Finding, ...]]
    businesses: tuple[Code, ...]
    causes: tuple[Code, ...]
    pack: Pack
    edition: Edition

    def missing_in(self, step: int) -> tuple[Missing, ...]:
        """What one step still lacks."""
        return tuple(lack for lack in self.missing if lack.step == step)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and by whom a case is handled, for the blanks of scripts."""

    branch: str = ""
    staff: str = ""
    manager: str = ""


class Engine:
    """A pack made ready: phrases in an automaton, scripts in a library, the calendar at hand."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.checker = WordingChecker(pack.phrases, pack.models.get(WORDING_MODEL))
        self.library = Library(
            pack.scripts,
            pack.slots,
            within={s.key: s.within for s in pack.scenarios if s.within},
            quotable=pack.quotable,
        )
        self.calendar = WorkingCalendar(pack.clocks.years, pack.clocks.hours)
        self._spoken = spoken_fields(pack.steps)
        self._demands = demands_of(pack.steps)
        # Whose words the demands ask of; joining them anew costs as much as all other facts.
        self._demanded = self._spoken if _ask_words(self._demands) else SpokenFields((), ())
        # Storing a field asks again for the clocks and the assessment of the same events and
        # observations: dates and option letters, without the case or the customer they are of.
        self._clocks_of = functools.lru_cache(_KEPT)(functools.partial(clocks_of, pack.clocks))
        self._assessed: dict[str, Assessment] = {}
        self._to_do = functools.lru_cache(_KEPT)(self._plan)
        self.proposer = Proposer(pack)
        self._proposed: dict[bytes, Proposal] = {}

    def assessment(self, case: Case) -> Assessment | None:
        """The quick assessment of a case; None while nothing was observed."""
        if not case.answers:
            return None
        # Their spelling tells 1, True and "1" apart, which are the same key to a dictionary.
        spelled = repr(case.answers)
        found = self._assessed.get(spelled)
        if found is None:
            found = _kept(self._assessed, spelled, self._assess(case))
        return found

    def _assess(self, case: Case) -> Assessment:
        model = self.pack.assessment
        try:
            answers = parse_answers(model, {"answers": dict(case.answers)})
        except BadInput:
            answers = parse_answers(model, {"answers": self._still_known(case)})
        return assess(model, answers)

    def _still_known(self, case: Case) -> dict[str, Answer]:
        """The answers that this version of the pack offers; an older one may have had others."""
        kept: dict[str, Answer] = {}
        for key, value in case.answers.items():
            with contextlib.suppress(BadInput):
                parse_answers(self.pack.assessment, {"answers": {key: value}})
                kept[key] = value
        return kept

    def stage(self, case: Case) -> str:
        """Where the talk stands: what was observed of the customer, else what the step implies."""
        assessment = self.assessment(case)
        return assessment.stage if assessment else STAGE_OF_STEP.get(case.step, STAGES[0])

    def clocks(self, case: Case, now: datetime) -> ClockReport:
        """The legal limits that run on a case."""
        if not case.received:
            return ClockReport()
        return self._clocks_of(self._heard_by(case), now)

    def standing(self, case: Case) -> ClockReport:
        """The legal limits as the last that counts for them left them, whatever the time is now."""
        heard_by = self._heard_by(case) if case.received else ()
        then = max((event.at for event in heard_by), default=None)
        return self._clocks_of(heard_by, then) if then else ClockReport()

    def _heard_by(self, case: Case) -> tuple[ClockEvent, ...]:
        kind = self.kind(case)
        start = next(rule.start for rule in self.pack.clocks.rules if rule.kind == kind)
        return clock_events(case, start)

    def clock(self, case: Case, report: ClockReport) -> Clock | None:
        """The institution's own limit among those that run; None before receipt."""
        kind = self.kind(case)
        return next((clock for clock in report.clocks if clock.kind == kind), None)

    def kind(self, case: Case) -> str:
        """Which limit binds the institution: its own, or that of a complaint passed on to it."""
        code = self.pack.codes.code(case.text("source"))
        return TRANSFERS if code is not None and code.transfer else OWN

    def scenario(self, case: Case) -> str:
        """The scenario chosen, else the one the customer's words point to, else none."""
        return case.text("scenario") or self.proposal(case).scenario

    def said(self, case: Case) -> str:
        """Everything the customer said, a field a line: what a proposal's stretches count in."""
        return words_in(case, self._spoken.customer)

    def proposal(self, case: Case) -> Proposal:
        """What the customer's words point to, for a person to confirm."""
        words = self.said(case)
        # By their digest, so that the customer's words are not kept here.
        digest = hashlib.blake2b(words.encode("utf-8", "replace")).digest()
        found = self._proposed.get(digest)
        if found is None:
            found = _kept(self._proposed, digest, self.proposer.propose(words))
        return found

    def view(
        self,
        case: Case,
        now: datetime,
        language: str,
        place: Place,
        around: Mapping[str, int] | None = None,
    ) -> CaseView:
        """Everything about a case at the local time `now`.

        `around` are facts that other complaints tell: `similar_recent`, `same_contact`.
        """
        assessment = self.assessment(case)
        report = self.clocks(case, now)
        clock = self.clock(case, report)
        facts = facts_of(case, self._spoken, assessment, clock)
        facts.update(around or {})
        words = Words(self.said(case))
        proposal = self.proposal(case)
        scenario = self.scenario(case)
        facts.setdefault("scenario", scenario)
        facts["heard"] = [trigger.key for trigger in proposal.triggers if trigger.sure]
        return CaseView(
            case=case,
            now=now,
            facts=facts,
            missing=missing(self._demands, case, facts),
            assessment=assessment,
            stage=self.stage(case),
            clock=clock,
            clocks=report,
            marks=self._marks(case, now),
            lists=self._lists(case, facts, assessment),
            blocking=blocking(self.pack.checklists, case.checklists),
            cell=self._cell(case),
            scenario=scenario,
            proposal=proposal,
            suggestion=self._suggestion(
                case,
                assessment,
                scenario,
                language,
                self.slots(case, clock, language, place, now),
                now.date(),
            ),
            findings=self._findings(case),
            businesses=self._recommended(words, scenario, "B"),
            causes=self._recommended(words, scenario, "C"),
            pack=self.pack,
            edition=Edition(self.pack.stamp),
        )

    def _marks(self, case: Case, now: datetime) -> tuple[Mark, ...]:
        if not case.received:
            return ()
        return timeline(self.pack.clocks, self._heard_by(case), now, self.kind(case))

    def _lists(
        self, case: Case, facts: Mapping[str, object], assessment: Assessment | None
    ) -> tuple[ListView, ...]:
        hits = fired(self.pack.triggers, facts)
        called = {t.checklist for t in hits} | set(case.checklists)
        called |= set(assessment.checklists) if assessment else set()
        views = []
        for checklist in self.pack.checklists:
            if checklist.key in called:
                started = case.checklists.get(checklist.key)
                why = tuple(t for t in hits if t.checklist == checklist.key)
                views.append(ListView(checklist, started, why, *progress(checklist, started)))
        return tuple(views)

    def _cell(self, case: Case) -> MatrixCell | None:
        found = [case.value(k) for k in ("evidence_held", "team_liable", "company_liable")]
        evidence, team, company = (v if isinstance(v, bool) else None for v in found)
        return cell_for(self.pack.matrix, evidence, team, company)

    def _suggestion(
        self,
        case: Case,
        assessment: Assessment | None,
        scenario: str,
        language: str,
        slots: Mapping[str, str | int | float],
        today: date,
    ) -> Suggestion:
        if assessment is not None and assessment.profile == "RED":
            scenario = self._red_scenario(assessment)
        situation = Situation(
            step=case.step,
            stage=self.stage(case),
            profile=assessment.profile if assessment else "T0",
            scenario=scenario or None,
            said=frozenset(case.said),
            said_here=frozenset(case.said_here),
            today=today,
            failing=any(case.value(key) is True for key in _LIABLE),
            slots=slots,
        )
        return suggest(self.library, situation, language)

    def _red_scenario(self, assessment: Assessment) -> str:
        """The safety scripts a red flag calls for: of the first flag seen, in order of danger."""
        flags = assessment.answers.of("R0") or ()
        red = sorted((s for s in self.pack.scenarios if s.flag), key=lambda s: s.flag)
        return next((s.key for s in red if s.flag in flags), red[0].key if red else "")

    def slots(
        self, case: Case, clock: Clock | None, language: str, place: Place, now: datetime
    ) -> dict[str, str | int | float]:
        """What the case can fill into the blanks of scripts; blanks without a value are absent."""
        found: dict[str, str | int | float] = {}
        for slot in self.pack.slots:
            value = _slot_value(case, slot.from_field, now) if slot.from_field else None
            if isinstance(value, (str, int, float)) and value != "":
                found[slot.key] = value
        name = address(case.text("complainant_name"), case.text("salutation"), language)
        named = {
            "name_polite": name,
            "branch": place.branch,
            "staff": place.staff,
            "manager": place.manager,
            "ticket": case.number,
        }
        found.update({key: value for key, value in named.items() if value})
        if clock is not None and clock.state == "running":
            found["due"] = clock.due.isoformat()
        return found

    def _findings(self, case: Case) -> dict[str, tuple[Finding, ...]]:
        found = {}
        groups = case.groups()
        for pattern in self._spoken.staff:
            for path in paths_in(groups, pattern):
                hits = self.checker.check(case.text(path))
                if hits:
                    found[path] = hits
        return found

    def _recommended(self, words: Words, chosen: str, dim: Dimension) -> tuple[Code, ...]:
        found = list(recommend(self.pack.codes.codes, words, dim))
        scenario = self.pack.scenario(chosen)
        key = "" if scenario is None else scenario.business if dim == "B" else scenario.cause
        usual = self.pack.codes.code(key) if key else None
        if usual is not None and usual not in found:
            found.insert(0, usual)
        return tuple(found[:3])

    def project(self, case: Case) -> Projection:
        """What the store keeps of a case beside its events; nothing in it depends on the time."""
        report = self.standing(case)
        clock = self.clock(case, report)
        facts = facts_of(case, self._demanded, self.assessment(case), clock)
        lacks = missing(self._demands, case, facts)
        return Projection(
            row=self._row(case, report, clock, lacks),
            clocks=tuple(
                ClockRow(c.key, _minute(c.started_at), _minute(c.due_at), c.state)
                for c in report.clocks
            ),
            items=self._items(case),
            search=_search(case),
        )

    def _row(
        self, case: Case, report: ClockReport, clock: Clock | None, lacks: tuple[Missing, ...]
    ) -> CaseRow:
        steps = {lack.step for lack in lacks}
        keeping = kept(self.pack.keeping, case)
        return CaseRow(
            case=case.id,
            number=case.number,
            received_at=case.received,
            status=case.status,
            outcome=case.outcome,
            step=case.step,
            done_steps=sum(step.number not in steps for step in self.pack.steps),
            first_receiver=case.first_receiver,
            handler=case.handler,
            name=case.text("complainant_name"),
            summary=_summary(case),
            channel=case.text("channel"),
            source=case.text("source"),
            business=case.text("business"),
            cause=case.text("cause"),
            scenario=case.text("scenario"),
            due_at=_minute(clock.due_at) if clock else "",
            clock_state=clock.state if clock else "",
            missing=len(lacks),
            events=case.count,
            changed_ms=case.last.wall_ms if case.last else 0,
            told_at=case.text("told_at"),
            closed_at=case.closed_at,
            waits_for=_waits_for(case, report),
            keeping=keeping.state,
            keep=keeping.keep,
            kept_from=str(keeping.kept_from or ""),
            dispute_ended=str(keeping.dispute_ended or ""),
        )

    def _items(self, case: Case) -> tuple[ItemRow, ...]:
        rows = []
        for key, started in case.checklists.items():
            for row in self._to_do(key, started.at):
                status = status_of(started, row.item)
                rows.append(row if status == row.status else replace(row, status=status))
        return tuple(rows)

    def _plan(self, key: str, at: str) -> tuple[ItemRow, ...]:
        """The items of a checklist begun at a local minute, all of them still open."""
        checklist = self.pack.checklist(key)
        if checklist is None:
            return ()
        begun = _moment(at)
        rows = []
        for item in checklist.items:
            due = due_at(item, begun, self.calendar) if begun else None
            until = _minute(due) if due else ""
            rows.append(ItemRow(key, item.key, item.owner, until, "open", item.gating))
        return tuple(rows)


def _slot_value(case: Case, path: str, now: datetime) -> object:
    """What a field holds; of a repeated moment (`commitments/*/due`) the next one to come."""
    if "/" not in path:
        return case.value(path)
    texts = (case.text(one) for one in paths_in(case.groups(), path))
    return min((text for text in texts if (due := _moment(text)) and due >= now), default=None)


def clock_events(case: Case, start: str = "received") -> tuple[ClockEvent, ...]:
    """What the legal clocks hear of a case: its receipt (`start`) and what was recorded since."""
    received = datetime.fromisoformat(case.received)
    events = [ClockEvent(start, received), *map(_heard, case.clock_events)]
    contact = _moment(case.text("first_contact_at"))
    if contact is not None:
        events.append(ClockEvent("first_contact", contact))
    letter = _end_of_day(case.text("letter_due"))
    if letter is not None and start != "received":
        events.append(ClockEvent("letter", received, due=letter))
    told = _moment(case.text("told_at"))
    if told is not None and case.text("told_how"):
        # An answer given before the complaint was even noted is one given in time.
        told = max(told, received)
        events += [ClockEvent("decided_and_told", told), ClockEvent("decision_received", told)]
    return tuple(events)


def _heard(moved: ClockMoved) -> ClockEvent:
    return ClockEvent(
        type=moved.type,
        at=datetime.fromisoformat(moved.at),
        level=moved.level or "",
        approver=moved.approver or "",
        told_at=_moment(moved.told_at or ""),
        reason=moved.reason or "",
        due=_end_of_day(moved.due or ""),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _end_of_day(text: str) -> datetime | None:
    """The last minute of a date; a moment stays as it is."""
    found = _moment(text)
    if found is None or len(text) > len("2026-12-06"):
        return found
    return found.replace(hour=23, minute=59)


def _kept(found: dict[Key, Made], key: Key, made: Made) -> Made:
    """What was made, kept for the next time; a full dictionary begins anew."""
    if len(found) >= _KEPT:
        found.clear()
    found[key] = made
    return made


def _ask_words(demands: tuple[Demand, ...]) -> bool:
    asked = {condition for demand in demands for condition in demand.conditions}
    return any(not SPOKEN.isdisjoint(Condition(condition).facts) for condition in asked)


def _minute(when: datetime) -> str:
    return when.isoformat(timespec="minutes")


def _summary(case: Case) -> str:
    words = case.text("explicit_need") or case.text("opening_words") or case.text("narrative")
    return " ".join(words.split())[:60]


def _search(case: Case) -> SearchText:
    groups = ("points/", "facts/")
    narrative = [
        case.text(k) for k in ("opening_words", "narrative", "request_words", "explicit_need")
    ]
    narrative += [
        str(state.value)
        for key, state in case.fields.items()
        if key.startswith(groups) and key.endswith("/text") and state.value
    ]
    return SearchText(
        number=case.number,
        name=" ".join(filter(None, (case.text("complainant_name"), case.text("agent_name")))),
        phone=" ".join(filter(None, map(case.text, PHONES))),
        narrative="\n".join(filter(None, narrative)),
        notes="\n".join(note.text for note in case.notes if note.text),
    )


def _waits_for(case: Case, report: ClockReport) -> str:
    """`approval` while the last extension asked for does not count yet."""
    asked = [event for event in map(_heard, case.clock_events) if event.type == "complexity"]
    if case.status == "closed" or not asked:
        return ""
    refused = any(
        problem.code in {"no_approver", "not_told"} and problem.event == asked[-1]
        for problem in report.problems
    )
    return "approval" if refused else ""
