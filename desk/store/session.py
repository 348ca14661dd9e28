"""The unit of work: one use case, one transaction, committed once, here and nowhere else."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, RootTransaction

from desk.errors import VaultDamaged
from desk.store.engine import Database, converted


@contextlib.contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """A transaction that is committed when the block ends and undone when it raises.

    What it raised is converted as :func:`desk.store.engine.converted` says. After it returned the
    changes are on the disk. Units of work do not nest.
    """
    with converted(database.path):
        transaction = database.connection.begin()
        try:
            yield database.connection
            _commit(transaction, database)
        finally:
            # Undoes what was not committed, a commit that failed included.
            transaction.close()


def _commit(transaction: RootTransaction, database: Database) -> None:
    try:
        transaction.commit()
    except MemoryError as fault:
        # What SQLCipher makes of a page that fails its seal while it is brought in to be replaced.
        raise VaultDamaged(path=str(database.path), reason="page") from fault


@contextlib.contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """A view of the database as it stands; what is changed inside is undone."""
    with converted(database.path):
        transaction = database.connection.begin()
        try:
            yield database.connection
        finally:
            transaction.close()
