"""Which version of a pack a case goes on under: the one it was opened under, as long as it is here.

Packs of older versions are loaded when the first of their cases is looked at. What a version held
when it was first used is kept in the vault as a digest, so that a later change of it shows.
"""

from collections.abc import Callable

from desk.domain.case import Case
from desk.domain.content import Pack
from desk.domain.engine import Engine
from desk.domain.events import Payload, SettingPut
from desk.domain.projection import Projection
from desk.domain.versions import Edition
from desk.i18n import _
from desk.packs import parts, shelf
from desk.store.vault import Vault

_SETTING = "pack.{stamp}"


def told(edition: Edition, pack: Pack) -> tuple[str, str]:
    """What a person is told when a case does not go on under its own version: short, and whole.

    Two empty texts when it does.
    """
    version = edition.stamp.rpartition("@")[2]
    if edition.state == "missing":
        short = _("Content pack {version} missing")
        whole = _(
            "The case was opened under content pack {stamp}, which is not installed here. "
            "{used} is used in its place."
        )
    elif edition.state == "changed":
        short = _("Content pack {version} changed")
        whole = _("The content of {stamp} differs from what was first used here under that name.")
    else:
        return "", ""
    return short.format(version=version), whole.format(stamp=edition.stamp, used=pack.stamp)


class Editions:
    """The engines of pack versions other than the newest, and what each version held at first.

    One for each open vault; lives on the database thread.
    """

    def __init__(self, load: Callable[[str], Pack | None] = shelf.load) -> None:
        self._load = load
        self._engines: dict[str, Engine | None] = {}
        self._first: dict[str, str] | None = None
        self._digests: dict[str, str] = {}

    def of(self, stamp: str, newest: Engine) -> Engine:
        """The engine of a version; `newest` where that version is not at hand."""
        if stamp in ("", newest.pack.stamp):
            return newest
        if stamp not in self._engines:
            pack = self._load(stamp)
            self._engines[stamp] = None if pack is None else Engine(pack)
        return self._engines[stamp] or newest

    def projector(self, newest: Engine) -> Callable[[Case], Projection]:
        """What the store asks for lists, clocks and search: each case by its own version."""
        return lambda case: self.of(case.pack, newest).project(case)

    def used(self, vault: Vault, pack: Pack, record: Callable[[Payload], object]) -> None:
        """Something is to be stored under this version: `record` what it holds, if the first."""
        if pack.stamp not in self._noted(vault):
            digest = self._digest(pack)
            record(SettingPut(key=_SETTING.format(stamp=pack.stamp), value=digest))
            self._noted(vault)[pack.stamp] = digest

    def edition(self, vault: Vault, case: Case, pack: Pack) -> Edition:
        """The version a case was opened under, and whether `pack` is it, and still what it was."""
        stamp = case.pack or pack.stamp
        if stamp != pack.stamp:
            return Edition(stamp, "missing")
        first = self._noted(vault).get(stamp)
        if first is not None and first != self._digest(pack):
            return Edition(stamp, "changed")
        return Edition(stamp)

    def _noted(self, vault: Vault) -> dict[str, str]:
        if self._first is None:
            begin = _SETTING.format(stamp="")
            found = vault.settings().items()
            self._first = {key.removeprefix(begin): v for key, v in found if key.startswith(begin)}
        return self._first

    def _digest(self, pack: Pack) -> str:
        if pack.stamp not in self._digests:
            self._digests[pack.stamp] = parts.digest(pack)
        return self._digests[pack.stamp]
