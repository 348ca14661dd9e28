"""Verifying a vault: what `desk check` runs and says."""

from desk.domain.proof import Finding
from desk.services.session import Session, needs
from desk.store import check as store_check


@needs("check")
def check(session: Session, *, rebuild: bool = False) -> tuple[Finding, ...]:
    """Everything wrong with database, chains, projections and search; empty when all hold."""
    if rebuild:
        store_check.rebuild(session.vault)
    return store_check.check(session.vault)


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
