"""What raw pages hold of a vault, sorted and proven, brought into a new database as it is found.

Memory stays flat: events go straight into the new log, and which are there is one bit each.
"""

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, insert, select

from desk.domain.rescue import Gap
from desk.store import log
from desk.store.case_keys import CaseKey
from desk.store.chain import CASE_KEY_BYTES, Record, expected_hash, mark
from desk.store.raw_pages import Found, RawPages, Row
from desk.store.rows import CASES, DEVICES, EVENTS

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBERED = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{1,9})$")
_ASKED = 5
_PLACES = log.position(1, 0)
_EVENT: tuple[type, ...] = (*(str, str, int, int, int), *(str,) * 4, *(bytes,) * 6)


class Places:
    """Which events of a device are there: a bit for each place of its sequence."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.count = 0
        self.last = 0
        """The furthest place that is known to have been used, whether its event is there or not."""

    def add(self, seq: int) -> None:
        """The event of this place is there."""
        if seq // 8 >= len(self._bits):
            self._bits.extend(bytes(max(1024, seq // 8 + 1 - len(self._bits))))
        self.count += seq not in self
        self._bits[seq // 8] |= 1 << seq % 8
        self.last = max(self.last, seq)

    def __contains__(self, seq: int) -> bool:
        return seq // 8 < len(self._bits) and bool(self._bits[seq // 8] >> seq % 8 & 1)

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The stretches of places whose events are not there, from the first place to the last."""
        begin = 0
        for seq in range(1, self.last + 2):
            there = seq > self.last or seq in self
            if not there and not begin:
                begin = seq
            elif there and begin:
                yield begin, seq - 1
                begin = 0


