"""The coach beside the form: what was said, and checking words before they are stored."""

from desk.domain.engine import CaseView
from desk.domain.events import ScriptSaid
from desk.domain.wording import Finding
from desk.services.session import Session, needs


@needs("work_cases")
def said(session: Session, case: str, script: str) -> CaseView:
    """Mark a sentence as said; the next one takes its place."""
    return session.recorded(case, [ScriptSaid(script=script)])


def check(session: Session, text: str) -> tuple[Finding, ...]:
    """What is risky in words of staff."""
    return session.engine.checker.check(text)
