"""The real program, killed a dozen times; `python -m tests.faults.kills --count 500` does more."""

import json
import subprocess
import sys
from pathlib import Path

from desk.services import cases, vaults
from tests.faults import kills
from tests.faults.kills import Promised

ROOT = Path(__file__).resolve().parents[2]
KILLS = 12


def test_what_the_footer_called_stored_is_there_after_every_kill() -> None:
    command = [sys.executable, "-m", "tests.faults.kills", f"--count={KILLS}", "--seed=4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["faults"] == []
    assert figures["stuck"] == []
    assert figures["kills"] == KILLS
    assert figures["words_promised"] > KILLS
    assert done.returncode == 0


def test_a_promise_that_was_not_kept_is_seen(tmp_path: Path) -> None:
    vault = tmp_path / "branch.vault"
    kills.make(vault)
    session = vaults.unlock(vault, kills.PASSWORD, engine=kills.engine())
    case = cases.open_case(session).case.id
    cases.set_field(session, case, "place", "k1 k2")
    vaults.close(session)
    kept, lost, unknown = Promised(), Promised(), Promised()
    line = json.dumps(["stored", case, "place", "k1"]).encode() + b"\n"
    kept.take(line + line.replace(b"stored", b"typed").replace(b"k1", b"k1 k2 k3") + b'["ty')
    assert (kept.count(), kills.broken(vault, kept)) == (1, [])
    lost.take(line.replace(b"k1", b"k1 k2 k3"))
    lost.take(line.replace(b"stored", b"typed").replace(b"k1", b"k1 k2 k3"))
    assert len(kills.broken(vault, lost)) == 1
    unknown.take(line.replace(b"stored", b"typed"))
    assert len(kills.broken(vault, unknown)) == 1
