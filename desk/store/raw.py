"""Rows exactly as they lie in the file, for whoever must not trust them.

What was tampered with may be no text any more, or of another type than its column says; SQLAlchemy
and the driver would raise over it before it could be looked at and reported.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection

Value = str | bytes | int | float | None


@contextlib.contextmanager
def lenient(connection: Connection) -> Iterator[None]:
    """Let everybody read texts of this connection that are no UTF-8, those bytes escaped."""
    driver: Any = connection.connection.driver_connection
    before = driver.text_factory
    driver.text_factory = _escaped
    try:
        yield
    finally:
        driver.text_factory = before


@contextlib.contextmanager
def rows(connection: Connection, text: Callable[[bytes], object] | None = None) -> Iterator[Any]:
    """The driver's own cursor, giving text as what `text` makes of its bytes.

    Without it as str, bytes that are no UTF-8 escaped; so that two values that differ in the file
    differ here, and text and bytes stay apart.
    """
    driver: Any = connection.connection.driver_connection
    before = driver.text_factory
    driver.text_factory = text or _escaped
    cursor = driver.cursor()
    try:
        yield cursor
    finally:
        cursor.close()
        driver.text_factory = before


def every(connection: Connection, query: str, *values: object) -> list[tuple[Value, ...]]:
    """All rows of a query, as they lie there."""
    with rows(connection) as cursor:
        found: list[tuple[Value, ...]] = cursor.execute(query, values).fetchall()
    return found


def _escaped(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
