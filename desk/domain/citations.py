"""The rules that staff may quote: what each says in plain words, and whether it was checked.

Belongs here: the content types and the question whether something may be quoted to a customer.
Nothing that was not read in the text of the rule may be: a wrong quotation is worse than none
(knowledge A3 R1, R2; D 91, 92).
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

Confidence = Literal["verified", "likely", "unverified"]
CitationKey = Annotated[str, msgspec.Meta(pattern=r"^L[0-9]{1,2}[a-z]?$")]
Reference = Annotated[str, msgspec.Meta(pattern=r"^L[0-9]{1,2}[a-z]?(-[0-9]{1,4})?$")]
"""A rule (`L7`) or one of its articles (`L7-24`), as scripts and cases cite it."""


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article of a rule in plain words; `confidence` says whether its text was read."""

    number: Annotated[int, msgspec.Meta(ge=1, le=1260)]
    says: Text
    confidence: Confidence


class Citation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as staff may use it.

    `where` names it so that a customer can find it (title, number, in force since). `says` is its
    sense in plain words, `not_says` what it is often and wrongly said to say, `use_when` the
    moment for it, `remedies` what to tell the customer with it. `confidence` is that of the rule
    as a whole; each article has its own.
    """

    key: CitationKey
    title: Text
    where: Text
    says: Text
    not_says: Text
    use_when: Text
    remedies: Text
    confidence: Confidence
    source: str
    articles: tuple[Article, ...] = ()
    since: Version = FIRST


def references(citations: Iterable[Citation]) -> frozenset[str]:
    """Everything that can be cited at all: each rule (`L7`) and each of its articles (`L7-24`)."""
    found: set[str] = set()
    for citation in citations:
        found.add(citation.key)
        found.update(f"{citation.key}-{article.number}" for article in citation.articles)
    return frozenset(found)


def citation_faults(citations: Iterable[Citation]) -> Iterator[tuple[str, str]]:
    """What is wrong with citations that are well formed one by one: (key, reason)."""
    for citation in citations:
        numbers = [article.number for article in citation.articles]
        for number in sorted({n for n in numbers if numbers.count(n) > 1}):
            yield citation.key, _("article {number} stands here twice").format(number=number)
        if numbers != sorted(numbers):
            yield citation.key, _("the articles are not in order")


def quotable(citations: Iterable[Citation]) -> frozenset[str]:
    """The references that may be quoted to a customer: rules and articles whose text was read."""
    found: set[str] = set()
    for citation in citations:
        if citation.confidence == "verified":
            found.add(citation.key)
        found.update(
            f"{citation.key}-{article.number}"
            for article in citation.articles
            if article.confidence == "verified"
        )
    return frozenset(found)
