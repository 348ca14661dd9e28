"""The declarative base: names of constraints by rule, so that migrations can speak of them."""

from typing import cast

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""For tables whose key is no number: the rows lie in their key's order, without a second tree."""


class Base(DeclarativeBase):
    """Every table of the vault. Rows stay in the store; domain values leave it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(row: type[Base]) -> Table:
    """The Core table of a row class: statements here are Core, which hands out plain rows."""
    return cast("Table", row.__table__)
