"""Head office's store, open: its units of work, and the key under which it seals.

Embedded it is a part of the hub's own vault, and belongs to that vault's thread. In PostgreSQL it
is a database of its own; the vault still has the key, so that a copy of that database gives away
nothing personal.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, create_engine, exc, insert, inspect, select
from sqlalchemy.engine import URL, make_url

from desk.errors import BadInput, HubForeign, NotAllowed, VaultTooNew
from desk.store import keys, session
from desk.store.chain import Cipher, cipher, signature
from desk.store.hub import dialect
from desk.store.hub.tables import SCHEMA, SCHEMAS
from desk.store.vault import Vault

_NONCE_BYTES = 12
_WAIT_SECONDS = 10

_Work = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Store:
    """Head office's store. `where` names it for a person, without a password.

    Under `marking` customers are known again without being known.
    """

    where: str
    writes: _Work = field(repr=False)
    reads: _Work = field(repr=False)
    close: Callable[[], None] = field(repr=False)
    cipher: Cipher = field(repr=False)
    marking: bytes = field(repr=False)
    randomness: Callable[[int], bytes] = field(repr=False)

    @contextlib.contextmanager
    def writing(self, *branches: str) -> Iterator[Connection]:
        """A transaction: all of it or nothing. Others that write of these branches wait for it."""
        with self.writes() as connection:
            dialect.lock(connection, branches)
            yield connection

    def reading(self) -> AbstractContextManager[Connection]:
        """The store as it stands; what is changed inside is undone."""
        return self.reads()

    def sealed(self, data: bytes, *about: str) -> bytes:
        """Bytes encrypted under the store's key; `about` is what they belong to."""
        nonce = self.randomness(_NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, data, _bound(about))

    def unsealed(self, data: bytes, *about: str) -> bytes:
        """What was sealed; raises `cryptography.exceptions.InvalidTag`."""
        return self.cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound(about))


def _bound(about: tuple[str, ...]) -> bytes:
    return "\0".join(about).encode()


def create(vault: Vault, database: str, made_at: str) -> Store:
    """The store of a vault that becomes a hub, its tables made where they are not there yet.

    `database` is an address as SQLAlchemy writes it; empty for the vault's own file. Raises
    `HubUnreachable`, `HubForeign` where another hub's store is, and BadInput `no_database`.
    """
    store = _connected(vault, database)
    try:
        with store.writing() as connection:
            dialect.create(connection)
            if connection.execute(select(SCHEMAS.c.version)).first() is None:
                row = {"version": SCHEMA, "hub": vault.id, "made_at": made_at}
                connection.execute(insert(SCHEMAS).values(row))
        _require_ours(store, vault)
    except BaseException:
        store.close()
        raise
    return store


def open_store(vault: Vault, database: str) -> Store:
    """The store of a hub. Raises as :func:`create` does, and NotAllowed `no_hub`."""
    store = _connected(vault, database)
    try:
        _require_ours(store, vault)
    except BaseException:
        store.close()
        raise
    return store


def _require_ours(store: Store, vault: Vault) -> None:
    with store.reading() as connection:
        if not inspect(connection).has_table(SCHEMAS.name):
            raise NotAllowed(reason="no_hub")
        row = connection.execute(select(SCHEMAS.c.version, SCHEMAS.c.hub)).first()
    if row is None:
        raise NotAllowed(reason="no_hub")
    if row.version > SCHEMA:
        raise VaultTooNew(path=store.where, revision=str(row.version))
    if row.hub != vault.id:
        raise HubForeign(database=store.where)


def without_password(database: str) -> str:
    """The address of a database as it may be kept and shown. BadInput `no_database`."""
    if not database:
        return ""
    url = _address(database)
    at = (url.host, url.port, url.database, url.query)
    return URL.create(url.drivername, url.username, None, *at).render_as_string()


def has_password(database: str) -> bool:
    """Whether an address tells a password. BadInput `no_database`."""
    return bool(database and _address(database).password)


def _address(database: str) -> URL:
    try:
        found = make_url(database)
    except exc.ArgumentError as fault:
        raise BadInput(reason="no_database", where="--database") from fault
    if found.get_backend_name() == "sqlite":
        raise BadInput(reason="no_database", where="--database")
    return found


def _connected(vault: Vault, database: str) -> Store:
    key = signature(vault.opened.chain_key, "head office's store", vault.id)
    marking = signature(vault.opened.chain_key, "customers of head office", vault.id)
    fresh = keys.system_randomness
    if not database:
        own = vault.database
        return Store(
            where=own.path.name,
            writes=lambda: session.writing(own),
            reads=lambda: session.reading(own),
            close=lambda: None,
            cipher=cipher(key),
            marking=marking,
            randomness=fresh,
        )
    return _postgresql(database, cipher(key), marking, fresh)


def _postgresql(
    database: str, sealing: Cipher, marking: bytes, fresh: Callable[[int], bytes]
) -> Store:
    where = without_password(database)
    try:
        engine = create_engine(
            _address(database),
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _WAIT_SECONDS},
        )
    except (ImportError, exc.ArgumentError) as fault:
        raise BadInput(reason="no_database", where="--database") from fault

    driver = engine.dialect.loaded_dbapi.Error

    @contextlib.contextmanager
    def working(*, lasting: bool) -> Iterator[Connection]:
        try:
            with _begun(engine, lasting=lasting) as connection:
                yield connection
        except (exc.DBAPIError, driver) as fault:
            known = dialect.known(fault, where)
            if known is None:
                raise
            raise known from fault

    return Store(
        where=where,
        writes=lambda: working(lasting=True),
        reads=lambda: working(lasting=False),
        close=engine.dispose,
        cipher=sealing,
        marking=marking,
        randomness=fresh,
    )


@contextlib.contextmanager
def _begun(engine: Engine, *, lasting: bool) -> Iterator[Connection]:
    with engine.connect() as connection:
        if not lasting:
            # One view of all that is asked for, whatever others write meanwhile.
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin() as transaction:
            yield connection
            if not lasting:
                transaction.rollback()
