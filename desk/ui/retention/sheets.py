"""The short tasks of the keeping page: which class, and on which ground somebody is forgotten."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desk.domain.retention import KeepingClass, Why
from desk.i18n import _, language, ngettext
from desk.services.retention import Line
from desk.ui.retention import words
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import Text
from desk.ui.widgets.text_field import TextField

_WIDE = 540
_NAMED = 8
"""So many case numbers stand in the sheet."""


class ClassSheet(TaskSheet):
    """Which class a case belongs to; `given` tells its key."""

    given = Signal(str)

    def __init__(self, line: Line, classes: Sequence[KeepingClass]) -> None:
        told = _("The class says how long the file of {number} is kept, and by which rule.")
        super().__init__(
            _("How long to keep"), told.format(number=line.number), _("Keep so"), icon="hourglass"
        )
        self.setObjectName("class_sheet")
        self._classes = {one.key: one for one in classes}
        options = [(one.key, one.name.of(language())) for one in classes]
        self.choice = ComboField(options)
        self.choice.setObjectName("class_choice")
        self.choice.set_value(line.keeping.key)
        self.choice.committed.connect(self._show)
        self.facts = Text("", "body", wrap=True)
        self.rule = Text("", "hint", "ink_2", wrap=True)
        self.covers = Text("", "table", "ink_2", wrap=True)
        self.add(Labelled(_("Class"), self.choice, required=True))
        for text in (self.facts, self.covers, self.rule):
            self.add(text)
        self._show(line.keeping.key)
        self.finish()

    def _show(self, key: str) -> None:
        one = self._classes.get(key)
        if one is None:
            return
        self.facts.setText(
            _("{length}, {begins}").format(length=words.length(one), begins=words.begins(one))
        )
        self.covers.setText(one.covers.of(language()))
        self.rule.setText(rule(one))

    def submit(self) -> None:
        """Tell the class chosen."""
        if self.choice.value():
            self.given.emit(self.choice.value())


class ForgetSheet(TaskSheet):
    """On which ground, and why; `given` tells both. A second person is asked afterwards."""

    given = Signal(str, str)

    def __init__(self, lines: Sequence[Line], why: Why) -> None:
        count = len(lines)
        title = ngettext("Forget this person?", "Forget {n} persons?", count).format(n=count)
        super().__init__(title, "", _("Ask a second person"), icon="trash-2", width=_WIDE)
        self.setObjectName("forget_sheet")
        numbers = "、".join(line.number for line in lines[:_NAMED]) + (
            "…" if count > _NAMED else ""
        )
        grounds = [Choice(key, _(name)) for key, name in words.WHY_WORDS.items()]
        self.why = ChoiceChips(grounds, keeps=True)
        self.why.setObjectName("forget_why")
        self.why.set_value((why,))
        self.why.chosen.connect(self._show)
        self.reason = TextField(_("Such as: written request of 3 March, no names"), lines=2)
        self.reason.setObjectName("forget_reason")
        self._reason = Labelled(_("Reason; it stays readable"), self.reason, required=True)
        for part in (
            Text(numbers, "table", strong=True, wrap=True),
            Text(_goes(), "table", "ink_2", wrap=True),
            Text(_stays(), "table", "ink_2", wrap=True),
            Labelled(_("Ground"), self.why, required=True),
            self._reason,
        ):
            self.add(part)
        self._show()
        self.finish()

    def _show(self, *_value: object) -> None:
        self._reason.setVisible(self._chosen() != "due")

    def _chosen(self) -> str:
        return "".join(self.why.value())

    def submit(self) -> None:
        """Tell ground and reason."""
        self.reason.flush()
        self.show_problem("")
        reason = "" if self._chosen() == "due" else self.reason.value().strip()
        self.given.emit(self._chosen(), reason)


def _goes() -> str:
    return _(
        "Gone for good, from search too: names, numbers, addresses, everything said and written, "
        "every attachment."
    )


def _stays() -> str:
    return _(
        "What stays: case number, dates, categories, limits and who handled it. The log still "
        "proves itself. Backups from before keep the rest up to nine months."
    )


def rule(one: KeepingClass) -> str:
    """The rule of a class, where it was read and how sure that is."""
    return _("{article} · source {source} · {confidence}").format(
        article=one.article.of(language()), source=one.source, confidence=words.confidence(one)
    )
