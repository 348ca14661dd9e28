"""The event log, the devices that write it, and the case keys beside it."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.store.base import Base


class DeviceLine(Base):
    """A device with a chain of its own; exactly one is this vault's."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    own: Mapped[bool]


class EventLine(Base):
    """One event, as `desk.store.chain.Record` describes it. Triggers refuse UPDATE and DELETE.

    `position` is the order of arrival in this vault and not part of the event. What identifies an
    event here is its place in its device's chain; an index of ids would cost each commit a page.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("device", "seq"),
        Index(None, "case_id"),
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


class CaseKeyLine(Base):
    """The key of a case's personal values. Deleting it forgets the person; the chain stays."""

    __tablename__ = "case_keys"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes]
