"""`python -m tests.bench`: each bench in a process of its own; prints a table, writes JSON."""

import argparse
import dataclasses
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import machine
from tests.bench.timing import Figure

BENCHES = (
    "start",
    "store",
    "encryption",
    "coach",
    "report",
    "propose",
    "ledger",
    "keys",
    "audit",
    "backups",
    "erase",
    "check",
    "bundles",
    "exchange",
    "hub",
    "hub_statistics",
)
_ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run what was asked for; 0 even when a target is missed, because figures judge nothing."""
    asked = _parser().parse_args()
    if asked.alone:
        figures = [_as_json(figure) for figure in _run(asked.only[0], asked)]
        asked.json.write_text(json.dumps(figures), encoding="utf-8")
        return 0
    begun = time.time()
    figures = []
    for name in asked.only or BENCHES:
        figures += _apart(name, asked)
        print(_table([figure for figure in figures if figure["bench"] == name]), flush=True)
    found = {
        "machine": machine.about(),
        "cases": asked.cases,
        "seconds": round(time.time() - begun),
        "figures": figures,
    }
    print(json.dumps(found["machine"], ensure_ascii=False))
    if asked.json is not None:
        asked.json.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=BENCHES, help="one bench; repeatable")
    parser.add_argument("--cases", type=int, default=20_000, help="size of the ledger's vault")
    parser.add_argument("--vault", type=Path, help="keep the ledger's vault here, and use it again")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    return parser


def _apart(name: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The figures of a bench run in a fresh process, so that none warms up for another."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "tests.bench", "--alone", "--only", name]
        command += ["--cases", str(asked.cases), "--json", str(target)]
        if asked.vault is not None:
            command += ["--vault", str(asked.vault.resolve())]
        subprocess.run(command, check=True, cwd=_ROOT)
        found: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    return found


def _run(name: str, asked: argparse.Namespace) -> Iterator[Figure]:
    bench: Callable[..., Iterator[Figure]] = importlib.import_module(f"tests.bench.{name}").run
    if name in {"audit", "exchange", "hub", "hub_statistics"}:
        return bench(asked.cases)
    return bench(asked.cases, asked.vault) if name in {"ledger", "backups", "erase"} else bench()


def _as_json(figure: Figure) -> dict[str, Any]:
    return {**dataclasses.asdict(figure), "ratio": figure.ratio, "met": figure.met}


def _table(figures: list[dict[str, Any]]) -> str:
    """The figures as lines of text."""
    lines = [f"{'':52}{'ours':>10}{'floor':>10}{'ratio':>8}  target"]
    for one in figures:
        floor = "" if one["floor"] is None else f"{one['floor']:.3f}"
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        lines.append(
            f"{one['bench'] + ': ' + one['name']:<52.90}{one['ours']:>10.3f}{floor:>10}{ratio:>8}"
            f"  {_target(one)}  {one['unit']}  {one['note']}".rstrip()
        )
    return "\n".join(lines)


def _target(one: dict[str, Any]) -> str:
    if one["most"] is None:
        return "-"
    what = "x" if one["ratio"] is not None else ""
    return f"{'met' if one['met'] else 'MISSED'} (<= {one['most']:g}{what})"


if __name__ == "__main__":
    sys.exit(main())
