"""Ed25519 verified in plain integers, as RFC 8032 (5.1.7) writes it down: slow, and nobody's code.

A second implementation to hold signatures against.
"""

import hashlib

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int]


def _added(one: _Point, two: _Point) -> _Point:
    (x1, y1), (x2, y2) = one, two
    cross = _D * x1 * x2 * y1 * y2 % _P
    x = (x1 * y2 + x2 * y1) * pow(1 + cross, -1, _P)
    y = (y1 * y2 + x1 * x2) * pow(1 - cross, -1, _P)
    return x % _P, y % _P


def _times(scalar: int, point: _Point) -> _Point:
    found = (0, 1)
    while scalar:
        if scalar & 1:
            found = _added(found, point)
        point, scalar = _added(point, point), scalar >> 1
    return found


def _point(written: bytes) -> _Point:
    value = int.from_bytes(written, "little")
    y, odd = value & (1 << 255) - 1, value >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or y >= _P:
        raise ValueError("no point of the curve")
    return (_P - x if x & 1 != odd else x), y


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def holds(key: bytes, signature: bytes, said: bytes) -> bool:
    """Whether the signature is that of the key's owner over these bytes."""
    point, public = _point(signature[:32]), _point(key)
    scalar = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + key + said).digest()
    challenge = int.from_bytes(digest, "little") % _Q
    return scalar < _Q and _times(scalar, _BASE) == _added(point, _times(challenge, public))
