"""One entry of a pack laid out to be read: what is said first, then why, when not, and its basis.

Belongs here: the order and the labels of what a reader sees of an entry. Kinds without a layout of
their own are told field by field, as the workbook names the fields, with keys put into words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from desk.domain.citations import Article, Citation, Confidence
from desk.domain.clock_rules import ClockRule
from desk.domain.content import Pack
from desk.domain.escalation import Checklist
from desk.domain.lexicon import Cue
from desk.domain.references import Card, CaseStudy, Sheet
from desk.domain.suggestion import Script
from desk.domain.text import Text
from desk.domain.wording import Phrase
from desk.i18n import Language, _, language
from desk.packs import workbook
from desk.services import packs
from desk.services.packs import About, Entry, EntryKind

Form = Literal["say", "text", "do", "never", "quote"]


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs or points under a label; `form` says what they are for."""

    label: str
    texts: tuple[Text, ...]
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Short answers beside their names."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; every row has one cell for each column."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Other entries to go on to."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a rule, an article of it or a limit may be quoted to a customer; `of` names which."""

    confidence: Confidence
    of: str = ""


Block = Words | Facts | Grid | Links | Trust


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry as it is read, and the entries that name it."""

    entry: Entry
    blocks: tuple[Block, ...]
    used_by: tuple[Entry, ...]


def leaf(pack: Pack, kind: EntryKind, key: str, part: str = "") -> Leaf | None:
    """One entry laid out; `part` is the article asked for (`24`). None when there is none."""
    about = next((one for one in packs.about(pack, key) if one.entry.kind == kind), None)
    if about is None:
        return None
    made = _LAYOUTS.get(kind)
    content = _content(pack, kind, about.entry.key) if made else None
    if made is None or content is None:
        blocks = tuple(_told(pack, about))
    else:
        found = made(_Names(pack, part), content)
        blocks = tuple(block for block in found if not _is_empty(block))
    return Leaf(about.entry, blocks, about.used_by)


def plain_text(found: Leaf, lang: Language) -> str:
    """An entry as text for the clipboard; of a script only what is said."""
    if found.entry.kind == "script":
        return found.entry.title.of(lang)
    lines = [found.entry.title.of(lang)]
    for block in found.blocks:
        match block:
            case Words(label=label, texts=texts):
                lines += ["", *((label,) if label else ()), *(text.of(lang) for text in texts)]
            case Facts(rows=rows):
                lines += [f"{name}: {value.of(lang)}" for name, value in rows]
            case Grid(columns=columns, rows=cells):
                lines += ["", *("\t".join(t.of(lang) for t in row) for row in (columns, *cells))]
            case Links(label=label, entries=entries):
                lines.append(f"{label}: {', '.join(entry.key for entry in entries)}")
            case Trust(confidence=confidence):
                lines.append(trust_words(confidence))
    return "\n".join((*lines, "", f"{found.entry.key} · {found.entry.source}".strip(" ·")))


def trust_words(confidence: Confidence) -> str:
    """What a confidence means at the counter."""
    return {
        "verified": _("Text read and checked: may be quoted"),
        "likely": _("Text not yet checked: not to be quoted to a customer"),
        "unverified": _("Not verified: not to be quoted to a customer"),
    }[confidence]


def _is_empty(block: Block) -> bool:
    match block:
        case Words(texts=texts):
            return not texts
        case Facts(rows=rows):
            return not rows
        case Links(entries=entries):
            return not entries
    return False


class _Names:
    """Keys of a pack in words, and the entries behind them."""

    def __init__(self, pack: Pack, part: str = "") -> None:
        self.pack = pack
        self.part = part
        model = pack.assessment
        self._names: dict[str, Text] = {
            **{role.key: role.name for role in pack.roles},
            **{code.key: code.name for code in pack.codes.codes},
            **{right.key: right.name for right in pack.codes.rights},
            **{stage.key: stage.name for stage in model.stages},
            **{profile.key: profile.name for profile in model.profiles},
            **{one.key: one.title for one in pack.checklists},
            **{scenario.key: scenario.name for scenario in pack.scenarios},
            **_program_words(),
        }

    def of(self, key: str) -> Text:
        """A key in words; itself where there are none."""
        return self._names.get(key) or Text(zh=key, en=key)

    def list(self, keys: Iterable[str]) -> Text:
        """Several keys in one line."""
        named = [self.of(key) for key in keys]
        return Text(
            zh="、".join(name.zh for name in named), en=", ".join(name.en for name in named)
        )

    def put(self, value: Text) -> Text:
        """The value of a field with its keys in words; several of them in one line."""
        lines = value.zh.split("\n")
        if all(line in self._names for line in lines):
            return self.list(lines)
        return value

    def links(self, label: str, keys: Iterable[str], *kinds: EntryKind) -> Links:
        """The entries of some keys, of these kinds only; an article leads to its rule."""
        known = {one.key: one for one in packs.entries(self.pack) if one.kind in kinds}
        found = (known.get(key) or known.get(key.rpartition("-")[0]) for key in keys)
        return Links(label, tuple(dict.fromkeys(entry for entry in found if entry)))


def _program_words() -> Mapping[str, Text]:
    """Values that the program fixes itself, in the language in force."""
    words = {
        "any": _("every one"),
        "yes": _("Yes"),
        "no": _("No"),
        "empathy": _("empathy"),
        "answer": _("answer"),
        "willing": _("willingness"),
        "counter": _("at the counter"),
        "phone": _("on the phone"),
        "writing": _("in writing"),
        "high": _("serious"),
        "medium": _("notable"),
        "low": _("slight"),
        "verified": _("checked"),
        "likely": _("not yet checked"),
        "unverified": _("not verified"),
        "local": _("a list of our own"),
    }
    return {key: Text(zh=word, en=word) for key, word in words.items()}


def _script(names: _Names, script: Script) -> Iterator[Block]:
    yield Words("", (script.text,), "say")
    yield Words(_("How to say it"), _one(script.delivery))
    yield Words(_("Why"), (script.why,))
    yield Words(_("Not when"), _one(script.when_not), "never")
    rows = [
        (_("Layer"), names.of(script.part)),
        (_("Steps"), _steps(names.pack, script.steps)),
        (_("Stage"), names.list(script.stages or ("any",))),
        (_("Suits"), names.list(script.profiles or ("any",))),
        (_("Matter"), names.list(script.scenarios or ("any",))),
        (_("Channel"), names.of(script.channel)),
        (_("Takes about"), _both(_("{n} s").format(n=script.seconds))),
    ]
    yield Facts(tuple(rows))
    yield names.links(_("Rules it rests on"), script.cites, "citation")
    yield names.links(_("Authority for what it promises"), script.promises, "authority")
    yield names.links(_("Rights it speaks to"), script.rights, "right")


def _steps(pack: Pack, numbers: tuple[int, ...]) -> Text:
    found = [step.name for step in pack.steps if not numbers or step.number in numbers]
    if len(found) == len(pack.steps):
        return _program_words()["any"]
    return Text(zh="、".join(n.zh for n in found), en=", ".join(n.en for n in found))


def _phrase(names: _Names, phrase: Phrase) -> Iterator[Block]:
    said = _run(phrase.match)
    category = next((c for c in names.pack.phrase_categories if c.letter == phrase.category), None)
    yield Words(_("Say instead"), (phrase.better,), "say")
    yield Words(_("Better left unsaid"), said, "never")
    yield Words(_("Why"), (phrase.why,))
    kind = ((_("Kind"), category.name),) if category else ()
    yield Facts((*kind, (_("Weight"), names.of(phrase.severity))))


def _citation(names: _Names, rule: Citation) -> Iterator[Block]:
    asked = next((a for a in rule.articles if str(a.number) == names.part), None)
    if asked is not None:
        yield Words(_("Article {n}").format(n=asked.number), (asked.says,), "say")
        yield Trust(asked.confidence, _("Article {n}").format(n=asked.number))
    else:
        yield Trust(rule.confidence)
    yield Words(_("What it says"), (rule.says,))
    yield Words(_("What it does not say"), (rule.not_says,), "never")
    yield Words(_("When to use it"), (rule.use_when,))
    yield Words(_("To be told with it"), (rule.remedies,))
    yield Words(_("Where to find it"), (rule.where,))
    if rule.articles:
        heads = (_both(_("Article")), _both(_("In plain words")), _both(_("May be quoted")))
        yield Grid(heads, tuple(_article(article) for article in rule.articles))


def _article(article: Article) -> tuple[Text, ...]:
    may = _("Yes") if article.confidence == "verified" else _("No: not verified")
    return _both(str(article.number)), article.says, _both(may)


def _card(names: _Names, card: Card) -> Iterator[Block]:
    yield Words("", card.body)
    guards = [guard.key for guard in names.pack.guards if guard.key == card.about]
    yield names.links(_("Held up by"), guards, "guard")


def _sheet(_names_of: _Names, sheet: Sheet) -> Iterator[Block]:
    yield Grid(sheet.columns, sheet.rows)
    yield Words(_("Notes"), sheet.notes)


def _case(names: _Names, case: CaseStudy) -> Iterator[Block]:
    yield Words(_("The customer says"), (case.says,), "quote")
    if case.facts:
        heads = (_both(_("Fact")), _both(_("In this case")))
        yield Grid(heads, tuple((line.label, line.value) for line in case.facts))
    yield Words(_("Look up first"), case.checks, "do")
    yield Words(_("May be said and done"), case.may, "do")
    yield Words(_("Must not be"), case.must_not, "never")
    yield names.links(_("Rules it rests on"), case.cites, "citation")
    yield names.links(_("Its sentences, in order"), case.scripts, "script")
    yield names.links(_("Matter"), (case.scenario,), "scenario")


def _checklist(names: _Names, one: Checklist) -> Iterator[Block]:
    yield Words(_("What it is for"), (one.purpose,))
    heads = (_both(_("To do")), _both(_("Who")), _both(_("Limit")))
    yield Grid(
        heads,
        tuple(
            (item.text, names.of(item.owner), item.limit_text or _limit(item)) for item in one.items
        ),
    )
    yield Words(_("Never"), one.never, "never")
    yield Facts(((_("Report to"), one.report_to), (_("Keep on file"), one.trail)))


def _limit(item: Any) -> Text:  # noqa: ANN401 - one of many content types
    if item.limit_minutes is not None:
        n = item.limit_minutes
        return Text(zh=f"{n} 分钟", en=f"{n} min")
    if item.limit_days:
        n = item.limit_days
        return Text(zh=f"{n} 个工作日", en=f"{n} working days")
    return Text(zh="当天", en="the same day") if item.limit_days == 0 else Text(zh="", en="")


def _clock(_names_of: _Names, rule: ClockRule) -> Iterator[Block]:
    yield Trust(rule.confidence)
    yield Words(_("Why"), (rule.why,))
    yield Words(_("Who must hear of it"), (rule.told,))
    heads = (_both(_("Limit")), _both(_("Written in")))
    yield Grid(heads, tuple((stage.title, stage.article) for stage in rule.stages))
    until = f" – {rule.valid_to.isoformat()}" if rule.valid_to else ""
    yield Facts(((_("In force since"), _both(f"{rule.valid_from.isoformat()}{until}")),))


def _cue(names: _Names, cue: Cue) -> Iterator[Block]:
    yield names.links(_("Points to"), (cue.to,), "scenario", "checklist")
    yield Words(_("Words that point there"), _run(cue.words), "quote")
    yield Words(_("Unless they are"), _run(cue.unless))


def _guard(names: _Names, guard: Any) -> Iterator[Block]:  # noqa: ANN401
    yield Words(_("Never said by us"), guard.breaks, "never")
    yield Words(_("Close to it, and right"), guard.keeps, "do")
    yield names.links(_("To read"), (guard.card,), "card")


def _profile(_names_of: _Names, profile: Any) -> Iterator[Block]:  # noqa: ANN401
    yield Words(_("Behind it"), (profile.question,), "quote")
    yield Words(_("How to stand"), (profile.stance,))
    yield Words(_("To do"), profile.do, "do")
    yield Words(_("To leave"), profile.avoid, "never")


_LAYOUTS: Mapping[EntryKind, Callable[[_Names, Any], Iterator[Block]]] = {
    "script": _script,
    "phrase": _phrase,
    "citation": _citation,
    "card": _card,
    "sheet": _sheet,
    "case": _case,
    "checklist": _checklist,
    "clock": _clock,
    "cue": _cue,
    "guard": _guard,
    "profile": _profile,
}


def _content(pack: Pack, kind: EntryKind, key: str) -> object:
    found: Mapping[EntryKind, Iterable[Any]] = {
        "script": pack.scripts,
        "phrase": pack.phrases,
        "citation": pack.citations,
        "card": pack.cards,
        "sheet": pack.sheets,
        "case": pack.cases,
        "checklist": pack.checklists,
        "clock": pack.clocks.rules,
        "cue": pack.cues,
        "guard": pack.guards,
        "profile": pack.assessment.profiles,
    }
    named = "kind" if kind == "clock" else "key"
    return next((one for one in found[kind] if getattr(one, named) == key), None)


def _told(pack: Pack, about: About) -> Iterator[Block]:
    """Field by field; what has no name in words is of the machine and left out."""
    names = _Names(pack)
    beside = {words.label for words in map(_column, ("source", "since", "name", "title"))}
    rows: list[tuple[str, Text]] = []
    for told in about.fields:
        label, value = told.label, told.value
        if label in beside or label.zh == label.en or value == about.entry.title:
            continue
        value = names.put(value)
        rows.append((label.of(language()), value))
    yield Facts(tuple(rows))


def _column(field: str) -> workbook.ColumnWords:
    return workbook.words().column("", field)


def _one(text: Text | None) -> tuple[Text, ...]:
    return () if text is None else (text,)


def _run(words: Iterable[str]) -> tuple[Text, ...]:
    """Many short words in one paragraph."""
    found = " · ".join(words)
    return (_both(found),) if found else ()


def _both(words: str) -> Text:
    return Text(zh=words, en=words)
