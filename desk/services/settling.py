"""What two computers did to one case without knowing of each other, until somebody looks at it."""

from desk.domain.case import Case, Unsettled
from desk.domain.events import Clash, Settled
from desk.domain.intake import definition_for
from desk.errors import NotAllowed
from desk.services.session import Session, needs


@needs("read_cases")
def unsettled(session: Session, case: str | Case) -> tuple[Unsettled, ...]:
    """What waits to be looked at, in order; the follow-up of a closed case is no such thing.

    Two values of one field are told by `Case.contested`.
    """
    found = session.vault.case(case) if isinstance(case, str) else case
    return tuple(one for one in found.unsettled if not _is_follow_up(session, found, one))


def _is_follow_up(session: Session, case: Case, one: Unsettled) -> bool:
    if one.about != "closed":
        return False
    packs = (session.engine_of(case).pack, session.engine.pack)
    at = next((at for pack in packs if (at := definition_for(pack.steps, one.what))), None)
    return at is not None and at.definition.after_close


@needs("work_cases")
def settle(session: Session, case: str, about: Clash) -> tuple[Unsettled, ...]:
    """Leave the case as it stands, having looked: what is still unsettled afterwards.

    Raises NotAllowed `nothing_unsettled` when nothing of this kind waits.
    """
    if all(one.about != about for one in unsettled(session, case)):
        raise NotAllowed(reason="nothing_unsettled")
    session.write(case, Settled(about=about))
    return unsettled(session, case)
