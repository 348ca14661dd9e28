"""Commits that SQLite drops from a damaged log are noticed, kept and told of."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.store import key_file, keys, unread_log
from desk.store.check import check
from desk.store.vault import Vault

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

FRAME = 24 + 4096
HEAD = 32


def written(vault: Vault, count: int) -> None:
    opened = ev.CaseOpened(number="N-1", received_at="2026", first_receiver="0417")
    vault.append("c1", [opened], actor="0417", wall_ms=1, pack="p@1")
    for number in range(count):
        note = ev.Noted(text=f"说明 {number}")
        vault.append("c1", [note], actor="0417", wall_ms=2 + number, pack="p@1")


def unread(log: Path) -> bool:
    path = log.with_name(log.name.removesuffix("-wal"))
    opened = keys.unlock(path, "诉解台 pass")
    return unread_log.has_unread(path, opened.key, bytes.fromhex(opened.salt))


def killed(vaults: "Vaults", to: Path, count: int = 12) -> Path:
    """The files as a kill would leave them: commits in the log, nothing folded back."""
    written(vaults.create(), count)
    to.mkdir(exist_ok=True)
    for file in (vaults.path, log_of(vaults.path), key_file.path_of(vaults.path)):
        shutil.copyfile(file, to / file.name)
    vaults.close()
    return to / vaults.path.name


def log_of(vault: Path) -> Path:
    return vault.with_name(vault.name + "-wal")


def flipped(file: Path, place: int) -> None:
    raw = bytearray(file.read_bytes())
    raw[place] ^= 0x10
    file.write_bytes(raw)


def test_a_whole_log_and_one_torn_at_its_end_hold_nothing_unread(
    vaults: "Vaults", tmp_path: Path
) -> None:
    log = log_of(killed(vaults, tmp_path / "left"))
    assert not unread(log)
    raw = log.read_bytes()
    frames = (len(raw) - HEAD) // FRAME
    for cut in (0, 7, HEAD, HEAD + 9, HEAD + FRAME, len(raw) - FRAME, len(raw) - 100, len(raw) - 1):
        log.write_bytes(raw[:cut])
        assert not unread(log), cut
    log.write_bytes(raw)
    flipped(log, HEAD + (frames - 1) * FRAME + 2000)
    assert not unread(log), "the last commit may never have been acknowledged"
    log.unlink()
    assert not unread(log)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8])
@pytest.mark.parametrize("within", [3, 24, 30, 2000, 4119])
def test_a_flipped_bit_before_other_commits_is_seen(
    vaults: "Vaults", tmp_path: Path, share: float, within: int
) -> None:
    """In the frame's page number or page, anywhere but in the last commits."""
    log = log_of(killed(vaults, tmp_path / "left"))
    frames = (len(log.read_bytes()) - HEAD) // FRAME
    flipped(log, HEAD + int(frames * share) * FRAME + within)
    assert unread(log)


def test_a_broken_head_of_the_log_is_seen(vaults: "Vaults", tmp_path: Path) -> None:
    path = killed(vaults, tmp_path / "left")
    whole = log_of(path).read_bytes()
    for place in (9, 14, 18, 26):
        log_of(path).write_bytes(whole)
        flipped(log_of(path), place)
        assert unread(log_of(path)), place


def test_what_was_taken_back_lies_there_and_is_no_loss(vaults: "Vaults", tmp_path: Path) -> None:
    """A longer transaction that was given up, and a shorter commit over its beginning."""
    path = killed(vaults, tmp_path / "left")
    raw = log_of(path).read_bytes()
    frames = (len(raw) - HEAD) // FRAME
    begin, again = HEAD + (frames - 6) * FRAME, HEAD + (frames - 9) * FRAME
    log_of(path).write_bytes(raw[:begin] + raw[again : again + FRAME] + raw[begin + FRAME :])
    assert not unread(log_of(path))


@given(st.binary(max_size=3 * FRAME))
def test_any_bytes_may_stand_there(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(bytes(4096))
        log_of(path).write_bytes(raw)
        assert unread_log.has_unread(path, bytes(32), bytes(16)) in {True, False}


def test_what_is_dropped_is_kept_and_told_until_it_is_put_away(
    vaults: "Vaults", tmp_path: Path
) -> None:
    path = killed(vaults, tmp_path / "left")
    flipped(log_of(path), HEAD + 5 * FRAME + 2000)
    damaged = log_of(path).read_bytes()
    for _time in range(2):
        with Vault.open(path, "诉解台 pass", projector=vaults.projector) as vault:
            assert [(one.code, one.detail) for one in vault.faults] == [
                ("unread", "branch.vault.torn")
            ]
            assert {one.code for one in check(vault)} <= {"truncated"}
    torn = path.with_name("branch.vault.torn")
    assert log_of(torn).read_bytes() == damaged
    assert key_file.path_of(torn).exists()
    for file in (torn, log_of(torn), key_file.path_of(torn)):
        file.unlink()
    with Vault.open(path, "诉解台 pass", projector=vaults.projector) as vault:
        assert vault.faults == ()
