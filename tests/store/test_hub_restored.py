"""Head office put back from a backup: another in name, and nothing of a branch is lost to it."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desk.services import backups, cases, hub, hub_imports, hub_receipts, hub_status, sync
from desk.store import backups as store
from desk.store import restoring
from desk.store.vault import Vault
from tests.store import crew
from tests.store import sync_offices as offices
from tests.store.sync_offices import BRANCH, Office


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A computer of a branch, and head office that takes its files in."""
    offices.make(tmp_path / "made")
    with offices.opened(tmp_path / "made", tmp_path / "there", ["一", "总行"]) as (branch, head):
        hub.make(head.session)
        offices.enrol(head, branch, "full")
        branch.complaint()
        hub_imports.import_(head.session, list(branch.sends(head).paths))
        hub.approve(head.session, BRANCH.code, sync.own(branch.session).fingerprint)
        yield branch, head


def answered(head: Office, branch: Office) -> None:
    for receipt in hub_receipts.receipt(head.session, BRANCH.code, head.folder):
        (taken,) = branch.takes(receipt.path)
        assert taken.fault is None


def put_back(head: Office) -> Office:
    """The vault closed, put back from its only backup, and opened again."""
    path, password = head.session.vault.database.path, crew.password(crew.HEAD)
    head.session.vault.close()
    folder = store.folder_of(path)
    looked = restoring.look(path, folder, "", password, crew.HEAD.id)
    restoring.restore(looked, folder, datetime.fromisoformat("2026-11-23T09:00"), 1)
    vault = Vault.open(path, password, projector=crew.engine().project)
    return dataclasses.replace(head, session=dataclasses.replace(head.session, vault=vault))


def test_a_branch_joins_it_anew_and_sends_what_it_lacks(there: tuple[Office, Office]) -> None:
    branch, head = there
    answered(head, branch)
    backups.make(head.session, "hand")
    late = branch.complaint(narrative="备份之后才来的投诉")
    hub_imports.import_(head.session, list(branch.sends(head).paths))
    answered(head, branch)
    before = sync.find(branch.session)
    (peer,) = sync.states(branch.session).peers
    assert {one.state for one in peer.bundles} == {"confirmed"}
    assert peer.waiting == 0

    again = put_back(head)
    try:
        assert again.id != before.id
        enrolled = hub.enrol(again.session, BRANCH.code, BRANCH.name, again.folder, profile="full")
        offered = sync.introduced(branch.session, enrolled.path)
        assert offered.instead == before
        sync.approve_peer(branch.session, offered, enrolled.fingerprint)
        assert sync.find(branch.session).id == again.id  # one head office, not two
        answered(again, branch)
        sent = branch.sends(again)
        assert sent.cases == 1, "what the backup held is not sent again"
        (taken,) = hub_imports.import_(again.session, list(sent.paths))
        assert taken.fault is None
        (one,) = hub_status.status(again.session).branches
        assert one.waiting == ()
        cases.add_note(branch.session, late, "后来的")
        hub_imports.import_(again.session, list(branch.sends(again).paths))
        told = hub_status.state(again.session, BRANCH.code)
        assert told == hub_status.own_state(branch.session)
    finally:
        again.session.vault.close()
