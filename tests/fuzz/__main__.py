"""`python -m tests.fuzz --minutes N [--door NAME] [--seed S]`: knock at every door, or at one.

With `--atheris DOOR --seconds N` atheris makes the bytes (`tests.fuzz.guided`). Each door is tried
in a process whose memory is limited. The last line is one JSON object.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.fuzz import doors, guided

MOST_MEMORY = 3 * 1024**3


def main() -> int:
    """Knock for as long as the command line asks; 1 when a door did harm, 3 without atheris."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Strange bytes.")
    parser.add_argument("--minutes", type=float, default=1.0, help="in all")
    parser.add_argument("--door", choices=doors.NAMES, action="append")
    parser.add_argument("--atheris", choices=doors.NAMES, action="append", metavar="DOOR")
    parser.add_argument("--seconds", type=int, default=60, help="for each door of --atheris")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for what atheris found")
    asked = parser.parse_args()
    if asked.atheris and not guided.is_there():
        print(guided.MISSING, file=sys.stderr)
        return 3
    told = {}
    for name in asked.atheris or asked.door or doors.NAMES:
        with tempfile.TemporaryDirectory() as beside:
            folder = asked.keep / name if asked.keep else Path(beside) / name
            folder.mkdir(parents=True)
            os.environ["HOME"] = beside
            told[name] = _knock(name, folder, asked)
    print(json.dumps(told, ensure_ascii=False))
    return 1 if any(one["found"] for one in told.values()) else 0


def _knock(name: str, folder: Path, asked: argparse.Namespace) -> dict[str, object]:
    if asked.atheris:
        return guided.knock(name, asked.seconds, asked.seed, folder)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    seconds = asked.minutes * 60 / len(asked.door or doors.NAMES)
    done = doors.knock(name, seconds, asked.seed, folder)
    return {"tried": done.count, "refused": done.refused, "found": done.found}


if __name__ == "__main__":
    sys.exit(main())
