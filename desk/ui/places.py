"""Which page is where, and how to get there: the window of one open vault, filled.

Pages are made when they are first wanted, so that opening a vault and changing the language cost
one page and not all of them.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desk.i18n import _, language
from desk.ui.cases.case_page import CasePage
from desk.ui.page import Page
from desk.ui.saved import SavedLine
from desk.ui.shell import Place
from desk.ui.window import MainWindow
from desk.ui.work import Work

CASE_PLACES = ("intake", "assessment", "escalation", "file", "report")
"""Places that need a case; the navigation shows all of them as the intake."""


class Places(QObject):
    """The window of a vault and everything in it; `case` is the id of the case in hand."""

    settings_changed = Signal(object)
    """The settings somebody asked for."""

    def __init__(self, work: Work, *, sample: bool = False, case: str = "") -> None:
        super().__init__()
        self.work = work
        self.case = case
        self.here = ""
        self.window = MainWindow(
            (
                Place("intake", _("Intake"), "clipboard-pen-line"),
                Place("settings", _("Settings"), "settings", below=True),
            )
        )
        self.saved = SavedLine(work, self.window.footer)
        self._makers: dict[str, Callable[[], Page]] = {
            "intake": self._intake,
            "assessment": self._assessment,
            "report": self._report,
            "settings": self._settings,
        }
        self._made: dict[str, Page] = {}
        self.setParent(self.window)  # one goes with the other
        self._connect()
        self._show_footer(sample=sample)

    def go(self, place: str, case: str = "") -> None:
        """Show a place; those of a case show `case`, or the one in hand when none is named."""
        self.case = case or self.case
        if place in CASE_PLACES and not self.case:
            place = "ledger"
        page = self._page(place)
        if isinstance(page, CasePage):
            page.show_case(self.case)
        self.here = place
        self.window.show_page(place, "intake" if place in CASE_PLACES else place)

    def _page(self, place: str) -> Page:
        if place not in self._made:
            self._made[place] = self._makers[place]()
            self.window.add_page(place, self._made[place])
        return self._made[place]

    def _connect(self) -> None:
        self.work.went.connect(self.go)
        self.window.place_chosen.connect(self.go)
        self.window.new_requested.connect(self._open_new)

    def _open_new(self) -> None:
        from desk.ui.intake.page import open_new

        open_new(self.work)

    def _intake(self) -> Page:
        from desk.ui.intake.page import IntakePage

        return IntakePage(self.work)

    def _assessment(self) -> Page:
        from desk.ui.assessment.assessment_page import AssessmentPage

        return AssessmentPage(self.work)

    def _report(self) -> Page:
        from desk.ui.report.report_page import ReportPage

        return ReportPage(self.work)

    def _settings(self) -> Page:
        from desk.ui.preferences.settings_page import SettingsPage

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
