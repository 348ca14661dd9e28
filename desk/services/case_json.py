"""One case as plain JSON values: everything the fold knows, and the clocks, for other programs.

The shape changes only by adding keys. Values are the stored ones, unmasked.
"""

from desk.domain import assessment_json, clock_json
from desk.domain.case import Case, StartedChecklist
from desk.domain.intake import is_filled
from desk.domain.report import Seal
from desk.services.session import Session, needs


@needs("reveal")
def plain(session: Session, case: str) -> dict[str, object]:
    """A case, its clocks and its seal. CaseUnknown when there is none of this id."""
    view = session.view(case)
    model = view.pack.assessment
    found = assessment_json.to_json(model, view.assessment) if view.assessment else None
    sealed = session.vault.case_seal(case)
    seal = Seal.of(sealed.sha256, sealed.count)
    return {
        **_head(view.case),
        "assessment": found,
        "missing": [{"step": lack.step, "field": lack.field} for lack in view.missing],
        "clocks": clock_json.to_json(view.clocks, session.language)["clocks"],
        "seal": {"code": seal.code, "records": seal.record_count, "hash": seal.full_hash},
    }


def _head(case: Case) -> dict[str, object]:
    single = {path: state for path, state in case.fields.items() if "/" not in path}
    return {
        "id": case.id,
        "number": case.number,
        "status": case.status,
        "outcome": case.outcome,
        "received_at": case.received,
        "closed_at": case.closed_at,
        "step": case.step,
        "first_receiver": case.first_receiver,
        "handler": case.handler,
        "fields": {path: state.value for path, state in single.items() if is_filled(state.value)},
        "groups": _groups(case),
        "contested": list(case.contested),
        "answers": dict(case.answers),
        "said": list(case.said),
        "checklists": {key: _checklist(begun) for key, begun in case.checklists.items()},
        "notes": [{"by": note.actor, "text": note.text} for note in case.notes],
        "reports": [
            {"copy": made.copy, "language": made.language, "seal": made.seal, "sha256": made.sha256}
            for made in case.reports
        ],
    }


def _groups(case: Case) -> dict[str, list[dict[str, object]]]:
    """The items of every repeated group, in order, each by field key."""
    names = dict.fromkeys(path.split("/")[0] for path in case.fields if "/" in path)
    return {name: [_item(case, f"{name}/{item}/") for item in case.items(name)] for name in names}


def _item(case: Case, prefix: str) -> dict[str, object]:
    return {
        path.removeprefix(prefix): state.value
        for path, state in case.fields.items()
        if path.startswith(prefix) and is_filled(state.value)
    }


def _checklist(begun: StartedChecklist) -> dict[str, object]:
    return {
        "at": begun.at,
        "triggers": list(begun.triggers),
        "items": {
            key: {"status": mark.status, "by": mark.actor, "reason": mark.reason}
            for key, mark in begun.items.items()
        },
    }
