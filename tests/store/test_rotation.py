"""A new database key: everybody gets in, nothing is lost, and no kill at any moment locks out."""

import os
import shutil
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from desk.domain import events as ev
from desk.errors import NoRoom, VaultBusy, VaultDamaged, WrongPassword
from desk.store import engine, files, key_file, keys, rotation, session
from desk.store.check import check
from desk.store.stretching import Argon
from desk.store.vault import Vault

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

CHEAP = Argon(m=64, t=1, p=1)
DAY = date(2026, 11, 21)
PRIVATE = bytes(range(32))


def prepared(vaults: "Vaults") -> tuple[Vault, tuple[ev.Event, ...]]:
    """A vault with a case, a second person and head office."""
    vault = vaults.create()
    opening = ev.CaseOpened(number="N-1", received_at="2026-11-21T10:26", first_receiver="0417")
    noted = [ev.Noted(text="很长的记录" * 500) for _note in range(40)]
    done = vault.open_case(
        lambda _number: [opening, *noted], day=DAY, actor="0417", wall_ms=2_000, pack="cn@1"
    )
    secrets, slots = vault.opened.secrets, vault.slots()
    second = keys.person_slot(
        vault.id, "0418", "another one", secrets, argon=CHEAP, created=5, fresh=os.urandom
    )
    office = keys.public_slot(vault.id, "head_office", keys.public_key(PRIVATE), secrets, created=5)
    vault.put_slots([*slots, second, office], actor="0417", wall_ms=3_000)
    return vault, done


def rotate(vault: Vault, progress: rotation.Progress = lambda _step, _share: None) -> None:
    vault.rotate(actor="0417", wall_ms=9_000, progress=progress)


def beside(path: Path) -> set[str]:
    return {found.name for found in path.parent.iterdir() if "-" not in found.name}


WHOLE = {"branch.vault", "branch.vault.keys", "branch.vault.lock"}


def test_everybody_opens_it_under_the_new_key_with_all_that_was_there(vaults: "Vaults") -> None:
    vault, done = prepared(vaults)
    before, old = vault.head(), vault.opened
    steps: list[str] = []
    rotate(vault, lambda step, _share: steps.append(step))
    assert list(dict.fromkeys(steps)) == ["copying", "checking", "announced", "renamed", "done"]
    assert vault.opened.key != old.key
    assert vault.opened.chain_key == old.chain_key, "it marks the events, old and new"
    assert vault.head().seq == before.seq + 1
    assert isinstance(vault.happenings()[-1].payload, ev.KeyRotated)
    assert vault.events(done[0].case) == done
    assert check(vault) == ()
    vault.append(done[0].case, [ev.Noted(text="x")], actor="0417", wall_ms=9_500, pack="cn@1")
    vaults.close()
    assert beside(vaults.path) == WHOLE
    for way in (("诉解台 pass", "0417"), ("another one", "0418")):
        vaults.open(*way)
        vaults.close()
    assert len(keys.read(vaults.path).marks) == 1
    assert keys.unlock_with(vaults.path, "head_office", PRIVATE).secret == vault.opened.secret
    with pytest.raises(VaultDamaged):
        engine.connect(vaults.path, old.key)


def test_who_kept_an_old_key_file_does_not_get_in_again(vaults: "Vaults") -> None:
    vault, _done = prepared(vaults)
    kept = key_file.path_of(vaults.path).read_bytes()
    left = [slot for slot in vault.slots() if slot.person != "0418"]
    vault.put_slots(left, actor="0417", wall_ms=4_000)
    rotate(vault)
    vaults.close()
    with pytest.raises(WrongPassword):
        keys.unlock(vaults.path, "another one", "0418")
    now = key_file.path_of(vaults.path).read_bytes()
    key_file.path_of(vaults.path).write_bytes(kept)
    with pytest.raises(VaultDamaged):
        vaults.open("another one", "0418")
    key_file.path_of(vaults.path).write_bytes(now)
    vaults.open()


def test_no_room_is_said_before_anything_is_done(
    vaults: "Vaults", monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, done = prepared(vaults)
    old = vault.opened
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=5_000_000))
    with pytest.raises(NoRoom) as told:
        rotate(vault)
    assert told.value.params["free"] == 4
    assert vault.opened == old
    assert vault.events(done[0].case) == done
    assert beside(vaults.path) == WHOLE


