"""What head office sent along, until somebody decides: packs, calendars, messages, cases passed on.

Nothing of it does anything by itself. Hints of repeat complaints are the exception: they are looked
up when a case is shown, and say no name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args

import msgspec

from desk.domain import hints
from desk.domain.calendars import CalendarYear
from desk.domain.case import ARRIVED
from desk.domain.events import CaseOpened, FieldSet, Noted, PackInstalled, Payload
from desk.domain.exchange import Transfer
from desk.domain.hints import Hints
from desk.domain.intake import definition_for
from desk.domain.permissions import NO_INTEREST, Right
from desk.errors import BadInput, CaseUnknown, PackInvalid
from desk.i18n import _, language
from desk.packs import carried, differences, loader, parts, shelf
from desk.packs.parts import Contents
from desk.services.session import Session, needs
from desk.store import received
from desk.store.received import Received
from desk.store.writer import Entry

What = Literal["pack", "calendar", "message", "transfer"]

_NEEDS: Mapping[str, Right] = {
    "pack": "manage_packs",
    "calendar": "manage_packs",
    "transfer": "open_cases",
}
"""What accepting needs besides the right to exchange files."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that waits for a decision: what it is, its title, its text, and when it came.

    `text` is that of a message, or what head office noted of a case passed on. `incoming` says of
    such a case that it comes to this branch. `readable` is False for what only a newer version of
    the program can read: it can wait, or be declined.
    """

    id: str
    what: What
    title: str
    text: str
    came: datetime
    incoming: bool = False
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an offer: the stamp of the pack that was installed, or the case."""

    what: What
    pack: str = ""
    case: str = ""


@needs("exchange")
def offers(session: Session) -> tuple[Offer, ...]:
    """Everything that waits for a decision, in the order it came."""
    return tuple(_offer(session, one) for one in _waiting(session))


def _waiting(session: Session) -> list[Received]:
    found = received.every(session.vault, *get_args(What))
    return [one for one in found if one.state == "open"]


def _offer(session: Session, one: Received) -> Offer:
    tell = {"pack": _pack_told, "calendar": _calendar_told, "message": _message_told}
    came = session.moment.local(one.came_ms)
    what: Any = one.what
    try:
        if one.what == "transfer":
            told = _transfer(one)
            title = _("{number}, from {before} to {after}").format(
                number=told.number, before=told.from_name, after=told.to_name
            )
            incoming = told.to_branch == session.vault.branch().code
            return Offer(one.id, what, title, told.note, came, incoming)
        return Offer(one.id, what, *tell[one.what](one), came)
    except BadInput:
        return Offer(one.id, what, one.name, "", came, readable=False)


def _pack_told(one: Received) -> tuple[str, str]:
    return carried.unpacked(one.data).stamp, ""


def _calendar_told(one: Received) -> tuple[str, str]:
    year = _decoded(one, CalendarYear)
    return str(year.year), year.source


def _message_told(one: Received) -> tuple[str, str]:
    try:
        return one.name, one.data.decode()
    except UnicodeDecodeError as fault:
        raise BadInput(reason="newer_version", where=one.name) from fault


T = TypeVar("T")


