"""Rescue: every event whose page is whole comes out, and what does not is named exactly."""

import contextlib
import functools
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.events import CaseOpened, Closed, FieldSet, Forgotten, Payload, Restored
from desk.domain.rescue import Rescued
from desk.errors import VaultDamaged, VaultExists, VaultMissing, WrongPassword
from desk.store import check, key_file, raw_pages, rescue, session
from desk.store.chain import Record, expected_hash
from desk.store.engine import connect_still
from desk.store.harvest import Places
from desk.store.raw_pages import PAGE, RawPages
from desk.store.vault import Vault
from tests.measuring import looking_away
from tests.store.conftest import Vaults
from tests.store.small import PASSWORD, project
from tests.store.test_backups import make

CASE_1 = "00000000-0000-7000-8000-000000000001"
CASE_2 = "00000000-0000-7000-8000-000000000002"
LONG = "客户要求书面答复，并说明为何当日未能办理。" * 30


def fill(vault: Vault, cases: int) -> None:
    """Cases with short events, and some that need pages of overflow."""
    for number in range(cases):
        opening = CaseOpened(
            number=f"CD20261122-{number + 1:03d}",
            received_at="2026-11-22T09:00",
            first_receiver="0417",
        )
        told: list[Payload] = [
            opening,
            FieldSet(field="name", value=f"张{number}", personal=True),
            FieldSet(field="summary", value=f"事项 {number}"),
        ]
        if number % 7 == 0:
            told.append(FieldSet(field="narrative", value=LONG * 5, personal=True))
        vault.append(
            f"00000000-0000-7000-8000-{number:012d}",
            told,
            actor="0417",
            wall_ms=2_000 + number,
            pack="cn-branch@1.0.0",
        )


@dataclass(frozen=True)
class Original:
    """A closed vault of 200 cases with none of its bytes damaged, and what each page is worth."""

    folder: Path
    events: set[tuple[str, int]]
    lost: list[set[tuple[str, int]]]
    """By page, from 0: the events that go with it."""

    def copy(self, where: Path) -> Vaults:
        shutil.copytree(self.folder, where)
        return Vaults(where / "branch.vault")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    folder = tmp_path_factory.mktemp("original")
    made = Vaults(folder / "branch.vault")
    with made:
        vault = made.create()
        fill(vault, 200)
        events = stored(vault)
        opened = vault.opened
    pages = RawPages(made.path, opened.key, bytes.fromhex(opened.salt))
    assert read_by_pages(pages) == events
    real = pages.opened
    lost = []
    with looking_away():
        for gone in range(pages.count):
            pages.opened = functools.partial(without, gone + 1, real)
            lost.append(events - read_by_pages(pages))
    pages.close()
    assert set().union(*lost) == events
    return Original(folder, events, lost)


def without(
    gone: int, real: Callable[[int, int | None], bytes | None], number: int, place: int | None
) -> bytes | None:
    return None if number == gone else real(number, place)


def read_by_pages(pages: RawPages) -> set[tuple[str, int]]:
    """Every event that the reader of pages finds in a file, proven or not."""
    rows = [row for found in pages.rows() for row in found if len(row.values) == 16]
    return {(str(row.values[2]), int(str(row.values[3]))) for row in rows}


