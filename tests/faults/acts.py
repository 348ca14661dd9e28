"""What people do at a desk while its disk fails: one table, each act judged by the same rule.

Whatever the disk does, a person reads a sentence or the act succeeds; and once the disk is well,
the vault opens, its check finds nothing, what was acknowledged is there, and the act succeeds when
it is done again.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desk.domain.events import Closed
from desk.domain.staff import Branch, Person
from desk.errors import KnownError
from desk.services import (
    approvals,
    attachments,
    backups,
    cases,
    checks,
    entrance,
    keyring,
    restoring,
    retention,
    sentences,
    vaults,
)
from desk.services.session import Session
from desk.store import old_vaults
from tests.faults import unlucky
from tests.faults.kills import engine, say
from tests.faults.unlucky import FIELD, PASSWORD, WORDS

HEAD, OFFICER = Person("1001", "李敏", "head"), Person("1008", "何卫", "officer")
NEXT = "ten ladders by the well"
"""The password that is set while the disk fails."""
LATER = "后来又少了一张"
"""What the vault holds and its backup lacks."""
FIELDS = ("opening_words", "place", "narrative", "product", "address", "complainant_name")
NAME = "爨麤鱻"
PAPER = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1500
_LONG_AGO = "2015-03-02T10:00"

Told = Iterator[tuple[str, str]]
"""What was acknowledged, bit by bit: what it is, and its value."""


@dataclass
class World(unlucky.World):
    """A vault of two people, with a case at work, one to be forgotten, and a backup."""

    old: str = ""

    def make(self) -> None:
        """All of that; `case` changed once more after the backup."""
        super().make()
        with self.opened() as session:
            self.old = cases.open_case(session).case.id
            cases.set_field(session, self.old, "complainant_name", NAME)
            paper = self.vault.with_name("paper.png")
            paper.write_bytes(PAPER[:5000])
            attachments.add(session, self.old, paper, paper.name)
            paper.write_bytes(PAPER)
            session.write(self.old, Closed(outcome="told", at=_LONG_AGO))
            keyring.add_person(session, OFFICER, PASSWORD)
            backups.make(session, "hand")
            cases.set_field(session, self.case, FIELD, LATER)

    @contextlib.contextmanager
    def of(self, person: Person, password: str = PASSWORD) -> Iterator[Session]:
        """The vault, open for one of its people."""
        session = vaults.unlock(self.vault, password, person.id, engine=engine())
        try:
            yield session
        finally:
            vaults.close(session)

    def copied(self, folder: Path) -> "World":
        """The same world in a folder of its own."""
        there = unlucky.copied(self, folder)
        return World(there.vault, there.case, there.moment, self.old)


def _type(world: World, session: Session) -> Told:
    for turn in range(2):
        for path in FIELDS:
            text = f"{path[:3]} 第{turn}回 " + "字" * 12 * turn
            try:
                cases.set_field(session, world.case, path, text)
            except KnownError as error:
                yield "told", sentences.sentence(error)  # and the next is tried
            else:
                yield path, text
        session.rest()


def _unlock(world: World, _session: Session) -> Told:
    with world.of(HEAD) as again:
        cases.set_field(again, world.case, FIELD, LATER)
        yield FIELD, LATER


def _set_up(world: World, _session: Session) -> Told:
    path = world.vault.with_name("new") / "second.vault"
    if not entrance.is_set_up(path):
        branch = Branch("CX", "城西支行")
        vaults.close(vaults.create(path, branch, "柜台二", HEAD, PASSWORD, engine=engine()))
    vaults.close(vaults.unlock(path, PASSWORD, engine=engine()))
    yield "second vault", "there"


def _password(_world: World, session: Session) -> Told:
    yield "trying", NEXT
    try:
        keyring.change_password(session, PASSWORD, NEXT)
    except KnownError as error:
        if error.code != "wrong_password":
            raise
        keyring.change_password(session, NEXT, NEXT)  # it was set, and nobody said so
    yield "password", NEXT


def _rotate(_world: World, session: Session) -> Told:
    keyring.rotate(session)
    yield from ()


def _back_up(_world: World, session: Session) -> Told:
    yield "backup", backups.make(session, "hand").name


def _restore(world: World, _session: Session) -> Told:
    folder = restoring.folder_of(world.vault)
    oldest = restoring.offers(folder)[-1].name
    offer = restoring.look(world.vault, folder, oldest, HEAD.id, PASSWORD)
    restoring.restore(offer)
    yield FIELD, WORDS
    with world.of(HEAD) as again:
        assert again.vault.case(world.case).text(FIELD) == WORDS


def _attach(world: World, session: Session) -> Told:
    paper = world.vault.with_name("paper.png")
    added = attachments.add(session, world.case, paper, paper.name)
    yield "attachment", added.item.file


def _forget(world: World, session: Session) -> Told:
    if session.vault.case(world.old).forgotten is None:
        given = approvals.confirm(session, "forget", world.old, HEAD.id, PASSWORD, "期限已到")
        retention.forget(session, world.old, "due", given)
    yield "forgotten", world.old
    retention.sweep(session)


@dataclass(frozen=True, slots=True)
class Act:
    """What is done, and who does it; `inside` the open vault, or from the page before it."""

    do: Callable[[World, Session], Told]
    person: Person = HEAD
    inside: bool = True

    def done(self, world: World, password: str, faults: dict[str, str]) -> Told:
        """Do it on a disk that fails from the moment at which the vault is open."""
        session = vaults.unlock(world.vault, password, self.person.id, engine=engine())
        os.environ.update(faults)
        try:
            if not self.inside:
                vaults.close(session)
            yield from self.do(world, session)
        except KnownError as error:
            yield "told", sentences.sentence(error)
        finally:
            if self.inside:
                vaults.close(session)


ACTS: dict[str, Act] = {
    "type": Act(_type),
    "unlock": Act(_unlock, inside=False),
    "set up": Act(_set_up),
    "password": Act(_password),
    "rotate": Act(_rotate),
    "back up": Act(_back_up),
    "restore": Act(_restore, inside=False),
    "attach": Act(_attach),
    "forget": Act(_forget, OFFICER),
}


def work(pipe: int, act: Act, world: World, faults: dict[str, str]) -> None:
    """Do it, and say what was acknowledged and which sentences were read."""
    for what, value in act.done(world, PASSWORD, faults):
        say(pipe, what, value)


def kept(pipe: int, act: Act, world: World, told: list[tuple[str, ...]]) -> None:
    """What is not as it should be, once the disk is well."""
    acknowledged = {one[0]: one[1] for one in told}
    found: list[str] = []
    password = acknowledged.get("password", PASSWORD)
    try:
        with world.of(HEAD, password):
            pass
    except KnownError:
        password = acknowledged.get("trying", "")  # set, and the power went before it was said
    with world.of(HEAD, password) as session:
        retention.sweep(session)  # as the program does once it is open
        found += _lost(session, world, acknowledged)
        found += [checks.line(one) for one in checks.check(session)]
    again = list(act.done(world, password if act.person == HEAD else PASSWORD, {}))
    found += [f"done again: {value}" for what, value in again if what == "told"]
    with world.of(HEAD, dict(again).get("password", PASSWORD)) as session:
        retention.sweep(session)
        found += _lost(session, world, dict(again))
        found += [f"after that, {checks.line(one)}" for one in checks.check(session)]
    say(pipe, *found)


def _lost(session: Session, world: World, acknowledged: dict[str, str]) -> Iterator[str]:
    """What was acknowledged and is not there."""
    case = session.vault.case(world.case)
    for path in FIELDS:
        if path in acknowledged and case.text(path) != acknowledged[path]:
            yield f"{path}: {acknowledged[path]!r} was stored, {case.text(path)!r} is there"
    if FIELD not in acknowledged:
        yield from _first_words(case.text(FIELD), world)
    old = session.vault.case(world.old)
    if "forgotten" in acknowledged and old.forgotten is None:
        yield "somebody who was forgotten is there"
    if old.forgotten is None and old.text("complainant_name") != NAME:
        yield "somebody who was not forgotten is gone"
    if "attachment" in acknowledged:
        shown = attachments.reveal(session, world.case, acknowledged["attachment"])
        if attachments.content(shown) != PAPER:
            yield "a file is not what was attached"
    if "backup" in acknowledged:
        yield from _unsound(session, acknowledged["backup"])


def _first_words(there: str, world: World) -> Iterator[str]:
    """The words of before; those of the backup only where the vault that was there is kept."""
    aside = old_vaults.listing(world.vault)
    if there != LATER and not (there == WORDS and aside) and not there.startswith(FIELD[:3]):
        yield f"{FIELD}: {there!r} is there"


def _unsound(session: Session, name: str) -> Iterator[str]:
    states = {one.name: one.state for one in backups.overview(session).backups}
    if states.get(name) != "whole":
        yield f"the backup {name} is {states.get(name)}"
    drill = backups.try_out(backups.plan_drill(session))
    if drill.fault:
        yield f"the newest backup: {drill.fault}"
