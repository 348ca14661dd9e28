"""What two computers did to one case without knowing of each other, until somebody looks at it."""

from collections.abc import Iterator
from dataclasses import dataclass

from desk.domain.case import Case, Unsettled, Version
from desk.domain.engine import CaseView
from desk.domain.events import Clash, Settled
from desk.domain.history import HistoryLine
from desk.domain.intake import FieldAt, definition_for
from desk.domain.masking import masked
from desk.errors import NotAllowed
from desk.services import cases, history, sync_offers
from desk.services.composition import values
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs


@dataclass(frozen=True, slots=True)
class Written:
    """One of the values that stand for a field: in words, by whom, when (local ISO minute)."""

    words: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that two computers filled in differently; the value in force first."""

    path: str
    label: str
    written: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What waits at a case for somebody to look.

    `after_closing` and `handovers` are what was done on one computer that the other did not know
    of. `elsewhere`: head office says that the customer may have complained in another branch too.
    """

    differing: tuple[Differing, ...] = ()
    after_closing: tuple[HistoryLine, ...] = ()
    handovers: tuple[HistoryLine, ...] = ()
    elsewhere: bool = False

    @property
    def count(self) -> int:
        """How many things somebody has to settle."""
        return len(self.differing) + bool(self.after_closing) + bool(self.handovers)


@needs("read_cases")
def to_look_at(session: Session, case: str) -> ToLookAt:
    """What waits at a case, in the language in force; values that the form masks stay masked."""
    found = session.vault.case(case)
    open_ = unsettled(session, found)
    return ToLookAt(
        tuple(_differing(session, found)),
        _lines(session, found, open_, "closed"),
        _lines(session, found, open_, "handover"),
        sync_offers.is_repeat_elsewhere(session, case),
    )


def _lines(
    session: Session, case: Case, open_: tuple[Unsettled, ...], about: Clash
) -> tuple[HistoryLine, ...]:
    stamps = {one.stamp for one in open_ if one.about == about}
    if not stamps:
        return ()
    events = [event for event in session.vault.events(case.id) if event.stamp in stamps]
    return history.of_events(session, case.id, events)


def _differing(session: Session, case: Case) -> Iterator[Differing]:
    names = {person.id: person.name for person in session.vault.people()}
    for path in case.contested:
        at = session.definition(case, path)
        heads = case.fields[path].heads
        written = tuple(_written(session, names, at, head) for head in heads)
        yield Differing(path, at.definition.label.of(session.language), written)


def _written(session: Session, names: dict[str, str], at: FieldAt, head: Version) -> Written:
    pack, tongue = session.engine.pack, Tongue(session.language)
    words = values.plain(pack, tongue, at.definition, head.value)
    if at.definition.masked:
        words = masked(at.definition.kind, words)
    moment = session.moment.local(head.stamp.wall_ms)
    who = names.get(head.actor) or head.actor
    return Written(words, who, moment.isoformat(" ", timespec="minutes"))


@needs("work_cases")
def choose(session: Session, case: str, path: str, place: int) -> CaseView:
    """Let one of the values that stand for a field be the only one.

    Raises NotAllowed `nothing_unsettled` when there is no such value any more, and what
    :func:`desk.services.cases.set_field` raises.
    """
    state = session.vault.case(case).fields.get(path)
    if state is None or not state.is_contested or place >= len(state.heads):
        raise NotAllowed(reason="nothing_unsettled")
    return cases.set_field(session, case, path, state.heads[place].value)


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
