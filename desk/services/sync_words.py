"""What leaves with a bundle and what stays, in words, before anybody exports."""

from dataclasses import dataclass

from desk.domain.exchange import Profile
from desk.i18n import N_, _, ngettext

_PROFILES: dict[Profile, str] = {
    "full": N_("Everything, personal details included"),
    "deidentified": N_("De-identified: nothing that tells who a customer is"),
    "off": N_("Nothing: head office has asked that nothing leave this branch"),
}
_WHO = N_("names, telephones, ID numbers and addresses of customers")
_WRITTEN = N_("what customers and staff wrote, in full")
_FILES = N_("attachments")
_SEEN = N_("observations of quick assessments that are still going on")
_STAFF = N_("names and numbers of staff")
_FIGURES = N_("what was chosen in the forms: causes, businesses, channels, times, outcomes")
_OPENS = N_("passwords, and whatever else opens this vault")
_GONE = N_("what was forgotten or cleared")
_GOES: dict[Profile, tuple[str, ...]] = {
    "full": (_FIGURES, _WHO, _WRITTEN, _FILES, _SEEN, _STAFF),
    "deidentified": (
        _FIGURES,
        N_("stand-ins for names, telephones, ID numbers and addresses: one for each customer"),
        N_("what customers and staff wrote, with names, numbers, e-mails and plates covered"),
        _STAFF,
    ),
    "off": (),
}
_STAYS: dict[Profile, tuple[str, ...]] = {
    "full": (_OPENS, _GONE),
    "deidentified": (_WHO, _FILES, _SEEN, _OPENS, _GONE),
    "off": (_FIGURES, _WHO, _WRITTEN, _FILES, _SEEN, _STAFF, _OPENS, _GONE),
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a profile lets out, in words: the profile itself, what goes, what stays here."""

    profile: str
    goes: tuple[str, ...]
    stays: tuple[str, ...]


def contents(profile: Profile) -> Contents:
    """What leaves under a profile and what does not, in the language in force."""
    goes, stays = (tuple(_(one) for one in words[profile]) for words in (_GOES, _STAYS))
    return Contents(_(_PROFILES[profile]), goes, stays)


def left_behind(count: int) -> str:
    """That so many attachments did not go along, being damaged or missing here."""
    told = ngettext(
        "{n} attachment is damaged or missing here and did not go along. The rest is whole. "
        "A backup may still have it.",
        "{n} attachments are damaged or missing here and did not go along. The rest is whole. "
        "A backup may still have them.",
        count,
    )
    return told.format(n=count)
