"""Backups in words: how they stand in a sentence, the columns of their list, what one lacks."""

from datetime import datetime

from desk.domain.backups import Drill, Lacks, Listed, Lost, SecondPlace
from desk.errors import KnownError
from desk.i18n import N_, _, language, ngettext
from desk.services import sentences
from desk.services.backups import Overview
from desk.ui import theme
from desk.ui.dates import day_words, weekday
from desk.ui.models.rows import Column

_STALE_DAYS = 1
_LARGE = 1.5
_SHOWN_CASES = 8
_RED: theme.Tone = "red"
_AMBER: theme.Tone = "amber"
_GREEN: theme.Tone = "green"
_WHY = {"time": N_("By itself"), "hand": N_("By hand"), "risk": N_("Before a risk")}
_STATES: dict[str, tuple[str, theme.Tone]] = {
    "whole": (N_("Verified"), "green"),
    "bare": (N_("No manifest"), "amber"),
    "damaged": (N_("Damaged"), "red"),
    "foreign": (N_("Another vault"), "grey"),
}
_REASONS = {
    "unreachable": N_("It does not answer."),
    "read_only": N_("It may not be written."),
    "disk_full": N_("There is no room left."),
    "no_room": N_("There is no room left."),
    "backup_unsound": N_("The backup here is damaged."),
}


def when(moment: datetime, now: datetime) -> str:
    """A moment with its day and distance: 11-22 周日 · 今天 19:15."""
    return f"{day_words(moment.date(), now.date())} {moment:%H:%M}"


def stored(moment: str, now: datetime) -> str:
    """The same for a moment as it is stored; nothing for none."""
    try:
        return when(datetime.fromisoformat(moment), now)
    except ValueError:
        return ""


def columns(now: datetime) -> tuple[Column[Listed], ...]:
    """The columns of the list; with the largest text only those that tell most."""
    every: tuple[Column[Listed], ...] = (
        Column("when", _("Made"), lambda one: _listed_when(one, now), 0, strong=True),
        Column("why", _("Reason"), _why, 120),
        Column("cases", _("Cases"), lambda one: _count(one, "cases"), 74, right=True),
        Column("events", _("Events"), lambda one: _count(one, "events"), 84, right=True),
        Column("size", _("Size"), _size, 92, right=True, sort_key=lambda one: one.size),
        Column("state", _("State"), lambda one: state(one)[0], 104, tone=lambda one: state(one)[1]),
    )
    return _short(every, "cases", "size") if theme.now().scale >= _LARGE else every


def _listed_when(listed: Listed, now: datetime) -> str:
    if theme.now().scale < _LARGE:
        return when(listed.made, now)
    day = listed.made.date()
    near = listed.made.year == now.year
    return f"{day:%m-%d} {weekday(day)} {listed.made:%H:%M}" if near else str(listed.made)[:16]


def _short(every: tuple[Column[Listed], ...], *left_out: str) -> tuple[Column[Listed], ...]:
    return tuple(column for column in every if column.key not in left_out)


def short_columns(now: datetime) -> tuple[Column[Listed], ...]:
    """The columns where there is less room: before the vault is open."""
    return _short(columns(now), "why", "size")


def state(listed: Listed) -> tuple[str, theme.Tone]:
    """How a backup stands, in a word and its colour."""
    word, tone = _STATES[listed.state]
    return _(word), tone


def _why(listed: Listed) -> str:
    return _(_WHY[listed.manifest.why]) if listed.manifest is not None else ""


def _count(listed: Listed, name: str) -> str:
    return f"{getattr(listed.manifest, name):,}" if listed.manifest is not None else ""


def _size(listed: Listed) -> str:
    return size(listed.size)


def size(count: int) -> str:
    """Bytes in words: 0.6 MB, 1.4 GB."""
    if count >= 1_000_000_000:
        return _("{size} GB").format(size=f"{count / 1e9:.1f}")
    return _("{size} MB").format(size=f"{count / 1e6:.1f}")


