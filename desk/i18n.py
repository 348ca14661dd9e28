"""Gettext for window, command line and documents alike; message ids are English.

`_` translates at call time with the language in force; `N_` only marks a text for extraction.
Content of packs carries both languages itself and does not pass through here.
"""

import gettext as _gettext
from typing import Literal

from desk import paths

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_FOLDER = {"zh": "zh_CN"}
_state: dict[str, object] = {}


def use(language: Language) -> None:
    """Put a language in force for every later `_`."""
    _state["language"] = language
    _state["catalogue"] = catalogue(language)


def language() -> Language:
    """The language in force; Chinese until :func:`use` says otherwise."""
    return "en" if _state.get("language") == "en" else "zh"


def catalogue(lang: Language) -> _gettext.NullTranslations:
    """The message catalogue of a language; English is the message ids themselves."""
    folder = _FOLDER.get(lang)
    if folder is None:
        return _gettext.NullTranslations()
    return _gettext.translation("desk", localedir=paths.LOCALE, languages=[folder], fallback=True)


def _current() -> _gettext.NullTranslations:
    found = _state.get("catalogue")
    if not isinstance(found, _gettext.NullTranslations):
        use(language())
        found = _state["catalogue"]
    assert isinstance(found, _gettext.NullTranslations)  # noqa: S101 - set one line above
    return found


def _(message: str) -> str:
    """`message` in the language in force."""
    return _current().gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The form of a countable message for `n`, in the language in force."""
    return _current().ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark only"
    """Mark a message for extraction and give it back unchanged."""
    return message
