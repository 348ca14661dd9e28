"""Where each device's chain ends, kept apart from the log and signed with the vault's chain key.

A log that was cut off at its end is a sound chain all the same; that the end is missing shows
only where somebody kept it. Here that is the vault itself, whenever nobody writes and when it is
closed; reports, backups and receipts keep it outside (`desk.domain.anchors`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from desk.domain.proof import Finding
from desk.store import log, raw
from desk.store.chain import signature
from desk.store.raw import Value

_DEVICES = "SELECT id, number, name, own FROM devices ORDER BY number"
_KEPT = "SELECT device, seq, hash, mac FROM tips ORDER BY device"
_KEEP = "INSERT OR REPLACE INTO tips (device, seq, hash, mac) VALUES (?, ?, ?, ?)"
_AT = "SELECT hash FROM events WHERE position = ?"
_LAST = "SELECT seq, hash FROM events WHERE position BETWEEN ? AND ? ORDER BY position DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class _Device:
    """A device as its row says, which may have been tampered with."""

    id: Value
    number: Value
    name: Value
    own: Value

    def end(self, connection: Connection) -> tuple[Value, Value]:
        """Place and hash of its last event; nothing when it has none."""
        if not isinstance(self.number, int):
            return None, None
        ends = log.position(self.number, 0), log.position(self.number + 1, 0) - 1
        for seq, head in raw.every(connection, _LAST, *ends):
            return seq, head
        return None, None

    def holds(self, connection: Connection, seq: Value, head: Value) -> bool:
        """Whether its event at this place has this hash."""
        if not (isinstance(self.number, int) and isinstance(seq, int)):
            return False
        return raw.every(connection, _AT, log.position(self.number, seq)) == [(head,)]

    def signed(self, chain_key: bytes, seq: Value, head: Value) -> bytes:
        """The mark of an end, and with it of what reports say of the device."""
        told = (repr(part) for part in (self.id, self.name, self.own, seq, head))
        return signature(chain_key, "tip", *told)


def keep(connection: Connection, chain_key: bytes) -> None:
    """Keep the ends of all chains as they are now.

    One that does not agree with the log stays: it is the proof that something was taken away, and
    going on to work must not wipe it out. MUST be called in the transaction that first stores
    events of another device.
    """
    kept = {row[0]: row[2] for row in raw.every(connection, _KEPT)}
    doubted = {fault.device for fault in faults(connection, chain_key)} & {*kept}
    for device in _devices(connection):
        seq, head = device.end(connection)
        if seq is not None and device.id not in doubted and kept.get(device.id) != head:
            mac = device.signed(chain_key, seq, head)
            connection.exec_driver_sql(_KEEP, (device.id, seq, head, mac))


def faults(connection: Connection, chain_key: bytes) -> Iterator[Finding]:
    """What the kept ends say against the log; a few rows are read, however long it is.

    `truncated`: events up to the kept end are not there. `tip`: the kept end is not ours, or is
    missing, or the device is not what it was. A chain that has grown since is fine.
    """
    devices = {device.id: device for device in _devices(connection)}
    kept = {row[0]: row[1:] for row in raw.every(connection, _KEPT)}
    if [device.own for device in devices.values()].count(1) != 1:
        yield Finding("tip", detail="devices")
    for key in sorted({*devices, *kept}, key=str):
        device, (seq, head, mac) = devices.get(key), kept.get(key, (None, None, None))
        place = seq if isinstance(seq, int) else 0
        if device is None or (seq is None and device.end(connection)[0] is not None):
            yield Finding("tip", device=str(key), detail="missing")
        elif seq is not None and mac != device.signed(chain_key, seq, head):
            yield Finding("tip", device=str(key), seq=place)
        elif seq is not None and not device.holds(connection, seq, head):
            yield Finding("truncated", device=str(key), seq=place)


def _devices(connection: Connection) -> list[_Device]:
    return [_Device(*row) for row in raw.every(connection, _DEVICES)]
