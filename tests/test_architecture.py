"""Rules of the architecture that imports alone do not show; import-linter holds the others."""

import ast
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import desk.domain
import desk.services
from desk.domain.permissions import RIGHTS
from desk.services.session import Session

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "desk").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 600
LONGEST_FUNCTION = 60
PLAIN = {"builtins", "datetime", "pathlib", "decimal", "uuid", "collections.abc", "types", "typing"}
OURS = ("desk.domain.", "desk.packs.", "desk.errors")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name_of)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_function_is_too_long(path: Path) -> None:
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]
    assert not long


def modules_of(package: types.ModuleType) -> Iterator[types.ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def mentioned(annotation: object) -> Iterator[type]:
    """Every class inside an annotation."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        yield annotation
    for part in typing.get_args(annotation):
        yield from mentioned(part)


@pytest.mark.parametrize("module", list(modules_of(desk.services)), ids=lambda m: m.__name__)
def test_services_return_plain_values(module: types.ModuleType) -> None:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("_") or function.__module__ != module.__name__:
            continue
        for found in mentioned(typing.get_type_hints(function).get("return", type(None))):
            home = found.__module__
            fine = home in PLAIN or home.startswith(OURS) or home.startswith("desk.services")
            assert fine, f"{module.__name__}.{name} gives out {home}.{found.__name__}"


NEEDS_NO_RIGHT = {
    "alarms.alarms": "that date or record are wrong is told to whoever works",
    "backups.due": "nobody needs a right to have their work kept",
    "backups.make": "asks for `back_up` itself when somebody wants one by hand",
    "backups.recorded": "what was made is told, whoever worked meanwhile",
    "backups.drill_due": "the monthly trial runs behind whoever works",
    "backups.tried": "how the trial went is told, whoever worked meanwhile",
    "coaching.check": "reads no case: words in, findings out",
    "ledger.names": "the same names by number, for lists",
    "keyring.change_password": "one's own, and the old one is asked for",
    "keyring.renew": "the cost of one's own password",
    "people.everybody": "names of colleagues, which the footer and every hand-over show",
    "locking.lock": "whoever may enter may leave",
    "locking.times": "they hold for everybody",
    "locking.unsent": "they are one's own words",
    "retention.sweep": "what must go goes, whoever is at the desk",
    "vaults.close": "whoever may enter may leave",
}
"""Use cases that anybody at the desk may ask for, with the reason."""


def use_cases() -> Iterator[tuple[str, types.FunctionType]]:
    """Every public function of the services that is given a session, by module and name."""
    for module in modules_of(desk.services):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            first = next(iter(inspect.signature(function).parameters.values()), None)
            hints = typing.get_type_hints(function)
            if first is not None and hints.get(first.name) is Session:
                yield f"{module.__name__.removeprefix('desk.services.')}.{name}", function


def test_every_use_case_asks_for_a_right() -> None:
    free = {name for name, function in use_cases() if "right" not in vars(function)}
    assert free == set(NEEDS_NO_RIGHT)
    asked = {vars(function)["right"] for name, function in use_cases() if name not in free}
    assert asked <= set(RIGHTS)


@pytest.mark.parametrize("module", list(modules_of(desk.domain)), ids=lambda m: m.__name__)
def test_values_of_the_domain_are_frozen(module: types.ModuleType) -> None:
    for name, found in inspect.getmembers(module, inspect.isclass):
        if found.__module__ != module.__name__:
            continue
        parameters = getattr(found, "__dataclass_params__", None)
        if parameters is not None:
            assert parameters.frozen, name
        if issubclass(found, msgspec.Struct):
            assert found.__struct_config__.frozen, name


def test_only_paths_looks_at_its_own_file() -> None:
    found = [p for p in MODULES if "__file__" in p.read_text(encoding="utf-8")]
    assert [name_of(p) for p in found] == ["desk/paths.py"]


def test_only_the_unit_of_work_commits() -> None:
    found = [p for p in MODULES if ".commit(" in p.read_text(encoding="utf-8")]
    assert {name_of(p) for p in found if p.parts[-2] == "store"} <= {"desk/store/session.py"}
    assert all(p.parts[-2] in {"store", "ui", "widgets"} for p in found)


def test_data_folders_are_no_packages() -> None:
    for folder in ("packaging", "db", "resources"):
        assert not list((ROOT / folder).rglob("__init__.py"))
    assert not list((ROOT / "resources/packs").rglob("*.py"))


def test_migrations_know_nothing_of_the_program() -> None:
    for path in (ROOT / "db/migrations").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] == "desk"], name_of(path)


def test_the_lock_files_name_no_index() -> None:
    for path in (ROOT / "packaging").glob("*.lock"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
