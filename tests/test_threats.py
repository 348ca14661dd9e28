"""THREATS.md promises nothing without a test that exists, and says of each attacker what is not."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
THREATS = (ROOT / "THREATS.md").read_text(encoding="utf-8")
LONGEST = 200
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANY_TEST = re.compile(r"tests/[\w/.]+::\w+")
ATTACKERS = dict(re.findall(r"^## (An? .+?)\n(.*?)(?=^## |\Z)", THREATS, re.M | re.S))


def defined_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(THREATS))))
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert name in defined_in(ROOT / file)


def test_every_name_of_a_test_is_read() -> None:
    assert len(ANY_TEST.findall(THREATS)) == len(NAMED.findall(THREATS))


def test_each_attacker_is_promised_something_shown_and_told_what_is_not() -> None:
    assert len(ATTACKERS) == 8
    for title, body in ATTACKERS.items():
        promised, _, rest = body.partition("\nNot promised\n")
        assert NAMED.search(promised), title
        assert rest.strip().startswith("- "), title


def test_it_is_short_enough_to_be_read() -> None:
    assert len(THREATS.splitlines()) <= LONGEST
