"""The composition root: starts Qt, shows a window, opens a vault behind it, and ends in order.

What loads slowly (the store, the pack, the pages) is imported after the first paint, inside
functions; a test holds the list of what is loaded before.
"""

import dataclasses
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import shiboken6
from PySide6.QtCore import (
    QEvent,
    QLibraryInfo,
    QMessageLogContext,
    QObject,
    QSysInfo,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from desk import i18n, log, paths, settings
from desk.errors import KnownError, NoDisplay, NotStored, VaultBusy, VaultOpenHere, WrongPassword
from desk.i18n import Language, _
from desk.services import entrance, sentences
from desk.services.moment import Moment
from desk.settings import Settings
from desk.ui import theme
from desk.ui.detours import Detours
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices
from desk.ui.start.door import Door
from desk.ui.start.start_window import StartWindow

if TYPE_CHECKING:
    from desk.services import locking
    from desk.services.session import Session
    from desk.ui.backups.keeper import Keeper
    from desk.ui.clipboard import Clipboard
    from desk.ui.elsewhere import Bell
    from desk.ui.locking import Left, Rest, Watch
    from desk.ui.places import Places
    from desk.ui.start.page import StartPage
    from desk.ui.start.setup_page import SetUp
    from desk.ui.work import Work

SIZE = (1366, 728)
"""A branch computer's screen less its task bar; on smaller screens the window fills it."""


def run(*, demo: bool = False, language: Language | None = None) -> int:
    """Open the window and stay until it is closed; the exit code. `demo` opens sample cases."""
    _require_display()
    log.keep_memory_private()
    crash = _start_log()
    chosen = settings.load()
    if language is not None:
        chosen = dataclasses.replace(chosen, language=language)
    app = application()
    program = Program(app, chosen, Path(chosen.vault) if chosen.vault else paths.vault_file())
    program.notices.catch_bugs()
    qInstallMessageHandler(_log_qt)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_args: app.closeAllWindows())
    program.ended.connect(app.quit)
    program.begin(sample=demo)
    code = app.exec()
    program.finish()
    if crash is not None:
        crash.close()
    return code


