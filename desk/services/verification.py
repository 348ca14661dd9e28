"""Whether a report somebody brings is the one that was made, and what happened since.

A report is known by its seal: the mark in the file, or the code on its pages. Its file is known by
the hash that was recorded when it was made. What the mark says of the log at that moment is held
against the log; so a report kept outside shows whether anything before it was changed, and whether
the end of the log was cut off.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from desk.documents.reading import Brought, read_report
from desk.domain.events import Copy, Event, Reported
from desk.domain.history import HistoryLine
from desk.domain.proof import Anchor, Finding
from desk.domain.report import Seal
from desk.errors import BadInput, CaseUnknown
from desk.i18n import _, ngettext
from desk.services import history
from desk.services.session import Session, needs
from desk.store import backups
from desk.store import check as store_check

_MOST_MANIFEST = 1024 * 1024

Outcome = Literal["genuine", "altered", "contradicted", "unrecorded", "unknown"]
"""`genuine`: the very file that was made, and the record agrees. `altered`: the report was made,
but this file is not as it was made. `contradicted`: the record is not what the report says of it.
`unrecorded`: it bears a seal that agrees, but that it was made is not recorded. `unknown`: no
report of this vault."""


@dataclass(frozen=True, slots=True)
class ReportVerdict:
    """What is known of a file that claims to be a report.

    `made_at` (local), `made_by` and `copy` are of its recording, `count` the events sealed in it,
    `after` what came after it, oldest first; empty for who may not read cases, and where the record
    is not to be relied on. `after_count` is the number of these events.
    """

    name: str
    outcome: Outcome
    number: str = ""
    case: str = ""
    code: str = ""
    count: int = 0
    copy: Copy | None = None
    made_at: datetime | None = None
    made_by: str = ""
    after: tuple[HistoryLine, ...] = ()
    after_count: int = 0
    faults: tuple[Finding, ...] = ()


@needs("check")
def verify_report(session: Session, path: Path) -> ReportVerdict:
    """Whether the file at `path` is a report of this vault as it was made, and what came after.

    Raises BadInput when it cannot be read or is no PDF.
    """
    brought = read_report(path)
    said = brought.mark is not None and session.vault.said(brought.mark)
    mark = brought.mark if said else None
    made, whole = _recorded(session, brought)
    case = made.case if made else _case_of(session, mark)
    code = Seal.of(brought.mark.seal, 0).code if brought.mark else "".join(brought.codes[:1])
    if not case and not said:
        number = brought.mark.number if brought.mark else ""
        return ReportVerdict(path.name, "unknown", number=number, code=code)
    faults = store_check.unsound(session.vault, case) if case else ()
    if mark is not None:
        faults += session.vault.held_to(mark)
    outcome: Outcome = "genuine" if whole else "altered" if made else "unrecorded"
    told_on = bool(case) and not faults and session.may("read_cases", case)
    later = _later(session, case, mark, made) if case else ()
    told = made.payload if made else None
    people = {person.id: person.name for person in session.vault.people()}
    return ReportVerdict(
        name=path.name,
        outcome="contradicted" if faults else outcome,
        number=_number_of(session, case) or (mark.number if mark else ""),
        case=case,
        code=code,
        count=mark.count if mark else 0,
        copy=told.copy if isinstance(told, Reported) else None,
        made_at=session.moment.local(made.stamp.wall_ms) if made else None,
        made_by=people.get(made.actor, made.actor) if made else "",
        after=history.of_events(session, case, later) if told_on else (),
        after_count=len(later),
        faults=faults,
    )


def _recorded(session: Session, brought: Brought) -> tuple[Event | None, bool]:
    """The recording of a report, and whether it is of this very file.

    Known by the file's hash, else by the seal of its mark or on its pages: the last one then.
    """
    found: Event | None = None
    for event in store_check.reported(session.vault):
        told = event.payload
        if not isinstance(told, Reported):
            continue
        if told.sha256 == brought.sha256:
            return event, True
        if brought.mark is not None:
            same = told.seal == brought.mark.seal
        else:
            same = Seal.of(told.seal, 0).code in brought.codes
        found = event if same else found
    return found, False


def _number_of(session: Session, case: str) -> str:
    try:
        return session.vault.ledger.line(case).number if case else ""
    except CaseUnknown:
        return ""


def _case_of(session: Session, mark: Anchor | None) -> str:
    try:
        return session.vault.ledger.by_number(mark.number).case if mark else ""
    except CaseUnknown:
        return ""


def _later(
    session: Session, case: str, mark: Anchor | None, made: Event | None
) -> tuple[Event, ...]:
    """The events of a case that its report could not tell of, its own recording left out."""
    heads = {head.device: head.seq for head in mark.heads} if mark else {}
    found = store_check.readable(session.vault, case)
    events = [event for event in found if made is None or event.id != made.id]
    if heads:
        return tuple(event for event in events if event.seq > heads.get(event.device, 0))
    if mark is not None:
        return tuple(events[mark.count :])
    return tuple(event for event in events if made is not None and event.stamp > made.stamp)


def words(verdict: ReportVerdict) -> tuple[str, str]:
    """What a person is told: the judgement in one line, and what it means."""
    title, meaning = {
        "genuine": (
            _("This is the report that was made, unchanged."),
            _("The file is the very one, and the record of the case up to then is as sealed."),
        ),
        "altered": (
            _("This file is not as it was made."),
            _(
                "A report with this seal was made and the record agrees with it, but this file was "
                "changed or saved anew since. Do not rely on what it says; make the report again."
            ),
        ),
        "contradicted": (
            _("The record of this vault is not what the report says."),
            _(
                "Events before this report were changed or are missing here. Please keep the file, "
                "change nothing, and have the vault verified against it (desk check --against)."
            ),
        ),
        "unrecorded": (
            _("That this report was made is not recorded."),
            _(
                "Its seal agrees with the case, but no report with it was recorded. It was never "
                "issued, or the end of the record is missing."
            ),
        ),
        "unknown": (
            _("This is no report of a case in this vault."),
            _(
                "The file bears no seal that is known here. It may come from another branch, or "
                "was changed so far that nothing tells what it was."
            ),
        ),
    }[verdict.outcome]
    return title, meaning


def about(verdict: ReportVerdict) -> tuple[str, ...]:
    """Which report it is, as far as is known: case and seal; copy, when it was made, by whom."""
    lines: list[str] = []
    if verdict.number:
        words = _("Case {number}, seal {seal}")
        lines.append(words.format(number=verdict.number, seal=verdict.code))
    if verdict.made_at is not None:
        branch = verdict.copy == "internal"
        copy = _("Copy for the branch") if branch else _("Copy for the customer")
        at = verdict.made_at.isoformat(" ", timespec="minutes")
        made = _("{copy}, made {at} by {who}")
        lines.append(made.format(copy=copy, at=at, who=verdict.made_by))
    return tuple(lines)


def since(verdict: ReportVerdict) -> str:
    """How much came after the report, in words; empty where nothing can be said of it."""
    if not verdict.case or verdict.outcome == "contradicted":
        return ""
    if not verdict.after_count:
        return _("Nothing was added to the case since.")
    return ngettext(
        "{n} entry was added to the case since.",
        "{n} entries were added to the case since.",
        verdict.after_count,
    ).format(n=verdict.after_count)


@needs("check")
def anchor(session: Session, path: Path) -> Anchor:
    """What the file at `path` says of the log: a report, or the manifest of a backup.

    BadInput when it is neither, or when this vault did not say that.
    """
    manifest = None
    with contextlib.suppress(OSError):
        small = path.stat().st_size <= _MOST_MANIFEST
        manifest = backups.read_manifest(path) if small else None
    if manifest is not None and backups.is_signed(manifest, session.vault.opened.chain_key):
        return backups.anchor(manifest, path.name)
    mark = None if manifest is not None else read_report(path).mark
    if mark is None or not session.vault.said(mark):
        raise BadInput(reason="no_anchor", where=path.name)
    return mark
