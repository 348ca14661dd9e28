"""The ledger of all branches in the 69 columns that banks keep: one complaint a line.

Whoever complained is covered: name, telephone and ID as on a screen, what tells somebody in texts
by what stands for it. Of branches that send de-identified files only stand-ins are known at all.
Standard codes are those that head office filled in; where it has not, the cell is empty.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from desk.documents.fonts import FontSet
from desk.domain import deidentify
from desk.domain.branch_tree import BranchTree
from desk.domain.case import Case
from desk.domain.deidentify import is_pseudonym, masked_text, treatment
from desk.domain.engine import Engine
from desk.domain.head_office import NO_DAYS, CaseFacts
from desk.domain.hub_figures import QUICK_DAYS, Question
from desk.domain.intake import FieldDef, definition_for
from desk.domain.masking import masked
from desk.domain.report import Section, Table
from desk.errors import BadInput
from desk.i18n import N_, _, language
from desk.services import hub_files, hub_statistics
from desk.services.composition import values
from desk.services.composition.tongue import Tongue
from desk.services.hub_files import Asked, Listed
from desk.services.hub_office import Office
from desk.services.hub_tables import MOST_ON_PAPER, period
from desk.services.session import Session, needs
from desk.services.sheets import MOST_ROWS, Cell, Heading
from desk.store.hub import reading, registry, statistics
from desk.store.hub.reading import CaseRead

_COVERED = {"name", "phone", "id_number", "address"}
_YUAN = 10_000
_OUTCOMES = {
    "": N_("open"),
    "settled": N_("settled"),
    "told": N_("told, not agreed"),
    "withdrawn": N_("withdrawn"),
    "enquiry": N_("an enquiry"),
}
_VERDICTS = {
    "open": N_("not told yet"),
    "stopped": N_("stopped"),
    "kept": N_("in time"),
    "late": N_("late"),
    "ended": N_("no answer owed"),
}


class Told:
    """A complaint as a line of the ledger reads it."""

    def __init__(
        self,
        place: int,
        facts: CaseFacts,
        read: CaseRead,
        engine: Engine,
        tree: BranchTree,
        key: bytes,
    ) -> None:
        self.place = place
        self.facts = facts
        self.case: Case = read.folded
        self.tree = tree
        self._read = read
        self._engine = engine
        self._key = key
        self.tongue = Tongue(language())

    @cached_property
    def _identity(self) -> deidentify.Identity:
        payloads = [event.payload for event in self._read.events]
        return deidentify.identity(self._key, payloads, self._treated, ())

    def _treated(self, path: str) -> deidentify.Treatment:
        return treatment(self._definition(path))

    def _definition(self, path: str) -> FieldDef | None:
        at = definition_for(self._engine.pack.steps, path)
        return None if at is None else at.definition

    def field(self, path: str) -> str:
        """The value of a field in words, covered as it must be."""
        value, definition = self.case.value(path), self._definition(path)
        if value is None or definition is None:
            return ""
        words = values.plain(self._engine.pack, self.tongue, definition, value)
        kind = treatment(definition)
        if kind in _COVERED:
            return words if is_pseudonym(words) else masked(kind, words)
        return masked_text(words, self._identity) if definition.kind in {"text", "long"} else words

    def plain(self, path: str) -> Cell:
        """A number, a day or a moment as it is stored."""
        value = self.case.value(path)
        if isinstance(value, bool) or value is None or isinstance(value, list):
            return ""
        return value

    def name(self, path: str) -> str:
        """The name of a code alone."""
        key = self.case.text(path)
        code = self._engine.pack.codes.code(key)
        return self.tongue.of(code.name) if code is not None else key

    def widest(self, path: str) -> str:
        """The name of the widest code above a code."""
        above = self._engine.pack.codes.path(self.case.text(path))
        return self.tongue.of(above[0].name) if above else ""

    def standard(self, path: str) -> str:
        """The number of the standard; empty until head office fills it in."""
        code = self._engine.pack.codes.code(self.case.text(path))
        return (code.std_code or "") if code is not None else ""

    def yes_no(self, value: object) -> str:
        """Yes or no."""
        return self.tongue.yes_no(bool(value))

    def moved(self) -> str:
        """What was done to the time limit, in order."""
        return self.tongue.listed(values.moved(self.tongue, one) for one in self.case.clock_events)

    def level(self) -> str:
        """The longest limit that was asked for; the simple one without."""
        asked = [one for one in self.case.clock_events if one.type == "complexity"]
        return values.moved(self.tongue, asked[-1]) if asked else ""

    def why_long(self) -> str:
        """Why an answer took more than 15 days, as far as the limit tells."""
        return self.moved() if self.facts.days > QUICK_DAYS else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the ledger; on paper it takes this share of a line, 0 where it has no room."""

    name: str
    of: Callable[[Told], Cell]
    width: float = 14
    on_paper: float = 0


