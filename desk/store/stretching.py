"""From a password to a key with Argon2id (RFC 9106), at a cost that is stored beside the result."""

import msgspec

KEY_BYTES = 32
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_ROUNDS = 64
_MOST_LANES = 16


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
