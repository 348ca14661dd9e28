"""Failed attempts to open a vault, counted in a small file beside it, and the wait they cost.

The delay grows with each failure and survives a restart. It slows down a colleague at the counter;
whoever takes the files elsewhere is slowed down by Argon2id only. The file holds staff numbers,
counts and times, and may be deleted; deleting it is no more than what a thief can do anyway.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from desk.errors import DiskFull, TooSoon, VaultReadOnly, WrongPassword
from desk.store import files, key_file

_FREE = 2
_LONGEST_S = 60
_MOST_BYTES = 64 * 1024
_NOBODY = ""


class Failures(msgspec.Struct, frozen=True):
    """How often in a row somebody failed, and when last, in ms since 1970 UTC."""

    count: int
    last_ms: int


def delay_s(count: int) -> int:
    """Seconds to wait after so many failures: 0, 0, 1, 2, 4, 8 … 60."""
    return 0 if count <= _FREE else min(_LONGEST_S, 1 << min(count - _FREE - 1, 10))


@contextlib.contextmanager
def counted(vault: Path, person: str, wall_ms: int) -> Iterator[None]:
    """Around an attempt to open the vault: refused while it is too soon, counted when it fails.

    Raises `TooSoon` (`wait`: seconds) without trying; gives `WrongPassword` the `wait` it costs.
    """
    who = _known(vault, person)
    wait = _wait_s(vault, who, wall_ms)
    if wait:
        raise TooSoon(wait=wait)
    try:
        yield
    except WrongPassword as fault:
        wait = _failed(vault, who, wall_ms)
        raise WrongPassword(fault.code, **{**fault.params, "wait": wait}) from fault


def failures(vault: Path, person: str) -> int:
    """How often opening failed since it last worked: for this person, and for nobody named."""
    found = _read(vault)
    return sum(found[who].count for who in {person, _NOBODY} if who in found)


def clear(vault: Path, person: str) -> None:
    """Forget the failures, once they are in the log."""
    found = _read(vault)
    left = {who: what for who, what in found.items() if who not in {person, _NOBODY}}
    if left != found:
        _write(vault, left)


def _known(vault: Path, person: str) -> str:
    """Only people with a password are counted by number: the file does not grow with guesses."""
    return person if person in key_file.persons(vault) else _NOBODY


def _wait_s(vault: Path, who: str, wall_ms: int) -> int:
    found = _read(vault)
    failed = found.get(who)
    if failed is None:
        return 0
    if wall_ms < failed.last_ms:
        # The clock was set back: the wait begins anew, neither shorter nor as long as the step.
        failed = Failures(failed.count, wall_ms)
        _write(vault, {**found, who: failed})
    left_ms = delay_s(failed.count) * 1000 - (wall_ms - failed.last_ms)
    return max(0, -(-left_ms // 1000))


def _failed(vault: Path, who: str, wall_ms: int) -> int:
    found = _read(vault)
    before = found.get(who)
    count = 1 + (before.count if before else 0)
    _write(vault, {**found, who: Failures(count, wall_ms)})
    return delay_s(count)


def _path(vault: Path) -> Path:
    return vault.with_name(vault.name + ".attempts")


def _read(vault: Path) -> dict[str, Failures]:
    try:
        with _path(vault).open("rb") as stream:
            raw = stream.read(_MOST_BYTES)
        found = msgspec.json.decode(raw, type=dict[str, Failures])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return {who: what for who, what in found.items() if what.count > 0}


def _write(vault: Path, found: dict[str, Failures]) -> None:
    # Where nothing can be written any more, the right password shall still open the vault.
    with contextlib.suppress(DiskFull, VaultReadOnly):
        files.write_whole(_path(vault), msgspec.json.encode(found))
