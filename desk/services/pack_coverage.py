"""What a pack serves of the outlines and the ideas for sentences, and where it says too little."""

from collections import Counter
from pathlib import Path

from desk.domain import coverage
from desk.domain.content import Pack
from desk.i18n import _
from desk.packs import loader
from desk.services.answers import Answer

_BOOKS = "ABC"
"""The outlines A and B, and the ideas for sentences (knowledge A1, A2, C3), by first letter."""


def report(folder: Path | None, language: str) -> tuple[Answer, bool]:
    """The map of a pack (the shipped one when None), and whether nothing that was served is lost.

    PackInvalid with every fault when the pack cannot be opened.
    """
    pack = loader.load(folder)
    points = coverage.served(pack)
    lacks = tuple(coverage.lacks(pack))
    table = _table(pack)
    values: dict[str, object] = {
        "pack": pack.stamp,
        "points": [
            {
                "key": one.point.key,
                "topic": one.point.topic.of(language),
                "state": one.state,
                "serves": list(one.serves),
                "waits": list(one.point.waits),
                "lost": list(one.lost),
            }
            for one in points
        ],
        "totals": {
            letter: dict(Counter(one.state for one in points if one.point.key[0] == letter))
            for letter in _BOOKS
        },
        "matters": table,
        "lacks": [{"matter": x.scenario, "what": x.what, "at": x.at} for x in lacks],
    }
    lines = [_point(one, language) for one in points]
    lines += [_matter(pack, key, counts, language) for key, counts in table.items()]
    lines += [
        _("{matter}: too little for {at}").format(matter=x.scenario, at=x.at or x.what)
        for x in lacks
    ]
    lines += _totals(points)
    return Answer(values, tuple(lines)), not lacks and all(one.state != "lost" for one in points)


def _point(one: coverage.Served, language: str) -> str:
    words = {
        "served": _("served by {names}"),
        "partly": _("served by {names}; the rest waits for {later}"),
        "waiting": _("waits for {names}"),
        "lost": _("LOST: {names}"),
    }
    later = ", ".join(one.point.waits)
    names = {"waiting": one.point.waits, "lost": one.lost}.get(one.state, one.serves)
    told = words[one.state].format(names=", ".join(names), later=later)
    return f"{one.point.key:<7} {one.point.topic.of(language)} — {told}"


def _table(pack: Pack) -> dict[str, dict[str, int]]:
    """For each matter, how many sentences of its own there are for each step and profile."""
    table: dict[str, dict[str, int]] = {}
    for scenario in pack.scenarios:
        if scenario.flag:
            continue
        own = [script for script in pack.scripts if scenario.key in script.scenarios]
        steps = Counter(f"step {step}" for script in own for step in script.steps)
        people = Counter(p for script in own for p in script.profiles if p != "any")
        table[scenario.key] = {"all": len(own), **steps, **dict(sorted(people.items()))}
    return table


def _matter(pack: Pack, key: str, counts: dict[str, int], language: str) -> str:
    scenario = pack.scenario(key)
    name = scenario.name.of(language) if scenario else key
    steps = "/".join(str(counts.get(f"step {step}", 0)) for step in coverage.STEPS)
    people = " ".join(f"{k} {n}" for k, n in counts.items() if k[0] == "T")
    return _("{matter}: {all} sentences; steps 1–5: {steps}; {people}").format(
        matter=name, all=counts["all"], steps=steps, people=people
    )


def _totals(points: tuple[coverage.Served, ...]) -> list[str]:
    names = {"A": _("Outline A"), "B": _("Outline B"), "C": _("Ideas for sentences")}
    lines = []
    for letter, name in names.items():
        states = Counter(one.state for one in points if one.point.key[0] == letter)
        lines.append(
            _("{name}: {served} served, {partly} in part, {waiting} wait, {lost} lost").format(
                name=name,
                served=states["served"],
                partly=states["partly"],
                waiting=states["waiting"],
                lost=states["lost"],
            )
        )
    return lines
