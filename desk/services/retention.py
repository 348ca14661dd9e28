"""Keeping and forgetting: classes and legal holds of cases, what is due, and forgetting a person.

A person is forgotten by two: who asks has the right, and a second one approves with their own
password (`desk.services.approvals`). What is left of them in unused pages and old backups goes with
:func:`sweep`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from desk.domain import retention as domain
from desk.domain.case import Case
from desk.domain.engine import TRANSFERS
from desk.domain.events import Exported, Forgotten, HoldSet, KeepingSet, Swept
from desk.domain.intake import FREE, fields_of
from desk.domain.keeping import LONGEST, gone_by
from desk.domain.projection import CaseRow
from desk.domain.retention import HoldGround, Keeping, KeepingClass, Kept, Refusal, Why
from desk.errors import BackupBusy, BadInput, NotAllowed, VaultBusy
from desk.i18n import _, language
from desk.services import approvals, cases
from desk.services.approvals import Approval
from desk.services.exports import Draft
from desk.services.session import Session, needs
from desk.store import attachments, backups, forgetting, old_vaults, second_place
from desk.store.forgetting import Span

Shelf = Literal["due", "upcoming", "held", "forgotten"]
"""What may be forgotten now, what will be within :data:`AHEAD`, what is held, what is gone."""

SHELVES: tuple[Shelf, ...] = get_args(Shelf)
AHEAD = timedelta(days=90)
MOST = 200
"""So many lines a list shows; the rest follow when these are dealt with."""
_STATES: Mapping[Shelf, Keeping] = {
    "due": "counting",
    "upcoming": "counting",
    "held": "held",
    "forgotten": "forgotten",
}
_NAMING = frozenset({"complainant_name", "agent_name", "respondent_name"})
_LEAST_TRACE = 2
"""A single character that a name and a reason share names nobody."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case as keeping sees it.

    `keeping` is its class, `is_chosen` unless that is only proposed. From `due` on the person may
    be forgotten because the time is over, before `floor` on no ground at all; both None while
    nothing is counted. `grounds` call for a legal hold that nobody decided on. `why`, `by` and
    `reason` are those of a forgetting.
    """

    case: str
    number: str
    closed_at: str
    state: Keeping
    keeping: KeepingClass
    is_chosen: bool
    due: date | None = None
    floor: date | None = None
    grounds: tuple[HoldGround, ...] = ()
    hold_reason: str = ""
    hold_ended_at: str = ""
    forgotten_at: str = ""
    by: str = ""
    why: Why | Literal[""] = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """One shelf, how many cases stand on each, and the classes in force. `more` were left out."""

    today: date
    shelf: Shelf
    lines: tuple[Line, ...]
    more: bool
    counts: Mapping[Shelf, int]
    classes: tuple[KeepingClass, ...]


@dataclass(frozen=True, slots=True)
class OldCopy:
    """A copy made before somebody was forgotten, who is still in it: until when, and how many.

    A backup, the backups in the second place together, or a whole vault: one put aside by a
    restore, or one kept for a rescue.
    """

    name: str
    made: datetime
    gone_by: date
    persons: int


@needs("read_cases")
def classes(session: Session) -> tuple[KeepingClass, ...]:
    """The classes in force: those of the newest rules, which hold for every case."""
    return session.engine.pack.keeping


@needs("read_cases")
def lists(session: Session, shelf: Shelf, *, keep: str = "") -> Lists:
    """One shelf of the page, of one class where `keep` names it; what is due first comes first."""
    today = session.now().date()
    found = _rows(session, shelf, today, keep, MOST + 1)
    return Lists(
        today=today,
        shelf=shelf,
        lines=_ordered(shelf, (_line(session, session.vault.case(r.case)) for r in found[:MOST])),
        more=len(found) > MOST,
        counts={one: _count(session, one, today, keep) for one in SHELVES},
        classes=session.engine.pack.keeping,
    )


@needs("read_cases")
def line(session: Session, case: str) -> Line:
    """How one case is kept. CaseUnknown."""
    return _line(session, session.vault.case(case))


@needs("hold")
def choose(session: Session, case: str, keep: str) -> Line:
    """Choose the class of a case. BadInput `unknown_value`; NotAllowed for a forgotten one."""
    found = _not_forgotten(session, case)
    if all(one.key != keep for one in session.engine.pack.keeping):
        raise BadInput(reason="unknown_value", where=keep)
    if found.keep != keep:
        session.write(case, KeepingSet(keep=keep))
    return line(session, case)


@needs("hold")
def hold(session: Session, case: str, reason: str) -> Line:
    """Keep a case from being forgotten until the hold is ended, for a reason."""
    return _put_hold(session, case, reason, on=True)


@needs("hold")
def end_hold(session: Session, case: str, reason: str) -> Line:
    """End a legal hold, or say that none is called for; either needs a reason."""
    return _put_hold(session, case, reason, on=False)


def _put_hold(session: Session, case: str, reason: str, *, on: bool) -> Line:
    found = _not_forgotten(session, case)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason")
    if found.held != on or not found.hold_decided:
        session.write(case, HoldSet(on=on, at=session.minute(), reason=reason.strip()))
    return line(session, case)


def _not_forgotten(session: Session, case: str) -> Case:
    found = session.vault.case(case)
    if found.forgotten is not None:
        raise NotAllowed(reason="case_forgotten", case=found.number)
    return found


@needs("forget")
def require_forgettable(session: Session, case: str, why: Why, reason: str = "") -> None:
    """Raise what stands against forgetting this person now; asked before anybody types a password.

    NotAllowed `keeping_open`, `keeping_held`, `keeping_undecided`, `case_forgotten`, `keeping_due`
    or `keeping_floor` with the day and the rule; `needs_reason` on any ground but that the time is
    over, `reason_names` when the reason names the person, for it stays readable.
    """
    found = session.vault.case(case)
    one, kept = _kept(session, found)
    refusal = domain.refusal(one, kept, why, session.now().date())
    if refusal is None and _grounds(session, found):
        refusal = Refusal("undecided")
    if refusal is not None:
        day = refusal.day.isoformat() if refusal.day else ""
        reasons = {"forgotten": "case_forgotten", "not_due": "keeping_due"}
        raise NotAllowed(
            reason=reasons.get(refusal.code, f"keeping_{refusal.code}"),
            case=found.number,
            day=day,
            article=one.article.of(language()),
            years=one.floor,
        )
    if why != "due" and not reason.strip():
        raise NotAllowed(reason="needs_reason")
    if any(trace in reason for trace in _traces(session, found)):
        raise NotAllowed(reason="reason_names")


@needs("forget")
def forget(
    session: Session, case: str, why: Why, approval: Approval | None, *, reason: str = ""
) -> Line:
    """Destroy the key of a person's data, a second person agreeing; nothing brings it back.

    Raises as :func:`require_forgettable` does, and NotAllowed `needs_approval`. What is left in
    unused pages goes with the next :func:`sweep`, which is to follow at once.
    """
    require_forgettable(session, case, why, reason)
    approved = approvals.taken(approval, "forget", case)
    gone = Forgotten(by=approved.by, why=why, at=session.minute(), reason=reason.strip())
    session.write(case, approved, gone)
    attachments.forget(session.vault, case)
    session.around.forget(case)
    return line(session, case)


@needs("forget")
def forget_each(
    session: Session, asked: Sequence[str], why: Why, given: tuple[str, str, str], reason: str = ""
) -> int:
    """Forget the persons of several cases on one ground; how many.

    `given` is who approves, their password and their reason: asked of each case anew, so that
    nobody approves in a matter of their own. What stands against one of them is raised before
    anybody is forgotten; what is left in unused pages goes at the end.
    """
    for case in asked:
        require_forgettable(session, case, why, reason)
    granted = {case: approvals.confirm(session, "forget", case, *given) for case in asked}
    try:
        for case in asked:
            forget(session, case, why, granted[case], reason=reason)
    finally:
        sweep(session)
    return len(asked)


@needs("read_cases")
def find(session: Session, number: str) -> Line:
    """How the case with this number is kept, whatever shelf it stands on. CaseUnknown."""
    return line(session, cases.find(session, number))


def sweep(session: Session) -> Swept | None:
    """Remove what need not be kept: old backups, files of no case, what is left of the forgotten.

    Whoever came back with an older backup that was put back is forgotten again, as it was agreed.
    What was done is recorded; None when there was nothing to do, or a backup that is being made
    needs the old pages: it is done the next time then. Nobody needs a right for what must go.
    """
    vault = session.vault
    for case, told in forgetting.returned(vault).items():
        session.write(case, told)
        session.around.forget(case)
    gone = _old_backups(session) + old_vaults.sweep(vault.database.path, session.now())
    files = attachments.sweep(vault)
    waiting = forgetting.is_waiting(vault)
    if waiting:
        try:
            forgetting.erase(vault)
        except VaultBusy:
            return None
    if not (gone or files or waiting):
        return None
    done = Swept(backups=gone, attachments=files)
    session.record(done)
    return done


def _old_backups(session: Session) -> int:
    folder = backups.folder_of(session.vault.database.path)
    if not folder.is_dir():
        return 0
    try:
        with backups.held(folder):
            return len(backups.sweep(folder, session.now()))
    except BackupBusy:
        return 0


@needs("read_cases")
def old_copies(session: Session) -> tuple[OldCopy, ...]:
    """Every copy of the vault that still holds somebody who was forgotten, oldest first.

    The second place is not asked, which may be a share that does not answer: what was last brought
    there says what it holds.
    """
    vault = session.vault.database.path
    times = [session.moment.local(ms) for ms in forgetting.times(session.vault)]
    if not times:
        return ()
    folder = backups.folder_of(vault)
    made = {old.path.name: old.made for old in old_vaults.listing(vault)}
    if folder.is_dir():
        made |= {listed.name: listed.made for listed in backups.listing(folder)}
    found = [_old_copy(name, when, when, times) for name, when in made.items()]
    second = second_place.state(folder)
    if second.copied:
        newest = datetime.fromisoformat(second.copied)
        found.append(_old_copy(second.where, newest, newest - LONGEST, times))
    return tuple(sorted((copy for copy in found if copy.persons), key=lambda copy: copy.made))


def _old_copy(
    name: str, made: datetime, oldest: datetime, forgotten: Iterable[datetime]
) -> OldCopy:
    """What a copy, or several of which the oldest may be as old, still holds."""
    return OldCopy(name, made, gone_by(made), sum(when > oldest for when in forgotten))


@needs("export")
def export(session: Session, shelf: Shelf, target: Path, *, keep: str = "") -> int:
    """Write a shelf as CSV, all of it; how many lines. It names no customer.

    Raises what :class:`~desk.services.exports.Draft` does.
    """
    found = _rows(session, shelf, session.now().date(), keep, None)
    lines = _ordered(shelf, (_line(session, session.vault.case(row.case)) for row in found))
    draft = Draft(target)
    try:
        draft.begin([name for name, _cell in _columns()])
        draft.add([[cell(one) for _name, cell in _columns()] for one in lines])
        session.record(Exported(what="keeping", format="csv", count=len(lines)))
        draft.finish()
    except BaseException:
        draft.drop()
        raise
    return len(lines)


def _columns() -> tuple[tuple[str, Callable[[Line], str]], ...]:
    return (
        (_("Case number"), lambda one: one.number),
        (_("Closed on"), lambda one: one.closed_at.replace("T", " ")),
        (_("Class"), lambda one: one.keeping.name.of(language())),
        (_("By which rule"), lambda one: one.keeping.article.of(language())),
        (_("May be forgotten from"), lambda one: str(one.due or "")),
        (_("Not before"), lambda one: str(one.floor or "")),
        (_("Legal hold"), lambda one: _("yes") if one.state == "held" else ""),
        (_("Forgotten"), lambda one: one.forgotten_at.replace("T", " ")),
        (_("Agreed by"), lambda one: one.by),
    )


def _rows(
    session: Session, shelf: Shelf, today: date, keep: str, limit: int | None
) -> tuple[CaseRow, ...]:
    """The ledger lines of a shelf, at most `limit` of them."""
    most = -1 if limit is None else limit
    if shelf != "upcoming":
        spans, other = _spans(session, today)
        state = _STATES[shelf]
        return forgetting.listed(session.vault, state, spans, other, keep=keep, limit=most)
    spans, other = _spans(session, today + AHEAD)
    every = forgetting.listed(session.vault, "counting", spans, other, keep=keep, limit=-1)
    due = {row.case for row in _rows(session, "due", today, keep, None)}
    return tuple(row for row in every if row.case not in due)[: None if limit is None else limit]


def _count(session: Session, shelf: Shelf, today: date, keep: str) -> int:
    until = today + AHEAD if shelf == "upcoming" else today
    spans, other = _spans(session, until)
    found = forgetting.count(session.vault, _STATES[shelf], spans, other, keep=keep)
    return found - _count(session, "due", today, keep) if shelf == "upcoming" else found


def _spans(session: Session, day: date) -> tuple[dict[str, Span], Span]:
    """For each class, since when its cases must have been kept to be due on a day."""
    every = session.engine.pack.keeping
    spans = {
        one.key: Span(
            domain.begun_by(day, one.years),
            domain.begun_by(day, one.after_dispute) if one.after_dispute else date.max,
        )
        for one in every
    }
    return spans, spans[every[-1].key]


def _line(session: Session, found: Case) -> Line:
    one, kept = _kept(session, found)
    last = _forgotten(session, found)
    return Line(
        case=found.id,
        number=found.number,
        closed_at=found.closed_at,
        state=kept.state,
        keeping=one,
        is_chosen=bool(found.keep),
        due=domain.due_on(one, kept),
        floor=domain.floor_on(one, kept),
        grounds=_grounds(session, found),
        hold_reason=found.hold_reason or "",
        hold_ended_at=found.hold_ended_at,
        forgotten_at=found.forgotten_at,
        by=last.by if last else "",
        why=last.why if last else "",
        reason=last.reason if last else "",
    )


def _kept(session: Session, found: Case) -> tuple[KeepingClass, Kept]:
    """A case's class and how it is kept: proposed by its own pack, measured by the newest."""
    proposing, newest = session.engine_of(found).pack.keeping, session.engine.pack.keeping
    kept = domain.kept(proposing, found)
    key = kept.keep or found.keep or domain.proposed(proposing, found)
    return domain.class_of(newest, key), kept