def run_demo(out: Path, language: Language) -> int:
    """Drive the windows through one case, offscreen; leave pictures, papers and the case in `out`.

    Uses a vault of its own, thrown away at the end. The exit code; raises what went wrong.
    """
    from desk.ui.demo import story, tour
    from desk.ui.demo.clock import DemoMoment
    from desk.ui.demo.driver import Driver

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    tour.make_room(out)
    told = story.load()
    app = application()
    qInstallMessageHandler(_tell_qt)
    with tempfile.TemporaryDirectory(prefix="complaint-desk-demo-") as home:
        moment = DemoMoment()

        def start() -> Program:
            chosen = Settings(language=language)
            program = Program(
                app,
                chosen,
                Path(home) / "branch.vault",
                moment=moment,
                settings_file=Path(home) / "settings.json",
                device="",
            )
            program.begin()
            return program

        guide = tour.Tour(out, language, told, moment, start, _tell)
        driver = Driver(guide.story())
        driver.ended.connect(app.quit)
        driver.start()
        app.exec()
        running = guide.program()
        if running is not None:
            window = running.window()
            if window is not None:
                window.hide()
            running.finish()
    if driver.error is not None:
        raise driver.error
    return 0


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _tell_qt(kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
    """What Qt has to say, but for what the offscreen platform cannot do."""
    quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
    if not quiet and "This plugin does not support" not in words:
        _tell(f"Qt: {words}")


def application() -> QApplication:
    """The Qt application, which lives as long as the process."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = QApplication([*sys.argv[:1], *theme.ARGUMENTS])
    app.setApplicationName("complaint-desk")
    app.setQuitOnLastWindowClosed(False)  # one window follows another
    return app


def _require_display() -> None:
    """Qt would abort without a word that helps."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in wanted):
        raise NoDisplay


def _start_log() -> TextIO | None:
    """The log is a convenience: a folder that cannot be written must not keep anybody out."""
    try:
        return log.start(paths.log_folder())
    except OSError:
        return None


def _log_qt(kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
    level = logging.INFO if kind == QtMsgType.QtInfoMsg else logging.WARNING
    if kind != QtMsgType.QtDebugMsg:
        log.log.log(level, "Qt: %s", words)


class Program(QObject):
    """The running program: the window at the front, the jobs behind it, the vault that is open."""

    opened = Signal()
    """A vault is open and its window is shown."""
    ended = Signal()
    """The window was closed; what is on its way is still to be finished."""

    def __init__(
        self,
        app: QApplication,
        chosen: Settings,
        vault: Path,
        *,
        moment: Moment | None = None,
        settings_file: Path | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__()
        self._device = device
        self._app = app
        self.settings = chosen
        self._settings_file = settings_file
        self._moment = moment or Moment()
        self._door = Door(vault, self._moment)
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        self.start: StartWindow | None = None
        self.work: Work | None = None
        self.places: Places | None = None
        self._session: Session | None = None
        self._left: Left | None = None
        self._unsent: dict[str, bytes] = {}  # sealed, by person
        self._watch: Watch | None = None
        self._rest: Rest | None = None
        self._keeper: Keeper | None = None
        self._detours = Detours(vault, self.jobs, self._moment, self)
        self._detours.left.connect(self._leave_detour)
        self._detours.restored.connect(self._unlock)
        self.clipboard: Clipboard | None = None
        self._bell: Bell | None = None
        self._sample: Path | None = None
        self._closing = False
        self._translator = QTranslator(self)

    def begin(self, *, sample: bool = False) -> None:
        """Show the first window; load the rest once it is painted."""
        self._put_in_force(self.settings)
        self._show_start()
        if sample and self.start is not None:
            self.start.painted.connect(self._open_sample)

    def window(self) -> QWidget | None:
        """The window at the front."""
        return self.places.window if self.places is not None else self.start

    def finish(self) -> None:
        """Bring everything accepted to the disk, close the vault, leave nothing behind."""
        session = self._session
        self._hang_up()
        if self._keeper is not None:
            self._keeper.stop()
        if session is not None:
            from desk.services import locking

            self.jobs.drain()  # what follows from a result wants the vault open
            self.jobs.query(lambda: locking.lock(session, "end"), owner=self)
        self.jobs.close()
        if self._left is not None and self._left.kept is not None:
            self._left.kept.window.deleteLater()
        if self.clipboard is not None:
            self.clipboard.clear()
        if self._sample is not None:
            shutil.rmtree(self._sample, ignore_errors=True)

    def _put_in_force(self, chosen: Settings) -> None:
        """Language, theme, size and fonts, for every window made from now on."""
        i18n.use(chosen.language)
        self._app.removeTranslator(self._translator)
        self._translator = QTranslator(self)
        if chosen.language == "zh":
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if self._translator.load("qtbase_zh_CN", folder):
                self._app.installTranslator(self._translator)
        fonts = Path(chosen.font_folder) if chosen.font_folder else None
        theme.apply(self._app, chosen.theme, chosen.scale, fonts)

    def _show_start(self, *, instead_of: QWidget | None = None) -> None:
        """The page to set up or unlock; in the place of a window that is hidden, and not gone."""
        window = StartWindow(self._start_page(), i18n.language())
        window.painted.connect(self._prepare)
        window.closing.connect(self.ended)
        window.language_wanted.connect(self._start_in)
        if instead_of is None:
            self._show(window, self.start)
        else:
            self._place(window, instead_of)
            instead_of.hide()
            window.activateWindow()
        self.start = window
        self.notices.set_host(window)

    def _start_page(self) -> "StartPage":
        detour = self._detours.page()
        if detour is not None:
            return detour
        # Only the page that is needed is loaded: these are the moments before the first paint.
        if entrance.is_set_up(self._door.vault):
            return self._unlock_page()
        from desk.ui.start.setup_page import SetUpPage

        page = SetUpPage(QSysInfo.machineHostName() if self._device is None else self._device)
        page.submitted.connect(self._create)
        page.sample_wanted.connect(self._open_sample)
        page.restore_wanted.connect(self._restore)
        return page

    def _unlock_page(self) -> "StartPage":
        from desk.ui.start.unlock_page import UnlockPage

        locked = self._left.person if self._left is not None else ""
        page = UnlockPage(entrance.staff_numbers(self._door.vault), locked)
        page.submitted.connect(self._unlock)
        page.sample_wanted.connect(self._open_sample)
        page.restore_wanted.connect(self._restore)
        page.recovery_wanted.connect(self._recover)
        return page

    def _leave_detour(self, told: str) -> None:
        self._show_start()
        if told and self.start is not None:
            self.start.page.status().show_words(told, "primary")

    def _restore(self, name: str = "") -> None:
        """Ask for a backup, the one of this name if any, where the vault is or can be closed."""
        if self._is_kept():
            return
        self._detours.want_restore(name)
        if self._session is None:
            self._show_start()
        else:
            self.lock("hand")

    def _recover(self) -> None:
        """Ask for the code of the recovery sheet."""
        if not self._is_kept():
            self._detours.want_recovery()
            self._show_start()

    def _is_kept(self) -> bool:
        """Whether something unsaved waits behind the lock for its person, who is then named."""
        left = self._left
        if left is None or left.kept is None:
            return False
        self._refused(NotStored(person=left.person))
        return True

    def _start_in(self, wanted: str) -> None:
        """The first page in the other language."""
        chosen = dataclasses.replace(self.settings, language="en" if wanted == "en" else "zh")
        self._put_in_force(chosen)
        self._show_start()
        self._keep(chosen)

    def _prepare(self) -> None:
        from desk.ui import elsewhere

        self.jobs.query(self._door.prepare, owner=self, failed=self._refused)
        ours = self._session is not None  # while it locks, it is this window that would answer
        if self.start is not None and not ours and elsewhere.ring(self._door.vault):
            self.start.show_problem(sentences.sentence(VaultOpenHere()))

    def _create(self, wanted: "SetUp") -> None:
        self._open(lambda: self._door.create(wanted), _("Making the encrypted vault…"))

    def _unlock(self, person: str, password: str) -> None:
        if self._left is not None and self._left.kept is not None:
            self._lift(self._left, person, password)
            return
        self._open(lambda: self._door.unlock(person, password), _("Opening the vault…"))

    def _open_sample(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="complaint-desk-sample-"))
        self._sample = folder
        self._open(lambda: self._door.sample(folder), _("Making the sample cases…"))

    def _open(self, task: "Callable[[], Session]", words: str) -> None:
        if self.start is not None:
            self.start.show_busy(words)
        self.jobs.query(task, self._opened, owner=self, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        from desk.ui import elsewhere

        if isinstance(error, VaultBusy) and elsewhere.ring(self._door.vault):
            error = VaultOpenHere()
        if self.start is None:
            self.notices.show_failure(error)
        elif isinstance(error, KnownError):
            wait = error.params.get("wait", 0)
            self.start.show_problem(sentences.sentence(error), wait if isinstance(wait, int) else 0)
        else:
            self.notices.show_failure(error)
            self.start.show_problem(_("That did not work. Nothing was changed."))

    def _opened(self, session: "Session") -> None:
        from desk.ui import unsent
        from desk.ui.backups.keeper import Keeper
        from desk.ui.clipboard import Clipboard
        from desk.ui.elsewhere import Bell
        from desk.ui.work import Work

        if self.clipboard is None:
            self.clipboard = Clipboard(self)
        if self._sample is None:
            self._bell = Bell(self._door.vault, self)
            self._bell.rung.connect(self._come_forward)
        self._session = session
        self.work = Work(session, self.jobs, self.notices, self.settings)
        self._keeper = Keeper(self.work)
        if self._sample is None:
            self.work.restore_wanted.connect(self._restore)
            self._keeper.begin()
        left, self._left = self._left, None
        if left is not None and left.person == session.actor.id:
            self._show_places(left.place, left.case)
        else:
            self._show_places("today", "")
        if told := self._detours.told():
            self.notices.done(told)
        if self.places is not None:
            unsent.give_back(self.places, self._unsent.pop(session.actor.id, b""))
        self.opened.emit()

    def _show_places(self, place: str, case: str) -> None:
        from desk.ui.places import Places

        if self.work is None:
            return
        before = self.window()
        places = Places(self.work, sample=self._sample is not None, case=case, keeper=self._keeper)
        places.settings_changed.connect(self._take_settings, Qt.ConnectionType.QueuedConnection)
        places.saved.settled.connect(self._close_if_asked)
        places.window.closing.connect(self.ended)
        places.window.installEventFilter(self)
        self.notices.set_host(places.window.shell)
        self.places, self.start = places, None
        self._keep_watch(places)
        places.go(place, case)
        self._show(places.window, before)

    def _keep_watch(self, places: "Places") -> None:
        from desk.ui.locking import Watch

        if self._watch is not None and shiboken6.isValid(self._watch):
            self._watch.stop()
        self._watch = Watch(places, self._moment.passed)
        self._watch.wanted.connect(self.lock)

    def lock(self, why: "locking.Why") -> None:
        """Store what is being typed, close the vault, and ask for the password.

        The window is covered at once and goes when everything it began has ended. Its pages, the
        session and the keys are let go: nothing refers to them. Python does not promise that their
        memory is overwritten; what it, SQLCipher or Qt copied may stay until that is used again.
        """
        from desk.ui import unsent
        from desk.ui.locking import Left, Rest, tell_typed

        places = self.places
        if places is None or self._session is None:
            return
        if self._sample is not None:  # invented cases, and a password nobody was told
            places.window.cover()
            self._keep_watch(places)
            return
        if self._watch is not None:
            self._watch.stop()
        if self._keeper is not None:
            self._keeper.stop()
        places.window.cover()
        tell_typed(places.window)
        person, words = places.work.actor.id, unsent.gather(places)
        self._left = Left(person, places.here, places.case, places, words)
        self.places = None
        self._show_start(instead_of=places.window)
        if self.start is not None:
            self.start.show_busy(_("Storing and locking…"))
        if self.clipboard is not None:
            self.clipboard.clear()
        self._rest = self._rest or Rest(self.jobs.is_idle, self)
        self._rest.wait(lambda: self._rested(why))

    def _rested(self, why: "locking.Why") -> None:
        """Nothing is on its way any more: close the vault, unless something could not be stored."""
        from desk.services import locking

        left, session = self._left, self._session
        if self.jobs.is_closed or left is None or left.kept is None or session is None:
            return  # the window of the lock was closed meanwhile, and with it the vault
        if left.kept.saved.state != "saved":
            self._let_type()
            return
        self._left = dataclasses.replace(left, kept=None, unsent=())
        person, words = left.person, left.unsent
        left.kept.window.deleteLater()
        self._session = self.work = self._watch = self._keeper = None
        self._hang_up()
        self.jobs.query(
            lambda: locking.lock(session, why, words),
            lambda sealed: self._let_type(person, sealed),
            owner=self,
            failed=self._refused,
        )

    def _come_forward(self) -> None:
        """Another copy wants the vault that this one holds."""
        from desk.ui import elsewhere

        window = self.window()
        if window is not None:
            elsewhere.bring_forward(window)

    def _hang_up(self) -> None:
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def _let_type(self, person: str = "", sealed: bytes = b"") -> None:
        """The lock is on; what was let go is swept together, and what was unsent waits sealed."""
        if sealed:
            self._unsent[person] = sealed
        if self.start is not None:
            self.start.show_closed()
        QTimer.singleShot(0, self, gc.collect)

    def _lift(self, left: "Left", person: str, password: str) -> None:
        """Bring back the window that could not let go, for the one who was at work in it."""
        session, kept = self._session, left.kept
        if session is None or kept is None:
            return
        if person not in ("", left.person):
            self._refused(NotStored(person=left.person))
            return

        def vouched(right: bool) -> None:
            if not right:
                self._refused(WrongPassword())
                return
            self._left, self.places, before = None, kept, self.start
            self.start = None
            self.notices.set_host(kept.window.shell)
            self._keep_watch(kept)
            self._show(kept.window, before)
            kept.window.lift_cover()

        if self.start is not None:
            self.start.show_busy(_("Opening the vault…"))
        self.jobs.query(
            lambda: session.vault.vouch(left.person, password),
            vouched,
            owner=self,
            failed=self._refused,
        )

    def _take_settings(self, wanted: object) -> None:
        """Put settings in force at once: the window is made anew around the same place and case."""
        if not isinstance(wanted, Settings) or self.places is None or self.work is None:
            return
        self.work.settings = wanted
        before = self.places
        place, case = before.here, before.case
        before.window.hide()  # fields tell what they hold when they are hidden
        self._put_in_force(wanted)
        self._show_places(place, case)
        self._keep(wanted)

    def _keep(self, chosen: Settings) -> None:
        self.settings = chosen
        try:
            settings.save(chosen, self._settings_file)
        except OSError:
            self.notices.warn(_("The settings act now but could not be stored for next time."))

    def _show(self, window: QWidget, before: QWidget | None) -> None:
        """Show a window in the place of the one before it."""
        if before is not None:
            self._place(window, before)
            before.hide()
            before.deleteLater()
        else:
            window.resize(*SIZE)
            room = window.screen().availableSize().width()
            if window.minimumWidth() <= room <= SIZE[0]:
                window.showMaximized()
            else:
                window.show()
        window.activateWindow()

    def _place(self, window: QWidget, before: QWidget) -> None:
        window.setGeometry(before.geometry())
        window.setWindowState(before.windowState())
        window.show()

    def _close_if_asked(self) -> None:
        """Go on with a close that waited for the last write; one that failed keeps the window."""
        if self._closing and self.places is not None:
            self._closing = False
            if self.places.saved.state == "saved":
                self.places.window.close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        places = self.places
        if event.type() != QEvent.Type.Close or places is None or watched is not places.window:
            return False
        focused = places.window.focusWidget()
        if focused is not None:
            focused.clearFocus()  # what is being typed is told, and stored, first
        if places.saved.state != "saving":
            return False
        self._closing = True
        event.ignore()
        return True
