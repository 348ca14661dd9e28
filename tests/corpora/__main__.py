"""`python -m tests.corpora`: every figure of the labelled corpora; `--json` for one document.

`--cross` trains the models of the narratives anew for each file, which takes some minutes.

Only figures leave the held-out halves: nothing here prints a text of theirs.
"""

import argparse
import json
import sys
from collections.abc import Callable

from tests.corpora import narrative_figures, wording_figures

TABLES: dict[str, Callable[[], dict[str, dict[str, object]]]] = {
    "narratives": narrative_figures.table,
    "wording": wording_figures.table,
}
"""What each corpus is asked; one row of figures a line."""


def main() -> int:
    """Print the figures of the corpora named, else of all; 0, because figures judge nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpora", description=__doc__)
    parser.add_argument("corpus", nargs="*", choices=[[], *TABLES], help="only these")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--cross", action="store_true", help="also read each file by the others")
    asked = parser.parse_args()
    rows: dict[str, dict[str, object]] = {}
    for name in asked.corpus or TABLES:
        rows.update(TABLES[name]())
    if asked.cross and "narratives" in (asked.corpus or TABLES):
        rows.update(narrative_figures.cross_table())
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row, figures in rows.items():
        print(row)
        for name, value in figures.items():
            print(f"  {name:<20}{_told(value)}")
    return 0


def _told(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {told}" for key, told in value.items())
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
