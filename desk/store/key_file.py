"""What may be known of a vault's key file before anything that can open it is loaded.

The first page asks before it is painted, so this reads plain JSON and trusts nothing in it: what
is wrong with a file, its checksum included, is for `desk.store.keys` to say when it opens.
"""

import json
from pathlib import Path


def path_of(vault: Path) -> Path:
    """Where the key file of a vault is."""
    return vault.with_name(vault.name + ".keys")


def persons(vault: Path) -> tuple[str, ...]:
    """The staff numbers with a password, in the order they were added; none if nothing is read."""
    try:
        found = json.loads(path_of(vault).read_bytes())
        named = [slot["person"] for slot in found["slots"] if slot["kind"] == "person"]
    except (OSError, ValueError, RecursionError, TypeError, LookupError):
        return ()
    return tuple(named) if all(isinstance(name, str) for name in named) else ()
