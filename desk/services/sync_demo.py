"""A week of three computers and head office, with what goes wrong on the way: `desk demo --sync`.

Nothing is shown that did not happen: real vaults, real files on the way, real refusals. It ends
with what each of them knows of each branch in one figure, which must be the same everywhere.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from desk.domain.exchange import Peer
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, KnownError
from desk.i18n import _
from desk.packs import shelf
from desk.services import (
    cases,
    hub,
    hub_imports,
    hub_receipts,
    hub_status,
    seed_histories,
    sentences,
    sync,
    sync_exports,
    sync_imports,
    sync_offers,
    vaults,
)
from desk.services.moment import Moment
from desk.services.seed_histories import Stock
from desk.services.session import Session

Tell = Callable[[str], None]
BEGINS = datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001 - a Monday, by the branches' wall clock
DAYS = 5
_PASSWORD = "诉解台 演示 2026"  # noqa: S105 - of vaults that hold nothing real


@dataclass(frozen=True, slots=True)
class Clock(Moment):
    """The clock of all of them; it goes on when the week does."""

    at: list[datetime] = field(default_factory=lambda: [BEGINS])

    def now(self) -> datetime:
        """The local time."""
        return self.at[0]

    def later(self, minutes: int) -> None:
        """Let so many minutes go by."""
        self.at[0] += timedelta(minutes=minutes)

    def wall_ms(self) -> int:
        """The same in milliseconds since 1970 UTC."""
        return int(self.now().timestamp() * 1000)

    def passed(self) -> float:
        """Seconds that have really gone by."""
        return (self.at[0] - BEGINS).total_seconds()


@dataclass(frozen=True, slots=True)
class Ended:
    """What one of them knows of a branch at the end."""

    who: str
    branch: str
    sha256: str
    cases: int
    events: int


@dataclass
class Week:
    """The computers, head office and the folders that stand for sticks."""

    out: Path
    tell: Tell
    stock: Stock
    chance: random.Random
    clock: Clock
    sessions: dict[str, Session] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)

    def computer(self, name: str, branch: Branch) -> Session:
        """A new vault with one person, who does everything here."""
        folder = self.out / name
        person = Person(f"10{len(self.sessions) + 1:02d}", f"演示{len(self.sessions) + 1}", "head")
        made = vaults.create(
            folder / f"{name}.vault", branch, name, person, _PASSWORD, moment=self.clock
        )
        self.sessions[name] = made
        return made

    def stick(self, name: str) -> Path:
        """A folder that a file is carried in."""
        folder = self.out / "sticks" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def complaint(self, session: Session) -> str:
        """Take an invented complaint; its id."""
        matter, trouble = self.chance.choice(self.stock.businesses), self._trouble()
        name = self.chance.choice(self.stock.surnames) + self.chance.choice(self.stock.given)
        self.clock.later(self.chance.randint(5, 40))
        case = cases.open_case(session).case.id
        said = "".join([self.chance.choice(self.stock.openings), self.chance.choice(matter.begins)])
        words = said.format_map(_Words(matter.products[0]))
        for path, value in (
            ("complainant_name", name),
            ("complainant_phone", f"139{self.chance.randrange(10**8):08d}"),
            ("narrative", words),
            ("business", matter.key),
            ("cause", trouble),
        ):
            self.clock.later(1)
            cases.set_field(session, case, path, value)
        return case

    def _trouble(self) -> str:
        return self.chance.choice([cause.key for cause in self.stock.causes if not cause.only])

    def close(self) -> None:
        """Close every vault."""
        for session in self.sessions.values():
            vaults.close(session)


class _Words(dict[str, str]):
    """What stands in the blanks of invented sentences."""

    def __init__(self, product: str) -> None:
        super().__init__(product=product)

    def __missing__(self, _name: str) -> str:
        return "3"


def run(out: Path, tell: Tell, database: str = "") -> bool:
    """Play the week; whether everybody ends with the same. `database` as `desk hub init` takes it.

    Raises BadInput `not_empty` unless the folder is new or empty, and what the services raise.
    """
    if out.exists() and any(out.iterdir()):
        raise BadInput(reason="not_empty", where=str(out))
    clock = Clock()
    stock = seed_histories.load_stock(shelf.newest())
    week = Week(out, tell, stock, random.Random(7), clock)  # noqa: S311 - the same each time
    try:
        return _played(week, database)
    finally:
        week.close()


def _played(week: Week, database: str) -> bool:
    east, west = Branch("CD", "城东支行", "云溪银行"), Branch("CX", "城西支行", "云溪银行")
    counter, office = week.computer("counter", east), week.computer("manager", east)
    other = week.computer("west", west)
    head = week.computer("head-office", Branch("HO", "总行", "云溪银行"))
    made = hub.make(head, database)
    week.tell(_("Head office is made; its store is in {where}.").format(where=made.database))
    _introduce(week, head, {"counter": counter, "manager": office, "west": other})
    _joined(week, counter, office)
    _days(week, head, counter, office, other)
    _publish(week, head, [counter, office, other])
    for turn in range(2):
        _round(week, head, [counter, office, other], f"last-{turn}")
        _between(week, counter, office, f"last-{turn}")
    return _compare(week, head, {"counter": counter, "manager": office, "west": other})


def _introduce(week: Week, head: Session, branches: dict[str, Session]) -> None:
    """Everybody is enrolled: head office's file out, the first file back, fingerprints read."""
    for name, session in branches.items():
        branch = session.branch
        enrolled = hub.enrol(
            head, branch.code, branch.name, week.stick("enrolment"), profile="full"
        )
        offered = sync.introduced(session, enrolled.path)
        sync.approve_peer(session, offered, enrolled.fingerprint)
        first = sync_exports.export(session, offered.peer.id, week.stick(f"{name}-first"))
        (waits,) = hub_imports.import_(head, first.paths)
        approved = hub.approve(head, branch.code, sync.own(session).fingerprint)
        week.tell(
            _(
                "{name} was {outcome} until its fingerprint was compared; then {n} file came in."
            ).format(name=name, outcome=waits.outcome, n=len(approved.files))
        )


