"""Holding the log to what was said of it outside the vault: by reports, backups and receipts.

Whoever puts an older copy of the whole file in its place, kept ends of the chains and all, leaves
nothing in it that is wrong; only what somebody else kept shows it.
"""

import hashlib
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from desk.domain.proof import Anchor, Finding
from desk.store import log, raw
from desk.store.chain import signature

_AT = (
    "SELECT hash FROM events WHERE position ="
    " (SELECT number FROM devices WHERE id = ?) * ? + ? AND device = ?"
)
_CASE = "SELECT case_id FROM cases WHERE number = ?"
_HASHES = (
    "SELECT device, seq, hash FROM events WHERE case_id = ? ORDER BY wall_ms, counter, device, seq"
)


def faults(connection: Connection, anchor: Anchor) -> Iterator[Finding]:
    """What the log is lacking, or has otherwise, of what this anchor says."""
    for head in anchor.heads:
        found = raw.every(connection, _AT, head.device, log.PLACES, head.seq, head.device)
        if head.seq and found != [(bytes.fromhex(head.hash),)]:
            yield Finding("anchor", "", head.device, head.seq, anchor.source)
    if anchor.number:
        case_ids = raw.every(connection, _CASE, anchor.number)
        if len(case_ids) != 1:
            yield Finding("anchor", detail=f"{anchor.source}: no case {anchor.number}")
        elif sealed(connection, str(case_ids[0][0]), anchor) != (anchor.count, anchor.seal):
            yield Finding("anchor", str(case_ids[0][0]), detail=anchor.source)


def mark(anchor: Anchor, chain_key: bytes) -> str:
    """The mark of the vault with this chain key over what an anchor says, in hexadecimal."""
    return signature(chain_key, "anchor", anchor.body()).hex()


def sealed(connection: Connection, case_id: str, anchor: Anchor) -> tuple[int, str]:
    """How many events of a case there were at an anchor, and SHA-256 (hex) over their hashes.

    An anchor without heads is taken at the number of events it names.
    """
    rows = raw.every(connection, _HASHES, case_id)
    heads: Mapping[object, int] = {head.device: head.seq for head in anchor.heads}
    if heads:
        hashes = [
            found
            for device, seq, found in rows
            if isinstance(seq, int) and seq <= heads.get(device, 0)
        ]
    else:
        hashes = [row[2] for row in rows[: anchor.count]]
    whole = b"".join(found for found in hashes if isinstance(found, bytes))
    return len(hashes), hashlib.sha256(whole).hexdigest()
