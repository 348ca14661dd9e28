"""What a person is told when the world is to blame: what happened, what is safe, what to do.

One sentence or two for every :class:`~desk.errors.KnownError`, in the language in force, for the
window and the command line alike. No Qt here, and no personal data.
"""

from collections.abc import Mapping

from desk.errors import KnownError
from desk.i18n import N_, _

_SENTENCES: Mapping[str, str] = {
    "known": N_("That did not work. What was stored is safe; please try again."),
    "wrong_password": N_("This password does not open the vault. Please check it and try again."),
    "vault_missing": N_("There is no vault at {path}. Choose another file, or set up a new vault."),
    "vault_damaged": N_(
        "The vault at {path} cannot be read. It was left as it is; "
        "restore the last backup, or ask for support."
    ),
    "vault_too_new": N_(
        "The vault at {path} was written by a newer version of the program. "
        "It was left as it is; please update the program."
    ),
    "vault_exists": N_(
        "There is a vault at {path} already. It was left as it is; open it instead."
    ),
    "vault_busy": N_(
        "The vault at {path} is open in another window. Please close that one and try again."
    ),
    "disk_full": N_(
        "There is no room left at {path}, so the last change is not stored yet. "
        "Everything before it is safe; please free some space and try again."
    ),
    "pack_invalid": N_(
        "The content pack has faults and was not loaded. The pack in use stays in force. {faults}"
    ),
    "bad_input": N_("This input cannot be used: {reason} {where}"),
    "not_allowed": N_("This step is not possible yet. Nothing was changed. {reason}"),
    "case_unknown": N_("There is no case {case} in this vault. Please check the number."),
    "glyph_missing": N_(
        "No font here has the characters {characters}, so the document was not written. "
        "Add a font folder in the settings that has them; the case is stored."
    ),
}


class _Words(dict[str, object]):
    """Parameters as words; one that was not given is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(error: KnownError) -> str:
    """What to tell a person about a known error."""
    msgid = _SENTENCES.get(error.code) or _SENTENCES["known"]
    words = _Words({name: _plain(value) for name, value in error.params.items()})
    return _(msgid).format_map(words).strip()


def unexpected() -> str:
    """What to tell a person about an error nobody foresaw."""
    return _("Something unforeseen happened. It was recorded, and the case is stored.")


def has_sentence(code: str) -> bool:
    """True when a code has words of its own."""
    return code in _SENTENCES


def _plain(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return "; ".join(str(item) for item in value)
    return str(value)
