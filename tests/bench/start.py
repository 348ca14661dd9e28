"""From the command to a window that can be used, against a bare PySide6 window with the same fonts.

Every start is a process of its own, ours and the floor's in turn.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from desk.domain.engine import Engine
from desk.packs import loader
from tests.bench.branch import new_vault
from tests.bench.timing import Figure, median

BENCH = "start"
_ROUNDS = 11
_MOST = 2.0
_ROOT = Path(__file__).resolve().parents[2]
_PROBE = "tests/bench/start_probe.py"
_SLOW = (
    *("reportlab", "alembic", "pyqtgraph", "openpyxl", "pypdfium2", "segno", "numpy", "PIL"),
    *("cryptography", "argon2", "chinese_calendar", "sqlalchemy", "sqlcipher3", "yaml", "cel"),
    *("ahocorasick", "desk.packs", "desk.documents", "desk.domain.engine", "desk.store.vault"),
)
"""What no first paint may wait for."""


def run() -> Iterator[Figure]:
    """Without a vault (set-up page) and with one (unlock page); then what was imported by then."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {"set-up page": Path(folder) / "new", "unlock page": Path(folder) / "used"}
        for home in homes.values():
            home.mkdir()
        new_vault(homes["unlock page"] / "branch.vault", Engine(loader.load())).vault.close()
        spent: dict[str, list[dict[str, float]]] = {name: [] for name in ("bare", *homes)}
        loaded: list[str] = []
        for turn in range(_ROUNDS + 1):
            for name, times in spent.items():
                seen = _start(name, homes.get(name, Path(folder) / name))
                if turn:  # the first fills the disk cache and compiles
                    times.append(seen)
                loaded = seen.pop("modules") if name in homes else loaded
        yield from _compared(spent)
        slow = sorted({one for one in _SLOW for m in loaded if m == one or m.startswith(f"{one}.")})
        yield Figure(
            BENCH,
            "slow modules loaded before the first paint",
            len(slow),
            unit="",
            most=0,
            note=f"{', '.join(slow) or 'none'}; {len(loaded)} modules in all",
        )
        yield from _imports(homes["unlock page"])


def _compared(spent: Mapping[str, list[dict[str, float]]]) -> Iterator[Figure]:
    for moment in ("painted", "usable", "processor"):
        floor = median([seen[moment] for seen in spent["bare"]])
        for name, seen in spent.items():
            if name != "bare":
                yield Figure(
                    BENCH,
                    f"{name}, {moment}{' time' if moment == 'processor' else ''}, p50",
                    median([one[moment] for one in seen]),
                    floor=floor,
                    most=_MOST,
                )


def _start(name: str, home: Path) -> dict[str, Any]:
    """One start: milliseconds to the first paint and to an idle window, and the modules then."""
    mode = "bare" if name == "bare" else "desk"
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, _PROBE, mode],
        check=True,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        env=_environment(home),
        timeout=60,
    )
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {
        "painted": (seen["painted"] - begun) * 1000,
        "usable": (seen["usable"] - begun) * 1000,
        "processor": seen["processor"] * 1000,
        "modules": seen["modules"],
    }


def _environment(home: Path) -> dict[str, str]:
    screen = os.environ.get("QT_QPA_PLATFORM") or (
        "" if os.environ.get("DISPLAY") or sys.platform == "win32" else "offscreen"
    )
    found = {**os.environ, "DESK_HOME": str(home), "PYTHONPATH": str(_ROOT)}
    # A program in use is compiled once and not at every start: ours, and what the floor loads.
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    found["PYTHONPYCACHEPREFIX"] = str(home.parent / "compiled")
    return {**found, "QT_QPA_PLATFORM": screen} if screen else found


def _imports(home: Path) -> Iterator[Figure]:
    """The modules that took longest to import, each with what it imports left out."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", _PROBE, "desk"],
        check=True,
        capture_output=True,
        text=True,
        cwd=_ROOT,
        env=_environment(home),
        timeout=60,
    )
    line = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)")
    found = [(int(m[1]) / 1000, m[3]) for m in line.finditer(done.stderr)]
    for spent, name in sorted(found, reverse=True)[:10]:
        yield Figure(BENCH, f"import of {name}, itself", spent)
