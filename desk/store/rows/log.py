"""The event log, the devices that write it, and the case keys beside it."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store.base import WITHOUT_ROWID, Base

SYNC_KINDS = "kind IN ('bundle_delivered', 'bundle_made', 'bundle_taken', 'keys_shown', 'peer_put')"
"""The condition of the index of what happened in exchanging files, word for word."""


class DeviceLine(Base):
    """A device with a chain of its own; exactly one is this vault's.

    `number` counts the devices known here and is part of their events' `position`. `searched` is
    the last event of the chain that the search index knows of.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("id"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    name: Mapped[str]
    own: Mapped[bool]
    searched: Mapped[int]


class EventLine(Base):
    """One event, as `desk.store.chain.Record` describes it. Triggers refuse UPDATE and DELETE.

    `position` is the event's place in its device's chain, behind the number that the device has in
    this vault (`desk.store.log.position`). It keeps two events from one place and a chain in its
    order without an index, each of which would cost every commit a page; so would one of ids.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "case_id"),
        # Of a kind that hardly ever comes: asked for at each opening, and free to every other.
        Index("ix_events_clock", "position", sqlite_where=text("kind = 'clock_stepped'")),
        # Which files are whose, without going through all events.
        Index(
            "ix_events_files",
            "kind",
            "wall_ms",
            sqlite_where=text("kind IN ('attached', 'detached', 'forgotten')"),
        ),
        # What was exchanged with whom; few among many looks and openings.
        Index("ix_events_sync", "position", sqlite_where=text(SYNC_KINDS)),
    )

    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    seq: Mapped[int]
    wall_ms: Mapped[int]
    counter: Mapped[int]
    actor: Mapped[str]
    case_id: Mapped[str]
    kind: Mapped[str]
    pack: Mapped[str]
    public: Mapped[bytes]
    nonce: Mapped[bytes]
    sealed: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    mac: Mapped[bytes]


class TipLine(Base):
    """Where a device's chain ended when nobody wrote, signed with the vault's chain key."""

    __tablename__ = "tips"
    __table_args__ = WITHOUT_ROWID

    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes]
    mac: Mapped[bytes]


class DeviceKeyLine(Base):
    """The private keys of a device of this vault: an Ed25519 seed, and an age identity.

    Of this computer, and of what it was before it was restored from a backup.
    """

    __tablename__ = "device_keys"
    __table_args__ = WITHOUT_ROWID

    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    sign_key: Mapped[bytes]
    age_key: Mapped[str]


class SignedHeadLine(Base):
    """How far another device has signed its chain, as it came here: what may be passed on."""

    __tablename__ = "signed_heads"
    __table_args__ = WITHOUT_ROWID

    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    seq: Mapped[int]
    signature: Mapped[bytes]


class ReceivedLine(Base):
    """Something that head office sent besides events, until and after somebody decided on it."""

    __tablename__ = "received"

    id: Mapped[str] = mapped_column(primary_key=True)
    peer: Mapped[str]
    what: Mapped[str]
    name: Mapped[str]
    data: Mapped[bytes]
    came_ms: Mapped[int]
    state: Mapped[str]
    mac: Mapped[bytes]


class CaseKeyLine(Base):
    """A key of a case; deleting it forgets what it sealed, and the chain stays.

    That of its personal values where `sitting` is empty, else of what was observed in a sitting.
    """

    __tablename__ = "case_keys"
    __table_args__ = WITHOUT_ROWID

    case_id: Mapped[str] = mapped_column(primary_key=True)
    sitting: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes]
