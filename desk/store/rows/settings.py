"""What belongs to the branch and not to a case: people, settings, the day's case numbers."""

from sqlalchemy.orm import Mapped, mapped_column

from desk.store.base import Base


class PersonLine(Base):
    """A member of staff."""

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]


class SettingLine(Base):
    """A setting of the branch, such as its name: kept in the vault because it is one per branch."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class NumberLine(Base):
    """The last case number given on a day (ISO date)."""

    __tablename__ = "numbers"

    day: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