def _decoded(one: Received, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(one.data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BadInput(reason="newer_version", where=one.name) from fault


def _transfer(one: Received) -> Transfer:
    return _decoded(one, Transfer)


@needs("exchange")
def changes(session: Session, offer: str) -> tuple[str, ...]:
    """What a pack or calendar would change, in plain words, against what is in use here.

    Empty for other offers. Raises BadInput `not_received`.
    """
    one = _open(session, offer)
    if one.what not in {"pack", "calendar"}:
        return ()
    after = carried.unpacked(one.data) if one.what == "pack" else _with_year(one)
    before = _in_use(str(after.wholes[parts.HEAD]["id"]))
    if before is None:
        return (_("{pack} is new here.").format(pack=after.stamp),)
    told = differences.told(differences.differences(before, after), language())
    return told or (_("Nothing differs from {pack}.").format(pack=before.stamp),)


def _open(session: Session, offer: str) -> Received:
    one = next((one for one in _waiting(session) if one.id.startswith(offer)), None)
    if one is None or not offer:
        raise BadInput(reason="not_received", where=offer)
    return one


def _in_use(pack: str) -> Contents | None:
    found = shelf.named(pack)
    return None if found is None else shelf.contents_of(found)


@needs("exchange")
def accept(session: Session, offer: str) -> Accepted:
    """Do what is offered: install, open the case that is passed on, or take note.

    Raises BadInput `not_received` or `newer_version`, NotAllowed `role` for whoever may not,
    PackInvalid for a pack with faults, NotAllowed `version_exists` where another has its name.
    """
    one = _open(session, offer)
    if one.what in _NEEDS:
        session.require(_NEEDS[one.what])
    if not _offer(session, one).readable:
        raise BadInput(reason="newer_version", where=one.name)
    accepting: Mapping[str, Callable[[Session, Received], Accepted]] = {
        "pack": _install,
        "calendar": _install_year,
        "message": _noted,
        "transfer": _passed,
    }
    return accepting[one.what](session, one)


@needs("exchange")
def decline(session: Session, offer: str) -> None:
    """Do nothing of it, and ask no more. Raises BadInput `not_received`."""
    received.settle(session.vault, _open(session, offer), "declined", session.now().date())


def _install(session: Session, one: Received) -> Accepted:
    return _installed(session, one, carried.unpacked(one.data))


def _install_year(session: Session, one: Received) -> Accepted:
    found = _with_year(one)
    head = found.wholes[parts.HEAD]
    head["version"] = shelf.next_version(str(head["id"]), str(head["version"]))
    return _installed(session, one, found)


def _with_year(one: Received) -> Contents:
    """The pack in use with the working days of this year in place of what it had of it."""
    year = _decoded(one, CalendarYear)
    found = shelf.contents_of(shelf.versions()[-1])
    clocks = found.wholes["clocks"]
    others = [known for known in clocks.get("years", []) if known["year"] != year.year]
    clocks["years"] = sorted([*others, parts.plain(year)], key=lambda known: known["year"])
    return found


def _installed(session: Session, one: Received, found: Contents) -> Accepted:
    there = shelf.named(found.stamp)
    if there is None or parts.settled(shelf.contents_of(there)) != parts.settled(found):
        faults = shelf.install(
            found, lambda folder: tuple(str(fault) for fault in loader.examine(folder)[1])
        )[1]
        if faults:
            raise PackInvalid(faults=faults)
    _settle(session, one, PackInstalled(stamp=found.stamp))
    what: What = "pack" if one.what == "pack" else "calendar"
    return Accepted(what, pack=found.stamp)


def _noted(session: Session, one: Received) -> Accepted:
    _settle(session, one)
    return Accepted("message")


def _settle(session: Session, one: Received, *payloads: Payload, case: str = "") -> None:
    entries = [_entry(session, case, payload) for payload in payloads]
    day = session.now().date()
    session.keep_time()
    received.settle(session.vault, one, "done", day, lambda _number: entries)


def _entry(session: Session, case: str, payload: Payload, pack: str = "") -> Entry:
    return Entry(case, payload, session.actor.id, session.moment.wall_ms(), pack)


def _passed(session: Session, one: Received) -> Accepted:
    """A case that comes here is opened; of one that goes, its file here says so."""
    told = _transfer(one)
    if told.to_branch == session.vault.branch().code:
        return _opened(session, one, told)
    try:
        pack = session.engine_of(told.case).pack.stamp
    except CaseUnknown:
        _settle(session, one)  # a case of another computer, whose file is not here
        return Accepted("transfer")
    words = _("Head office passed this case to {branch}.").format(branch=told.to_name)
    note = _entry(session, told.case, Noted(text=_joined(words, told.note)), pack)
    session.keep_time()
    day = session.now().date()
    received.settle(session.vault, one, "done", day, lambda _number: [note])
    return Accepted("transfer", case=told.case)


def _joined(*words: str) -> str:
    return "\n".join(filter(None, words))


def _opened(session: Session, one: Received, told: Transfer) -> Accepted:
    pack, case = session.engine.pack, session.new_id()
    session.editions.used(session.vault, pack, session.record)
    session.keep_time()

    def entries(number: Callable[[], str]) -> Sequence[Entry]:
        opening = CaseOpened(
            number=number(), received_at=session.minute(), first_receiver=session.actor.id
        )
        payloads = [opening, *_fields(session, told), _origin(told)]
        return [_entry(session, case, payload, pack.stamp) for payload in payloads]

    received.settle(session.vault, one, "done", session.now().date(), entries)
    return Accepted("transfer", case=case)


def _fields(session: Session, told: Transfer) -> list[FieldSet]:
    """What the case said there; whatever this branch's pack does not know is kept as personal."""
    found = {ARRIVED: told.at, **told.fields}
    found.pop(NO_INTEREST, None)  # whoever handles it here speaks for themselves
    fields = []
    for path, value in found.items():
        at = definition_for(session.engine.pack.steps, path)
        personal = at is None or at.definition.personal
        fields.append(FieldSet(field=path, value=value, personal=personal))
    return fields


def _origin(told: Transfer) -> Noted:
    words = _("Head office passed this case here from {branch}, where its number was {number}.")
    return Noted(text=_joined(words.format(branch=told.from_name, number=told.number), told.note))


@needs("read_cases")
def is_repeat_elsewhere(session: Session, case: str) -> bool:
    """Whether head office says that this customer may have complained in another branch too."""
    told = []
    for one in received.every(session.vault, "hint"):
        try:
            told.append(_decoded(one, Hints))
        except BadInput:  # of a newer version: nothing to be said from it
            continue
    return bool(told) and hints.matching(told, session.vault.case(case))
