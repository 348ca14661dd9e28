"""What every payload of the event log is: a kind, and which of its attributes are sealed."""

from typing import ClassVar

import msgspec


class Payload(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What one event says. Subclasses name their kind by their tag."""

    SEALED: ClassVar[tuple[str, ...]] = ()
    PADDED: ClassVar[int] = 0
    """Bytes to whose multiple the sealed part is filled up, where its length would tell it."""

    def sealed(self) -> tuple[str, ...]:
        """Names of the attributes that hold personal values in this payload."""
        return self.SEALED

    def sealed_for(self) -> str:
        """Which of the case's keys seals them: empty for the one that lasts as long as they do."""
        return ""

    @property
    def kind(self) -> str:
        """The event kind as stored, such as `field_set`."""
        return str(self.__struct_config__.tag)
