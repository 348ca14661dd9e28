"""Small packs for tests: the shipped one cut down to a few entries of each kind."""

import copy
import functools
from pathlib import Path

from desk import paths
from desk.packs import loader, parts
from desk.packs.source import Fault

KEPT = 4


@functools.cache
def _shipped() -> parts.Contents:
    return parts.contents(paths.PACKS / loader.DEFAULT)


def shipped() -> parts.Contents:
    """What the shipped pack holds, to change at will."""
    return copy.deepcopy(_shipped())


def small() -> parts.Contents:
    """The first entries of every kind; its references need not lead anywhere."""
    found = shipped()
    found.lists = {name: entries[:KEPT] for name, entries in found.lists.items()}
    found.wholes["assessment"] = {"name": {"zh": "速评", "en": "Assessment"}, "version": "1"}
    found.wholes["clocks"] = {"rules": [], "days": {"last": {"zh": "末日", "en": "Last"}}}
    found.models = {"told": '{"labels": []}\n'}
    return found


def light() -> parts.Contents:
    """A pack that can be used, with few sentences and no models: quick to read many times."""
    found = shipped()
    for name in ("scripts", "phrases", "cues", "outline"):
        found.lists[name] = found.lists[name][:KEPT]
    found.lists["cases"] = []
    found.models = {}
    return found


def nothing_wrong(folder: Path) -> tuple[Fault, ...]:
    """The check of a test that is not about checking: only whether the pack can be used."""
    return loader._examine(folder)[1]
