"""The quick assessment of a case: observations in, the view out."""

from desk.domain.assessment import Answers, lowers
from desk.domain.assessment_json import parse_answers
from desk.domain.engine import CaseView
from desk.domain.events import Answer, AnswerSet, AssessmentCleared, Payload
from desk.services import approvals
from desk.services.approvals import Approval
from desk.services.session import Session, needs


@needs("work_cases")
def answer(
    session: Session,
    case: str,
    question: str,
    value: Answer,
    *,
    approval: Approval | None = None,
) -> CaseView:
    """Record an observation; None takes it back.

    Lowering a safety dimension (V, U, R0) needs a second person in charge (knowledge B3): without
    their `approval` NotAllowed `needs_approval`, with the `dimensions`. BadInput for a question or
    option the pack does not have.
    """
    before = session.unclosed(case)
    model = session.engine_of(before).pack.assessment
    then = {**before.answers, question: value}
    was = parse_answers(model, {"answers": dict(before.answers)})
    will = parse_answers(model, {"answers": then})
    if before.answers.get(question) == value:
        return session.view(before)
    lowered = lowers(model, was, will)
    if not lowered:
        return session.recorded(case, [AnswerSet(question=question, answer=value)])
    approved = approvals.taken(approval, "lower_band", case, dimensions=lowered)
    event = AnswerSet(
        question=question, answer=value, confirmed_by=approved.by, reason=approved.reason
    )
    return session.recorded(case, [approved, event])


@needs("work_cases")
def clear(
    session: Session, case: str, *, declined: bool = False, approval: Approval | None = None
) -> CaseView:
    """Take back every observation: to begin anew, or because the customer declined it.

    To begin anew must not be a way round a second person, nor may a red light go out unseen:
    NotAllowed `needs_approval` for what would be lowered, as in :func:`answer`.
    """
    before = session.vault.case(case)
    if not before.sitting:
        return session.view(before)
    engine = session.engine_of(before)
    model, now = engine.pack.assessment, engine.assessment(before)
    urgent = {one.key for one in model.profiles if one.urgent}
    lowered = lowers(model, now.answers, Answers()) if now is not None else ()
    payloads: list[Payload] = [AssessmentCleared(why="declined" if declined else "retake")]
    if lowered and now is not None and (not declined or now.profile in urgent):
        payloads.insert(0, approvals.taken(approval, "lower_band", case, dimensions=lowered))
    return session.recorded(case, payloads)
