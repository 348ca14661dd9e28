"""What the head office page says of branches, computers and files, in the words people use."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from desk.domain.hub import DeviceState, HubDevice, SetAside
from desk.errors import BundleRefused
from desk.i18n import N_, _, language, ngettext
from desk.services import sentences
from desk.services.hub_imports import Imported
from desk.services.hub_status import BranchStatus, Status
from desk.ui import theme
from desk.ui.models.rows import Column

PROFILES = {
    "full": N_("Everything"),
    "deidentified": N_("De-identified"),
    "off": N_("Nothing"),
}
"""What a branch sends."""
_STATES: Mapping[DeviceState, tuple[str, theme.Tone]] = {
    "waiting": (N_("To be approved"), "amber"),
    "approved": (N_("Approved"), "green"),
    "relayed": (N_("Known through another"), "grey"),
    "revoked": (N_("Ended"), "red"),
    "replaced": (N_("Replaced"), "grey"),
}
_WIDTHS = {"zh": (76, 76, 92, 108, 100), "en": (84, 84, 104, 108, 124)}
"""Of code, what waits, silence, last file and what is sent; the name has what is left."""
_LARGE = 1.25
_JOINED = "\N{WORD JOINER}"
"""Keeps a fingerprint on one line."""


def device_state(device: HubDevice) -> tuple[str, theme.Tone]:
    """Where a computer stands, as a chip."""
    name, tone = _STATES[device.state]
    return _(name), tone


def profile(key: str) -> str:
    """What a branch sends, in two words."""
    return _(PROFILES.get(key, key))


def last_at(one: BranchStatus) -> str:
    """When the last bundle came, as month, day and minute; a dash before the first."""
    last = max((device.last_at for device in one.devices), default="")
    return last.replace("T", " ")[5:16] or "—"


def silence(one: BranchStatus) -> str:
    """How long nothing came, in words."""
    if one.silent is None:
        return _("Nothing yet")
    return ngettext("{n} day", "{n} days", one.silent).format(n=one.silent)


def _silence_tone(one: BranchStatus) -> theme.Tone:
    return "red" if one.is_silent else "green"


def waits(one: BranchStatus) -> int:
    """How many things of a branch somebody has to look at."""
    unapproved = sum(device.state == "waiting" for device in one.devices)
    return unapproved + sum(file.reason != "unapproved" for file in one.waiting)


def _waits_text(one: BranchStatus) -> str:
    found = waits(one)
    return str(found) if found else "—"


def _waits_tone(one: BranchStatus) -> theme.Tone | None:
    return "amber" if waits(one) else None


def branch_columns() -> tuple[Column[BranchStatus], ...]:
    """The columns of the list of branches."""
    code, waiting, silent, last, sends = _WIDTHS[language()]
    columns: tuple[Column[BranchStatus], ...] = (
        Column("code", _("Branch"), lambda one: one.branch.branch, code, strong=True),
        Column("name", _("Branch name"), lambda one: one.branch.name),
        Column("waits", _("To look at"), _waits_text, waiting, tone=_waits_tone, sort_key=waits),
        Column("silent", _("Silent"), silence, silent, tone=_silence_tone),
        Column("last", _("Last file"), last_at, last),
        Column("profile", _("Sends"), lambda one: profile(one.branch.profile), sends),
    )
    return columns[:-1] if theme.now().scale > _LARGE else columns


def headline(found: Status) -> tuple[str, theme.Tone]:
    """How head office stands, in one line."""
    if not found.branches:
        return _("No branch is enrolled yet"), "amber"
    waiting = sum(map(waits, found.branches)) + len(found.strangers)
    if waiting:
        told = ngettext("{n} thing waits for you", "{n} things wait for you", waiting)
        return told.format(n=waiting), "amber"
    silent = sum(one.is_silent for one in found.branches)
    if silent:
        told = ngettext("{n} branch is silent", "{n} branches are silent", silent)
        return told.format(n=silent), "red"
    return _("Every branch has sent its files"), "green"


def told(found: Status) -> str:
    """What stands below it: how many branches, and head office's own fingerprint."""
    count = ngettext("{n} branch", "{n} branches", len(found.branches))
    whole = found.fingerprint.replace("-", f"{_JOINED}-{_JOINED}")
    mark = _("Fingerprint of head office {mark}").format(mark=whole)
    return f"{count.format(n=len(found.branches))} · {mark}"


def watched(folder: Path | None, reading: str, last: datetime | None, fault: str) -> str:
    """How it stands with the drop folder, in one line."""
    if folder is None:
        return _("No drop folder is watched. Files are taken in when somebody chooses them.")
    name = folder.name or str(folder)
    if reading:
        return _("Drop folder {folder} · reading {name}…").format(folder=name, name=reading)
    if fault:
        return _("Drop folder {folder} · {why}").format(folder=name, why=fault)
    if last is None:
        return _("Drop folder {folder} · looking…").format(folder=name)
    told = _("Drop folder {folder} · last look {time}; what lies there whole is taken in.")
    return told.format(folder=name, time=f"{last:%H:%M:%S}")


def reason(one: SetAside) -> str:
    """Why a file was set aside, as a sentence."""
    params: dict[str, Any] = dict(one.params)
    return sentences.sentence(BundleRefused(reason=one.reason, **params))


def outcome(one: Imported) -> str:
    """What became of a file, as a sentence."""
    if one.fault is not None:
        return f"{one.name}: {sentences.sentence(one.fault)}"
    if one.outcome == "again":
        return _("{name}: was here before; nothing changed.").format(name=one.name)
    cases = ngettext("{n} case", "{n} cases", one.cases).format(n=one.cases)
    entries = ngettext("{n} entry", "{n} entries", one.events).format(n=f"{one.events:,}")
    return _("{name}: taken in, {cases}, {entries}.").format(
        name=one.name, cases=cases, entries=entries
    )


def short(device: str) -> str:
    """The end of a device's id, by which two of one name are told apart."""
    return device[-8:]
