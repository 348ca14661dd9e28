"""What the store can prove about its log: chain heads, case seals and what a check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last event of a device's chain. `seq` is 0 and `hash` the genesis when it has none.

    `hash` is 64 hexadecimal digits (SHA-256).
    """

    device: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class CaseSeal:
    """A case's events in one figure: how many, and SHA-256 (hex) over their hashes in order.

    `holds`: each of them is as it was written and follows the event before it on its device.
    """

    count: int
    sha256: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a report, the manifest of a backup or a receipt says of the log it came from.

    `source` is the name of the file. `heads` are events that must be in the log, however much was
    written since. `number`, `count` and `seal` are of a report: what :class:`CaseSeal` said then of
    the case's events up to the heads. `mac` is the vault's mark over it all (hexadecimal): what
    bears it was said by this vault, and by nobody who changed a file.
    """

    source: str
    heads: tuple[ChainHead, ...]
    number: str = ""
    count: int = 0
    seal: str = ""
    mac: str = ""

    def body(self) -> bytes:
        """What the mark is over."""
        heads = [f"{head.device}/{head.seq}/{head.hash}" for head in self.heads]
        return "\n".join([self.number, str(self.count), self.seal, *heads]).encode()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that `desk check` found: a code and where, never a personal value.

    Codes: `page` (a damaged page), `structure` (of the database), `hash`, `link`, `gap`, `place`,
    `mac` (of a device's chain: changed, moved, missing, not written by this vault), `truncated`
    (its end is missing), `tip` (what was kept of its end is not ours), `anchor` (not what a report
    or backup says), `sealed` (does not open), `payload` (not readable), `duplicate` (an event's id
    again), `projection`, `search`, `unread` (commits that were cut off the database's own log are
    kept in the file named). `detail` is technical and in English.
    """

    code: str
    case: str = ""
    device: str = ""
    seq: int = 0
    detail: str = ""
