"""Who works on which vault with which pack: what every use case is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.domain.case import Case
from desk.domain.engine import CaseView, Engine, Place
from desk.domain.events import Event, Payload
from desk.domain.staff import Branch, Person
from desk.errors import NotAllowed
from desk.i18n import Language, language
from desk.services.moment import Moment
from desk.services.surroundings import Surroundings
from desk.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Session:
    """An open vault, the pack made ready, the person at the desk, and the clock.

    Lives on the database thread: every function of the services that takes one runs there.
    """

    vault: Vault
    engine: Engine
    moment: Moment
    actor: Person
    branch: Branch
    around: Surroundings = field(default_factory=Surroundings, repr=False, compare=False)

    @property
    def language(self) -> Language:
        """The language in force."""
        return language()

    @property
    def place(self) -> Place:
        """What the blanks of scripts may say of branch and staff."""
        return Place(branch=self.branch.name, staff=self.actor.name)

    def now(self) -> datetime:
        """Local time to the second."""
        return self.moment.now()

    def minute(self) -> str:
        """Local time as an ISO minute, as events record it."""
        return self.now().isoformat(timespec="minutes")

    def new_id(self) -> str:
        """A fresh identifier that sorts after those made before it."""
        return self.vault.new_id(self.moment.wall_ms())

    def write(self, case: str, *payloads: Payload) -> tuple[Event, ...]:
        """Append events to a case in one transaction; durable when this returns."""
        return self.vault.append(
            case,
            payloads,
            actor=self.actor.id,
            wall_ms=self.moment.wall_ms(),
            pack=self.engine.pack.stamp,
        )

    def view(self, case: str | Case) -> CaseView:
        """A case as it stands now; CaseUnknown when there is none of this id."""
        found = self.vault.case(case) if isinstance(case, str) else case
        now = self.now()
        around = self.around.of(self.vault, found, self.engine.scenario(found), now)
        return self.engine.view(found, now, self.language, self.place, around)

    def unclosed(self, case: str) -> Case:
        """A case that may still be changed; NotAllowed `case_closed` once it is closed."""
        found = self.vault.case(case)
        if found.status == "closed":
            raise NotAllowed(reason="case_closed", case=found.number)
        return found

    def rest(self) -> None:
        """Do what may wait until nobody waits: texts into the search index, the log written back.

        Search itself indexes what is still waiting, so leaving this out costs time and no hits.
        """
        self.vault.rest()

    def recorded(self, case: str, payloads: Sequence[Payload]) -> CaseView:
        """Append events, if any, and show the case afterwards."""
        if payloads:
            self.write(case, *payloads)
        return self.view(case)
