"""What head office puts out for branches: a content pack, a year's calendar, hints; seen first."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from typing_extensions import override

from desk.domain.hub import HubBranch
from desk.i18n import _, ngettext
from desk.services import hub_hints, hub_previews, hub_receipts
from desk.services.hub_previews import PackMade
from desk.services.hub_receipts import Published
from desk.services.session import Session
from desk.ui.people.sheets import AskSheet
from desk.ui.task_sheet import refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.work import Work

_ALL = "-"
"""Stands for every branch in the list of whom it is for."""
_MOST_LINES = 200
"""More changes than this nobody reads here; the rest is counted."""


class PublishSheet(AskSheet):
    """What, with what it says or changes, and for whom; nothing is put out before the button."""

    def __init__(self, work: Work, branches: tuple[HubBranch, ...]) -> None:
        super().__init__(
            work,
            _("Publish for branches"),
            _(
                "It goes along with the next receipts. Packs and calendars act once a branch "
                "accepts."
            ),
            _("Publish"),
            icon="upload",
            width=620,
        )
        self.setObjectName("publish_sheet")
        self.said = ""
        self._path: Path | None = None
        self._wanted = self._shown = ""
        self.what = ChoiceChips(
            [
                Choice("pack", _("Content pack")),
                Choice("calendar", _("Working days of a year")),
                Choice("hints", _("Hints of repeated complaints")),
            ],
            keeps=True,
        )
        self.what.setObjectName("publish_what")
        self.what.setAccessibleName(_("What to publish"))
        self.what.set_value(["pack"])
        self.what.chosen.connect(lambda _keys: self._show_what())
        self.add(self.what)
        self._pack = self._make_pack()
        self._calendar = self._make_calendar()
        everyone = [(_ALL, _("All branches"))]
        self.to = ComboField([*everyone, *((one.branch, _of(one)) for one in branches)])
        self.to.setObjectName("publish_to")
        self.to.set_value(_ALL)
        self.add(Labelled(_("For (with the branches below it)"), self.to))
        self.preview = Text("", "table", "ink", wrap=True)
        self.preview.setObjectName("publish_preview")
        self._well = Card(kind="grey", margin=10)
        self._well.add(self.preview)
        self.add(self._well)
        self.end()
        self._show_what()
        self._work.compute(hub_previews.packs, self._offer, owner=self, failed=self._no_preview)

    def _make_pack(self) -> QWidget:
        self.version = ComboField(placeholder=_("Version"))
        self.version.setObjectName("publish_version")
        self.version.committed.connect(self._show_pack)
        self.workbook = Button(_("From a workbook…"), icon="table")
        self.workbook.setObjectName("publish_workbook")
        self.workbook.clicked.connect(
            lambda: self._choose(_("Workbook of a pack"), "*.xlsx", self.make_from)
        )
        place = _line(self.version, self.workbook)
        place.setFocusProxy(self.version)
        labelled = Labelled(_("Version"), place, required=True)
        self.add(labelled)
        return labelled

    def _make_calendar(self) -> QWidget:
        self.file = ElidedLabel(_("No file chosen"), "body", "ink_hint")
        self.file.setObjectName("publish_file")
        choose = Button(_("Choose the file…"), icon="folder-open")
        choose.setObjectName("publish_choose")
        choose.clicked.connect(
            lambda: self._choose(_("Working days of a year"), "*.yaml *.yml", self.show_calendar)
        )
        place = _line(self.file, choose)
        self.add(place)
        return place

    def _show_what(self) -> None:
        """Only what belongs to what is published."""
        what = self.what.value()[0]
        self._pack.setVisible(what == "pack")
        self._calendar.setVisible(what == "calendar")
        self.show_problem("")
        self._tell(())
        if what == "pack" and self.version.value():
            self._show_pack(self.version.value())
        elif what == "calendar" and self._path is not None:
            self.show_calendar(self._path)
        elif what == "hints":
            self._tell(
                (
                    _(
                        "Each branch hears which of its own customers complained in another branch "
                        "within a year: as salted fingerprints, without a name. They take the "
                        "place of the last ones."
                    ),
                )
            )

    def _offer(self, versions: tuple[str, ...], chosen: str = "") -> None:
        self.version.set_options([(one, one) for one in versions])
        self.version.set_value(chosen or next(iter(versions), ""))
        self._show_what()

    def _show_pack(self, stamp: str) -> None:
        if not stamp:
            self._tell(())
            return
        self._see("pack", stamp, lambda: hub_previews.of_pack(stamp))

    def make_from(self, path: Path) -> None:
        """Make an edited workbook a version that can be published, and choose it."""
        self._busy.set_busy(busy=True)
        self._work.compute(
            lambda: (hub_previews.from_workbook(path), hub_previews.packs()),
            lambda made: self._made(*made),
            owner=self,
            failed=self._no_preview,
        )

    def _made(self, made: PackMade, versions: tuple[str, ...]) -> None:
        self._busy.set_busy(busy=False)
        if made.stamp:
            self._offer(versions, made.stamp)
            return
        self.version.set_value("")
        self._tell(made.lines)
        self.show_problem(_("The workbook has faults, so no version was made of it."))

    def show_calendar(self, path: Path) -> None:
        """Show the working days that a file holds."""
        self._path = path
        self.file.set_text(path.name)
        self.file.set_role("ink")
        self._see("calendar", str(path), lambda: hub_previews.of_calendar(path))

    def _see(self, what: str, of: str, task: Callable[[], tuple[str, ...]]) -> None:
        """Show what something says, unless another is wanted by then."""
        wanted = self._wanted = f"{what} {of}"
        self._tell((_("Reading…"),))
        self.show_problem("")

        def show(lines: tuple[str, ...]) -> None:
            if wanted == self._wanted:
                self._tell(lines)
                self._shown = wanted

        def failed(fault: Exception) -> None:
            if wanted == self._wanted:
                self._no_preview(fault)

        self._work.compute(task, show, owner=self, failed=failed)

    def _no_preview(self, fault: Exception) -> None:
        self._busy.set_busy(busy=False)
        self._tell(())
        self.show_problem(refusal(fault))

    def _tell(self, lines: tuple[str, ...]) -> None:
        self._shown = ""
        shown = list(lines[:_MOST_LINES])
        left = len(lines) - len(shown)
        if left:
            shown.append(ngettext("and {n} more line", "and {n} more lines", left).format(n=left))
        self.preview.setText("\n".join(shown))
        self._well.setVisible(bool(shown))

    def _choose(self, title: str, kind: str, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title, str(Path.home()), kind)
        dialog.setObjectName("publish_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: then(Path(str(path))))
        dialog.open()

    @override
    def submit(self) -> None:
        """Put it out once it was seen, or say what is lacking."""
        self.to.flush()
        to = self.to.value().removeprefix(_ALL)
        task = self._task((to,) if to else ())
        if task is None:
            self.show_problem(_("Please choose what to publish and wait until it is shown here."))
        else:
            self.ask(task, self._published)

    def _task(self, branches: tuple[str, ...]) -> Callable[[Session], Published] | None:
        """What publishes what is shown; None while nothing is."""
        what, path, stamp = self.what.value()[0], self._path, self.version.value()
        if what == "hints":
            return lambda session: hub_hints.publish(session, branches)
        if what == "pack" and stamp and self._shown == f"pack {stamp}":
            return lambda session: hub_receipts.publish_pack(session, stamp, branches)
        if what == "calendar" and path is not None and self._shown == f"calendar {path}":
            return lambda session: hub_receipts.publish_calendar(session, path, branches)
        return None

    def _published(self, made: Published) -> None:
        many = len(made.branches)
        words = ngettext(
            "{name} goes to {n} branch with its next receipt.",
            "{name} goes to {n} branches with their next receipts.",
            many,
        )
        name = _("Hints of repeated complaints") if made.what == "hint" else made.name
        self.said = words.format(name=name, n=many)
        self.done.emit()
        self.dismiss()


def _of(one: HubBranch) -> str:
    return f"{one.name} · {one.branch}"


def _line(main: QWidget, *others: QWidget) -> QWidget:
    place = QWidget()
    line = layouts.row(main, *others, gap=12)
    line.setContentsMargins(0, 0, 0, 0)
    line.setStretch(0, 1)
    place.setLayout(line)
    return place
