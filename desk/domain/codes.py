"""Classification codes of complaints: what a pack offers, and which of them the words point to.

A channel, B business and C cause are the three dimensions of JR/T 0169-2018; I matter and L line
serve insurance; S source, T kind of institution and the lists after them are what files and
reports of a branch need besides. The numbers of the standards are not public: `std_code` stays
empty until head office fills it in; `key` is the program's own and never changes. A `source` of
"default" is this pack's own choice.

Root causes and the measures against them stand here too, with the question whether a measure is
enough to close a cause (knowledge F1, F2).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from desk.domain.spoken import Words, comparable, heard
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

Dimension = Literal[
    "A",
    "B",
    "C",
    "I",
    "L",
    "S",
    "T",
    "party",
    "id_type",
    "complexity",
    "grade",
    "request",
    "remedies",
]
Confidence = Literal["verified", "likely", "unverified", "local"]
Strength = Literal["strong", "fairly_strong", "medium", "weak_medium", "weak"]
"""How far a measure carries by itself: strong changes the rule or the thing, weak asks people."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of a code table.

    `confidence` says how well the name is known: `local` marks a list of this program's own.
    `cues` are words a customer uses when this code is meant. `transfer` marks a source that passed
    the complaint on, so that the date its letter asks for is kept.
    """

    key: str
    dim: Dimension
    name: Text
    parent: str | None = None
    std_code: str | None = None
    confidence: Confidence = "local"
    cues: tuple[str, ...] = ()
    transfer: bool = False
    source: str = "default"
    since: Version = FIRST


class Right(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the eight consumer rights (国办发〔2015〕81号; 银保监令2022年第9号).

    `causes` are the cause codes that usually touch it. No rule maps rights to causes: where
    `proposal` is set the program only proposes, and the teller decides.
    """

    key: str
    name: Text
    meaning: Text
    causes: tuple[str, ...] = ()
    proposal: bool = True
    source: str = "default"
    since: Version = FIRST


class SubCause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finer root cause."""

    key: str
    name: Text


class RootCause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One branch of the root-cause tree: what went wrong, how customers say it, finer causes.

    `lasting`: words and goodwill do not mend it, so it is closed by a measure that stands alone.
    """

    key: str
    name: Text
    sign: Text
    subs: tuple[SubCause, ...]
    lasting: bool = False
    source: str = "default"
    since: Version = FIRST


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of rectification, as a form offers it.

    `example` and `verification` (how one sees that it worked) are words to start from, `days_from`
    to `days_to` its usual term in calendar days: this pack's defaults. `alone` is false for what
    works only while people remember it, such as training and talks: see `closes`.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^M_[A-Z]+$")]
    name: Text
    strength: Strength
    example: Text
    days_from: Annotated[int, msgspec.Meta(ge=1, le=366)]
    days_to: Annotated[int, msgspec.Meta(ge=1, le=366)]
    verification: Text
    source: str
    alone: bool = True
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse a term that ends before it begins."""
        if self.days_to < self.days_from:
            raise ValueError(_("{key}: the term ends before it begins").format(key=self.key))


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one kind of institution registers: a bank by JR/T 0169, an insurer by GB/T 43568.

    `institutions` are the T codes it is for, `dims` the dimensions asked for, in their order.
    """

    key: Literal["bank", "insurer"]
    name: Text
    institutions: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    dims: Annotated[tuple[Dimension, ...], msgspec.Meta(min_length=1)]
    source: str
    since: Version = FIRST


class CodeBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """All code tables of a pack. Keys are unique and what is named exists, else ValueError."""

    codes: tuple[Code, ...]
    rights: tuple[Right, ...]
    root_causes: tuple[RootCause, ...]
    measures: tuple[Measure, ...] = ()
    variants: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a book whose references lead nowhere."""
        roots = [root.key for root in self.root_causes]
        subs = [sub.key for root in self.root_causes for sub in root.subs]
        keys = [code.key for code in self.codes] + [right.key for right in self.rights]
        _check_unique(keys + roots + subs + [measure.key for measure in self.measures])
        dims = {code.key: code.dim for code in self.codes}
        for code in self.codes:
            if code.parent is not None and dims.get(code.parent) != code.dim:
                raise ValueError(
                    _("{key}: parent {parent} is not a {dim} code").format(
                        key=code.key, parent=code.parent, dim=code.dim
                    )
                )
        _check_no_cycle(self.codes)
        for right in self.rights:
            for cause in right.causes:
                if dims.get(cause) != "C":
                    raise ValueError(
                        _("{key}: {cause} is not a C code").format(key=right.key, cause=cause)
                    )
        _check_variants(self.variants, dims)

    @cached_property
    def _by_key(self) -> dict[str, Code]:
        return {code.key: code for code in self.codes}

    def of(self, dim: Dimension) -> tuple[Code, ...]:
        """The codes of one dimension, in the order of the pack."""
        return tuple(code for code in self.codes if code.dim == dim)

    def options(self, table: str) -> tuple[tuple[str, Text], ...]:
        """Key and name of every entry of a table: a dimension, "rights" or "root" (root causes)."""
        entries: Iterable[Code | Right | RootCause]
        if table == "rights":
            entries = self.rights
        elif table == "root":
            entries = self.root_causes
        else:
            entries = (code for code in self.codes if code.dim == table)
        return tuple((entry.key, entry.name) for entry in entries)

    def code(self, key: str) -> Code | None:
        """The code with this key; None when the pack no longer has it, as old cases may."""
        return self._by_key.get(key)

    def path(self, key: str) -> tuple[Code, ...]:
        """A code after all its ancestors, widest first; empty when the pack does not have it."""
        steps: list[Code] = []
        code = self.code(key)
        while code is not None:
            steps.append(code)
            code = self.code(code.parent) if code.parent else None
        return tuple(reversed(steps))

    def variant(self, institution: str | None) -> Variant | None:
        """What an institution of this kind (a T code) registers; None where no variant names it."""
        return next((one for one in self.variants if institution in one.institutions), None)

    def rights_for(self, cause: str) -> tuple[Right, ...]:
        """The rights that a cause usually touches: a proposal, see :class:`Right`."""
        return tuple(right for right in self.rights if cause in right.causes)


def closes(root: RootCause, measures: Iterable[Measure]) -> bool:
    """Whether these measures are enough to close a root cause.

    Any measure closes a cause that lies with a person's manner or skill. What lies in telling,
    process, systems, capacity or follow-up comes back with the next person: there training, notices
    and talks do not close it without one measure that stands alone (knowledge F2).
    """
    chosen = tuple(measures)
    if root.lasting:
        return any(measure.alone for measure in chosen)
    return bool(chosen)


def recommend(
    codes: Iterable[Code], text: str | Words, dim: Dimension, limit: int = 3
) -> tuple[Code, ...]:
    """The codes of a dimension that the customer's words point to, best first, at most `limit`.

    A code scores the length of the cues heard, since longer cues say more; equal scores keep the
    pack's order. `heard(code.cues, text)` shows the words that spoke for it.
    """
    words = text if isinstance(text, Words) else Words(text)
    scored = [(_score(code, words), code) for code in codes if code.dim == dim]
    found = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return tuple(code for _, code in found[:limit])


def _score(code: Code, words: Words) -> int:
    return sum(len(comparable(cue)) for cue in heard(code.cues, words))


def _check_unique(keys: list[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(_("key {key} is used twice").format(key=key))
        seen.add(key)


def _check_variants(variants: tuple[Variant, ...], dims: dict[str, Dimension]) -> None:
    seen: set[str] = set()
    for variant in variants:
        for institution in variant.institutions:
            if dims.get(institution) != "T":
                raise ValueError(
                    _("{key}: {institution} is not a T code").format(
                        key=variant.key, institution=institution
                    )
                )
            if institution in seen:
                raise ValueError(_("key {key} is used twice").format(key=institution))
            seen.add(institution)
        if not set(variant.dims) <= set(dims.values()):
            raise ValueError(_("{key}: a dimension has no codes").format(key=variant.key))


def _check_no_cycle(codes: tuple[Code, ...]) -> None:
    parents = {code.key: code.parent for code in codes}
    for code in codes:
        above, steps = code.parent, 0
        while above is not None:
            above, steps = parents[above], steps + 1
            if steps > len(codes):
                raise ValueError(_("{key}: its parents go round in a circle").format(key=code.key))