def standing(
    overview: Overview, failed: Exception | None, now: datetime
) -> tuple[str, str, theme.Tone]:
    """How the vault is kept: a headline, a sentence below it, and their colour."""
    newest = next((one for one in overview.backups if one.state == "whole"), None)
    if failed is not None:
        words = sentences.sentence(failed) if isinstance(failed, KnownError) else ""
        return _("The last backup could not be made"), words, "red"
    if newest is None:
        told = _("Make the first one now; later ones come by themselves every half hour of work.")
        return _("There is no backup yet"), told, "red"
    made = _("Last backup {when}").format(when=when(newest.made, now))
    if not overview.unsaved:
        return made, _("It was opened and verified, and holds everything stored."), "green"
    since = ngettext(
        "{n} entry has come since; the next backup comes by itself.",
        "{n} entries have come since; the next backup comes by itself.",
        overview.unsaved,
    ).format(n=overview.unsaved)
    stale = (now - newest.made).days >= _STALE_DAYS
    return made, since, "amber" if stale else "green"


def second(place: SecondPlace, now: datetime) -> tuple[str, theme.Tone, str]:
    """How the second place stands: a word, its colour, a sentence."""
    if not place.where:
        told = _(
            "Backups lie beside the vault. A copy on a share or a stick survives the computer; "
            "it is encrypted like the vault."
        )
        return _("None"), "grey", told
    copied = stored(place.copied, now)
    last = (
        _("Last copy {when}.").format(when=copied) if copied else _("No copy has come there yet.")
    )
    if not place.silent_since:
        return (_("Up to date") if copied else _("Waiting"), "green" if copied else "amber", last)
    since = _("Not reached since {when}.").format(when=stored(place.silent_since, now))
    why = _(_REASONS[place.reason]) if place.reason in _REASONS else ""
    return _("Not reached"), "amber", _after_another(since, why, last)


def drill(result: Drill | None, now: datetime) -> tuple[str, theme.Tone, str]:
    """How the last drill went: a word, its colour, a sentence."""
    if result is None:
        told = _(
            "Once a month the newest backup is put back into a folder of its own, opened and "
            "verified, without anybody having to do anything."
        )
        return _("Not yet"), "grey", told
    tried = _("Tried {when}.").format(when=stored(result.tried, now))
    if result.fault:
        word, tone = _("Failed"), _RED
        told = _("The backup could not be used. Make a new one now.")
    elif result.files_lacking:
        word, tone = _("Files missing"), _AMBER
        told = _("{n} attachments are missing from the backup.").format(n=result.files_lacking)
    else:
        word, tone = _("Could be restored"), _GREEN
        told = _("{cases} cases and {events} entries came back whole, in {seconds} s.").format(
            cases=f"{result.cases:,}",
            events=f"{result.events:,}",
            seconds=max(1, round(result.seconds)),
        )
    return word, tone, _after_another(tried, told)


def _after_another(*told: str) -> str:
    """Whole sentences one after another, as the language sets them; empty ones are left out."""
    return ("" if language() == "zh" else " ").join(filter(None, told))


def lacking(lacks: Lacks) -> tuple[str, ...]:
    """What a backup lacks, as lines: a sentence, then a case each."""
    if not lacks.known:
        return (
            _(
                "What is newer than this backup cannot be told, because the vault of now cannot "
                "be read. Take the newest backup that is whole."
            ),
        )
    if not lacks.cases:
        return (_("Nothing of any case is newer than this backup."),)
    head = ngettext(
        "What was stored later in {n} case is not in this backup:",
        "What was stored later in {n} cases is not in this backup:",
        len(lacks.cases),
    ).format(n=len(lacks.cases))
    lines = [head, *map(_lost, lacks.cases[:_SHOWN_CASES])]
    more = len(lacks.cases) - _SHOWN_CASES
    if more > 0:
        words = ngettext("and {n} more case", "and {n} more cases", more)
        lines.append(words.format(n=more))
    return tuple(lines)


def _lost(lost: Lost) -> str:
    if lost.whole:
        return _("{case}: the whole case").format(case=lost.number)
    words = ngettext("{case}: {n} entry", "{case}: {n} entries", lost.events)
    return words.format(case=lost.number, n=lost.events)
