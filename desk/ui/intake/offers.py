"""Values that the case itself suggests for a field: one click away, never set unasked."""

from desk.domain.engine import CaseView
from desk.i18n import _, language
from desk.ui.intake.box import Offer
from desk.ui.work import Work

_OWN_NAME = frozenset({"checked_by", "decided_by"})


def offers_for(key: str, view: CaseView, work: Work) -> tuple[Offer, ...]:
    """What to offer for the field `key` in this case: (value, words)."""
    pack = work.pack
    if key == "business":
        return tuple((code.key, code.name.of(language())) for code in view.businesses)
    if key == "cause":
        return tuple((code.key, code.name.of(language())) for code in view.causes)
    if key == "scenario":
        scenario = pack.scenario(view.scenario)
        return ((scenario.key, scenario.name.of(language())),) if scenario else ()
    if key == "rights":
        rights = pack.codes.rights_for(view.case.text("cause"))
        return tuple((_with(view, right.key), right.name.of(language())) for right in rights)
    if key in _OWN_NAME:
        return ((work.actor.name, work.actor.name),)
    return ()


def remark_for(key: str) -> str:
    """Why these values are offered."""
    if key in ("business", "cause", "scenario"):
        return _("From the customer's words")
    if key == "rights":
        return _("Often touched by this cause")
    return ""


def _with(view: CaseView, right: str) -> list[str]:
    """The rights chosen so far and one more."""
    chosen = view.case.value("rights")
    kept = chosen if isinstance(chosen, list) else []
    return [*kept, *(() if right in kept else (right,))]
