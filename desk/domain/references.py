"""What staff read rather than say: cards, sheets and the worked cases of the course.

Belongs here: content types only. Which screens show them is for `desk.ui`, what guards the
scripts is in `desk.domain.guards`.
"""

from typing import Annotated, Literal

import msgspec

from desk.domain.citations import Reference
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

CardKind = Literal["reading", "knowledge", "training", "limits"]
"""reading: a lawful reading R1–R27; limits: what the quick assessment cannot do (knowledge B6)."""

SheetKind = Literal["table", "form", "notice", "list"]
"""table: to look up; form: to fill in; notice: to hand over or put up; list: to tick."""


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A short text to read in a minute; `about` is the reading (R1–R27) it explains, if any."""

    key: Annotated[str, msgspec.Meta(pattern=r"^CARD-[A-Z0-9]+(-[A-Z0-9]+)*$")]
    kind: CardKind
    title: Text
    body: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    source: str
    about: Annotated[str, msgspec.Meta(pattern=r"^(R[0-9]{1,2})?$")] = ""
    since: Version = FIRST


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table, form, notice or list; every row has one cell for each column, else ValueError."""

    key: Annotated[str, msgspec.Meta(pattern=r"^SHEET-[A-Z0-9]+(-[A-Z0-9]+)*$")]
    kind: SheetKind
    title: Text
    columns: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    rows: Annotated[tuple[tuple[Text, ...], ...], msgspec.Meta(min_length=1)]
    source: str
    notes: tuple[Text, ...] = ()
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the columns."""
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    _("row {number} has {cells} cells for {columns} columns").format(
                        number=number, cells=len(row), columns=len(self.columns)
                    )
                )


class FactLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a fact sheet: what is asked, and what the invented case answers."""

    label: Text
    value: Text


class CaseStudy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worked case of the outline (AUTO-1…6, LIFE-1) under its scenario.

    `says` is the customer, `facts` the invented fact sheet; `checks` what to look up first, `may`
    what can be said and done, `must_not` what cannot; `cites` the rules it rests on, `scripts` the
    keys of its sentences in the order of the conversation.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^(AUTO|LIFE)-[0-9]{1,2}$")]
    scenario: str
    title: Text
    says: Text
    facts: tuple[FactLine, ...]
    checks: tuple[Text, ...]
    may: tuple[Text, ...]
    must_not: tuple[Text, ...]
    cites: tuple[Reference, ...]
    scripts: tuple[str, ...]
    source: str
    since: Version = FIRST