def _joined(week: Week, one: Session, other: Session) -> None:
    """The two computers of one branch know each other by their cards."""
    for giver, taker in ((one, other), (other, one)):
        path, own = sync.card(giver, week.stick("cards"))
        sync.approve_peer(taker, sync.introduced(taker, path), own.fingerprint)
    week.tell(_("The two computers of one branch are joined."))


def _days(week: Week, head: Session, counter: Session, office: Session, other: Session) -> None:
    shared = ""
    for day in range(DAYS):
        week.clock.at[0] = BEGINS + timedelta(days=day)
        taken = [week.complaint(one) for one in (counter, office, other)]
        shared = shared or taken[0]
        week.tell(_("Day {n}: {cases} complaints taken.").format(n=day + 1, cases=len(taken)))
        if day == 1:
            _between(week, counter, office, "conflict")
            _conflict(week, counter, office, shared)
        if day == 2:
            _lost(week, head, other)
        if day == 3:
            _twice(week, head, counter)
        else:
            _round(week, head, [counter, other], f"day-{day}")


def _conflict(week: Week, counter: Session, office: Session, case: str) -> None:
    """Two people write the same field on two computers; both values stay to be settled."""
    cases.set_field(counter, case, "complainant_name", "王秀英")
    week.clock.later(3)
    cases.set_field(office, case, "complainant_name", "王秀瑛")
    _between(week, counter, office, "conflict-2")
    waiting = counter.vault.case(case).contested
    week.tell(
        _("Two people wrote {field} at once: both values stay until one is settled on.").format(
            field=", ".join(waiting)
        )
    )
    if counter.vault.case(case).contested != office.vault.case(case).contested:
        raise RuntimeError("the two computers do not see the same difference")


