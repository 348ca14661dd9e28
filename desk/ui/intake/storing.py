"""Writes what is entered in a form, and tells each field whether it arrived."""

from collections.abc import Callable, Mapping

import shiboken6
from PySide6.QtCore import QObject

from desk.domain.engine import CaseView
from desk.domain.events import Value
from desk.errors import KnownError
from desk.i18n import _
from desk.services import cases, sentences
from desk.services.session import Session
from desk.ui.intake.box import FieldBox
from desk.ui.work import Work


class Storing(QObject):
    """The way of one case's entries to the disk.

    What could not be saved is kept with its field and tried again as soon as anything is saved,
    or when the person asks. `take` is given the view after each write.
    """

    def __init__(self, work: Work, case: str, take: Callable[[CaseView], None]) -> None:
        super().__init__()
        self._work = work
        self.case = case
        self._take = take
        self._unsaved: dict[FieldBox, Mapping[str, Value]] = {}

    def store(self, box: FieldBox, values: Mapping[str, Value]) -> None:
        """Write the values by path; all of them belong to `box`."""
        case, kept = self.case, dict(values)
        self._unsaved.pop(box, None)
        box.begin()

        def task(session: Session) -> CaseView:
            view = None
            for path, value in kept.items():
                view = cases.set_field(session, case, path, value)
            return view or cases.view(session, case)

        self._work.write(
            case,
            task,
            lambda view: self._arrived(box, view),
            owner=self,
            failed=lambda error: self._broke(box, kept, error),
        )

    def reveal(self, path: str) -> None:
        """Record that a masked value was shown."""
        case = self.case
        self._work.write(case, lambda session: cases.reveal(session, case, path), owner=self)

    def again(self, box: FieldBox) -> None:
        """Try once more to write what is kept for `box`."""
        values = self._unsaved.get(box)
        if values is not None:
            self.store(box, values)

    def unsaved(self) -> int:
        """How many fields hold something that is not saved."""
        return len(self._unsaved)

    def _arrived(self, box: FieldBox, view: CaseView) -> None:
        if shiboken6.isValid(box):
            box.stored()
        self._take(view)
        for other in tuple(self._unsaved):
            self.again(other)

    def _broke(self, box: FieldBox, values: Mapping[str, Value], error: Exception) -> None:
        if isinstance(error, KnownError):
            words = sentences.sentence(error)
        else:
            self._work.notices.show_failure(error)
            words = _("It stays here and is tried again.")
        if shiboken6.isValid(box):
            self._unsaved[box] = values
            box.failed(_("Not saved. {reason}").format(reason=words))
