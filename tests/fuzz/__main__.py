"""`python -m tests.fuzz --minutes N [--door NAME] [--seed S]`: knock at every door, or at one.

Each door is tried in a process whose memory is limited. The last line is one JSON object.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from unittest import mock

from desk.store import stretching
from tests.fuzz import doors

MOST_MEMORY = 3 * 1024**3


def main() -> int:
    """Knock for as long as the command line asks; 1 when a door did harm."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Strange bytes.")
    parser.add_argument("--minutes", type=float, default=1.0, help="in all")
    parser.add_argument("--door", choices=doors.NAMES, action="append")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    names = asked.door or doors.NAMES
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    told: dict[str, dict[str, object]] = {}
    for name in names:
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S),
        ):
            os.environ["HOME"] = folder
            seconds = asked.minutes * 60 / len(names)
            count, refused, found = doors.knock(name, seconds, asked.seed, Path(folder))
            told[name] = {"tried": count, "refused": refused, "found": found}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if any(one["found"] for one in told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
