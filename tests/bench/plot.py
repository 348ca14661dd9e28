"""`python -m tests.bench.plot FIGURES.json OUT.svg`: what a bundle costs as head office grows.

Reads what `python -m tests.bench --only hub --cases 1000000 --json FIGURES.json` wrote: for each
size of the store, the time of a day's bundle beside the same in a store a hundred times smaller.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_NAME = re.compile(r"a bundle of \d+ cases among ([\d,]+) and ([\d,]+), (.+)")
_WIDTH, _HEIGHT = 560, 300
_TITLE = "A day's bundle, beside the same in the smallest store, by cases held"
_COLOURS = {"embedded": "#2456a6", "PostgreSQL": "#b4552d"}


def main() -> int:
    """Draw it; 2 when there is nothing to draw."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    curves = curves_of(found["figures"])
    if not curves:
        print("no figures of a growing store in there", file=sys.stderr)
        return 2
    draw(curves, Path(sys.argv[2]))
    return 0


def curves_of(figures: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """For each kind of store the cost of a bundle by cases held, as a multiple of the smallest."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for one in figures:
        match = _NAME.fullmatch(one["name"])
        if match is not None:
            size, least = (int(text.replace(",", "")) for text in match.group(1, 2))
            curve = curves.setdefault(match[3], [(least, 1.0)])
            curve.append((size, one["ours"] / one["floor"]))
    return curves


def draw(curves: Mapping[str, list[tuple[int, float]]], target: Path) -> None:
    """Write the curves over cases as an SVG file; the steps along the bottom are the sizes."""
    sizes = [size for size, _ratio in next(iter(curves.values()))]
    most = max(2.0, *(ratio for curve in curves.values() for _size, ratio in curve))
    left, right, top, bottom = 60, _WIDTH - 40, 60, _HEIGHT - 40

    def x(place: int) -> float:
        return left + (right - left) * place / (len(sizes) - 1)

    def y(ratio: float) -> float:
        return bottom - (bottom - top) * ratio / most

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">',
        "<style>text { font: 12px sans-serif } polyline { fill: none; stroke-width: 2 }</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{left}" y="22">{_TITLE}</text>',
    ]
    for half in range(int(most * 2) + 1):
        level = y(half / 2)
        lines.append(f'<path d="M{left} {level:.1f}H{right}" stroke="#d5dae2"/>')
        lines.append(f'<text x="{left - 34}" y="{level + 4:.1f}">{half / 2:.1f} ×</text>')
    for place, size in enumerate(sizes):
        at = f'x="{x(place):.1f}" y="{bottom + 20}" text-anchor="middle"'
        lines.append(f"<text {at}>{size:,}</text>")
    for number, (name, curve) in enumerate(curves.items()):
        colour, begin = _COLOURS[name], left + 120 * number
        points = " ".join(f"{x(n):.1f},{y(ratio):.1f}" for n, (_size, ratio) in enumerate(curve))
        lines.append(f'<polyline points="{points}" stroke="{colour}"/>')
        lines.append(f'<rect x="{begin}" y="34" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{begin + 18}" y="45">{name}</text>')
    target.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
