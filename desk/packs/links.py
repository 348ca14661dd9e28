"""What one part of a pack says of another: every name must lead somewhere, every key be unique."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from desk.domain.citations import references
from desk.domain.conditions import Condition
from desk.domain.content import Pack
from desk.domain.escalation import FACTS
from desk.domain.intake import FREE, FieldAt, FieldDef, GroupDef, fields_of
from desk.domain.retention import class_faults
from desk.i18n import _
from desk.packs.source import Fault, Source


@dataclass(slots=True)
class Places:
    """Where the keyed entries of a pack stand, so that a later fault can name file and line."""

    _at: dict[tuple[str, str], tuple[Source, tuple[str | int, ...]]] = field(default_factory=dict)
    twice: list[Fault] = field(default_factory=list)

    def add(self, part: str, key: str, source: Source, path: tuple[str | int, ...]) -> None:
        """Remember an entry; a key used twice in one part is a fault."""
        if (part, key) in self._at:
            self.twice.append(
                Fault(source.name, source.line(path), _("key {key} is used twice").format(key=key))
            )
        else:
            self._at[part, key] = (source, path)

    def fault(self, part: str, key: str, reason: str) -> Fault:
        """A fault of the entry `key`, at its line."""
        found = self._at.get((part, key))
        if found is None:
            return Fault(f"{part}.yaml", 1, f"{key}: {reason}")
        source, path = found
        return Fault(source.name, source.line(path), f"{key}: {reason}")


def link_faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every reference that leads nowhere."""
    yield from places.twice
    yield from _scripts(pack, places)
    yield from _scenarios(pack, places)
    yield from _quotations(pack, places)
    yield from _references(pack, places)
    yield from _escalation(pack, places)
    yield from _fields(pack)
    yield from _keeping(pack, places)


def _scripts(pack: Pack, places: Places) -> Iterator[Fault]:
    scenarios = {s.key for s in pack.scenarios} | {"any"}
    rights = {r.key for r in pack.codes.rights}
    for script in pack.scripts:
        for name in set(script.scenarios) - scenarios:
            yield places.fault(
                "scripts", script.key, _("unknown scenario {name}").format(name=name)
            )
        for name in set(script.rights) - rights:
            yield places.fault("scripts", script.key, _("unknown right {name}").format(name=name))
    paths = {at.path for at in fields_of(pack.steps)}
    for slot in pack.slots:
        if slot.from_field is not None and slot.from_field not in paths:
            yield places.fault(
                "slots",
                slot.key,
                _("unknown field {name}").format(name=slot.from_field),
            )


def _scenarios(pack: Pack, places: Places) -> Iterator[Fault]:
    for scenario in pack.scenarios:
        for name in (scenario.business, scenario.cause):
            if name and pack.codes.code(name) is None:
                yield places.fault(
                    "scenarios", scenario.key, _("unknown code {name}").format(name=name)
                )


def _quotations(pack: Pack, places: Places) -> Iterator[Fault]:
    """What scripts and worked cases quote must be known, and its text must have been read."""
    known = references(pack.citations)
    quoted = [
        *(("scripts", script.key, script.cites) for script in pack.scripts),
        *(("cases", case.key, case.cites) for case in pack.cases),
    ]
    for part, key, names in quoted:
        for name in sorted(set(names) - pack.quotable):
            reason = (
                _("the rule {name} may not be quoted: nobody read its text")
                if name in known
                else _("unknown rule {name}")
            )
            yield places.fault(part, key, reason.format(name=name))


def _references(pack: Pack, places: Places) -> Iterator[Fault]:
    cards = {card.key for card in pack.cards}
    guards = {guard.key for guard in pack.guards}
    roles = {role.key for role in pack.roles}
    for guard in pack.guards:
        if guard.card not in cards:
            reason = _("unknown card {name}").format(name=guard.card)
            yield places.fault("guards", guard.key, reason)
    for card in pack.cards:
        if card.about and card.about not in guards:
            reason = _("about the unknown reading {name}").format(name=card.about)
            yield places.fault("cards", card.key, reason)
    for authority in pack.authorities:
        if authority.role not in roles:
            reason = _("unknown role {name}").format(name=authority.role)
            yield places.fault("authorities", authority.key, reason)


