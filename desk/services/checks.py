"""Verifying a vault: what `desk check` runs and says."""

import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path

from desk.domain.events import Checked
from desk.domain.proof import Finding
from desk.errors import KnownError, VaultDamaged
from desk.services import backups, verification
from desk.services.session import Session, needs
from desk.store import attachments
from desk.store import check as store_check

_LOG = logging.getLogger(__name__)


@needs("check")
def check(
    session: Session, *, rebuild: bool = False, against: Iterable[Path] = ()
) -> tuple[Finding, ...]:
    """Everything wrong with database, chains, projections, search and attachments; else empty.

    `against` names reports and manifests of backups, which say what must be in the log; BadInput
    for a file that says nothing of it. That the vault was verified is recorded. A rebuild comes
    after a backup, and not without the room for one.
    """
    said = [verification.anchor(session, path) for path in against]
    if rebuild:
        with contextlib.suppress(VaultDamaged):  # then there are the backups from before
            backups.make(session, "risk")
        store_check.rebuild(session.vault)
    found = list(store_check.check(session.vault, said))
    try:
        found += (fault for fault in session.vault.faults if fault.code == "unread")
        found += attachments.faults(session.vault)
        session.record(Checked(findings=len(found)))
    except KnownError as fault:
        # What is found is to be told all the same, most of all where nothing can be written.
        _LOG.warning("checked unrecorded: %s", fault.code)
    return tuple(found)


def line(finding: Finding) -> str:
    """A finding as one line: code, where, detail; never a personal value."""
    where = " ".join(
        part
        for part in (
            f"case={finding.case}" if finding.case else "",
            f"device={finding.device}" if finding.device else "",
            f"seq={finding.seq}" if finding.seq else "",
        )
        if part
    )
    return ": ".join(part for part in (finding.code, where, finding.detail) if part)
