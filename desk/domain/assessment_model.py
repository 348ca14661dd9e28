"""The quick assessment as content: items, points, bands, profiles and every word shown with them.

Packs decode straight into these structs. What a struct cannot say (a rule naming an unknown
dimension, bands out of order) is found by `desk.domain.assessment_faults`. No scoring here.
"""

from typing import Literal, TypeVar

import msgspec

from desk.domain.text import Text

Colour = Literal["green", "yellow", "orange", "red"]
COLOURS: tuple[Colour, ...] = ("green", "yellow", "orange", "red")


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen piece of pack content; an unknown field is a fault, never ignored."""


class Condition(Content, frozen=True, kw_only=True):
    """A statement about one set of answers; every part that is given must hold.

    A list of conditions holds when any one of them does.
    """

    dimension: str = ""
    at_least: float = 0
    """With `dimension`: its value reaches this (points, or a share between 0 and 1)."""
    largest: bool = False
    """With `dimension`: it is the largest share; of equal ones the first in the model counts."""
    shares_below: float | None = None
    """No share reaches this."""
    item: str = ""
    options: tuple[str, ...] = ()
    """With `item`: at least one of these options was chosen."""


class Band(Content, frozen=True, kw_only=True):
    """One colour of a dimension and what it asks of staff; colours say how much to help."""

    colour: Colour
    at_least: int | None = None
    """Points from which the band begins; None when only `when` leads here."""
    when: tuple[Condition, ...] = ()
    label: Text
    staff: Text


class Dimension(Content, frozen=True, kw_only=True):
    """What the points add up to: a score, or one of the shares that sum to 1.

    `name` is neutral, because the customer may see the screen; `term` is the word of the
    training material and appears only in the folded explanation.
    """

    key: str
    kind: Literal["score", "share"]
    name: Text
    term: Text
    about: Text
    scale: int = 1
    """One point of an option counts this much in the score (25 for the telling style)."""
    lowest: int = 0
    highest: int = 100
    safety: bool = False
    """Either observer's mark holds, and lowering needs the person in charge."""
    spoken: Text | None = None
    """How staff would name the concern to the customer (shares only)."""
    bands: tuple[Band, ...] = ()
    """Mildest first; the last band that applies holds."""


class Option(Content, frozen=True, kw_only=True):
    """One thing to tick: what it is called, what it looks like, what it adds."""

    key: str
    label: Text
    hint: Text | None = None
    notice: Text | None = None
    """Shown at once when ticked, for example to check a red flag first."""
    points: dict[str, int] = {}
    often: int = 0
    """Of 100 complaints at a counter, in how many this is expected: an assumption of the pack that
    only decides which question is offered next, never a score."""
    none: bool = False
    """The flag that says none of the others was seen."""
    stage: str = ""


class Item(Content, frozen=True, kw_only=True):
    """One line of the assessment: graded (ordinal), one of several (choice), or ticks (flags)."""

    key: str
    kind: Literal["ordinal", "choice", "flags"]
    label: Text
    hint: Text | None = None
    options: tuple[Option, ...]
    caps: dict[str, int] = {}
    """The most this item may add to a dimension."""
    counted: bool = True
    """Counts as missing when not observed and may be offered next; the red flags do neither."""
    safety: bool = False
    """As for dimensions: ticks of either observer hold."""


class Profile(Content, frozen=True, kw_only=True):
    """A way of receiving the customer, with what to do and what to leave; never a label.

    Profiles are listed by precedence: the first whose condition holds is shown.
    """

    key: str
    name: Text
    when: tuple[Condition, ...] = ()
    urgent: bool = False
    """Shown even when too little was observed for any other profile."""
    question: Text
    stance: Text
    do: tuple[Text, ...]
    avoid: tuple[Text, ...]
    scripts: tuple[Text, ...]


class Stage(Content, frozen=True, kw_only=True):
    """A stage of the talk and the gate that must be passed before the next one."""

    key: str
    name: Text
    goal: Text
    gate: Text
    hold_when: tuple[Condition, ...] = ()
    """The talk stays at this stage whatever was ticked."""


class ChecklistRule(Content, frozen=True, kw_only=True):
    """The escalation checklist that the answers call for."""

    checklist: str
    when: tuple[Condition, ...]


class GapRule(Content, frozen=True, kw_only=True):
    """When the stated request and the weight of the talk point to different concerns.

    `sentence` has the slots `stated` and `implied`; it asks the customer, it does not tell them.
    """

    stated: tuple[str, ...]
    implied: tuple[str, ...]
    sentence: Text


class Phrases(Content, frozen=True, kw_only=True):
    """The sentence patterns of the explanation, with named slots."""

    total: Text
    part: Text
    cap: Text
    plus: Text
    nothing: Text
    profile: Text
    fallback: Text
    too_little: Text
    reached: Text
    largest: Text
    spread: Text
    seen: Text


class Page(Content, frozen=True, kw_only=True):
    """A page of plain text: a title and its paragraphs."""

    title: Text
    paragraphs: tuple[Text, ...]


class AssessmentModel(Content, frozen=True, kw_only=True):
    """The whole quick assessment of a pack."""

    version: str
    name: Text
    about: Text
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    rapid: tuple[str, ...]
    """The items of the 15-second version."""
    profiles: tuple[Profile, ...]
    fallback: str
    """The profile shown when none holds or too little was observed."""
    too_many_missing: int
    """From this many unobserved counted items only an urgent profile is shown."""
    stages: tuple[Stage, ...]
    """In order; the first holds until another is ticked."""
    checklists: tuple[ChecklistRule, ...]
    gap: GapRule
    phrases: Phrases
    transparency: Page
    """What to tell a customer who asks what the ticks are for."""
    limits: Page
    """What is not proven about the assessment, in plain words."""

    def item(self, key: str) -> Item:
        """The item of this key; KeyError when there is none."""
        return _found(self.items, key)

    def dimension(self, key: str) -> Dimension:
        """The dimension of this key; KeyError when there is none."""
        return _found(self.dimensions, key)

    def profile(self, key: str) -> Profile:
        """The profile of this key; KeyError when there is none."""
        return _found(self.profiles, key)

    def stage(self, key: str) -> Stage:
        """The stage of this key; KeyError when there is none."""
        return _found(self.stages, key)


def option(item: Item, key: str) -> Option:
    """The option of this key in `item`; KeyError when there is none."""
    return _found(item.options, key)


_Keyed = TypeVar("_Keyed", Item, Option, Dimension, Profile, Stage)


def _found(entries: tuple[_Keyed, ...], key: str) -> _Keyed:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)
