"""From a password to a key with Argon2id (RFC 9106), at a cost that is stored beside the result."""

import os
import time
from collections.abc import Callable

import msgspec

KEY_BYTES = 32
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_ROUNDS = 64
_MOST_LANES = 16

TARGET_S = 0.45
"""What opening a vault should take on the machine at hand: 0.3 to 0.6 seconds."""
_ENOUGH_MEMORY_KIB = 256 * 1024
_NEAR = 2.0
"""A cost this many times off the machine's is left as it is: clocks of busy machines vary."""


class Argon(msgspec.Struct, frozen=True):
    """Cost of turning a password into a key: memory in KiB, rounds, lanes.

    By default the second choice of RFC 9106, section 4, for machines with little memory.
    """

    m: int = 64 * 1024
    t: int = 3
    p: int = 4


FLOOR = Argon()
"""Nobody's password is kept at less."""


def stretch(password: str, salt: bytes, argon: Argon) -> bytes:
    """The 32-byte key of a password. ValueError for a cost out of bounds.

    The bounds are there because the cost is read from a file: a hostile one must not be able to
    take the machine's memory or an hour.
    """
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    if argon.m > _MOST_MEMORY_KIB or argon.t > _MOST_ROUNDS or argon.p > _MOST_LANES:
        raise ValueError("Argon2 parameters out of bounds")
    try:
        return hash_secret_raw(
            password.encode("utf-8", "surrogatepass"),
            salt,
            time_cost=argon.t,
            memory_cost=argon.m,
            parallelism=argon.p,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except (HashingError, OverflowError) as fault:
        raise ValueError("Argon2 parameters out of bounds") from fault


def calibrated(seconds: Callable[[Argon], float] | None = None) -> Argon:
    """The cost that takes this machine :data:`TARGET_S`, and never less than :data:`FLOOR`.

    Memory grows first, up to 256 MiB, because it is what an attacker's hardware lacks; then
    rounds. `seconds` says how long a cost takes; by default it is tried out, in about a second.
    """
    measure = seconds or measured
    found, took = FLOOR, min(measure(FLOOR), measure(FLOOR))
    while found.m < _ENOUGH_MEMORY_KIB and 2 * took <= TARGET_S:
        doubled = Argon(2 * found.m, FLOOR.t, FLOOR.p)
        longer = measure(doubled)
        if longer > TARGET_S:
            break
        found, took = doubled, longer
    rounds = round(found.t * TARGET_S / took)
    return Argon(found.m, max(FLOOR.t, min(_MOST_ROUNDS, rounds)), FLOOR.p)


def is_far_off(argon: Argon, seconds: float) -> bool:
    """Whether a cost that took `seconds` here should be looked at again."""
    too_dear = seconds > TARGET_S * _NEAR and _work(argon) > _work(FLOOR)
    return too_dear or seconds < TARGET_S / _NEAR or _work(argon) < _work(FLOOR)


def differs(one: Argon, other: Argon) -> bool:
    """Whether two costs are so far apart that one should take the other's place."""
    return not 1 / _NEAR < _work(one) / _work(other) < _NEAR


def _work(argon: Argon) -> int:
    return max(1, argon.m * argon.t)


def measured(argon: Argon) -> float:
    """Seconds that a password takes here at this cost."""
    began = time.perf_counter()
    stretch("what this machine can do", os.urandom(16), argon)
    return time.perf_counter() - began
