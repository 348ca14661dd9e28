"""The schema of a vault: made from `db/schema.sql`, brought up to date by `db/migrations`.

Alembic is slow to import and needed once per release and vault; whether it is needed is told from
file names alone. A migration starts with a copy of the file, and a failed one puts the copy back.
"""

import contextlib
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from desk import paths
from desk.errors import VaultDamaged, VaultTooNew
from desk.store import files, session
from desk.store.engine import Database, connect
from desk.store.rows import METADATA
from desk.store.stretching import KEY_BYTES

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r"^(\d{4})_\w+\.py$")
_SHADOW = re.compile(r"^search_(data|idx|content|docsize|config)$")


def revisions(migrations: Path | None = None) -> tuple[str, ...]:
    """Every known revision, oldest first. A revision is the four digits its file begins with."""
    folder = migrations or paths.MIGRATIONS
    found = (_REVISION.match(path.name) for path in (folder / "versions").iterdir())
    return tuple(sorted(match[1] for match in found if match))


def create_schema(database: Database) -> None:
    """Make the tables of a new vault, at the newest revision."""
    script = (paths.DB / "schema.sql").read_text(encoding="utf-8")
    with session.writing(database) as connection:
        for statement in script.split(";\n\n"):
            connection.exec_driver_sql(statement)
        connection.execute(
            text("INSERT INTO alembic_version (version_num) VALUES (:head)"),
            {"head": revisions()[-1]},
        )


def is_newest(database: Database) -> bool:
    """Whether a database has the schema of this program. Raises `VaultTooNew` for a later one."""
    stored = _stored_revision(database)
    if stored not in revisions():
        raise VaultTooNew(path=str(database.path), revision=stored)
    return stored == revisions()[-1]


def bring_up_to_date(
    database: Database,
    key: bytes,
    migrations: Path | None = None,
    *,
    keep: Callable[[Path], None] = Path.unlink,
) -> Database:
    """The database at the newest revision: the same, or opened anew after migrating.

    Raises `VaultTooNew` when a newer program wrote it. When a migration fails the file is as it
    was before and the fault is raised on. `keep` is given the copy of the old one once it worked.
    """
    known = revisions(migrations)
    stored = _stored_revision(database)
    copy = database.path.with_name(database.path.name + ".before")
    if stored == known[-1]:
        files.tidy(copy)
        return database
    if stored not in known:
        raise VaultTooNew(path=str(database.path), revision=stored)
    database.settle()
    database.dispose()
    files.copy_whole(database.path, copy)
    try:
        migrated = connect(database.path, key)
        try:
            with session.writing(migrated) as connection:
                upgrade(connection, migrations)
        finally:
            migrated.dispose()
    except BaseException:
        put_back(database.path, copy)
        raise
    keep(copy)
    return connect(database.path, key)


def put_back(path: Path, copy: Path) -> None:
    """Make the file at `path` what it was when `copy` was taken."""
    for ending in ("-wal", "-shm"):
        files.remove(path.with_name(path.name + ending))
    files.move(copy, path)


def upgrade(connection: Connection, migrations: Path | None = None) -> None:
    """Run the migrations that the database of this connection lacks, in its transaction."""
    from alembic import command

    command.upgrade(_config(connection, migrations), "head")


def differences(connection: Connection) -> list[object]:
    """What Alembic would change to make this database match the types in `desk.store.rows`."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"include_object": _is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


def write_schema() -> Path:
    """Write `db/schema.sql` anew from the migrations, and say where it is."""
    target = paths.DB / "schema.sql"
    with _migrated() as connection:
        target.write_text(head_schema(connection), encoding="utf-8")
    return target


def draft_revision(message: str) -> None:
    """Draft the next migration from what `desk.store.rows` has and the newest schema has not.

    A draft: to be read, completed with data changes and triggers, and tested.
    """
    from alembic import command

    with _migrated() as connection:
        config = _config(connection)
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        following = f"{int(revisions()[-1]) + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=following)


@contextlib.contextmanager
def _migrated() -> Iterator[Connection]:
    """A throw-away database that went through every migration."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(Path(folder) / "schema.vault", secrets.token_bytes(KEY_BYTES))
        try:
            with session.writing(database) as connection:
                upgrade(connection)
                yield connection
        finally:
            database.dispose()


def head_schema(connection: Connection) -> str:
    """The schema of this database as SQL, in a stable order: what `db/schema.sql` holds."""
    rows = connection.execute(
        text(
            # Head office's store counts its own versions (`desk.store.hub`).
            "SELECT name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'hub!_%' ESCAPE '!'"
            " ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, tbl_name, name"
        )
    )
    ours = [_tidy(sql) for name, sql in rows if not _SHADOW.match(name)]
    return ";\n\n".join(ours) + ";\n"


def _tidy(sql: str) -> str:
    lines = (line.rstrip().replace("\t", "    ") for line in sql.splitlines())
    return "\n".join(line for line in lines if line)


def _config(connection: Connection, migrations: Path | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    location = str(migrations or paths.MIGRATIONS)
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = METADATA
    config.attributes["include_object"] = _is_ours
    return config


def _is_ours(_item: object, name: str | None, kind: str, *_more: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(("search", "hub_")))


def _stored_revision(database: Database) -> str:
    query = text("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'")
    with session.reading(database) as connection:
        found = None
        if connection.execute(query).scalar():
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise VaultDamaged(path=str(database.path), reason="no schema revision")
    return str(found)
