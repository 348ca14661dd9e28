"""What goes in the place of personal values to whoever asked for none, case by case."""

from collections import OrderedDict

from desk.domain.deidentify import Identity, Treatment, identity, stand_in, treatment
from desk.domain.events import Event
from desk.domain.intake import StepDef, definition_for
from desk.services.editions import Editions
from desk.services.session import Session
from desk.store import exchange
from desk.store.outgoing import EventsOf

_KEPT = 2_000
"""Cases whose customers are remembered; events of a case mostly stand close together."""


class StandIns:
    """Says what stands for the sealed part of an event (`desk.domain.deidentify`).

    Reads every case that it is asked about, once: what a customer is called was perhaps written
    later than the event at hand, or corrected since. Made on the vault's thread, asked on any.
    """

    def __init__(self, session: Session) -> None:
        self._newest = session.engine
        self._editions = Editions()
        self._key = exchange.pseudonym_key(session.vault)
        self._staff = frozenset(one.name for one in session.vault.people() if one.name)
        self._cases: OrderedDict[str, Identity] = OrderedDict()
        self._treated: dict[tuple[str, str], Treatment] = {}

    def __call__(self, event: Event, events_of: EventsOf) -> bytes:
        """The stand-in, as JSON."""
        known = self._cases.get(event.case)
        if known is None:
            known = self._cases[event.case] = self._known(events_of(event.case))
            if len(self._cases) > _KEPT:
                self._cases.popitem(last=False)
        return stand_in(event.payload, known, lambda path: self._treatment(event.pack, path))

    def _known(self, events: tuple[Event, ...]) -> Identity:
        pack = events[0].pack
        payloads = (event.payload for event in events)
        return identity(self._key, payloads, lambda path: self._treatment(pack, path), self._staff)

    def _treatment(self, pack: str, path: str) -> Treatment:
        """As the pack of the event says, else as the newest does; the item of a group is any."""
        parts = path.split("/")
        pattern = f"{parts[0]}/*/{parts[2]}" if len(parts) == 3 else path
        found = self._treated.get((pack, pattern))
        if found is None:
            found = self._treated[pack, pattern] = self._defined(pack, path)
        return found

    def _defined(self, pack: str, path: str) -> Treatment:
        packs = (self._editions.of(pack, self._newest).pack, self._newest.pack)
        steps: tuple[tuple[StepDef, ...], ...] = tuple(one.steps for one in packs)
        at = next((at for one in steps if (at := definition_for(one, path)) is not None), None)
        return treatment(at.definition if at else None)
