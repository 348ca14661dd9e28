"""Migrations lead from every release to this one, or leave the file as it was."""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desk import paths
from desk.errors import VaultDamaged, VaultTooNew
from desk.store import migrate, session
from desk.store.engine import Database, connect

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "old.vault"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = connect(path, KEY)
    yield opened
    opened.dispose()


@pytest.fixture
def migrated(database: Database) -> Iterator[Connection]:
    """A connection to a database that went through every migration."""
    with session.writing(database) as connection:
        migrate.upgrade(connection)
        yield connection


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """A migrations folder with one more revision, which adds a column."""
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    text = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "HEAD"
def upgrade():
    op.add_column("persons", sa.Column("phone", sa.String()))
    op.execute("INSERT INTO settings VALUES ('migrated', 'yes')")
"""
    head = migrate.revisions()[-1]
    file = folder / "versions" / "9999_next.py"
    file.write_text(text.replace("HEAD", head), encoding="utf-8")
    return folder


def columns(database: Database) -> list[str]:
    with session.reading(database) as connection:
        rows = connection.exec_driver_sql("PRAGMA table_info(persons)")
        return [row.name for row in rows]


def test_schema_sql_is_what_the_migrations_make(migrated: Connection) -> None:
    """When this fails: the command in `db/README.md` writes the file anew."""
    schema = (paths.DB / "schema.sql").read_text(encoding="utf-8")
    assert migrate.head_schema(migrated) == schema


def test_the_newest_schema_is_that_of_the_types(migrated: Connection) -> None:
    assert migrate.differences(migrated) == []


def test_a_new_vault_has_the_same_schema(database: Database) -> None:
    migrate.create_schema(database)
    with session.reading(database) as connection:
        schema = (paths.DB / "schema.sql").read_text(encoding="utf-8")
        assert migrate.head_schema(connection) == schema
    assert migrate.bring_up_to_date(database, KEY) is database


def test_down_and_up_again_is_the_same_schema(migrated: Connection) -> None:
    from alembic import command

    command.downgrade(migrate._config(migrated, paths.MIGRATIONS), "base")
    assert "events" not in migrate.head_schema(migrated)
    migrate.upgrade(migrated)
    schema = (paths.DB / "schema.sql").read_text(encoding="utf-8")
    assert migrate.head_schema(migrated) == schema


def test_opening_at_the_newest_revision_does_not_import_alembic(tmp_path: Path) -> None:
    import subprocess
    import textwrap

    code = f"""
        import sys
        from pathlib import Path
        from desk.store import migrate
        from desk.store.engine import connect
        database = connect(Path({str(tmp_path / "new.vault")!r}), bytes(32))
        migrate.create_schema(database)
        migrate.bring_up_to_date(database, bytes(32)).dispose()
        print("alembic" in sys.modules)
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"


def test_an_older_file_is_brought_up_to_date(
    path: Path, database: Database, next_release: Path
) -> None:
    migrate.create_schema(database)
    newer = migrate.bring_up_to_date(database, KEY, next_release)
    assert "phone" in columns(newer)
    assert migrate.bring_up_to_date(newer, KEY, next_release) is newer
    newer.dispose()
    assert sorted(file.name for file in path.parent.glob("old.vault*")) == ["old.vault"]


@pytest.mark.parametrize("fault", ["raise LookupError", "op.execute('no such statement')"])
def test_a_failed_migration_leaves_the_file_as_it_was(
    path: Path, database: Database, next_release: Path, fault: str
) -> None:
    migrate.create_schema(database)
    database.checkpoint(wait=True)
    before = path.read_bytes()
    file = next_release / "versions" / "9999_next.py"
    file.write_text(f"{file.read_text(encoding='utf-8')}    {fault}\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"LookupError|such|^$"):
        migrate.bring_up_to_date(database, KEY, next_release)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.glob("old.vault*")) == ["old.vault"]
    reopened = migrate.bring_up_to_date(connect(path, KEY), KEY)
    assert "phone" not in columns(reopened)
    reopened.dispose()


def test_the_log_in_front_of_the_file_is_in_the_copy(
    path: Path, database: Database, next_release: Path
) -> None:
    """What was committed but not yet folded into the file must survive a failed migration."""
    migrate.create_schema(database)
    with session.writing(database) as connection:
        connection.exec_driver_sql("INSERT INTO settings VALUES ('late', 'kept')")
    (next_release / "versions" / "9999_next.py").write_text(
        "revision, down_revision = '9999', '0001'\ndef upgrade():\n    raise LookupError\n",
        encoding="utf-8",
    )
    with pytest.raises(LookupError):
        migrate.bring_up_to_date(database, KEY, next_release)
    reopened = connect(path, KEY)
    with session.reading(reopened) as connection:
        query = "SELECT value FROM settings WHERE key = 'late'"
        assert connection.exec_driver_sql(query).scalar() == "kept"
    reopened.dispose()


def test_a_migration_killed_half_way_is_done_again(
    path: Path, database: Database, next_release: Path
) -> None:
    """The kill leaves the copy behind and, the transaction not being committed, the old file."""
    migrate.create_schema(database)
    path.with_name(path.name + ".before").write_bytes(b"half a copy")
    newer = migrate.bring_up_to_date(database, KEY, next_release)
    assert "phone" in columns(newer)
    newer.dispose()
    assert not path.with_name(path.name + ".before").exists()


def test_a_newer_file_is_refused_untouched(path: Path, database: Database) -> None:
    migrate.create_schema(database)
    with session.writing(database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(VaultTooNew) as told:
        migrate.bring_up_to_date(database, KEY)
    assert told.value.params["revision"] == "9999"
    assert sorted(file.name for file in path.parent.glob("*.before")) == []


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_a_file_without_a_revision_is_damaged(database: Database, statement: str) -> None:
    migrate.create_schema(database)
    with session.writing(database) as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(VaultDamaged):
        migrate.bring_up_to_date(database, KEY)


def test_the_commands_of_the_readme_draft_a_migration_and_write_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "db"
    shutil.copytree(paths.DB, folder)
    schema = (folder / "schema.sql").read_text(encoding="utf-8")
    (folder / "schema.sql").unlink()
    monkeypatch.setattr(paths, "DB", folder)
    monkeypatch.setattr(paths, "MIGRATIONS", folder / "migrations")
    assert migrate.write_schema().read_text(encoding="utf-8") == schema
    following = f"{int(migrate.revisions()[-1]) + 1:04d}"
    migrate.draft_revision("add case owner")
    (draft,) = (folder / "migrations" / "versions").glob(f"{following}_*.py")
    assert draft.name == f"{following}_add_case_owner.py"
    assert "op.drop" not in draft.read_text(encoding="utf-8")
    assert "add_case_owner" in capsys.readouterr().out


FILES = sorted((paths.MIGRATIONS / "versions").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_migrations_are_history(file: Path) -> None:
    """Named by their revision, and importing nothing that may change later."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    allowed = {"alembic", "sqlalchemy"} | sys.stdlib_module_names
    assert {name.split(".")[0] for name in names} <= allowed
    assert re.match(r"\d{4}_[a-z0-9_]+\.py$", file.name)
    assert f'revision = "{file.name[:4]}"' in file.read_text(encoding="utf-8")
