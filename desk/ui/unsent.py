"""Words typed into a sheet and not confirmed, over a lock: gathered before, given back after.

They lie in memory only, sealed by the vault that was closed; a lock costs nobody a note half
written, and shows it to nobody else. Passwords and the recovery code are never among them.
"""

from PySide6.QtCore import QChildEvent, QEvent, QObject
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.i18n import _
from desk.services import locking
from desk.services.locking import Unsent
from desk.ui.places import OF_A_CASE, Places
from desk.ui.start.parts import PasswordField
from desk.ui.widgets.fields import DateTimeField, LineField
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.text_field import TextField

Field = LineField | DateTimeField | TextField


def give_back(places: Places, sealed: bytes) -> None:
    """Open what a lock sealed for the person at the desk, and put it where it was typed."""
    if sealed:
        places.work.read(
            lambda session: locking.unsent(session, sealed),
            Returning(places).offer,
            owner=places,
        )


class Returning(QObject):
    """Fills the sheets of a window as they are opened again, each once."""

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self._places = places
        self.waiting: tuple[Unsent, ...] = ()
        places.window.shell.installEventFilter(self)

    def offer(self, found: tuple[Unsent, ...]) -> None:
        """Say what was not confirmed, and where it is found again."""
        self.waiting = found
        titles = tuple(dict.fromkeys(one.title for one in found))
        for title in titles:
            told = _("What you had typed in “{title}” is kept; it is there when you open it again.")
            self._places.work.notices.info(told.format(title=title))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildAdded and isinstance(event, QChildEvent):
            sheet = event.child()
            if isinstance(sheet, Sheet) and self.waiting:
                self._fill(sheet)
        return False

    def _fill(self, sheet: Sheet) -> None:
        place, case = _where(self._places)
        mine = [
            one
            for one in self.waiting
            if (one.question, one.place, one.case) == (sheet.question, place, case)
        ]
        self.waiting = tuple(one for one in self.waiting if one not in mine)
        fields = {field.objectName(): field for field in _fields(sheet)}
        for one in mine:
            if one.field in fields:
                _put(fields[one.field], one.words)


def gather(places: Places) -> tuple[Unsent, ...]:
    """What stands in the open sheets of a window, and what still waits to be given back."""
    shell = places.window.shell
    place, case = _where(places)
    found = [
        Unsent(sheet.question, sheet.title, place, case, field.objectName(), words)
        for sheet in shell.findChildren(Sheet)
        if not sheet.isHidden() and not sheet.holds_secrets
        for field in _fields(sheet)
        if (words := _words(field)).strip()
    ]
    for back in places.findChildren(Returning):
        found += back.waiting
    return tuple(found)


def _where(places: Places) -> tuple[str, str]:
    return places.here, places.case if places.here in OF_A_CASE else ""


def _fields(sheet: QWidget) -> list[Field]:
    found: list[Field] = [*sheet.findChildren(TextField), *sheet.findChildren(DateTimeField)]
    found += [one for one in sheet.findChildren(LineField) if not isinstance(one, PasswordField)]
    return [field for field in found if field.objectName()]


def _words(field: Field) -> str:
    return field.toPlainText() if isinstance(field, TextField) else field.text()


def _put(field: Field, words: str) -> None:
    if isinstance(field, DateTimeField):
        field.setText(words)
        field.flush()
    else:
        field.set_value(words)