def _grounds(session: Session, found: Case) -> tuple[HoldGround, ...]:
    if found.hold_decided or found.forgotten is not None:
        return ()
    engine = session.engine_of(found)
    heard = [trigger.key for trigger in engine.proposal(found).triggers]
    return domain.hold_grounds(found, heard, transferred=engine.kind(found) == TRANSFERS)


def _forgotten(session: Session, found: Case) -> Forgotten | None:
    if found.forgotten is None:
        return None
    told = (event.payload for event in session.vault.events(found.id))
    return next((one for one in told if isinstance(one, Forgotten)), None)


def _traces(session: Session, found: Case) -> set[str]:
    """Names and numbers of the people of a case, as they were typed."""
    packs = (session.engine_of(found).pack, session.engine.pack)
    short = FREE - {"text", "long"}
    named = {
        at.path.rpartition("/")[2]
        for pack in packs
        for at in fields_of(pack.steps)
        if at.definition.kind in short or at.path in _NAMING
    }
    words = (found.text(path).strip() for path in found.fields if path.rpartition("/")[2] in named)
    return {word for word in words if len(word) >= _LEAST_TRACE}


def _ordered(shelf: Shelf, found: Iterable[Line]) -> tuple[Line, ...]:
    lines: Sequence[Line] = list(found)
    if shelf == "forgotten":
        return tuple(sorted(lines, key=lambda one: one.forgotten_at, reverse=True))
    return tuple(sorted(lines, key=lambda one: (str(one.due or one.closed_at), one.number)))