def _field(path: str, name: str, width: float = 14) -> Column:
    return Column(name, lambda told: told.field(path), width)


def _above(told: Told) -> str:
    path = told.tree.path(told.facts.branch)
    return told.tree.name(path[-2]) if len(path) > 1 else ""


def _amount(told: Told) -> Cell:
    amount = told.case.value("amount")
    is_sum = isinstance(amount, int | float) and not isinstance(amount, bool)
    return round(amount / _YUAN, 4) if is_sum and isinstance(amount, int | float) else ""


def _respondent(told: Told) -> str:
    """Whom it is about; a person's name is covered like a customer's."""
    words = told.field("respondent_name")
    is_person = told.case.text("respondent") == "staff"
    return masked("name", words) if is_person and not is_pseudonym(words) else words


COLUMNS: tuple[Column, ...] = (
    # Where, and under which numbers
    Column(N_("No."), lambda t: t.place, 7),
    Column(N_("Branch code"), lambda t: t.facts.branch),
    Column(N_("Branch"), lambda t: t.tree.name(t.facts.branch), 20, on_paper=10),
    Column(N_("Branch above"), _above, 18),
    Column(N_("Level of the branch"), lambda t: len(t.tree.path(t.facts.branch)), 8),
    Column(N_("Region"), lambda t: t.tree.name(t.tree.region(t.facts.branch)), 18),
    Column(N_("Case number"), lambda t: t.facts.number, 20, on_paper=15),
    _field("transfer_ref", N_("Number of the letter that passed it on"), 20),
    # Received
    Column(N_("Source, standard code"), lambda t: t.standard("source")),
    _field("source", N_("Source"), 20),
    Column(N_("Passed on by an authority"), lambda t: t.yes_no(t.facts.transferred), 10),
    Column(N_("Received on"), lambda t: t.facts.received.replace("T", " "), 17, on_paper=12.5),
    Column(N_("Entered"), lambda t: t.case.received_at.replace("T", " "), 17),
    _field("first_contact_at", N_("First contact"), 20),
    Column(N_("First receiver"), lambda t: t.case.first_receiver, 10),
    Column(N_("Handler"), lambda t: t.case.handler, 10),
    # Who complained
    _field("party_kind", N_("Who came")),
    _field("complainant_name", N_("Complainant"), 14),
    _field("id_kind", N_("Kind of document")),
    _field("id_number", N_("Number of the document"), 20),
    _field("complainant_phone", N_("Telephone"), 16),
    _field("address", N_("Address"), 18),
    _field("agent_name", N_("Agent")),
    _field("agent_phone", N_("Agent's telephone"), 16),
    Column(N_("Persons"), lambda t: t.plain("group_size"), 8),
    Column(N_("Repeated"), lambda t: t.yes_no(t.facts.repeat), 8),
    # About whom and what
    _field("respondent", N_("Complained about")),
    Column(N_("Name of who is complained about"), _respondent, 18),
    Column(N_("Happened on"), lambda t: t.plain("happened_on"), 12),
    Column(N_("Channel, standard code"), lambda t: t.standard("channel")),
    Column(N_("Channel, main group"), lambda t: t.widest("channel"), 16),
    Column(N_("Channel"), lambda t: t.name("channel"), 16, on_paper=10),
    Column(N_("Business, standard code"), lambda t: t.standard("business")),
    Column(N_("Business, main group"), lambda t: t.widest("business"), 16),
    Column(N_("Business"), lambda t: t.name("business"), 16, on_paper=11),
    Column(N_("Cause, standard code"), lambda t: t.standard("cause")),
    Column(N_("Cause"), lambda t: t.name("cause"), 24, on_paper=14),
    Column(N_("Matter of insurance, standard code"), lambda t: t.standard("insurance_matter")),
    Column(N_("Matter of insurance"), lambda t: t.name("insurance_matter")),
    Column(N_("Line of insurance, standard code"), lambda t: t.standard("insurance_line")),
    Column(N_("Line of insurance"), lambda t: t.name("insurance_line")),
    _field("product", N_("Product"), 20),
    Column(N_("Sum at issue (10,000 yuan)"), _amount, 12),
    _field("rights", N_("Rights touched"), 20),
    _field("requests", N_("Requests"), 20),
    _field("explicit_need", N_("What is asked for"), 30),
    _field("narrative", N_("What happened"), 40),
    # Looked into
    _field("root_cause", N_("Root cause"), 18),
    _field("contributing", N_("Contributing causes"), 18),
    _field("finding", N_("What was found"), 40),
    _field("team_liable", N_("The team is liable"), 8),
    _field("company_liable", N_("The institution is liable"), 8),
    # Decided and told
    Column(N_("Complexity"), Told.level, 16),
    Column(N_("Due"), lambda t: t.facts.due, 12),
    Column(N_("Told on"), lambda t: t.facts.told, 12, on_paper=12.5),
    _field("told_how", N_("Told how")),
    Column(N_("Closed on"), lambda t: t.facts.closed, 12),
    Column(N_("Days"), lambda t: "" if t.facts.days == NO_DAYS else t.facts.days, 8, on_paper=6),
    Column(N_("In time"), lambda t: _(_VERDICTS.get(t.facts.verdict, "–")), 12, on_paper=7.5),
    Column(N_("Why more than 15 days"), Told.why_long, 24),
    _field("decision_kind", N_("Conclusion")),
    _field("decision", N_("Decision"), 40),
    Column(N_("Paid (yuan)"), lambda t: t.plain("remedy_amount"), 12),
    Column(N_("Outcome"), lambda t: _(_OUTCOMES[t.facts.outcome]), 14, on_paper=9),
    _field("remedies_told", N_("Remedies told"), 24),
    # Afterwards
    _field("customer_view", N_("The customer's view")),
    _field("follow_up_at", N_("Called back"), 20),
    _field("follow_up_result", N_("What calling back told"), 24),
    _field("improvement", N_("What was improved"), 30),
)


