"""Identifiers and hybrid logical time, from a clock and randomness that the caller brings."""

import dataclasses
import uuid
from dataclasses import dataclass

_COUNTER_LIMIT = 0xFFFF


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A point of hybrid logical time (Kulkarni et al. 2014): orders events across devices.

    `wall_ms` is milliseconds since 1970 UTC, `counter` separates events of one millisecond and
    absorbs clocks that step back, `device` breaks the last ties.
    """

    wall_ms: int
    counter: int
    device: str

    def tick(self, wall_ms: int) -> "Stamp":
        """The next stamp of this device at wall time `wall_ms`: always later than this one."""
        if wall_ms > self.wall_ms:
            return Stamp(wall_ms, 0, self.device)
        if self.counter >= _COUNTER_LIMIT:
            return Stamp(self.wall_ms + 1, 0, self.device)
        return dataclasses.replace(self, counter=self.counter + 1)

    def seen(self, other: "Stamp") -> "Stamp":
        """This device's stamp after hearing of `other`: not earlier than either."""
        if (other.wall_ms, other.counter) > (self.wall_ms, self.counter):
            return Stamp(other.wall_ms, other.counter, self.device)
        return self


def made_ms(identifier: str, otherwise: int) -> int:
    """When an identifier was made, by the clock of its maker; `otherwise` when it does not say.

    An event's own id says what its computer's clock said, whatever hybrid time made of that.
    """
    try:
        value = uuid.UUID(identifier)
    except ValueError:
        return otherwise
    return value.int >> 80 if value.version == 7 else otherwise


def uuid7(wall_ms: int, randomness: bytes) -> str:
    """A time-ordered UUID, version 7 of RFC 9562, from milliseconds and 10 random bytes."""
    if len(randomness) != 10:
        raise ValueError("uuid7 takes ten random bytes")
    value = (wall_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(randomness)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=value))
