"""Keep the message catalogue true: extract what the code says, merge, compile, or check.

`python packaging/messages.py` updates `resources/locale`; with `--check` it changes nothing and
exits 1 when a message has no Chinese, or the compiled catalogue is stale.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "resources/locale/zh_CN/LC_MESSAGES/desk.po"
MO = PO.with_suffix(".mo")
STEADY = datetime(2026, 11, 1, tzinfo=UTC)
"""The dates a catalogue's header must hold; fixed, so that only messages make a difference."""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every message of the code, without translations."""
    found = Catalog(project="Complaint Desk", domain="desk", fuzzy=False)
    for _name, _line, message, _comments, _context in extract_from_dir(
        ROOT / "desk", keywords=KEYWORDS
    ):
        found.add(message)
    return found


def load() -> Catalog:
    """The committed Chinese catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain="desk")


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()


def faults(code: Catalog, committed: Catalog) -> list[str]:
    """What is wrong with the committed catalogue, one line each."""
    lines = []
    for message in code:
        if not message.id:
            continue
        translated = committed.get(message.id)
        if translated is None or not translated.string or translated.fuzzy:
            lines.append(f"no Chinese for {message.id!r}")
    lines += [f"no longer said: {m.id!r}" for m in committed if m.id and m.id not in code]
    if MO.read_bytes() != compiled(committed):
        lines.append("the compiled catalogue is stale: run packaging/messages.py")
    return lines


def update(code: Catalog, committed: Catalog) -> None:
    """Merge the code's messages into the catalogue and compile it; what is gone is dropped."""
    committed.update(code, no_fuzzy_matching=True)
    committed.obsolete.clear()
    committed.header_comment = "# Complaint Desk: Simplified Chinese."
    committed.creation_date = committed.revision_date = STEADY
    committed.msgid_bugs_address = committed.last_translator = committed.language_team = ""
    committed.version = ""
    text = io.BytesIO()
    write_po(text, committed, width=100, sort_output=True, no_location=True, ignore_obsolete=True)
    PO.write_bytes(text.getvalue())
    MO.write_bytes(compiled(committed))


def main(arguments: list[str]) -> int:
    """Update the catalogue, or check it; 1 when something is wrong."""
    code, committed = extracted(), load()
    if "--check" not in arguments:
        update(code, committed)
        committed = load()
    found = faults(code, committed)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
