"""Recorded moments as the branch's local time."""

from datetime import UTC, datetime

from desk.domain.ids import Stamp


def local_time(stamp: Stamp) -> datetime:
    """The wall time of a stamp in the machine's zone, without the zone, as `Work.now` gives it."""
    return datetime.fromtimestamp(stamp.wall_ms / 1000, UTC).astimezone().replace(tzinfo=None)
