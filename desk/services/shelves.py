"""Versions of packs for whoever keeps them: what is at hand, out to Excel and back, what changed.

Belongs here: the use cases of the command line's `pack` and of head office. A question is answered
as JSON values and as lines for people (:class:`~desk.services.answers.Answer`).
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from desk.domain.content import Pack
from desk.errors import BadInput, CannotWrite, FolderMissing, NotReplaced, PackInvalid
from desk.i18n import Language, _
from desk.packs import differences, importing, loader, parts, shelf, workbook
from desk.packs.shelf import VERSION, Shelved
from desk.services import packs
from desk.services.answers import Answer


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of an import: the answer, and whether the pack had faults."""

    answer: Answer
    faulty: bool


def pack_named(name: str | None) -> Pack:
    """The pack a person names: a folder, `id@version` or an id; the one in force for None.

    BadInput when there is none of this name, PackInvalid when it has faults.
    """
    if name is None:
        return shelf.newest()
    return loader.load(_folder(name))


def _folder(name: str | None) -> Path:
    """The folder of a pack that a person names; that of the newest version for None."""
    if name is not None and Path(name).is_dir():
        return Path(name)
    found = shelf.named(name or loader.DEFAULT)
    if found is None:
        known = ", ".join(one.stamp for one in shelf.shelved())
        reason = _("There is no pack of this name; there are: {known}.").format(known=known)
        raise BadInput(reason=reason, where=name or "")
    return found.folder


def listing(language: Language) -> Answer:
    """Every version at hand: which came with the program, which is used for new cases."""
    found = shelf.shelved()
    in_force = shelf.newest().stamp
    values: list[dict[str, object]] = []
    lines: list[str] = []
    for one in found:
        usable = shelf.is_usable(one)
        values.append(
            {
                "id": one.id,
                "version": one.version,
                "name": one.name.of(language),
                "shipped": one.shipped,
                "in_force": one.stamp == in_force,
                "usable": usable,
                "folder": str(one.folder),
            }
        )
        marks = [_("shipped") if one.shipped else _("installed")]
        if one.stamp == in_force:
            marks.append(_("used for new cases"))
        if not usable:
            marks.append(_("has faults and is not used"))
        lines.append(f"{one.stamp}  {one.name.of(language)}  ({', '.join(marks)})")
    return Answer({"packs": values}, tuple(lines))


def export(name: str | None, target: Path) -> Answer:
    """Write a pack as an Excel workbook, whole or not at all.

    Raises BadInput for an unknown pack, PackInvalid, NotReplaced when what is at `target` is no
    workbook, FolderMissing and CannotWrite.
    """
    found = parts.contents(_folder(name))
    target = target.with_suffix(".xlsx") if not target.suffix else target
    _may_be_replaced(target)
    draft = target.with_name(f".{target.name}.new")
    try:
        workbook.write(found, draft)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotWrite(path=str(target), reason=error.strerror or "") from error
    entries = sum(len(one) for one in found.lists.values())
    words = _("{file}: {pack}, {n} entries").format(file=target, pack=found.stamp, n=entries)
    return Answer({"file": str(target), "pack": found.stamp, "entries": entries}, (words,))


def _may_be_replaced(target: Path) -> None:
    if not target.parent.is_dir():
        raise FolderMissing(path=str(target), folder=str(target.parent))
    if target.exists() and not (target.is_file() and zipfile.is_zipfile(target)):
        raise NotReplaced(path=str(target))


def bring_in(source: Path, version: str | None, language: Language) -> Brought:
    """Make an edited workbook a new version of its pack, and tell what changed.

    Nothing is installed when the workbook or the pack has faults: they are the answer. Raises
    BadInput, and NotAllowed for a version that is at hand.
    """
    if version is not None and not VERSION.fullmatch(version):
        raise BadInput(reason=_("A version is three numbers, like 1.2.0."), where="--version")
    try:
        found = importing.bring_in(source, version, lambda folder: loader.examine(folder)[1])
    except PackInvalid as error:
        told = error.params["faults"]
        faults = tuple(map(str, told)) if isinstance(told, tuple) else (str(told),)
        return _faulty({"base": "", "installed": None}, faults)
    values: dict[str, object] = {
        "base": found.base,
        "installed": found.shelved.stamp if found.shelved else None,
        "faults": [],
    }
    if found.faults:
        return _faulty(values, found.faults)
    if found.shelved is None:
        words = _("Nothing differs from {pack}, so no version was made.").format(pack=found.base)
        return Brought(Answer(values, (words,)), faulty=False)
    told = _changes(found, language)
    values["changes"] = list(told)
    lines = (*told, _installed(found.shelved))
    return Brought(Answer(values, lines), faulty=False)


