"""What can be known of a vault before it is opened; quick, so that a start need not wait for it.

Does not belong here: anything that needs the key. That is `desk.services.vaults`, which takes
longer to load than a window takes to appear.
"""

from pathlib import Path

from desk.store import key_file


def is_set_up(path: Path) -> bool:
    """Whether a vault was made at `path`; one whose making was cut short counts once it can open.

    The key file is written before the vault gets its name, and opening finishes that step.
    """
    return path.exists() or key_file.path_of(path).exists()


def staff_numbers(path: Path) -> tuple[str, ...]:
    """The staff numbers that have a password here, in the order they were added.

    None when the key file cannot be read; opening the vault says what is wrong with it.
    """
    return key_file.persons(path)