def _lost(week: Week, head: Session, session: Session) -> None:
    """A file is lost; the next one brings what was in it."""
    lost = sync_exports.export(session, _hub_of(session).id, week.stick("lost"))
    for path in lost.paths:
        path.unlink()
    week.tell(_("{name} is lost on the way.").format(name=lost.name))
    _round(week, head, [session], "after-the-loss")
    week.tell(_("The next file brought what was in it."))


def _twice(week: Week, head: Session, session: Session) -> None:
    """The same file comes twice."""
    made = sync_exports.export(session, _hub_of(session).id, week.stick("twice"))
    first = hub_imports.import_(head, made.paths)
    before = hub_status.state(head).sha256
    again = hub_imports.import_(head, made.paths)
    if hub_status.state(head).sha256 != before:
        raise RuntimeError("a file that came twice changed something")
    outcomes = " → ".join(one.outcome for one in (*first, *again))
    week.tell(_("{name} came twice: {outcomes}.").format(name=made.name, outcomes=outcomes))


def _publish(week: Week, head: Session, branches: list[Session]) -> None:
    """Head office puts out a pack; it comes with the receipts and waits for somebody to decide."""
    stamp = shelf.newest().stamp
    hub_receipts.publish_pack(head, stamp)
    _round(week, head, branches, "pack")
    for session in branches:
        for offer in sync_offers.offers(session):
            changes = sync_offers.changes(session, offer.id)
            sync_offers.accept(session, offer.id)
            told = changes[0] if changes else ""
            week.tell(_("{pack} offered and accepted. {told}").format(pack=offer.title, told=told))


def _round(week: Week, head: Session, branches: list[Session], name: str) -> None:
    """Every branch sends what is not confirmed, and gets its receipts back."""
    for session in branches:
        week.clock.later(7)
        made = sync_exports.export(session, _hub_of(session).id, week.stick(name))
        _whole(hub_imports.import_(head, made.paths))
    for code in sorted({session.branch.code for session in branches}):
        for receipt in hub_receipts.receipt(head, code, week.stick(f"{name}-receipts")):
            for session in branches:
                if session.vault.head().device == receipt.device:
                    _whole(sync_imports.import_(session, [receipt.path]))


def _between(week: Week, one: Session, other: Session, name: str) -> None:
    """Two computers of a branch give each other what the other lacks."""
    for giver, taker in ((one, other), (other, one)):
        week.clock.later(2)
        to = next(peer for peer in _peers(giver) if peer.id == taker.vault.head().device)
        made = sync_exports.export(giver, to.id, week.stick(name))
        _whole(sync_imports.import_(taker, made.paths))


def _whole(found: tuple[hub_imports.Imported, ...] | tuple[sync_imports.Imported, ...]) -> None:
    """What had to come came."""
    for one in found:
        if one.outcome not in {"taken", "again"}:
            fault = one.fault or KnownError()
            raise RuntimeError(f"{one.name}: {sentences.sentence(fault)}")


def _peers(session: Session) -> Iterator[Peer]:
    return (one.peer for one in sync.states(session).peers if one.peer.active)


def _hub_of(session: Session) -> Peer:
    return next(peer for peer in _peers(session) if peer.kind == "hub")


def _compare(week: Week, head: Session, branches: dict[str, Session]) -> bool:
    for name, session in branches.items():
        code = session.branch.code
        here, there = hub_status.own_state(session), hub_status.state(head, code)
        week.ended += [
            Ended(name, code, here.sha256, here.cases, here.events),
            Ended("head-office", code, there.sha256, there.cases, there.events),
        ]
    for one in dict.fromkeys(week.ended):
        week.tell(
            _("{who} knows of {branch}: {cases} cases, {events} entries, {sha}").format(
                who=one.who,
                branch=one.branch,
                cases=one.cases,
                events=one.events,
                sha=one.sha256[:16],
            )
        )
    same = {
        one.branch: {end.sha256 for end in week.ended if end.branch == one.branch}
        for one in week.ended
    }
    return all(len(found) == 1 for found in same.values())
