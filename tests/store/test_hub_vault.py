"""Head office's vault stays a vault: checked, put under a new key, killed at any moment."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desk.errors import BadInput, HubForeign, HubUnreachable, NotAllowed, VaultTooNew
from desk.services import hub, hub_status
from desk.services.hub_office import Office as Opened
from desk.store.check import check
from desk.store.hub import base
from desk.store.hub.tables import SCHEMA, SCHEMAS
from tests.store.desks import Desk, opened
from tests.store.hubs import story
from tests.store.offices import Counter, Office

ROOT = Path(__file__).resolve().parents[2]


def test_the_vault_stays_sound(office: Office, one: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *story("n1"))
    office.take(*one.export(office))
    vault = office.session.vault
    assert check(vault) == ()
    before = hub_status.state(office.session)
    vault.rotate(actor="0417", wall_ms=1, progress=lambda _step, _share: None)
    assert hub_status.state(office.session) == before
    assert office.device(one.desk).state == "approved"
    assert check(vault) == ()


def test_made_twice_and_not_elsewhere(office: Office) -> None:
    first = hub.make(office.session, _address(office))
    assert hub.make(office.session, _address(office)) == first
    for address, kind in (
        ("postgresql+psycopg://desk@nowhere.invalid/x", NotAllowed),
        ("sqlite:///x", BadInput),
        ("no address", BadInput),
        ("postgresql+psycopg://desk:secret@nowhere.invalid/x", BadInput),
    ):
        with pytest.raises(kind):
            hub.make(office.session, address)


def _address(office: Office) -> str:
    return office.session.vault.settings()["hub.database"]


def test_a_database_that_does_not_answer(desks: list[Desk]) -> None:
    address = "postgresql+psycopg://desk@127.0.0.1:1/x"
    with pytest.raises(HubUnreachable) as gone:
        base.create(desks[2].vault, address, "2026-11-22T10:00")
    assert "127.0.0.1" in str(gone.value.params["database"])


def test_the_store_of_another_vault_is_left_alone(desks: list[Desk], postgresql: str) -> None:
    base.create(desks[2].vault, postgresql, "2026-11-22T10:00").close()
    with pytest.raises(HubForeign):
        base.open_store(desks[1].vault, postgresql)
    with pytest.raises(HubForeign):
        base.create(desks[1].vault, postgresql, "2026-11-22T10:00")


def test_the_store_of_a_newer_program_is_left_alone(office: Office) -> None:
    with Opened(office.session) as at_work, at_work.store.writing() as connection:
        connection.execute(SCHEMAS.update().values(version=SCHEMA + 1))
    with pytest.raises(VaultTooNew):
        hub_status.status(office.session)


def test_a_vault_that_is_no_hub(desks: list[Desk], office: Office) -> None:
    with pytest.raises(NotAllowed) as refused:
        base.open_store(desks[0].vault, "")
    assert refused.value.params["reason"] == "no_hub"


KILLED = """
import os, signal, sys
from pathlib import Path
from desk.services import hub_imports
from desk.store.hub import dialect, registry
from tests.store import offices
from tests.store.desks import opened

def killed(*_given, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

(desk,) = opened(Path(sys.argv[1]), ["hub"])
office = offices.office(desk, Path(sys.argv[1]), sys.argv[2])
where = {"merge": (dialect, "merge_rows"), "bundle": (registry, "put_bundle")}[sys.argv[4]]
setattr(*where, killed)
office.take(Path(sys.argv[3]))
"""


@pytest.mark.parametrize("moment", ["merge", "bundle"])
def test_killed_in_the_middle_nothing_is_half_applied(
    office: Office, one: Counter, tmp_path: Path, moment: str
) -> None:
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *story("n1"))
    (file,) = one.export(office)
    before, address = office.have("CD"), _address(office)
    office.session.vault.close()
    folder = tmp_path / "desks"
    arguments = [sys.executable, "-c", KILLED, str(folder), address, str(file), moment]
    done = subprocess.run(arguments, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (desk,) = opened(folder, ["hub"])
    with desk.vault:
        again = _again(office, desk)
        assert again.have("CD") == before
        assert hub_status.state(again.session).cases == 0
        assert [found.outcome for found in again.take(file)] == ["taken"]
        assert hub_status.state(again.session).sha256 == one.state.sha256


def _again(office: Office, desk: Desk) -> Office:
    from dataclasses import replace

    return Office(replace(office.session, vault=desk.vault), office.folder)
