"""Values that the case itself suggests for a field: one click away, never set unasked.

What the customer's own words point to comes with these words: a proposal that cannot say why is
none.
"""

from collections.abc import Iterable

from desk.domain.codes import Code
from desk.domain.engine import CaseView
from desk.domain.escalation import Trigger
from desk.domain.proposal import Span
from desk.domain.spoken import heard
from desk.i18n import _, language
from desk.ui.intake.offer_row import Offer
from desk.ui.work import Work

_OWN_NAME = frozenset({"checked_by", "decided_by"})
_MOST = 3
"""Matters, or stretches of what was said, that are shown at a time."""

_SHARE = 0.25
"""Matters that are less likely than this share of the likeliest would only be in the way."""


def offers_for(key: str, view: CaseView, work: Work) -> tuple[Offer, ...]:
    """What to offer for the field `key` in this case."""
    if key == "business":
        return _codes(view, view.proposal.business, view.businesses)
    if key == "cause":
        return _codes(view, view.proposal.cause, view.causes)
    if key == "scenario":
        return _matters(view)
    if key == "rights":
        return _rights(view)
    if key in _OWN_NAME:
        return (Offer(work.actor.name, work.actor.name),)
    return ()


def remark_for(key: str) -> str:
    """Why these values are offered."""
    if key in ("business", "cause", "scenario"):
        return _("From the customer's words")
    if key == "rights":
        return _("Often touched by this cause")
    return ""


def trigger_words(view: CaseView, triggers: Iterable[Trigger]) -> str:
    """The customer's words that called for a checklist; empty when something else did."""
    asked = [trigger.condition for trigger in triggers]
    spans = [
        span
        for found in view.proposal.triggers
        if any(f"'{found.key}' in heard" in condition for condition in asked)
        for span in found.because
    ]
    return _quoted(view, spans)


def _matters(view: CaseView) -> tuple[Offer, ...]:
    proposal = view.proposal
    first = proposal.scenarios[0].because if proposal.scenarios else ()
    found = {proposal.worked: first} if proposal.worked else {}
    least = proposal.scenarios[0].score * _SHARE if proposal.scenarios else 0.0
    for one in proposal.scenarios:
        if one.score >= least:
            found.setdefault(one.key, one.because)
    offers = []
    for key, because in list(found.items())[:_MOST]:
        scenario = view.pack.scenario(key)
        if scenario is not None:
            offers.append(Offer(key, scenario.name.of(language()), _quoted(view, because)))
    return tuple(offers)


def _codes(view: CaseView, proposed: str, codes: Iterable[Code]) -> tuple[Offer, ...]:
    """The code proposed first, then those that the words or the matter chosen point to."""
    first = view.pack.codes.code(proposed) if proposed else None
    agreed = view.scenario == view.proposal.scenario  # else a person chose another matter
    found = dict.fromkeys([*((first,) if first and agreed else ()), *codes])
    scenario = view.pack.scenario(view.scenario)
    usual = _("Usual for: {matter}").format(matter=scenario.name.of(language())) if scenario else ""
    said = _said(view)
    return tuple(
        Offer(code.key, code.name.of(language()), _words(heard(code.cues, said)) or usual)
        for code in list(found)[:_MOST]
    )


def _rights(view: CaseView) -> tuple[Offer, ...]:
    book, cause = view.pack.codes, view.case.text("cause")
    usual = {right.key: "" for right in book.rights_for(cause)}
    scenario = view.pack.scenario(view.proposal.scenario)
    if scenario is not None and view.scenario == scenario.key:
        reason = _("Usual for: {matter}").format(matter=scenario.name.of(language()))
        usual = {**dict.fromkeys(view.proposal.rights, reason), **usual}
    names = {right.key: right.name.of(language()) for right in book.rights}
    return tuple(
        Offer(_with(view, key), names[key], because)
        for key, because in usual.items()
        if key in names
    )


def _said(view: CaseView) -> str:
    """Everything the customer said, as the stretches of a proposal count in it."""
    said = view.facts.get("text")
    return said if isinstance(said, str) else ""


def _quoted(view: CaseView, spans: Iterable[Span]) -> str:
    said = _said(view)
    stretches = dict.fromkeys(said[start:end].strip() for start, end in sorted(set(spans)))
    return _words(tuple(filter(None, stretches)))


def _words(stretches: Iterable[str]) -> str:
    shown = [f"「{one}」" if language() == "zh" else f'"{one}"' for one in stretches][:_MOST]
    if not shown:
        return ""
    joined = "".join(shown) if language() == "zh" else ", ".join(shown)
    return _("The customer said {words}").format(words=joined)


def _with(view: CaseView, right: str) -> list[str]:
    """The rights chosen so far and one more."""
    chosen = view.case.value("rights")
    kept = chosen if isinstance(chosen, list) else []
    return [*kept, *(() if right in kept else (right,))]
