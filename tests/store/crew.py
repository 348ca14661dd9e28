"""A real encrypted vault with one person of every role, each with a password of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.permissions import Role
from desk.domain.staff import Branch, Person
from desk.packs import shelf
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store import keys
from desk.store.stretching import Argon
from desk.store.vault import Vault, person_put

HEAD = Person("1001", "李敏", "head")
OFFICER = Person("1008", "何卫", "officer")
LOBBY = Person("1017", "周岚", "lobby")
TELLER = Person("1023", "陈晨", "teller")
SECOND = Person("1024", "许诺", "teller")
AUDITOR = Person("2001", "沈静", "auditor")
ADMIN = Person("2002", "方远", "admin")
LEFT = Person("1031", "白帆", "teller", active=False)
PEOPLE = (HEAD, OFFICER, LOBBY, TELLER, SECOND, AUDITOR, ADMIN, LEFT)
OF_ROLE: dict[Role, Person] = {
    "head": HEAD,
    "officer": OFFICER,
    "lobby": LOBBY,
    "teller": TELLER,
    "auditor": AUDITOR,
    "admin": ADMIN,
}
CHEAP = Argon(m=8, t=1, p=1)


@dataclass(frozen=True, slots=True)
class Hand(Moment):
    """A clock that goes on only when it is told to."""

    at: list[datetime] = field(default_factory=lambda: [datetime.fromisoformat("2026-11-06T09:05")])

    def now(self) -> datetime:
        return self.at[0]

    def wall_ms(self) -> int:
        return int(self.at[0].timestamp() * 1000)

    def later(self, **time: int) -> None:
        self.at[0] += timedelta(**time)


@cache
def engine() -> Engine:
    return Engine(shelf.newest())


def password(person: Person) -> str:
    """What this person types."""
    return f"three trees of {person.id}"


@dataclass(frozen=True, slots=True)
class Crew:
    """The vault, and who sits at the desk."""

    head: Session
    moment: Hand

    def at_desk(self, person: Person) -> Session:
        """The same vault with another person at the desk."""
        return replace(self.head, actor=person)


@contextmanager
def crew_in(folder: Path) -> Iterator[Crew]:
    """A new vault in a folder, open for everybody in turn."""
    moment, path = Hand(), folder / "crew.vault"
    vault = Vault.create(
        path,
        password(HEAD),
        person=HEAD,
        branch=Branch("CD", "城东支行", "云溪银行"),
        device="二号窗",
        projector=engine().project,
        wall_ms=moment.wall_ms(),
        argon=CHEAP,
    )
    others = PEOPLE[1:]
    vault.record(*map(person_put, others), actor=HEAD.id, wall_ms=moment.wall_ms())
    let_in(vault, path, [person for person in others if person.active])
    yield Crew(Session(vault, engine(), moment, HEAD, vault.branch()), moment)
    vault.close()


def let_in(vault: Vault, path: Path, people: list[Person]) -> None:
    """Give people a key slot each, as cheap as a test needs."""
    secrets = {keys.salt_of(path): vault.opened.secret}
    header = keys.trusted(path, secrets)
    slots = [
        keys.person_slot(
            vault.id,
            person.id,
            password(person),
            secrets,
            argon=CHEAP,
            created=1,
            fresh=keys.system_randomness,
        )
        for person in people
    ]
    keys.write(path, keys.resealed(header, [*header.slots, *slots], secrets), secrets)