class Harvest:
    """Takes the rows of files in turn and keeps what is proven under the vault's chain key.

    `names` are those of the devices, `numbers` the last case number of each day, `case_numbers`
    what lists called the cases, `keys` what sealed them. The connection is that of the new
    database, in a transaction of the caller.
    """

    def __init__(self, connection: Connection, chain_key: bytes) -> None:
        self.names: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.case_numbers: dict[str, str] = {}
        self.keys: dict[tuple[str, str], CaseKey] = {}
        self._connection = connection
        self._chain_key = chain_key
        self._places: dict[str, Places] = {}
        self._chains: dict[str, int] = {}
        self._cases: dict[tuple[str, int], str] = {}

    def read(self, pages: RawPages) -> int:
        """Take everything out of a file; how many events were new."""
        before = self.count
        chains: dict[int, str] = {}
        for rows in pages.rows():
            self._take(rows, chains)
        for rows in pages.rows():  # an index says what lacks once it is known what is there
            self._listen(rows, chains)
        return self.count - before

    @property
    def count(self) -> int:
        """How many events are there."""
        return sum(places.count for places in self._places.values())

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that wrote."""
        return tuple(self._places)

    def expect(self, device: str, seq: int) -> None:
        """A device is known to have written so many events."""
        places = self._places_of(device)
        places.last = max(places.last, seq)

    def gaps(self) -> tuple[Gap, ...]:
        """Everything that is known to lack."""
        return tuple(
            Gap(device, self.names.get(device, ""), first, last)
            for device, places in self._places.items()
            for first, last in places.gaps()
        )

    def lacking(self) -> Mapping[str, int]:
        """How many events are known to lack of which case, by its id."""
        found: dict[str, int] = {}
        for (device, seq), case in self._cases.items():
            if seq not in self._places[device]:
                found[case] = found.get(case, 0) + 1
        return found

    def _places_of(self, device: str) -> Places:
        if device not in self._places:
            self._places[device] = Places()
            self._chains[device] = len(self._chains)
            values = {"number": self._chains[device], "id": device, "name": ""}
            self._connection.execute(insert(DEVICES).values(own=False, searched=0, **values))
        return self._places[device]

    def _take(self, rows: Sequence[Found], chains: dict[int, str]) -> None:
        for found in rows:
            values = found.values
            if found.number is not None and values[:1] == (None,):
                record = _record(values[1:])
                if record is not None:
                    self._take_event(found.number, record, chains)
                elif len(values) == len(CASES.c) and _are(values[1:3], (str, str)):
                    self.case_numbers[cast("str", values[1])] = cast("str", values[2])
                elif _are(values[1:], (str, str, int, int)):
                    self.names[cast("str", values[1])] = cast("str", values[2])
            elif _are(values, (str, str, bytes)) and found.number is None:
                self._take_key(CaseKey(*values))  # type: ignore[arg-type]  # looked at above
            elif _are(values, (str, int)) and found.number is not None:
                self._take_number(cast("str", values[0]), cast("int", values[1]))
            elif _are(values, (str, int, bytes, bytes)) and found.number is None:
                self._take_end(values)

    def _take_event(self, number: int, record: Record, chains: dict[int, str]) -> None:
        known = self._places.get(record.device)
        if known is not None and record.seq in known and number // _PLACES in chains:
            return
        if number % _PLACES != record.seq or record.hash != expected_hash(record):
            return
        if not hmac.compare_digest(record.mac, mark(self._chain_key, record.hash)):
            return
        chains[number // _PLACES] = record.device
        places = self._places_of(record.device)
        if record.seq not in places:
            log.write(self._connection, self._chains[record.device], [record])
            places.add(record.seq)

    def _take_key(self, key: CaseKey) -> None:
        if len(key.key) == CASE_KEY_BYTES:
            self.keys.setdefault((key.case_id, key.sitting), key)

    def _take_number(self, day: str, last: int) -> None:
        if _DAY.fullmatch(day) and last > 0:
            self.numbers[day] = max(last, self.numbers.get(day, 0))

    def took_case(self, case: str, number: str) -> None:
        """A case has this number, so that the day's next one comes after it."""
        self.case_numbers[case] = number
        found = _NUMBERED.search(number)
        if found:
            self._take_number("-".join(found.groups()[:3]), int(found[4]))

    def _take_end(self, values: Row) -> None:
        device, seq, head, seal = values
        if isinstance(head, bytes) and isinstance(seal, bytes) and len(head) == len(seal) == 32:
            self.expect(cast("str", device), cast("int", seq))

    def _listen(self, rows: Sequence[Found], chains: Mapping[int, str]) -> None:
        """Hear what an index of events says of those that are not there.

        Every index is a list of texts and numbers. That this one is of events shows where it
        speaks of events that are there; a page that speaks of none is not believed.
        """
        heard: list[tuple[str, int, str]] = []
        for found in rows:
            if found.number is None and _are(found.values, (str, int)):
                case, position = cast("str", found.values[0]), cast("int", found.values[1])
                device = chains.get(position // _PLACES)
                if device is not None and position % _PLACES:
                    heard.append((device, position % _PLACES, case))
        there = [one for one in heard if one[1] in self._places[one[0]]]
        asked = [*there[:_ASKED], *there[-_ASKED:]]
        if not asked or not all(self._case_of(one[0], one[1]) == one[2] for one in asked):
            return
        for device, seq, case in heard:
            if seq not in self._places[device]:
                self._cases[device, seq] = case
                self.expect(device, seq)

    def _case_of(self, device: str, seq: int) -> str | None:
        place = log.position(self._chains[device], seq)
        query = select(EVENTS.c.case_id).where(EVENTS.c.position == place)
        found: str | None = self._connection.execute(query).scalar()
        return found


def _are(values: Row, kinds: tuple[type, ...]) -> bool:
    if len(values) != len(kinds):
        return False
    return all(map(isinstance, values, kinds))


def _record(values: Row) -> Record | None:
    if not _are(values, _EVENT):
        return None
    record = Record(*values)  # type: ignore[arg-type]  # looked at above
    return record if record.seq > 0 else None
