"""Which page is where, and how to get there: the window of one open vault, filled.

Pages are made when they are first wanted, so that opening a vault and changing the language cost
one page and not all of them.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Signal
from typing_extensions import override

from desk.domain.ledger import Filter
from desk.domain.permissions import Right
from desk.i18n import _, language
from desk.ui.administration.rooms import ENTRY, ROOMS, rooms_of
from desk.ui.alarms import AlarmLine
from desk.ui.assessment.assessment_page import AssessmentPage
from desk.ui.audit.audit_page import TrailPage
from desk.ui.backups.backups_page import BackupsPage
from desk.ui.backups.keeper import Keeper
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.cases.case_page import CasePage
from desk.ui.escalation.escalation_page import EscalationPage
from desk.ui.exchange.sync_page import SyncPage
from desk.ui.hub.figures_page import FiguresPage
from desk.ui.hub.hub_page import HubPage
from desk.ui.hub.watching import Watching
from desk.ui.intake.page import IntakePage, open_new
from desk.ui.keys.keys_page import KeysPage
from desk.ui.knowledge.knowledge_page import KnowledgePage
from desk.ui.ledger.ledger_page import LedgerPage
from desk.ui.page import Page
from desk.ui.people.people_page import PeoplePage
from desk.ui.preferences.settings_page import SettingsPage
from desk.ui.report.report_page import ReportPage
from desk.ui.retention.keeping_page import KeepingPage
from desk.ui.retention.sweeping import Sweeping
from desk.ui.saved import SavedLine
from desk.ui.shell import Place
from desk.ui.today.today_page import TodayPage
from desk.ui.window import MainWindow
from desk.ui.work import Work

OF_A_CASE = {
    "intake": "intake",
    "assessment": "intake",
    "escalation": "intake",
    "report": "intake",
    "file": "ledger",
}
"""Places that need a case, and the entry of the navigation that stands for each."""
NEEDS: Mapping[str, Right] = {
    "today": "read_cases",
    "ledger": "read_cases",
    "file": "read_cases",
    "intake": "work_cases",
    "assessment": "work_cases",
    "escalation": "work_cases",
    "report": "write_reports",
    "sync": "exchange",
}
"""The right without which nobody is led to a place; the services ask again."""
_ENTRY_OF = {**OF_A_CASE, **{room.key: ENTRY for room in ROOMS}}


class Places(QObject):
    """The window of a vault and everything in it; `case` is the id of the case in hand."""

    settings_changed = Signal(object)
    """The settings somebody asked for."""

    def __init__(
        self, work: Work, *, sample: bool = False, case: str = "", keeper: Keeper | None = None
    ) -> None:
        super().__init__()
        self.work = work
        self._keeper = keeper or Keeper(work)
        self.case = case
        self.here = ""
        self._before = ""
        entries = (
            Place("today", _("Today"), "house"),
            Place("intake", _("Intake"), "clipboard-pen-line"),
            Place("ledger", _("Ledger"), "folder-search"),
            Place("knowledge", _("Knowledge"), "book-open"),
            Place("sync", _("Sync"), "arrow-left-right"),
            *self._manage(),
            Place("settings", _("Settings"), "settings", below=True),
        )
        shown = (one for one in entries if one.key not in NEEDS or work.may(NEEDS[one.key]))
        self.window = MainWindow(tuple(shown))
        self.saved = SavedLine(work, self.window.footer)
        AlarmLine(work, self.window.footer)
        self._makers: dict[str, Callable[[], Page]] = {
            "today": self._make_today,
            "ledger": self._make_ledger,
            "intake": lambda: IntakePage(work),
            "assessment": lambda: AssessmentPage(work),
            "escalation": lambda: EscalationPage(work),
            "file": lambda: CaseFilePage(work),
            "report": lambda: ReportPage(work),
            "knowledge": self._make_knowledge,
            "sync": lambda: SyncPage(work),
            "settings": self._make_settings,
            "people": lambda: PeoplePage(work),
            "keys": lambda: KeysPage(work),
            "backups": self._make_backups,
            "keeping": lambda: KeepingPage(work),
            "audit": lambda: TrailPage(work),
            "hub": lambda: HubPage(work, self.watching),
            "figures": lambda: FiguresPage(work),
        }
        self._made: dict[str, Page] = {}
        self.setParent(self.window)  # one goes with the other
        self.watching: Watching | None = None
        if work.is_office and work.may("exchange"):
            # Hidden is what the window is while the vault is locked.
            self.watching = Watching(work, self, self.window.isVisible)
            self.watching.settings_wanted.connect(self.settings_changed)
        self._connect()
        Sweeping(work, self)
        self._show_footer(sample=sample)

    def go(self, place: str, case: str = "") -> None:
        """Show a place; those of a case show `case`, or the one in hand when none is named.

        The entry for looking after the vault leads to the first of its rooms.
        """
        self.case = case or self.case
        place = self._allowed(place)
        if place == ENTRY:
            place = rooms_of(self.work.actor, office=self.work.is_office)[0].key
        if place in OF_A_CASE and not self.case:
            self.work.notices.info(_("Choose a case here, or take a new one with Ctrl+N."))
            place = "ledger"
        page = self.page(place)
        if isinstance(page, CasePage):
            page.show_case(self.case)
        self.here = place
        self.window.show_page(place, _ENTRY_OF.get(place, place))

    def _allowed(self, place: str) -> str:
        """The place asked for, or where somebody without the right to be there is led instead.

        Who only reads cases reads their files; who has no business with cases looks after the
        vault, or reads what everybody may.
        """
        right = NEEDS.get(place)
        if right is None or self.work.may(right):
            return place
        if self.work.may("read_cases"):
            return "file" if self.case else "ledger"
        return ENTRY if rooms_of(self.work.actor, office=self.work.is_office) else "knowledge"

    def page(self, place: str) -> Page:
        """The page of a place, made now when nobody was there yet."""
        if place not in self._made:
            self._made[place] = self._makers[place]()
            self.window.add_page(place, self._made[place])
        return self._made[place]

    def search(self) -> None:
        """Put the cursor into the search of the ledger."""
        if not self.work.may("read_cases"):
            return
        self.go("ledger")
        page = self.page("ledger")
        if isinstance(page, LedgerPage):
            page.focus_search()

    def consult(self, key: str) -> None:
        """Open the knowledge page at a key, with the way back to here."""
        page = self.page("knowledge")
        if isinstance(page, KnowledgePage):
            before = self.here
            page.open_at(key)
            self.go("knowledge")
            if before != "knowledge":
                self._before = before
                page.show_way_back(self.page(before).title() if before else "")

    def list(self, asked: object) -> None:
        """Show exactly the cases that meet a :class:`~desk.domain.ledger.Filter`."""
        page = self.page("ledger")
        if isinstance(page, LedgerPage) and isinstance(asked, Filter):
            page.show_filter(asked)
            self.go("ledger")

    def open_new(self) -> None:
        """Take a new complaint."""
        if self.work.may("open_cases"):
            open_new(self.work)
        else:
            self.work.notices.info(_("Your role takes no complaints."))

    def _connect(self) -> None:
        self.work.went.connect(self.go)
        self.work.consulted.connect(self.consult)
        self.window.place_chosen.connect(self.go)
        self.window.new_requested.connect(self.open_new)
        # The box in the header is a way to the ledger's own: one place to search, with its filters.
        self.window.header.search.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window.header.search and event.type() == QEvent.Type.FocusIn:
            self.search()
        return False

    def _manage(self) -> tuple[Place, ...]:
        """The entry for looking after the vault, for whoever may look after any of it."""
        if not rooms_of(self.work.actor, office=self.work.is_office):
            return ()
        return (Place(ENTRY, _("Manage"), "shield", below=True),)

    def _make_today(self) -> Page:
        page = TodayPage(self.work)
        page.new_wanted.connect(self.open_new)
        page.list_wanted.connect(self.list)
        return page

    def _make_ledger(self) -> Page:
        page = LedgerPage(self.work)
        page.new_wanted.connect(self.open_new)
        return page

    def _make_knowledge(self) -> Page:
        page = KnowledgePage(self.work)
        page.back_wanted.connect(lambda: self.go(self._before or "today"))
        return page

    def _make_backups(self) -> Page:
        page = BackupsPage(self.work, self._keeper)
        page.changed.connect(self.settings_changed)
        return page

    def _make_settings(self) -> Page:
        page = SettingsPage(self.work)
        page.changed.connect(self.settings_changed)
        return page

    def _show_footer(self, *, sample: bool) -> None:
        actor, pack, footer = self.work.actor, self.work.pack, self.window.footer
        role = next((r.name.of(language()) for r in pack.roles if r.key == actor.role), actor.role)
        footer.show_who(
            _("{branch} · No. {number} {name} ({role})").format(
                branch=self.work.branch.name, number=actor.id, name=actor.name, role=role
            )
        )
        footer.show_pack(_("Content pack {version}").format(version=pack.head.version))
        footer.show_network(
            _("Offline · sample data, removed on closing") if sample else _("Offline")
        )
