"""Who works on which vault with which pack: what every use case is given, and who may ask it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from desk.domain.case import Case
from desk.domain.engine import CaseView, Engine, Place
from desk.domain.events import ClockStepped, Event, Payload
from desk.domain.intake import FieldAt, definition_for
from desk.domain.permissions import BARRED, Right, allows, concerned, scope
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, NotAllowed
from desk.i18n import Language, language
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.services.surroundings import Surroundings
from desk.store.vault import Vault

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Session:
    """An open vault, the pack made ready, the person at the desk, and the clock.

    `engine` is that of the newest pack, for new cases and for what is of no case; a case goes on
    under the version it was opened under, with :meth:`engine_of`. `office`: this is head office's.
    Lives on the database thread: every function of the services that takes one runs there.
    """

    vault: Vault
    engine: Engine
    moment: Moment
    actor: Person
    branch: Branch
    editions: Editions = field(default_factory=Editions, repr=False, compare=False)
    office: bool = False
    around: Surroundings = field(default_factory=Surroundings, repr=False, compare=False)

    @property
    def language(self) -> Language:
        """The language in force."""
        return language()

    @property
    def place(self) -> Place:
        """What the blanks of scripts may say of branch and staff."""
        return Place(branch=self.branch.name, staff=self.actor.name)

    def may(self, right: Right, case: str | Case | None = None) -> bool:
        """Whether the person at the desk may do this, to this case where one is named."""
        if right not in BARRED and scope(self.actor, right) != "own":
            return allows(self.actor, right)  # whichever case it is: none need be read
        found = self.vault.case(case) if isinstance(case, str) else case
        return allows(self.actor, right, found)

    def require(self, right: Right, case: str | Case | None = None) -> None:
        """Raises NotAllowed `role`, `concerned` or `not_yours` unless the actor may do this."""
        if self.may(right, case):
            return
        reason = "role"
        if allows(self.actor, right) and case is not None:
            found = self.vault.case(case) if isinstance(case, str) else case
            barred = right in BARRED and concerned(self.actor, found)
            reason = "concerned" if barred else "not_yours"
        raise NotAllowed(reason=reason, right=right)

    def now(self) -> datetime:
        """Local time to the second."""
        return self.moment.now()

    def minute(self) -> str:
        """Local time as an ISO minute, as events record it."""
        return self.now().isoformat(timespec="minutes")

    def new_id(self) -> str:
        """A fresh identifier that sorts after those made before it."""
        return self.vault.new_id(self.moment.wall_ms())

    def engine_of(self, case: str | Case) -> Engine:
        """The engine of the pack version a case was opened under; the newest where it is gone.

        CaseUnknown when there is no case of this id.
        """
        found = self.vault.case(case) if isinstance(case, str) else case
        return self.editions.of(found.pack, self.engine)

    def definition(self, case: str | Case, path: str) -> FieldAt:
        """The field at `path` as the case's pack defines it, else as the newest does.

        BadInput `field_unknown` when neither does.
        """
        for engine in (self.engine_of(case), self.engine):
            at = definition_for(engine.pack.steps, path)
            if at is not None:
                return at
        raise BadInput(reason="field_unknown", where=path)

    def write(self, case: str, *payloads: Payload) -> tuple[Event, ...]:
        """Append events to a case in one transaction; durable when this returns."""
        self.keep_time()
        pack = self.engine_of(case).pack
        self.editions.used(self.vault, pack, self.record)
        return self.vault.append(
            case,
            payloads,
            actor=self.actor.id,
            wall_ms=self.moment.wall_ms(),
            pack=pack.stamp,
        )

    def record(self, *payloads: Payload) -> tuple[Event, ...]:
        """Store what happened to the vault itself, done by the person at the desk."""
        self.keep_time()
        wall_ms = self.moment.wall_ms()
        return self.vault.record(*payloads, actor=self.actor.id, wall_ms=wall_ms)

    def keep_time(self) -> None:
        """Record that the computer's clock came into doubt, or out of it, where that is new."""
        step = self.moment.step()
        if step is not None:
            told = ClockStepped(before_ms=step.before_ms, now_ms=step.now_ms, state=step.state)
            self.vault.record(told, actor=self.actor.id, wall_ms=self.moment.wall_ms())
            self.moment.recorded(step)

    def view(self, case: str | Case) -> CaseView:
        """A case as it stands now; CaseUnknown when there is none of this id."""
        found = self.vault.case(case) if isinstance(case, str) else case
        now = self.now()
        engine = self.engine_of(found)
        around = self.around.of(self.vault, found, engine.scenario(found), now)
        view = engine.view(found, now, self.language, self.place, around)
        edition = self.editions.edition(self.vault, found, engine.pack)
        return view if edition == view.edition else replace(view, edition=edition)

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


def needs(
    right: Right,
) -> Callable[
    [Callable[Concatenate[Session, Asked], Given]], Callable[Concatenate[Session, Asked], Given]
]:
    """A use case that refuses whoever lacks `right`.

    A parameter `case` says which case it is about, for rights that reach only one's own.
    """

    def guard(
        use: Callable[Concatenate[Session, Asked], Given],
    ) -> Callable[Concatenate[Session, Asked], Given]:
        names = use.__code__.co_varnames[1 : use.__code__.co_argcount]
        place = names.index("case") if "case" in names else len(names)

        @functools.wraps(use)
        def guarded(session: Session, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Given:
            about = args[place] if place < len(args) else kwargs.get("case")
            session.require(right, about if isinstance(about, str | Case) else None)
            return use(session, *args, **kwargs)

        guarded.__dict__["right"] = right
        return guarded

    return guard
