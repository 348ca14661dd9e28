"""How the values of a pack stand in the cells of a worksheet, and how they come back.

Every value has one written form, and every written form one value: nothing is lost on the way
through Excel. An empty cell is an absent value; an empty text that means something is `""`.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from desk.i18n import _

Form = Literal["word", "words", "lines", "whole", "number", "yes_no", "value"]
"""word: one text. words: several, parted by `;`. lines: several, one a line. whole and number:
numbers. yes_no: yes or no. value: a text, number, yes/no or list, as JSON where it is no text."""

Cell = str | int | float | bool | None
"""What a cell holds, as openpyxl gives it (dates have become texts)."""

LONGEST = 32_767
"""Characters in a cell, as Excel has it."""

YES, NO = "yes", "no"
_YES = {"yes", "y", "true", "是", "1"}
_NO = {"no", "n", "false", "否", "0"}
_EMPTY = re.compile(r'""+')
_SPLIT = {"words": re.compile("[;；\n]"), "lines": re.compile("\n")}
_GLUE = {"words": "; ", "lines": "\n"}

# What XML cannot hold or spreadsheet programs read as a code of their own is spelled out between
# an escape sign and a semicolon.
_ESCAPE = "␛"
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff␛]|_(?=x[0-9A-Fa-f]{4}_)|x(?=005F_)"
)
_SPELLED = re.compile("␛([0-9A-F]{1,6});")


def safe(words: str) -> str:
    """Words as XML and spreadsheet programs keep them."""
    return _UNSAFE.sub(lambda found: f"{_ESCAPE}{ord(found.group()):X};", words)


def meant(words: str) -> str:
    """What :func:`safe` was given; the line ends of other systems are line feeds."""
    return _SPELLED.sub(lambda found: _character(found.group(1)), words.replace("\r\n", "\n"))


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else f"{_ESCAPE}{digits};"


def written(form: Form, value: object) -> Cell:
    """A value that is there as what its cell holds (see :data:`Form`)."""
    if form in ("whole", "number") and isinstance(value, (int, float)):
        return value
    if form == "yes_no":
        return YES if value else NO
    if form in ("words", "lines") and isinstance(value, Sequence):
        return safe(_GLUE[form].join(_quoted(str(one), form) for one in value))
    if form == "value":
        return safe(_json_form(value))
    words = str(value)
    return safe(f'{words}"' if words and _EMPTY.fullmatch(words) else words or '""')


def _quoted(word: str, form: Form) -> str:
    """A part of a list, in quotation marks where it would not come back as it is."""
    plain = word == word.strip() and word and not word.startswith('"')
    if plain and not _SPLIT[form].search(word):
        return word
    doubled = word.replace('"', '""')
    return f'"{doubled}"'


def _json_form(value: object) -> str:
    """A text as it is unless it would be read as something else; all else as JSON."""
    if isinstance(value, str) and value and value == value.strip() and not _is_json(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_json(words: str) -> bool:
    try:
        json.loads(words)
    except (ValueError, RecursionError):
        return False
    return True


def read(form: Form, cell: Cell) -> object:
    """The value of a cell that is not empty; ValueError in the reader's language."""
    if form in ("whole", "number"):
        return _number(form, cell)
    if form == "yes_no":
        return _yes_no(cell)
    words = meant(_text(cell))
    if form in ("words", "lines"):
        return _split(words, form)
    if form == "value":
        return _json_value(words) if isinstance(cell, str) else cell
    if _EMPTY.fullmatch(words):
        # `""` is the empty text, and one mark more than they are stands for texts of such marks.
        return words[1:] if len(words) > 2 else ""
    return words


def _json_value(words: str) -> object:
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return words


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _number(form: Form, cell: Cell) -> int | float:
    found: float | int | None = None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        found = cell
    elif isinstance(cell, str):
        try:
            found = float(cell.strip())
        except ValueError:
            found = None
    if found is None or found != found or found in (float("inf"), float("-inf")):  # noqa: PLR0124
        raise ValueError(_("a number is needed here"))
    if form == "whole":
        if found != int(found):
            raise ValueError(_("a whole number is needed here"))
        return int(found)
    return found


def _yes_no(cell: Cell) -> bool:
    word = _text(cell).strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(_("yes or no is needed here"))


def _split(words: str, form: Form) -> list[str]:
    """The parts of a list; what stands in quotation marks is taken as it is."""
    found: list[str] = []
    at = 0
    while at <= len(words):
        rest = words[at:]
        lead = len(rest) - len(rest.lstrip(" \t"))
        if rest[lead : lead + 1] == '"':
            part, used = _in_quotes(rest[lead:])
            at += lead + used
            tail = _SPLIT[form].search(words, at)
            end = tail.start() if tail else len(words)
            if words[at:end].strip():
                raise ValueError(_("there are words after a quotation mark"))
            found.append(part)
        else:
            tail = _SPLIT[form].search(words, at)
            end = tail.start() if tail else len(words)
            if words[at:end].strip():
                found.append(words[at:end].strip())
        at = end + 1
    return found


def _in_quotes(words: str) -> tuple[str, int]:
    """The part in quotation marks at the beginning, and how far it reaches."""
    closed = re.compile(r'"((?:[^"]|"")*)"').match(words)
    if closed is None:
        raise ValueError(_("a quotation mark is not closed"))
    return closed.group(1).replace('""', '"'), closed.end()


def dated(value: date) -> str:
    """A date that a spreadsheet program made of a text, as a pack writes dates."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat()
    return value.isoformat()
