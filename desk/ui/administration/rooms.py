"""The rooms of looking after the vault: which there are, who may enter, and the row of doors.

They share one entry of the navigation, "Manage", which is there for whoever may enter one of
them. A new room is a line of :data:`ROOMS`, a page derived from :class:`RoomPage`, and its maker
in `desk.ui.places`.
"""

from dataclasses import dataclass

from desk.domain.permissions import Right, allows
from desk.domain.staff import Person
from desk.i18n import N_, _
from desk.ui.ledger.pills import PillRow
from desk.ui.page import Page
from desk.ui.work import Work

ENTRY = "manage"
"""The entry of the navigation that stands for all of them."""


@dataclass(frozen=True, slots=True)
class Room:
    """A place of looking after the vault; `rights` any of which opens it.

    `office`: only where the vault is head office's.
    """

    key: str
    label: str
    rights: tuple[Right, ...]
    office: bool = False


ROOMS: tuple[Room, ...] = (
    Room("people", N_("People"), ("manage_people",)),
    Room("keys", N_("Keys"), ("manage_keys",)),
    Room("backups", N_("Backups"), ("back_up",)),
    Room("keeping", N_("Keeping"), ("hold", "forget")),
    Room("audit", N_("Audit"), ("read_audit",)),
    Room("hub", N_("Head office"), ("manage_branch", "exchange"), office=True),
    Room("figures", N_("Figures"), ("read_cases",), office=True),
)
"""In the order of their doors."""


def rooms_of(person: Person, *, office: bool = False) -> tuple[Room, ...]:
    """The rooms a person may enter, in a branch's vault or in head office's."""
    there = (room for room in ROOMS if office or not room.office)
    return tuple(room for room in there if any(allows(person, right) for right in room.rights))


class RoomPage(Page):
    """A page of looking after the vault: in its header the doors to the others, itself lit."""

    def __init__(self, work: Work, room: str, title: str) -> None:
        super().__init__(title)
        self.work = work
        self.room = room
        self.doors = PillRow([(door.key, _(door.label)) for door in self._rooms()])
        self.doors.setObjectName("room_doors")
        self.doors.setAccessibleName(_("Manage"))
        self.doors.set_value(room)
        self.doors.chosen.connect(self._leave)
        self.header_left = [self.doors]

    def _rooms(self) -> tuple[Room, ...]:
        return rooms_of(self.work.actor, office=self.work.is_office)

    def _leave(self, room: str) -> None:
        self.doors.set_value(self.room)  # here it stays lit: the other page has its own
        if room != self.room:
            self.work.go(room)