def _escalation(pack: Pack, places: Places) -> Iterator[Fault]:
    checklists = {c.key for c in pack.checklists}
    roles = {r.key for r in pack.roles}
    for trigger in pack.triggers:
        if trigger.checklist not in checklists:
            yield places.fault(
                "triggers",
                trigger.key,
                _("unknown checklist {name}").format(name=trigger.checklist),
            )
    for checklist in pack.checklists:
        for item in checklist.items:
            if item.owner not in roles:
                reason = _("item {key}: unknown role {owner}").format(
                    key=item.key, owner=item.owner
                )
                yield places.fault("checklists", checklist.key, reason)
    for rule in pack.assessment.checklists:
        if rule.checklist not in checklists:
            yield Fault(
                "assessment.yaml",
                1,
                _("unknown checklist {name}").format(name=rule.checklist),
            )
    for row in pack.matrix.calls:
        for name in set(row.checklists) - checklists:
            yield Fault("matrix.yaml", 1, _("unknown checklist {name}").format(name=name))


def _fields(pack: Pack) -> Iterator[Fault]:
    found = list(fields_of(pack.steps))
    names = {at.path for at in found if "/" not in at.path}
    known = names | set(FACTS)
    seen: set[str] = set()
    for at in found:
        if at.path in seen:
            yield Fault("steps.yaml", 1, _("field {path} is defined twice").format(path=at.path))
        seen.add(at.path)
        yield from _field(pack, at, known)
    groups = {at.group.key: at.group for at in found if at.group is not None}
    for group in groups.values():
        yield from _conditions(group, known)


def _field(pack: Pack, at: FieldAt, known: set[str]) -> Iterator[Fault]:
    definition = at.definition
    if definition.kind in {"choice", "choices"} and not pack.options(definition):
        yield Fault(
            "steps.yaml", 1, _("field {path} offers nothing to choose").format(path=at.path)
        )
    if definition.codes and definition.options:
        yield Fault(
            "steps.yaml",
            1,
            _("field {path} has both options and a code table").format(path=at.path),
        )
    if definition.kind in FREE and not definition.personal:
        reason = _("field {path} takes free words, which may name somebody: it must be personal")
        yield Fault("steps.yaml", 1, reason.format(path=at.path))
    if definition.masked and not definition.personal:
        yield Fault(
            "steps.yaml", 1, _("field {path} is masked but not personal").format(path=at.path)
        )
    yield from _conditions(definition, known)


def _conditions(definition: FieldDef | GroupDef, known: set[str]) -> Iterator[Fault]:
    texts = [definition.when]
    if isinstance(definition, FieldDef):
        texts.append(definition.required)
    for text in texts:
        if text in {"", "true", "false"}:
            continue
        try:
            unknown = Condition(text).facts - known
        except ValueError as error:
            yield Fault(
                "steps.yaml", 1, _("field {key}: {error}").format(key=definition.key, error=error)
            )
            continue
        yield from _unknown(definition.key, unknown)


def _keeping(pack: Pack, places: Places) -> Iterator[Fault]:
    """Every case has a class of keeping, and what proposes one asks of fields there are."""
    if not pack.keeping:
        yield Fault("retention.yaml", 1, _("there is no class of keeping"))
    fields = {at.path for at in fields_of(pack.steps) if "/" not in at.path}
    for key, reason in class_faults(pack.keeping, fields):
        yield places.fault("keeping", key, reason)


def _unknown(key: str, names: Iterable[str]) -> Iterator[Fault]:
    for name in sorted(names):
        yield Fault(
            "steps.yaml", 1, _("field {key}: unknown fact {name}").format(key=key, name=name)
        )
