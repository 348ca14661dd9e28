"""Bytes that atheris makes, which sees what code each of them reaches and goes on from there.

atheris has wheels for some machines only, so it is no locked dependency: `pip install atheris` into
the environment, then `python -m tests.fuzz --atheris DOOR --seconds N`. The door is tried in a
process of its own, which ends with atheris.
"""

import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fuzz.doors import Knocking

MISSING = "atheris is not installed here. `pip install atheris` brings it, on most Linux machines."
SEEN = ("desk", "openpyxl", "yaml", "tests.unit.bundle_files")
"""Whose branches are watched."""
MOST_MEMORY_MIB = 3072
_TOLD, _LAST = "told.json", "last"
_LONGER_S = 120
"""What loading and the last input may take beyond the time asked for."""


def is_there() -> bool:
    """Whether atheris can be imported."""
    return importlib.util.find_spec("atheris") is not None


def knock(name: str, seconds: int, seed: int, folder: Path) -> dict[str, object]:
    """Bring a door what atheris makes, for so long: how often, how often it refused, findings."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), str(seed)]
    ended = _ended([*command, str(folder)], seconds + _LONGER_S)
    told: dict[str, Any] = {"tried": 0, "refused": 0, "found": []}
    if (folder / _TOLD).exists():
        told = json.loads((folder / _TOLD).read_text("utf-8"))
    if ended:
        told["found"].append(f"{ended}; its last bytes are in `{_LAST}`")
    return told


def _ended(command: list[str], most_seconds: int) -> str:
    """How the process ended, "" for well."""
    options: dict[str, Any] = {"capture_output": True, "text": True, "errors": "replace"}
    try:
        done = subprocess.run(command, check=False, timeout=most_seconds, **options)
    except subprocess.TimeoutExpired:
        return "it did not end"
    return f"ended with {done.returncode}: {done.stderr[-1500:]}" if done.returncode else ""


def watched(
    knocking: "Knocking", take: Callable[[bytes], str], told: Path
) -> Callable[[bytes], None]:
    """What atheris calls: `take` with its bytes, and once a second a line about it in `told`."""
    places: set[str] = set()
    last = 0.0

    def one_input(content: bytes) -> None:
        nonlocal last
        (told.parent / _LAST).write_bytes(content)
        wrong = take(content)
        place = wrong.rpartition(" at ")[2] if wrong else ""
        if place and place in places:
            knocking.found.pop()  # the same fault once more
        elif place:
            places.add(place)
            (told.parent / f"found-{len(places)}").write_bytes(content)
        if place or time.monotonic() - last > 1:
            last = time.monotonic()
            counts = {"tried": knocking.count, "refused": knocking.refused}
            told.write_text(json.dumps({**counts, "found": knocking.found}), "utf-8")

    return one_input


def main() -> None:
    """Be the process that atheris ends."""
    name, seconds, seed, root = sys.argv[1:]
    folder = Path(root)
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=list(SEEN)):
        doors = importlib.import_module("tests.fuzz.doors")
    with doors.opened(name, folder) as (knocking, ways):
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, way in enumerate(ways):
            for place, content in enumerate(way.seeds):
                (corpus / f"{number}-{place}").write_bytes(bytes([number]) + content)

        def take(content: bytes) -> str:
            number, rest = (content[0], content[1:]) if content else (0, b"")
            wrong: str = knocking.knock(ways[number % len(ways)], rest)
            return wrong

        limits = {
            "max_total_time": seconds,
            "seed": seed,
            "timeout": int(doors.SLOW_S) * 3,
            "rss_limit_mb": MOST_MEMORY_MIB,
            "artifact_prefix": f"{folder}/",
            "verbosity": 0,
        }
        options = [f"-{key}={value}" for key, value in limits.items()]
        atheris.Setup([sys.argv[0], *options, str(corpus)], watched(knocking, take, folder / _TOLD))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
