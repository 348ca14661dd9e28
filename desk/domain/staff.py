"""Who works with the vault, on which device, in which branch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. `id` is the staff number 工号; who left stays, no longer active."""

    id: str
    name: str
    role: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch 网点. `code` begins every case number; `bank` is the institution's name."""

    code: str
    name: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A computer that writes a chain of its own. `own` marks the one this vault belongs to."""

    id: str
    name: str
    own: bool = False
