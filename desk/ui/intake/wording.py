"""The wording check while staff write: marks in the text, the reason, and the better words.

Only for fields that hold words of staff. What a customer said is theirs and is never marked.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from desk.domain.wording import Finding, WordingChecker
from desk.i18n import _, language
from desk.ui.intake.box import FieldBox
from desk.ui.intake.editors import LongEditor
from desk.ui.widgets.text_field import TextField
from desk.ui.work import Work

PAUSE_MS = 250


class WordingWatch(QObject):
    """Checks the text of one field when typing rests, off the UI thread.

    `checker` gives the compiled check, or None while it is not there yet.
    """

    def __init__(
        self, work: Work, box: FieldBox, checker: Callable[[], WordingChecker | None]
    ) -> None:
        super().__init__(box)
        self._work = work
        self._box = box
        self._checker = checker
        self._findings: tuple[Finding, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.check)
        box.editor.edited.connect(lambda _text: self._pause.start())
        box.better_wanted.connect(lambda: self.replace(self._findings[:1]))
        if isinstance(box.editor, LongEditor):
            box.editor.text.mark_activated.connect(self._activated)

    def check(self) -> None:
        """Check the text now; what comes back for an older text is dropped."""
        checker, text = self._checker(), self._text()
        if checker is None:
            return

        def done(findings: tuple[Finding, ...]) -> None:
            if self._text() == text:
                self.show_findings(findings)

        self._work.compute(lambda: checker.check(text), done, owner=self)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Mark what was found in the text as it stands."""
        self._findings = tuple(findings)
        editor = self._box.editor
        if isinstance(editor, LongEditor):
            editor.text.set_marks([(f.start, f.end, f.severity) for f in findings])
        if not findings:
            self._box.set_wording("")
            return
        first = findings[0]
        words = _('"{words}": {why} Better: {better}').format(
            words=first.text, why=first.why.of(language()), better=first.better.of(language())
        )
        self._box.set_wording(words, _("Replace (Ctrl+.)"))

    def findings(self) -> tuple[Finding, ...]:
        """What is marked now."""
        return self._findings

    def replace(self, findings: Sequence[Finding]) -> None:
        """Put the better words in place of what was found, as one step of undo."""
        field = self._field()
        for finding in findings[:1]:
            start, end = self._place(finding)
            if field is not None and field.value()[start:end] == finding.text:
                field.replace_span(start, end, finding.better.of(language()))
                field.setFocus()
                self.check()

    def _place(self, finding: Finding) -> tuple[int, int]:
        """Where the words stand now; they may have moved since they were found."""
        field = self._field()
        for start, end, _severity in field.marks() if field is not None else ():
            if field is not None and field.value()[start:end] == finding.text:
                return start, end
        return finding.start, finding.end

    def _activated(self, start: int, end: int) -> None:
        field = self._field()
        words = field.value()[start:end] if field is not None else ""
        self.replace([f for f in self._findings if f.text == words])

    def _field(self) -> TextField | None:
        editor = self._box.editor
        return editor.text if isinstance(editor, LongEditor) else None

    def _text(self) -> str:
        value = self._box.value()
        return value if isinstance(value, str) else ""
