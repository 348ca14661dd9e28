"""What the shelves of the knowledge page are called, and their pictures."""

from desk.i18n import _
from desk.services.knowledge import Shelf

ICONS: dict[Shelf, str] = {
    "all": "layers",
    "scripts": "message-square-quote",
    "phrases": "circle-slash",
    "citations": "gavel",
    "cards": "lightbulb",
    "sheets": "table",
    "cases": "graduation-cap",
    "checklists": "list-checks",
    "clocks": "timer",
    "scenarios": "flag",
    "reception": "gem",
    "authorities": "shield",
    "codes": "list-ordered",
    "cues": "ear",
    "form": "clipboard-list",
}


def shelf_name(shelf: Shelf) -> str:
    """What a shelf is called, in the language in force."""
    names: dict[Shelf, str] = {
        "all": _("Everything"),
        "scripts": _("Scripts"),
        "phrases": _("Risky phrases"),
        "citations": _("Laws"),
        "cards": _("Cards"),
        "sheets": _("Sheets"),
        "cases": _("Worked cases"),
        "checklists": _("Checklists"),
        "clocks": _("Time limits"),
        "scenarios": _("Matters"),
        "reception": _("Reception"),
        "authorities": _("Promises"),
        "codes": _("Codes, rights"),
        "cues": _("Cue words"),
        "form": _("Form, outline"),
    }
    return names[shelf]
