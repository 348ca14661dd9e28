"""The quick assessment of a case: observations in, the view out."""

from desk.domain.assessment import lowers
from desk.domain.assessment_json import parse_answers
from desk.domain.engine import CaseView
from desk.domain.events import Answer, AnswerSet, AssessmentCleared
from desk.errors import NotAllowed
from desk.services.session import Session


def answer(
    session: Session,
    case: str,
    question: str,
    value: Answer,
    *,
    confirmed_by: str = "",
    reason: str = "",
) -> CaseView:
    """Record an observation; None takes it back.

    Lowering a safety dimension (V, U, R0) needs the person in charge and a reason: without them
    NotAllowed `lowering` (knowledge B3). BadInput for a question or option the pack does not have.
    """
    before = session.unclosed(case)
    model = session.engine_of(before).pack.assessment
    then = {**before.answers, question: value}
    was = parse_answers(model, {"answers": dict(before.answers)})
    will = parse_answers(model, {"answers": then})
    if before.answers.get(question) == value:
        return session.view(before)
    lowered = lowers(model, was, will)
    if lowered and not (confirmed_by.strip() and reason.strip()):
        raise NotAllowed(reason="lowering", dimensions=lowered)
    event = AnswerSet(
        question=question,
        answer=value,
        confirmed_by=confirmed_by.strip(),
        reason=reason.strip() or None,
    )
    return session.recorded(case, [event])


def clear(session: Session, case: str, *, declined: bool = False) -> CaseView:
    """Take back every observation: to begin anew, or because the customer declined it."""
    if not session.vault.case(case).answers:
        return session.view(case)
    return session.recorded(case, [AssessmentCleared(why="declined" if declined else "retake")])
