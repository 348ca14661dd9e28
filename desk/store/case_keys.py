"""The keys of cases beside the log: of their personal values, and of each sitting's observations.

Deleting a key forgets what it sealed and leaves the chain whole. Rows are read and written here;
what is sealed with which key the payloads say (`desk.domain.events.Payload.sealed_for`).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from desk.store.chain import Cipher, cipher
from desk.store.rows import CASE_KEYS
from desk.store.statements import Prepared

PERSONAL = ""
"""The name of the key of a case's personal values; a sitting's key bears the sitting's name."""

PSEUDONYMS = "pseudonyms"
"""The name of a key that belongs to no case, but to the branch: that of its pseudonyms."""

NO_CIPHERS: Mapping[str, Cipher] = {}
"""Those of a case that was forgotten, and of what belongs to no case."""


class CaseKey(NamedTuple):
    """A key, and what of which case it seals."""

    case_id: str
    sitting: str
    key: bytes


def ciphers(connection: Connection, case_id: str) -> Mapping[str, Cipher]:
    """What opens the sealed parts of a case, by the names of the keys that are still there."""
    return {sitting: cipher(key) for sitting, key in _OPENING.rows(connection, case_id)}


def keep(connection: Connection, keys: Iterable[CaseKey]) -> None:
    """Put new keys beside the log."""
    rows = [key._asdict() for key in keys]
    if rows:
        connection.execute(insert(CASE_KEYS), rows)


def end_sittings(connection: Connection, cases: Iterable[str]) -> None:
    """Destroy the keys of everything observed in these cases."""
    _END.run_each(connection, [(case_id, PERSONAL) for case_id in cases])


def forget(connection: Connection, cases: Iterable[str]) -> None:
    """Destroy every key of these cases."""
    _FORGET.run_each(connection, [(case_id,) for case_id in cases])


_OPENING = Prepared(
    select(CASE_KEYS.c.sitting, CASE_KEYS.c.key).where(CASE_KEYS.c.case_id == bindparam("case")),
    ("case",),
)
_OF_CASE = delete(CASE_KEYS).where(CASE_KEYS.c.case_id == bindparam("case"))
_FORGET = Prepared(_OF_CASE, ("case",))
_END = Prepared(_OF_CASE.where(CASE_KEYS.c.sitting != bindparam("personal")), ("case", "personal"))
