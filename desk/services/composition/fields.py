"""Fields of the form as labelled values, and whatever a pack holds that no section asks for.

A pack may gain fields and groups without a change of the program. Sections name the fields they
know; :func:`rest` and :func:`other_groups` put the others on paper, so that nothing stored stays
off the report by oversight.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from desk.domain.intake import FieldDef, GroupDef, fields_of, path_of
from desk.domain.report import Block, Cell, Fact, Facts, Pill, Prose, Subheading, Table
from desk.services.composition.material import Material

State = Callable[[str, str], Pill | None]
"""Turns a stored path and its words into a pill, or leaves it as it is."""


def fact(material: Material, path: str, pill: Pill | None = None) -> Fact | None:
    """A field with its label; None when there is nothing to show.

    On the internal copy a field that the rules require and that is still empty says so.
    """
    value = material.words(path)
    definition = material.definition(path)
    if definition is None:
        return None
    if not value:
        if not (material.is_internal and material.is_lacking(path)):
            return None
        return Fact(material.label(path), not_filled(material))
    return Fact(material.label(path), value, pill)


def facts(material: Material, paths: Iterable[str]) -> tuple[Fact, ...]:
    """The fields of these paths that have something to show."""
    return tuple(found for path in paths if (found := fact(material, path)) is not None)


def named(label: str, value: str) -> tuple[Fact, ...]:
    """A labelled value that is no field of the form; nothing when it is empty."""
    return (Fact(label, value),) if value else ()


def block(found: Iterable[Fact]) -> tuple[Block, ...]:
    """Labelled values as a block; no block without values."""
    items = tuple(found)
    return (Facts(items),) if items else ()


def not_filled(material: Material) -> str:
    """What stands where the rules require a value that is not there yet."""
    return material.tongue.gettext("Not filled in")


def prose(text: str) -> tuple[Prose, ...]:
    """A stored text as paragraphs, line feeds kept."""
    return (Prose.of(text),) if text else ()


def rest(material: Material, step: int, placed: Collection[str]) -> tuple[Fact, ...]:
    """Fields of a step that no section has placed."""
    paths = (at.path for at in fields_of(material.pack.steps) if at.step == step and not at.group)
    left = (path for path in paths if path not in placed and material.words(path))
    return facts(material, left)


def other_groups(material: Material, step: int, placed: Collection[str]) -> Iterator[Block]:
    """Repeated groups of a step that no section has placed, each as a heading and a table."""
    seen: set[str] = set()
    for at in fields_of(material.pack.steps):
        if at.step != step or at.group is None or at.group.key in {*placed, *seen}:
            continue
        seen.add(at.group.key)
        yield from group_table(material, at.group)


def group_table(
    material: Material, group: GroupDef, state: State | None = None, *, numbered: bool = False
) -> tuple[Block, ...]:
    """A repeated group as a heading and a table with a column for each of its fields.

    `state` may turn a value (path and words) into a pill; yes and no are pills without it.
    """
    columns = _columns(material, group)
    rows: list[tuple[Cell, ...]] = []
    for item in material.view.case.items(group.key):
        row = tuple(_cell(material, group, item, column, state) for column in columns)
        if any(row):
            rows.append((str(len(rows) + 1), *row) if numbered else row)
    if not rows:
        return ()
    heads = [material.printed_label(column) for column in columns]
    if numbered:
        heads.insert(0, "")
    return Subheading(material.label(group.key)), Table(tuple(heads), tuple(rows))


def _columns(material: Material, group: GroupDef) -> list[FieldDef]:
    """The fields of a group that this copy may show; none of a group that it may not."""
    if material.group(group.key) is None:
        return []
    allowed = {"both", "internal"} if material.is_internal else {"both"}
    return [definition for definition in group.fields if definition.report in allowed]


def _cell(
    material: Material, group: GroupDef, item: str, column: FieldDef, state: State | None
) -> Cell:
    path = path_of(group.key, item, column.key)
    words = material.words(path)
    pill = state(path, words) if state else None
    if pill is None and words and column.kind == "yes_no":
        pill = Pill(words, "good" if material.view.case.value(path) is True else "plain")
    return pill or words
