"""The decrypted bytes of a database file and its write-ahead log, unused parts included.

What somebody finds who has the vault's key and looks past the tables: SQLCipher's page format
(4096 bytes, the last 80 of them IV and HMAC, AES-256-CBC under the raw key; the first 16 bytes of
the file are the salt).
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_PAGE, _TAIL, _IV, _SALT = 4096, 80, 16, 16
_WAL_HEAD, _FRAME_HEAD = 32, 24


def plain(path: Path, key: bytes) -> bytes:
    """Every page of the file and every frame of its log, decrypted."""
    found = list(_pages(path.read_bytes(), key))
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        found += _frames(log.read_bytes(), key)
    return b"\0".join(found)


def _pages(content: bytes, key: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), _PAGE):
        yield _opened(content[at : at + _PAGE], key, first=at == 0)


def _frames(content: bytes, key: bytes) -> Iterator[bytes]:
    for at in range(_WAL_HEAD, len(content), _FRAME_HEAD + _PAGE):
        number = int.from_bytes(content[at : at + 4])
        page = content[at + _FRAME_HEAD : at + _FRAME_HEAD + _PAGE]
        if len(page) == _PAGE:
            yield _opened(page, key, first=number == 1)


def _opened(page: bytes, key: bytes, *, first: bool) -> bytes:
    body, tail = page[_SALT if first else 0 : -_TAIL], page[-_TAIL:]
    cipher = Cipher(algorithms.AES(key), modes.CBC(tail[:_IV])).decryptor()
    return cipher.update(body) + cipher.finalize()
