"""What the pages of people and keys show: who works here and how well each way in is guarded.

Changing any of it is `desk.services.keyring`.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from desk.domain.ledger import Count, Filter
from desk.domain.staff import Person
from desk.errors import RecoveryMistyped
from desk.services import keyring
from desk.services.keyring import RecoverySheet
from desk.services.session import Session, needs
from desk.store import age_keys, keys, recovery_code
from desk.store.keys import Kind, Slot

_CODE_DIGITS = 16
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works or worked here, whether they have a password, and their open cases."""

    person: Person
    has_password: bool
    open_cases: Count


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way to open the vault, as people can judge it.

    `memory_mb` and `passes` are what each guess of a password costs (0 where nothing is to be
    guessed), `fingerprint` tells head office's key from another one.
    """

    kind: Kind
    person: Person | None
    since: datetime
    memory_mb: int = 0
    passes: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class KeyState:
    """Every way in, in the order they were added, and whether a fresh key is called for."""

    ways: tuple[WayIn, ...]
    rotation_due: bool
    vault: str

    def way(self, kind: Kind) -> WayIn | None:
        """The way in of a kind of which there is one at most: the sheet, or head office's key."""
        return next((way for way in self.ways if way.kind == kind), None)


@needs("manage_people")
def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Everybody, who works here first, then by staff number."""
    holders = session.vault.key_holders()
    found = [
        Colleague(
            person,
            person.id in holders,
            session.vault.ledger.count(Filter(status="open", handler=person.id)),
        )
        for person in session.vault.people()
    ]
    return tuple(sorted(found, key=lambda one: (not one.person.active, one.person.id)))


@needs("manage_keys")
def key_state(session: Session) -> KeyState:
    """What the keys page shows."""
    people = {person.id: person for person in session.vault.people()}
    return KeyState(
        ways=tuple(_way(session, people, slot) for slot in session.vault.slots()),
        rotation_due=keyring.rotation_due(session),
        vault=keyring.short_id(session.vault.id),
    )


@needs("manage_keys")
def opens(session: Session, typed: str) -> bool:
    """Whether a typed recovery code is that of the sheet in force. RecoveryMistyped (`group`)."""
    wrong = keyring.slips(typed)
    if wrong:
        raise RecoveryMistyped(group=wrong[0])
    public = keys.public_key(recovery_code.private_key(typed, session.vault.id))
    return any(
        slot.kind == "recovery" and _public(slot) == public for slot in session.vault.slots()
    )


def differing(sheet: RecoverySheet, typed: str) -> tuple[int, ...]:
    """The numbers, from 1, of the groups of a code typed off a sheet that are not as printed."""
    wrong = keyring.slips(typed)
    if wrong:
        return wrong
    read = recovery_code.write(recovery_code.read(typed))
    pairs = zip(read, sheet.groups, strict=True)
    return tuple(number for number, (one, printed) in enumerate(pairs, 1) if one != printed)


def fingerprint(public_key: str) -> str:
    """The fingerprint of head office's public key `age1…`, to be compared by telephone.

    BadInput `head_office_public` for what is no such key.
    """
    return _fingerprint(age_keys.public_key(public_key))


def _way(session: Session, people: dict[str, Person], slot: Slot) -> WayIn:
    argon = slot.private.argon if slot.private is not None else None
    return WayIn(
        kind=slot.kind,
        person=people.get(slot.person),
        since=session.moment.local(slot.created),
        memory_mb=max(1, argon.m // 1024) if argon is not None else 0,
        passes=argon.t if argon is not None else 0,
        fingerprint=_fingerprint(_public(slot)) if slot.kind == "head_office" else "",
    )


def _public(slot: Slot) -> bytes:
    return base64.b64decode(slot.public)


def _fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, its first sixteen digits in groups: 7F3A-91C2-0D5E-44B1."""
    digest = hashlib.sha256(public).hexdigest().upper()[:_CODE_DIGITS]
    return "-".join(digest[at : at + _GROUP] for at in range(0, _CODE_DIGITS, _GROUP))
