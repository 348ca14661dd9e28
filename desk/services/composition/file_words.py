"""Files in words: what kind they are, and how large."""

from desk.domain import media
from desk.services.composition.tongue import Tongue


def size(count: int) -> str:
    """A size in bytes as people say it, to three figures: 812 KB, 4.21 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1_000)):,} KB"
    return f"{count / 1_000_000:.3g} MB"


def kind(media_type: str, tongue: Tongue) -> str:
    """What a stored file is: Picture (JPEG)."""
    found = media.of_type(media_type)
    gettext = tongue.gettext
    if found is None:
        return gettext("File")
    form = {
        "picture": gettext("Picture ({ending})"),
        "pdf": gettext("Document ({ending})"),
        "sound": gettext("Recording ({ending})"),
        "office": gettext("Office document ({ending})"),
        "text": gettext("Plain text"),
    }[found.kind]
    return form.format(ending=found.endings[0].removeprefix(".").upper())