@pytest.mark.parametrize("step", ["copying", "checking", "announced"])
def test_what_was_stopped_leaves_the_vault_open_and_as_it_was(vaults: "Vaults", step: str) -> None:
    vault, done = prepared(vaults)
    before, old = vault.head(), vault.opened

    def stop(at: str, _share: float) -> None:
        if at == step:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rotate(vault, stop)
    assert vault.opened == old
    assert vault.head() == before
    assert beside(vaults.path) == WHOLE
    assert vaults.reopen().events(done[0].case) == done


def test_a_file_that_cannot_be_put_in_place_leaves_the_old_one(
    vaults: "Vaults", monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, done = prepared(vaults)
    old, move = vault.opened, files.move

    def refused(source: Path, target: Path) -> None:
        if target == vaults.path:
            raise PermissionError(13, "held by an antivirus")
        move(source, target)

    monkeypatch.setattr(files, "move", refused)
    with pytest.raises(PermissionError):
        rotate(vault)
    assert vault.opened == old
    assert vault.events(done[0].case) == done
    vault.append(done[0].case, [ev.Noted(text="x")], actor="0417", wall_ms=9_500, pack="cn@1")
    assert beside(vaults.path) == WHOLE


def test_a_backup_that_is_being_made_comes_first(vaults: "Vaults") -> None:
    vault, done = prepared(vaults)
    reader = engine.connect(vaults.path, vault.opened.key)
    with session.reading(reader) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
        vault.append(done[0].case, [ev.Noted(text="x")], actor="0417", wall_ms=9_500, pack="cn@1")
        with pytest.raises(VaultBusy):
            rotate(vault)
    reader.dispose()
    rotate(vault)
    assert check(vault) == ()


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from desk.domain.projection import CaseRow, Projection, SearchText
    from desk.store.vault import Vault

    def project(case):
        counts = dict.fromkeys(CaseRow.__dataclass_fields__, "")
        counts |= {"case": case.id, "step": 1, "done_steps": 0, "missing": 0, "changed_ms": 0}
        return Projection(CaseRow(**{**counts, "events": case.count}), search=SearchText())

    def killed(path, at):
        '''Rotate, and die just before the `at`-th time that a file is opened, moved or removed.'''
        seen = 0
        vault = Vault.open(path, "诉解台 pass", projector=project)

        def audit(event, _arguments):
            nonlocal seen
            if event in {"open", "os.rename", "os.remove", "sqlite3.connect"}:
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        def told(step, share):
            if step == at:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(audit)
        vault.rotate(actor="0417", wall_ms=9_000, progress=told)
        os._exit(0)

    for place in sys.argv[2:]:
        folder = Path(sys.argv[1])
        copy = folder / place
        if not os.fork():
            killed(copy / "branch.vault", int(place) if place.isdigit() else place)
        print(place, os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


@pytest.mark.unmeasured
def test_no_kill_at_any_moment_locks_anybody_out(
    vaults: "Vaults", tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    _vault, done = prepared(vaults)
    vaults.close()
    places = ["copying", "checking", "announced", "renamed", "done", *map(str, range(1, 34))]
    for place in places:
        shutil.copytree(vaults.path.parent, folder / place)
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_KILLED), str(folder), *places],
        capture_output=True,
        text=True,
        check=True,
    )
    ends = dict(line.split() for line in told.stdout.splitlines())

    assert ends["33"] == "0", "every file it touches was reached"
    assert [ends[place] for place in places[:12]] == ["-9"] * 12
    old, rotated = keys.salt_of(vaults.path), 0
    for place in places:
        path = folder / place / "branch.vault"
        kept = type(vaults)(path)
        with kept:
            vault = kept.open()
            assert vault.events(done[0].case) == done, place
            assert check(vault) == (), place
            last = vault.happenings()[-1].payload
            assert isinstance(last, ev.KeyRotated) == (vault.opened.salt != old), place
            rotated += isinstance(last, ev.KeyRotated)
        assert beside(path) == WHOLE, place
        assert len(keys.read(path).marks) == 1
        assert keys.unlock(path, "another one", "0418").secret == vault.opened.secret
    assert 0 < rotated < len(places)