def read_by_database(path: Path, key: bytes, events: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Every event that the database itself still gives, asked for one by one."""
    found = set()
    database = connect_still(path, key)
    try:
        for event in events:
            with contextlib.suppress(VaultDamaged), session.reading(database) as connection:
                query = "SELECT * FROM events WHERE position = ?"
                row = connection.exec_driver_sql(query, (event[1],)).one_or_none()
                # It gives what a damaged page of overflow holds without a word.
                if row is not None and expected_hash(Record(*row[1:])) == row.hash:
                    found.add(event)
    finally:
        database.dispose()
    return found


def drawing(seed: object) -> random.Random:
    return random.Random(str(seed))  # noqa: S311 - the same pages every time


def spoilt(raw: bytes, pages: Iterable[int], draw: random.Random) -> bytes:
    """A bit of each of these pages turned."""
    changed = bytearray(raw)
    for page in pages:
        changed[page * PAGE + draw.randrange(PAGE)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def rescued(vaults: Vaults, out: Path) -> Rescued:
    return rescue.rescue(vaults.path, out, PASSWORD, projector=project, wall_ms=99_000)


def stored(vault: Vault) -> set[tuple[str, int]]:
    with session.reading(vault.database) as connection:
        rows = connection.exec_driver_sql("SELECT device, seq FROM events").all()
    return {(row[0], row[1]) for row in rows}


def own_events(result: Rescued, out: Path) -> set[tuple[str, int]]:
    """What the new vault holds of the old one; it opens, and only what lacks is wrong with it."""
    with Vaults(out) as made:
        vault = made.open()
        found = stored(vault)
        own = vault.devices()[0].id
        faults = {finding.code for finding in check.check(vault)}
        assert faults <= {"gap", "link", "sealed"}
        assert bool(faults - {"sealed"}) == bool(result.gaps)
        assert ("sealed" in faults) == bool(result.unkeyed)
        assert [person.id for person in vault.people()] == ["0417"]
        told = vault.happenings()[-1].payload
        assert isinstance(told, Restored)
        assert told.lost == result.lacking
    return {event for event in found if event[0] != own}


@pytest.mark.parametrize("count", [1, 3, 20])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_event_on_whole_pages_is_rescued_and_the_rest_is_named(
    original: Original, tmp_path: Path, count: int, seed: int
) -> None:
    draw = drawing(f"{count} {seed}")
    vaults = original.copy(tmp_path / "here")
    raw = vaults.path.read_bytes()
    pages = draw.sample(range(len(raw) // PAGE), count)
    vaults.path.write_bytes(spoilt(raw, pages, draw))
    result = rescued(vaults, tmp_path / "out.vault")
    left = original.events - set().union(*(original.lost[page] for page in pages))
    assert own_events(result, tmp_path / "out.vault") == left
    assert result.damaged == count
    named = {(gap.device, seq) for gap in result.gaps for seq in range(gap.first, gap.last + 1)}
    assert named <= original.events - left
    # Only the very last events can go unnoticed, and only with the pages that tell of them.
    unnamed = original.events - left - named
    assert all(seq > max(s for _d, s in left) for _device, seq in unnamed)


def test_whatever_the_database_still_reads_the_rescue_reads_too(
    original: Original, tmp_path: Path
) -> None:
    vaults = original.copy(tmp_path / "here")
    raw = vaults.path.read_bytes()
    with vaults:
        key = vaults.open().opened.key
    more = 0
    for page in range(1, len(original.lost), 11):
        vaults.path.write_bytes(spoilt(raw, [page], drawing(page)))
        try:
            read = read_by_database(vaults.path, key, original.events)
        except VaultDamaged:
            read = set()
        left = original.events - original.lost[page]
        assert read <= left
        more += len(left - read)
    assert more > 100


def test_a_page_of_the_tree_costs_no_event(original: Original, tmp_path: Path) -> None:
    """The first page, which the database cannot do without, and those that lead to the leaves."""
    free = [page for page, lost in enumerate(original.lost) if not lost]
    vaults = original.copy(tmp_path / "here")
    raw = vaults.path.read_bytes()
    vaults.path.write_bytes(spoilt(raw, free, drawing(5)))
    assert 0 in free
    with pytest.raises(VaultDamaged):
        vaults.open()
    result = rescued(vaults, tmp_path / "out.vault")
    assert own_events(result, tmp_path / "out.vault") == original.events
    assert result.gaps == ()


def test_cases_that_lack_events_are_named_by_their_number(
    original: Original, tmp_path: Path
) -> None:
    page = next(
        p for p, lost in enumerate(original.lost) if 3 < len(lost) < 30 and min(lost)[1] > 5
    )
    vaults = original.copy(tmp_path / "here")
    vaults.path.write_bytes(spoilt(vaults.path.read_bytes(), [page], drawing(1)))
    result = rescued(vaults, tmp_path / "out.vault")
    assert result.lacking == len(original.lost[page])
    assert sum(one.lacking for one in result.touched) == result.lacking
    assert all(one.number.startswith("CD20261122-") for one in result.touched)


def test_what_a_backup_has_is_taken_from_it(original: Original, tmp_path: Path) -> None:
    vaults = original.copy(tmp_path / "here")
    with vaults:
        vault = vaults.open()
        make(vault)
        late = [FieldSet(field="summary", value="nach der Sicherung")]
        vault.append(CASE_1, late, actor="0417", wall_ms=80_000, pack="p@1")
        everything = stored(vault)
    raw = vaults.path.read_bytes()
    heavy = sorted(range(len(original.lost)), key=lambda p: -len(original.lost[p]))[:10]
    vaults.path.write_bytes(spoilt(raw, heavy, drawing(2)))
    result = rescued(vaults, tmp_path / "out.vault")
    found = own_events(result, tmp_path / "out.vault")
    assert original.events <= found
    assert result.from_backups > 0
    assert result.unkeyed == 0
    assert len(everything - found) == result.lacking
    with Vaults(tmp_path / "out.vault") as made:
        assert made.open().case(CASE_1).text("name") == "张1"


def test_the_write_ahead_log_is_read_and_one_bad_frame_costs_only_itself(
    tmp_path: Path,
) -> None:
    live = Vaults(tmp_path / "live" / "branch.vault")
    live.path.parent.mkdir()
    with live:
        vault = live.create()
        vault.database.checkpoint(wait=True)
        fill(vault, 40)
        events = stored(vault)
        shutil.copytree(live.path.parent, tmp_path / "copy")
    here = Vaults(tmp_path / "copy" / "branch.vault")
    log_file = here.path.with_name("branch.vault-wal")
    raw = bytearray(log_file.read_bytes())
    frames = (len(raw) - 32) // (PAGE + 24)
    assert frames > 100
    raw[32 + (PAGE + 24) * 3 + 24 + 700] ^= 1  # the database itself stops here
    log_file.write_bytes(raw)
    shutil.copytree(here.path.parent, tmp_path / "again")
    with Vaults(tmp_path / "again" / "branch.vault") as opened:
        by_database = len(stored(opened.open()))
    result = rescued(here, tmp_path / "out.vault")
    assert own_events(result, tmp_path / "out.vault") == events
    assert by_database < len(events) / 2


def test_a_key_file_that_is_damaged_too_is_taken_from_a_backup(
    original: Original, tmp_path: Path
) -> None:
    vaults = original.copy(tmp_path / "here")
    with vaults:
        make(vaults.open())
    key_file.path_of(vaults.path).write_bytes(b"{}")
    vaults.path.write_bytes(spoilt(vaults.path.read_bytes(), [2], drawing(1)))
    assert rescued(vaults, tmp_path / "out.vault").cases == 200
    key_file.path_of(vaults.path).unlink()
    assert rescued(vaults, tmp_path / "second.vault").cases == 200


def test_who_was_forgotten_stays_forgotten(original: Original, tmp_path: Path) -> None:
    vaults = original.copy(tmp_path / "here")
    with vaults:
        vault = vaults.open()
        make(vault)
        forget = [Forgotten(by="0417", why="due")]
        vault.append(CASE_1, forget, actor="0417", wall_ms=80_000, pack="p@1")
        vault.append(CASE_2, [Closed(outcome="told", at="")], actor="0417", wall_ms=1, pack="p@1")
    heavy = max(range(len(original.lost)), key=lambda page: len(original.lost[page]))
    vaults.path.write_bytes(spoilt(vaults.path.read_bytes(), [heavy], drawing(2)))
    result = rescued(vaults, tmp_path / "out.vault")
    assert result.unkeyed == 0
    with Vaults(tmp_path / "out.vault") as made:
        vault = made.open()
        assert vault.case(CASE_1).forgotten
        assert vault.case(CASE_1).text("name") == ""
        assert vault.case(CASE_2).text("name") == "张2"


def test_a_forged_event_is_not_rescued(original: Original, tmp_path: Path) -> None:
    """Whoever has the database open but not the chain key can write what no rescue believes."""
    vaults = original.copy(tmp_path / "here")
    with vaults:
        vault = vaults.open()
        with session.writing(vault.database) as connection:
            connection.exec_driver_sql("DROP TRIGGER events_refuse_update")
            connection.exec_driver_sql("UPDATE events SET actor = '0666' WHERE seq = 20")
            connection.exec_driver_sql("UPDATE events SET mac = zeroblob(32) WHERE seq = 30")
    result = rescued(vaults, tmp_path / "out.vault")
    assert [(gap.first, gap.last) for gap in result.gaps] == [(20, 20), (30, 30)]


def test_numbers_go_on_after_the_last_one_given(original: Original, tmp_path: Path) -> None:
    vaults = original.copy(tmp_path / "here")
    rescued(vaults, tmp_path / "out.vault")
    with Vaults(tmp_path / "out.vault") as made:
        vault = made.open()

        def opening(number: str) -> list[Payload]:
            return [CaseOpened(number=number, received_at="", first_receiver="0417")]

        day = date(2026, 11, 22)
        events = vault.open_case(opening, day=day, actor="0417", wall_ms=99_999, pack="")
        assert vault.case(events[0].case).number == "CD20261122-201"


def test_nothing_is_overwritten_and_what_cannot_be_is_said(
    original: Original, tmp_path: Path
) -> None:
    vaults = original.copy(tmp_path / "here")
    before = vaults.path.read_bytes()
    with pytest.raises(VaultExists):
        rescue.rescue(vaults.path, vaults.path, PASSWORD, projector=project, wall_ms=1)
    with pytest.raises(WrongPassword):
        rescue.rescue(vaults.path, tmp_path / "o", "wrong", projector=project, wall_ms=1)
    with pytest.raises(VaultMissing):
        rescue.rescue(tmp_path / "no", tmp_path / "o", PASSWORD, projector=project, wall_ms=1)
    vaults.path.write_bytes(drawing(3).randbytes(len(before)))
    with pytest.raises(VaultDamaged):
        rescued(vaults, tmp_path / "o")
    assert not list(tmp_path.glob("o.rescuing*"))
    assert not (tmp_path / "o").exists()


@given(st.binary(max_size=3 * PAGE), st.binary(max_size=2 * PAGE))
def test_bytes_of_any_kind_are_read_without_a_fault(content: bytes, logged: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        path.with_name("x-wal").write_bytes(logged)
        pages = RawPages(path, bytes(32), bytes(16))
        assert list(pages.rows()) == []
        pages.close()


@given(st.binary(max_size=PAGE))
def test_records_of_any_kind_are_taken_or_left(body: bytes) -> None:
    with contextlib.suppress(ValueError, IndexError):
        assert isinstance(raw_pages.values_of(body), tuple)


@given(st.sets(st.integers(1, 300)), st.integers(0, 400))
def test_gaps_are_what_is_not_there(there: set[int], last: int) -> None:
    places = Places()
    for seq in there:
        places.add(seq)
    places.last = max(places.last, last)
    missing = {seq for first, end in places.gaps() for seq in range(first, end + 1)}
    assert missing == set(range(1, places.last + 1)) - there
    assert places.count == len(there)
