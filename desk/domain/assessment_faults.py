"""What is wrong with an assessment model that its types alone cannot say.

A pack with any of these faults is refused as a whole; a wrong weight or a rule that silently
never holds would be worse than no assessment.
"""

import dataclasses
import string
from collections.abc import Iterator, Sequence

from desk.domain.assessment_model import (
    COLOURS,
    AssessmentModel,
    Condition,
    Dimension,
    Item,
    Option,
)
from desk.domain.text import Text
from desk.i18n import _


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A place in the content (keys and positions from the top) and what is wrong there."""

    path: tuple[str | int, ...]
    reason: str


def faults(model: AssessmentModel) -> tuple[Fault, ...]:
    """Every inconsistency of the model; an empty tuple says it can be used."""
    return (
        *_keys(model),
        *(
            fault
            for index, item in enumerate(model.items)
            for fault in _item(model, item, ("items", index))
        ),
        *(
            fault
            for index, dimension in enumerate(model.dimensions)
            for fault in _bands(dimension, ("dimensions", index, "bands"))
        ),
        *_conditions(model),
        *_references(model),
        *_slots(model),
    )


def _keys(model: AssessmentModel) -> Iterator[Fault]:
    for name, entries in (
        ("dimensions", [d.key for d in model.dimensions]),
        ("items", [i.key for i in model.items]),
        ("profiles", [p.key for p in model.profiles]),
        ("stages", [s.key for s in model.stages]),
    ):
        yield from _unique(entries, (name,))
        if not entries:
            yield Fault((name,), _("must not be empty"))


def _unique(keys: Sequence[str], path: tuple[str | int, ...]) -> Iterator[Fault]:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield Fault((*path, index), _("key {key!r} is used twice").format(key=key))


def _item(model: AssessmentModel, item: Item, path: tuple[str | int, ...]) -> Iterator[Fault]:
    keys = [option.key for option in item.options]
    yield from _unique(keys, (*path, "options"))
    if not keys:
        yield Fault((*path, "options"), _("must not be empty"))
    if item.kind == "ordinal":
        if keys != [str(grade) for grade in range(len(keys))]:
            yield Fault(
                (*path, "options"), _("graded options must have the keys 0, 1, 2, … in order")
            )
        yield from _rising(model, item, path)
    expected = sum(option.often for option in item.options)
    if expected > 100 if item.kind == "flags" else expected not in {0, 100}:
        yield Fault(
            (*path, "options"),
            _("`often` adds up to {expected}, not 100").format(expected=expected),
        )
    for dimension in item.caps:
        yield from _known(model, dimension, (*path, "caps"))
    for index, option in enumerate(item.options):
        yield from _option(model, item, option, (*path, "options", index))


def _option(
    model: AssessmentModel, item: Item, option: Option, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    for dimension in option.points:
        yield from _known(model, dimension, (*path, "points"))
    if option.none and (item.kind != "flags" or option.points):
        yield Fault((*path, "none"), _("`none` belongs to a flag without points"))
    if option.stage and option.stage not in {stage.key for stage in model.stages}:
        yield Fault((*path, "stage"), _("no stage {stage!r}").format(stage=option.stage))


def _rising(model: AssessmentModel, item: Item, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """The "or" rule takes the higher grade; so a higher grade must not be milder in safety."""
    for dimension in model.dimensions:
        points = [option.points.get(dimension.key, 0) for option in item.options]
        if dimension.safety and points != sorted(points):
            yield Fault(
                (*path, "options"),
                _("points for {key} fall as the grade rises").format(key=dimension.key),
            )


def _known(model: AssessmentModel, key: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if key not in {dimension.key for dimension in model.dimensions}:
        yield Fault((*path, key), _("no dimension {key!r}").format(key=key))


def _bands(dimension: Dimension, path: tuple[str | int, ...]) -> Iterator[Fault]:
    bands = dimension.bands
    if not bands:
        return
    if bands[0].at_least is None or bands[0].at_least > dimension.lowest:
        yield Fault(
            (*path, 0), _("the first band must begin at {lowest}").format(lowest=dimension.lowest)
        )
    places = [COLOURS.index(band.colour) for band in bands]
    if places != sorted(set(places)):
        yield Fault(path, _("bands must go from mild to grave, each colour once"))
    edges = [band.at_least for band in bands if band.at_least is not None]
    if edges != sorted(set(edges)):
        yield Fault(path, _("bands must begin at rising points"))
    for index, band in enumerate(bands):
        if band.at_least is None and not band.when:
            yield Fault((*path, index), _("nothing leads to this band"))


def _conditions(model: AssessmentModel) -> Iterator[Fault]:
    groups: list[tuple[tuple[str | int, ...], tuple[Condition, ...]]] = [
        *((("profiles", i, "when"), p.when) for i, p in enumerate(model.profiles)),
        *((("stages", i, "hold_when"), s.hold_when) for i, s in enumerate(model.stages)),
        *((("checklists", i, "when"), c.when) for i, c in enumerate(model.checklists)),
        *(
            (("dimensions", i, "bands", j, "when"), band.when)
            for i, dimension in enumerate(model.dimensions)
            for j, band in enumerate(dimension.bands)
        ),
    ]
    for path, conditions in groups:
        for index, condition in enumerate(conditions):
            yield from _condition(model, condition, (*path, index))


def _condition(
    model: AssessmentModel, condition: Condition, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    if condition == Condition():
        yield Fault(path, _("an empty condition always holds"))
    shares = {d.key for d in model.dimensions if d.kind == "share"}
    if condition.dimension:
        yield from _known(model, condition.dimension, (*path, "dimension"))
    if condition.largest and condition.dimension not in shares:
        yield Fault((*path, "largest"), _("only a share can be the largest"))
    if bool(condition.item) != bool(condition.options):
        yield Fault(path, _("`item` and `options` go together"))
    options = {item.key: {option.key for option in item.options} for item in model.items}
    for key in condition.options:
        if key not in options.get(condition.item, set()):
            yield Fault(
                (*path, "options"),
                _("no option {key!r} in item {item!r}").format(key=key, item=condition.item),
            )


def _references(model: AssessmentModel) -> Iterator[Fault]:
    items = {item.key for item in model.items}
    for path, keys in (
        (("rapid",), model.rapid),
        (("gap", "stated"), model.gap.stated),
        (("gap", "implied"), model.gap.implied),
    ):
        for index, key in enumerate(keys):
            if key not in items:
                yield Fault((*path, index), _("no item {key!r}").format(key=key))
    if model.fallback not in {profile.key for profile in model.profiles}:
        yield Fault(("fallback",), _("no profile {fallback!r}").format(fallback=model.fallback))


def _slots(model: AssessmentModel) -> Iterator[Fault]:
    allowed = {
        "total": {"dimension", "value", "parts"},
        "nothing": {"dimension", "value"},
        "part": {"item", "option", "points"},
        "cap": {"points"},
        "plus": set[str](),
        "profile": {"profile", "because"},
        "fallback": {"profile"},
        "too_little": {"profile", "missing"},
        "reached": {"dimension", "value", "at_least"},
        "largest": {"dimension", "value", "at_least"},
        "spread": {"below"},
        "seen": {"item", "option"},
    }
    for name, slots in allowed.items():
        yield from _pattern(getattr(model.phrases, name), slots, ("phrases", name))
    yield from _pattern(model.gap.sentence, {"stated", "implied"}, ("gap", "sentence"))


def _pattern(text: Text, slots: set[str], path: tuple[str | int, ...]) -> Iterator[Fault]:
    for language in ("zh", "en"):
        try:
            pieces = list(string.Formatter().parse(text.of(language)))
        except ValueError as error:
            yield Fault((*path, language), str(error))
            continue
        for _literal, name, _spec, _conversion in pieces:
            if name is not None and name not in slots:
                yield Fault((*path, language), _("unknown slot {{{name}}}").format(name=name))
