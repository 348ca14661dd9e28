"""The sheet before a restore: from when the backup is, what it lacks, and what happens then."""

from datetime import datetime

from PySide6.QtCore import Signal

from desk.domain.backups import Lacks, Listed
from desk.i18n import _
from desk.ui import theme
from desk.ui.backups import words
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import ScrollColumn

_MOST_LINES = 6


class RestoreSheet(TaskSheet):
    """Says what would be lost; `wanted` when the person goes on all the same."""

    wanted = Signal()

    def __init__(self, chosen: Listed, lacks: Lacks, now: datetime) -> None:
        super().__init__(
            _("Put the vault back?"),
            _("The backup of {when}.").format(when=words.when(chosen.made, now)),
            _("Lock and go on"),
            icon="history",
        )
        self.setObjectName("restore_sheet")
        head, *cases = words.lacking(lacks)
        told = Text(head, "body", "red" if lacks.cases else "ink", wrap=True, strong=True)
        told.setObjectName("restore_lacks")
        self.add(told)
        if cases:
            column = ScrollColumn(gap=4, margin=0)
            for line in cases:
                column.add(Text(line, "table", "ink_2"))
            column.setFixedHeight(theme.px(22) * min(len(cases), _MOST_LINES))
            self.add(column)
        self.add(
            Text(
                _(
                    "The program locks. On the page that follows, a password of somebody who may "
                    "restore is asked for and the backup is verified once more. The vault of now "
                    "is kept aside, for as long as backups are."
                ),
                "table",
                "ink_2",
                wrap=True,
            )
        )
        self.finish()

    def submit(self) -> None:
        """Go on."""
        self.dismiss()
        self.wanted.emit()
