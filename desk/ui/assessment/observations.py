"""Between a question's chips and the answer that is stored. No widgets here.

"Not observed" is no chip at all (None); "looked, and nothing was seen" is an answer of its own,
an empty list, and has a chip where the pack gives it none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desk.domain.assessment_model import AssessmentModel, Item, option
from desk.domain.events import Answer
from desk.i18n import _, language
from desk.ui.widgets.chips import Choice

NOTHING_SEEN = "none"
"""Key of the chip for an empty list of ticks."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the counted questions were observed."""

    observed: int
    of: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left."""
        return self.observed >= self.of


def choices(item: Item) -> tuple[Choice, ...]:
    """The chips of a question, with what each looks like as their hint."""
    spoken = language()
    made = [
        Choice(o.key, o.label.of(spoken), o.hint.of(spoken) if o.hint else "") for o in item.options
    ]
    if item.kind == "flags" and not any(o.none for o in item.options):
        made.append(Choice(NOTHING_SEEN, _("None seen")))
    return tuple(made)


def lit(item: Item, answer: Answer) -> tuple[str, ...]:
    """Which chips an answer lights."""
    if answer is None:
        return ()
    if isinstance(answer, list):
        return tuple(answer) or (NOTHING_SEEN,)
    return (str(answer),)


def answer_of(item: Item, keys: Iterable[str], before: Iterable[str]) -> Answer:
    """The answer that lit chips mean; `before` tells which chip of contradicting ones is newer."""
    chosen = tuple(keys)
    if not chosen:
        return None
    if item.kind == "flags":
        return _ticks(item, chosen, set(before))
    return int(chosen[0]) if item.kind == "ordinal" else chosen[0]


def _ticks(item: Item, chosen: tuple[str, ...], before: set[str]) -> list[str]:
    nothing = [key for key in chosen if is_nothing(item, key)]
    if nothing and len(chosen) > 1:
        newer = set(chosen) - before
        chosen = tuple(nothing) if newer & set(nothing) else tuple(set(chosen) - set(nothing))
    return [o.key for o in item.options if o.key in chosen]


def is_nothing(item: Item, key: str) -> bool:
    """Whether this chip says that nothing was seen."""
    return key == NOTHING_SEEN or (item.kind == "flags" and option(item, key).none)


def settles(item: Item, answer: Answer) -> bool:
    """Whether an answer is complete at once, so that the next question may be turned to.

    Several ticks can be set, so they are left by hand; that nothing was seen is final.
    """
    if answer is None:
        return False
    if not isinstance(answer, list):
        return True
    return not answer or all(is_nothing(item, key) for key in answer)


def raised(item: Item, answer: Answer) -> bool:
    """Whether an answer raises a flag of this question."""
    return isinstance(answer, list) and any(not is_nothing(item, key) for key in answer)


def progress(
    model: AssessmentModel, keys: Iterable[str], answers: Mapping[str, Answer]
) -> Progress:
    """How far the counted questions among `keys` are."""
    counted = [key for key in keys if model.item(key).counted]
    return Progress(sum(answers.get(key) is not None for key in counted), len(counted))