def _faulty(values: dict[str, object], faults: tuple[str, ...]) -> Brought:
    closing = _("Nothing was installed. Faults: {n}.").format(n=len(faults))
    return Brought(Answer({**values, "faults": list(faults)}, (*faults, closing)), faulty=True)


def _changes(found: importing.Imported, language: Language) -> tuple[str, ...]:
    if found.before is None:
        words = _("{pack}, from which it was made, is not here; what changed cannot be told.")
        return (words.format(pack=found.base),)
    changes = differences.differences(found.before, found.after)
    told = differences.told(changes, language)
    heading = _("Compared with {pack}:").format(pack=found.base)
    return (
        (heading, *told) if told else (_("Nothing differs from {pack}.").format(pack=found.base),)
    )


def _installed(one: Shelved) -> str:
    if one.id == loader.DEFAULT and shelf.versions(one.id)[-1] == one:
        words = _("{pack} is installed, for new cases from the next start on.")
    else:
        words = _("{pack} is installed; new cases are handled under another version.")
    return words.format(pack=one.stamp)


def compare(before: str, after: str, language: Language) -> Answer:
    """What changed from one pack to another, each a folder, `id@version` or id."""
    old, new = (parts.contents(_folder(name)) for name in (before, after))
    changes = differences.differences(old, new)
    lines = differences.told(changes, language)
    values = [
        {
            "part": change.part,
            "key": change.key,
            "what": change.what,
            "turns": [
                {
                    "path": turn.path,
                    "language": turn.language,
                    "before": turn.before,
                    "after": turn.after,
                }
                for turn in change.turns
            ],
        }
        for change in changes
    ]
    return Answer({"changes": values}, lines or (_("Nothing differs."),))


def show(key: str, name: str | None, language: Language) -> Answer:
    """Everything about one key: its texts, its source, since when, and what names it.

    BadInput when the pack has no such key.
    """
    pack = pack_named(name)
    found = packs.about(pack, key)
    if not found:
        reason = _("{pack} has nothing of this key.").format(pack=pack.stamp)
        raise BadInput(reason=reason, where=key)
    values = [
        {
            **_entry(one.entry, language),
            "fields": [
                {"label": told.label.of(language), "zh": told.value.zh, "en": told.value.en}
                for told in one.fields
            ],
            "used_by": [{"kind": other.kind, "key": other.key} for other in one.used_by],
        }
        for one in found
    ]
    lines: list[str] = []
    for one in found:
        lines.append(f"{one.entry.key}  {packs.kind_name(one.entry.kind)}  ({pack.stamp})")
        for told in one.fields:
            said = told.value.of(language).replace("\n", "\n    ")
            lines.append(f"  {told.label.of(language)}: {said}")
        if one.used_by:
            users = ", ".join(other.key for other in one.used_by)
            lines.append("  " + _("Used by: {keys}").format(keys=users))
    return Answer({"pack": pack.stamp, "entries": values}, tuple(lines))


def search(words: str, name: str | None, language: Language) -> Answer:
    """The entries of a pack that hold all of these words, best first."""
    found = packs.find(pack_named(name), words)
    lines = [
        f"{one.key}  {packs.kind_name(one.kind)}  {' '.join(one.title.of(language).split())}"
        for one in found
    ]
    values = [_entry(one, language) for one in found]
    return Answer({"entries": values}, tuple(lines) or (_("Nothing was found."),))


def _entry(one: packs.Entry, language: Language) -> dict[str, object]:
    return {
        "kind": one.kind,
        "key": one.key,
        "title": one.title.of(language),
        "source": one.source,
        "since": one.since,
    }