@needs("read_cases")
def lines(session: Session, asked: Question) -> Iterator[Told]:
    """The complaints of a ledger, by branch and in the order in which they were opened.

    BadInput `no_such_branch`.
    """
    hub_statistics.follow(session)
    with Office(session) as office:
        store = office.store
        with store.reading() as connection:
            tree = BranchTree(registry.branches(connection))
        place = 0
        for branch in sorted(hub_statistics.branches_of(tree, asked) or tree.branches):
            with store.reading() as connection:
                found = statistics.cases(connection, asked, (branch,), {}, MOST_ROWS)
                wanted = {one.case_id: one for one in found}
                told = list(reading.cases(store, connection, branch, list(wanted)))
            for one in told:
                place += 1
                case = one.folded
                engine = session.editions.of(case.pack, session.engine)
                yield Told(place, wanted[one.case_id], one, engine, tree, store.marking)


def _asked(session: Session, asked: Question, tree_name: str) -> Asked:
    return Asked(
        title=_("Complaint ledger"),
        period=period(asked),
        facts=((_("Branches"), tree_name or _("all branches")),),
        remarks=(
            _(
                "Names, telephones, IDs and whatever tells them in texts are covered. Of branches "
                "that send de-identified files only stand-ins are known here."
            ),
            _("Standard codes are empty until head office fills them in in the content pack."),
        ),
        made_at=session.now(),
    )


@needs("export")
def write_xlsx(session: Session, asked: Question, target: Path) -> int:
    """Write the ledger as an Excel workbook; how many complaints it holds.

    Raises as `hub_files.write_xlsx` does, and BadInput `no_such_branch`.
    """
    headings = tuple(Heading(_(column.name), column.width) for column in COLUMNS)
    rows = ([column.of(told) for column in COLUMNS] for told in lines(session, asked))
    listed = Listed(_("Ledger"), headings, rows)
    about = _asked(session, asked, asked.under)
    return hub_files.write_xlsx(session, "ledger", about, [listed], target)


@needs("export")
def write_pdf(session: Session, asked: Question, target: Path, fonts: FontSet | None = None) -> int:
    """Write the main columns of the ledger as a PDF; how many complaints it holds.

    BadInput `too_many_lines` for more than :data:`MOST_ON_PAPER`, and what `hub_files` raises.
    """
    shown = [column for column in COLUMNS if column.on_paper]
    rows = []
    for told in lines(session, asked):
        rows.append(tuple(str(column.of(told)) for column in shown))
        if len(rows) > MOST_ON_PAPER:
            raise BadInput("too_many_lines", most=f"{MOST_ON_PAPER:,}")
    table = Table(
        columns=tuple(_(column.name) for column in shown),
        rows=tuple(rows),
        empty=_("No complaints in this period."),
        shares=tuple(column.on_paper for column in shown),
    )
    about = _asked(session, asked, asked.under)
    sections = [Section(_("Cases"), (table,))]
    hub_files.write_pdf(session, "ledger", about, sections, len(rows), target, fonts)
    return len(rows)
