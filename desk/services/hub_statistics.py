"""What head office asks of all complaints: counts, shares and days, what rises, who is silent.

Before anything is answered, what came since is brought into the facts (`desk.store.hub.facts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.domain import head_office, hub_figures
from desk.domain.branch_tree import BranchTree
from desk.domain.head_office import CaseFacts
from desk.domain.hub_figures import CODE_AXES, OTHER, Axis, Line, Question, Rise, tally
from desk.errors import BadInput
from desk.i18n import N_, _
from desk.services import hub_status
from desk.services.hub_office import Office
from desk.services.session import Session, needs
from desk.store.hub import facts, registry, statistics
from desk.store.hub.reading import CaseRead

MOST_CASES = 10_000
"""So many cases behind a figure are listed at once."""

AXIS_NAMES: Mapping[Axis, str] = {
    "branch": N_("Branch"),
    "region": N_("Region"),
    "month": N_("Month received"),
    "cause": N_("Cause"),
    "business": N_("Business"),
    "channel": N_("Channel"),
    "source": N_("Source"),
    "amount": N_("Sum at issue"),
}
_BANDS = {
    "": N_("no sum noted"),
    "to_1k": N_("up to 1,000 yuan"),
    "to_5k": N_("up to 5,000 yuan"),
    "to_50k": N_("up to 50,000 yuan"),
    "to_500k": N_("up to 500,000 yuan"),
    "above": N_("above 500,000 yuan"),
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The answer to a question: its lines in order of their keys, and all of them together."""

    asked: Question
    lines: tuple[Line, ...]
    total: Line
    tree: BranchTree
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Absent:
    """A branch of which nothing came for `silent` days (None: never), or not everything.

    `lost` counts numbers of files that never came, made good by later ones; `gaps` files that wait
    for one before them.
    """

    branch: str
    name: str
    silent: int | None
    is_silent: bool
    lost: int
    gaps: int


@needs("read_cases")
def follow(session: Session, most: int = 0) -> int:
    """Bring what came since into the facts, about `most` cases or all; how many that were."""
    with Office(session) as office:
        return facts.follow(office.store, _making(session), most)


@needs("manage_branch")
def renew(session: Session) -> int:
    """Work the facts of every case out anew, as after another pack; how many cases there are."""
    with Office(session) as office:
        facts.touch_all(office.store)
        return facts.follow(office.store, _making(session))


def _making(session: Session) -> facts.Make:
    def make(read: CaseRead) -> CaseFacts | None:
        case = read.folded
        engine = session.editions.of(case.pack, session.engine)
        return head_office.facts(read.branch, case, read.events, engine)

    return make


@needs("read_cases")
def ask(session: Session, asked: Question) -> Statistics:
    """The answer to a question. BadInput `no_such_branch`, NotAllowed `no_hub`."""
    now = session.now()
    with Office(session) as office:
        facts.follow(office.store, _making(session))
        with office.store.reading() as connection:
            tree = BranchTree(registry.branches(connection))
            found = tally(
                statistics.blocks(connection, asked, branches_of(tree, asked)),
                facts.numbers_of(connection),
                asked,
                now.date(),
                lambda branch: tree.region(branch, asked.under),
            )
    return Statistics(asked, found, hub_figures.total(found), tree, now)


def branches_of(tree: BranchTree, asked: Question) -> frozenset[str] | None:
    """The branches that a question is of; None for all. BadInput `no_such_branch`."""
    if not asked.under:
        return None
    if asked.under not in tree.branches:
        raise BadInput(reason="no_such_branch", where=asked.under)
    return tree.under(asked.under)


@needs("read_cases")
def rising(
    session: Session, asked: Question, *, axis: Axis = "cause", least: int = 5, most: int = 10
) -> tuple[Rise, ...]:
    """What rose most against as many months before. BadInput `month` without a whole period."""
    now = Question((axis,), asked.since, asked.until, asked.under, asked.only)
    before = ask(session, now.before())
    return hub_figures.rises(ask(session, now).lines, before.lines, least=least, most=most)


@needs("read_cases")
def behind(
    session: Session, asked: Question, keys: tuple[str, ...], most: int = MOST_CASES
) -> tuple[CaseFacts, ...]:
    """The cases behind a line of an answer: those that its figures count.

    BadInput `too_many_codes` for the line that stands for several codes.
    """
    values: dict[str, str] = dict(zip(asked.by, keys, strict=True))
    if any(values.get(axis) == OTHER for axis in CODE_AXES):
        raise BadInput(reason="too_many_codes", where=OTHER)
    with Office(session) as office, office.store.reading() as connection:
        tree = BranchTree(registry.branches(connection))
        branches = branches_of(tree, asked)
        region = values.pop("region", None)
        if region is not None:
            some = tree.under(asked.under)
            branches = frozenset(one for one in some if tree.region(one, asked.under) == region)
        return statistics.cases(connection, asked, branches, values, most)


@needs("manage_branch")
def absent(session: Session, days: int = hub_status.SILENT_DAYS) -> tuple[Absent, ...]:
    """The branches that are silent, or whose files left gaps."""
    told = []
    for one in hub_status.status(session).branches:
        silent = one.silent is None or one.silent > days
        lost = sum(one.lost.values())
        gaps = sum(file.reason == "gap" for file in one.waiting)
        if silent or lost or gaps:
            name = one.branch.name
            told.append(Absent(one.branch.branch, name, one.silent, silent, lost, gaps))
    return tuple(told)


@needs("read_cases")
def named(session: Session, tree: BranchTree, axis: Axis, key: str) -> str:
    """A value of an axis as a person reads it."""
    if axis in {"branch", "region"}:
        return tree.name(key)
    if axis == "amount":
        return _(_BANDS[key])
    if axis == "month":
        return key
    if not key:
        return _("not filled in")
    if key == OTHER:
        return _("other codes")
    code = session.engine.pack.codes.code(key)
    return code.name.of(session.language) if code is not None else key
