"""What goes back from head office, and the drop folder that it watches."""

import threading
from pathlib import Path

import msgspec
import pytest

from desk.bundles import cards, reading
from desk.domain.calendars import CalendarYear
from desk.domain.exchange import AnyFrame, Confirmed, Sent, Transfer
from desk.domain.sync_events import BundleTaken
from desk.errors import BadInput, BundleUnread, CaseUnknown, KnownError, NotAllowed
from desk.packs import carried
from desk.services import hub_imports, hub_receipts, hub_watch
from desk.services.hub_imports import Imported
from tests.store import offices
from tests.store.desks import Desk
from tests.store.hubs import story
from tests.store.offices import Counter, Office

YEAR = """
year: 2027
source: 国办发明电〔2026〕9号
days:
  - {first: 2027-01-01, last: 2027-01-03, works: false, name: {zh: 元旦, en: New Year}}
"""


def sent(receipt: hub_receipts.Receipt, counter: Counter) -> list[Sent]:
    found: list[AnyFrame] = []
    reading.look(receipt.path).read(counter.desk.keys.identity, found.append)
    return [frame for frame in found if isinstance(frame, Sent)]


def receipt(office: Office, counter: Counter) -> hub_receipts.Receipt:
    folder = office.folder
    (made,) = hub_receipts.receipt(office.session, counter.branch, folder, counter.desk.id)
    return made


def test_a_receipt_confirms_and_brings_until_it_is_taken(office: Office, one: Counter) -> None:
    office.enrol("CD")
    office.enrol("XX")
    office.welcome(one)
    one.does("c1", *story("n1"))
    (taken,) = office.take(*one.export(office))
    calendar = office.folder / "2027.yaml"
    calendar.write_text(YEAR, encoding="utf-8")
    stamp = office.session.engine.pack.stamp
    assert hub_receipts.publish_pack(office.session, stamp).branches == ("CD", "XX")
    hub_receipts.publish_calendar(office.session, calendar, ["CD"])
    hub_receipts.publish_message(office.session, "请注意", "周五盘点", ["CD"])
    hub_receipts.publish_message(office.session, "别处", "与此无关", ["XX"])
    made = receipt(office, one)
    manifest = reading.look(made.path).manifest
    assert (manifest.kind, manifest.number, manifest.recipient) == ("receipt", 1, one.desk.id)
    assert manifest.have == {one.desk.id: office.have("CD")[one.desk.id]}
    frames = sent(made, one)
    told = [frame for frame in frames if frame.what == "confirmed"]
    assert taken.sha256 in {msgspec.json.decode(one.data, type=Confirmed).sha256 for one in told}
    rest = {frame.what: frame for frame in frames if frame.what != "confirmed"}
    pack, year, message = rest["pack"], rest["calendar"], rest["message"]
    assert carried.unpacked(pack.data).stamp == stamp == pack.name
    assert msgspec.json.decode(year.data, type=CalendarYear).year == 2027
    assert (message.name, message.data.decode()) == ("请注意", "周五盘点")
    again = receipt(office, one)
    assert (again.number, len(again.items)) == (2, 3)
    assert reading.look(again.path).manifest.previous == made.sha256
    one.desk.vault.record(
        BundleTaken(
            peer=office.id,
            type="receipt",
            name="",
            number=2,
            sha256=again.sha256,
            events=0,
            cases=0,
            have={},
        ),
        actor="0417",
        wall_ms=one.desk.now,
    )
    office.take(*one.export(office))
    assert receipt(office, one).items == ()


def test_what_is_published_again_takes_the_place(office: Office, one: Counter) -> None:
    office.enrol("CD")
    office.enrol("CD-1", parent="CD")
    office.welcome(one)
    stamp = office.session.engine.pack.stamp
    for _twice in range(2):
        done = hub_receipts.publish_pack(office.session, stamp, ["CD"])
        assert done.branches == ("CD", "CD-1")
    assert receipt(office, one).items == (stamp,)


def test_what_cannot_be_published(office: Office) -> None:
    office.enrol("CD")
    bad = office.folder / "bad.yaml"
    bad.write_text("year: soon", encoding="utf-8")
    for work, kind in (
        (lambda: hub_receipts.publish_pack(office.session, "x@1.0.0"), BadInput),
        (lambda: hub_receipts.publish_calendar(office.session, bad), BadInput),
        (lambda: hub_receipts.publish_calendar(office.session, bad / "none"), BadInput),
        (lambda: hub_receipts.publish_message(office.session, " ", "x"), BadInput),
        (lambda: hub_receipts.publish_message(office.session, "x", "y", ["ZZ"]), NotAllowed),
        (lambda: hub_receipts.receipt(office.session, "ZZ", office.folder), NotAllowed),
        (lambda: hub_receipts.receipt(office.session, "CD", office.folder), NotAllowed),
    ):
        with pytest.raises(kind):
            work()


def test_a_case_passes_to_another_branch(office: Office, desks: list[Desk], one: Counter) -> None:
    office.enrol("CD")
    office.enrol("CX")
    office.welcome(one)
    other = Counter(desks[1], "CX", one.folder)
    office.welcome(other)
    one.does("c1", *story("n1"))
    office.take(*one.export(office))
    hub_receipts.transfer(office.session, "CD", "c1", "CX", "属地办理")
    with pytest.raises(CaseUnknown):
        hub_receipts.transfer(office.session, "CD", "c9", "CX")
    with pytest.raises(NotAllowed):
        hub_receipts.transfer(office.session, "CD", "c1", "CD")
    for counter, fields in ((one, False), (other, True)):
        (frame,) = (
            one for one in sent(receipt(office, counter), counter) if one.what == "transfer"
        )
        told = msgspec.json.decode(frame.data, type=Transfer)
        assert (told.number, told.from_branch, told.to_branch) == ("n1", "CD", "CX")
        assert told.fields.get("name") == ("王小明" if fields else None)


class Ends:
    """A wait that says after so many rounds that somebody wants an end."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds

    def __call__(self, seconds: float) -> bool:
        if seconds:
            self.left -= 1
        return self.left <= 0


def watched(office: Office, drop: Path, rounds: int = 3) -> list[Imported]:
    found: list[Imported] = []
    hub_watch.watch(office.session, drop, wait=Ends(rounds), report=found.append, pause=1)
    return found


def test_the_drop_folder(office: Office, one: Counter, tmp_path: Path) -> None:
    office.enrol("CD")
    office.welcome(one)
    drop = one.folder = tmp_path / "drop"
    drop.mkdir()
    one.does("c1", *story("n1"))
    (whole,) = one.export(office)
    one.does("c1", *story("n1")[1:])
    known = {head.device: head.seq - 2 for head in one.desk.vault.heads()}
    pieces = one.export(office, known, part_bytes=900)
    (drop / "bad.cdx").write_bytes(b"CDXB" + b"\xff" * 60)
    (drop / "half.cdx.part").write_bytes(b"CDXB")
    (drop / "other.txt").write_bytes(b"x")
    missing = pieces[1].read_bytes()
    pieces[1].unlink()
    found = watched(office, drop)
    assert {each.name: each.outcome for each in found} == {
        "bad.cdx": "refused",
        whole.name: "taken",
    }
    assert sorted(path.name for path in (drop / "refused").iterdir()) == ["bad.cdx", "bad.cdx.txt"]
    shas = {each.name: each.sha256 for each in found}
    mark = cards.read_mark(drop / f"{whole.name}.read")
    assert (mark.sha256, mark.hub) == (shas[whole.name], office.id)
    assert [path.name for path in (drop / "taken").iterdir()] == [whole.name]
    (made,) = (drop / "receipts").iterdir()
    assert reading.look(made).manifest.recipient == one.desk.id
    assert pieces[0].exists()
    pieces[1].write_bytes(missing)
    assert [each.outcome for each in watched(office, drop)] == ["taken"]
    assert not any(piece.exists() for piece in pieces)
    assert (drop / "half.cdx.part").exists()
    assert watched(office, drop) == []


def test_a_file_still_growing_is_left_alone(office: Office, one: Counter, tmp_path: Path) -> None:
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *story("n1"))
    (path,) = one.export(office)
    content, drop = path.read_bytes(), tmp_path / "drop"
    drop.mkdir()
    growing = drop / path.name
    rounds = 0

    def wait(seconds: float) -> bool:
        nonlocal rounds
        rounds += bool(seconds)
        if seconds and rounds <= 3:
            growing.write_bytes(content[: len(content) * rounds // 3])
        return rounds > 6

    found: list[Imported] = []
    hub_watch.watch(office.session, drop, wait=wait, report=found.append, pause=1)
    assert [each.outcome for each in found] == ["taken"]


def test_what_was_left_in_the_middle_is_taken_up_again(
    office: Office, one: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.enrol("CD")
    office.welcome(one)
    drop = one.folder = tmp_path / "drop"
    drop.mkdir()
    one.does("c1", *story("n1"))
    one.export(office)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(hub_imports, "take", killed)
        with pytest.raises(KeyboardInterrupt):
            watched(office, drop)
    assert list((drop / "taking").rglob("*.cdx"))
    assert [each.outcome for each in watched(office, drop)] == ["taken"]
    assert not list((drop / "taking").rglob("*.cdx"))


def test_a_database_that_is_gone_loses_no_file(
    office: Office,
    one: Counter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    office.enrol("CD")
    office.welcome(one)
    drop = one.folder = tmp_path / "drop"
    drop.mkdir()
    one.does("c1", *story("n1"))
    (path,) = one.export(office)

    def gone(*_given: object) -> None:
        raise KnownError("hub_unreachable", database="", reason="")

    with monkeypatch.context() as patch, caplog.at_level("CRITICAL"):
        patch.setattr(hub_imports, "take", gone)
        assert watched(office, drop) == []
    assert path.exists()
    assert [each.outcome for each in watched(office, drop)] == ["taken"]


def test_a_strange_file_that_trips_the_program_stops_no_other(
    office: Office,
    one: Counter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    office.enrol("CD")
    office.welcome(one)
    drop = one.folder = tmp_path / "drop"
    drop.mkdir()
    one.does("c1", *story("n1"))
    (path,) = one.export(office)
    (drop / "a.cdx").write_bytes(path.read_bytes())
    take = hub_imports.take

    def trips(office_: object, opened: reading.Opened, name: str = "") -> object:
        if opened.paths[0].name == "a.cdx":
            raise ZeroDivisionError
        return take(office_, opened, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hub_imports, "take", trips)
    with caplog.at_level("CRITICAL"):
        found = watched(office, drop)
    assert {each.name: each.outcome for each in found} == {"a.cdx": "refused", path.name: "taken"}


def test_a_folder_is_taken_in_bundle_by_bundle(
    office: Office, one: Counter, tmp_path: Path
) -> None:
    """As the window does it: a look, one call a bundle, and receipts at the end."""
    office.enrol("CD")
    office.welcome(one)
    drop = one.folder = tmp_path / "drop"
    with pytest.raises(BundleUnread):
        hub_watch.look(office.session, drop, {})
    drop.mkdir()
    one.does("c1", *story("n1"))
    parts = one.export(office, part_bytes=400)
    assert len(parts) > 1
    (drop / "bad.cdx").write_bytes(b"no bundle")
    first = hub_watch.look(office.session, drop, {})
    assert first.bundles == (), "what may still be written is left"
    second = hub_watch.look(office.session, drop, first.seen)
    assert set(second.bundles) == {(drop / "bad.cdx",), parts}
    (taken,) = hub_watch.take_up(office.session, drop, parts)
    assert taken.outcome == "taken"
    assert hub_watch.take_up(office.session, drop, parts) == (), "another was quicker"
    (bad,) = hub_watch.take_up(office.session, drop, (drop / "bad.cdx",))
    assert bad.outcome == "refused"
    hub_watch.answer(office.session, drop, (taken, bad))
    assert len(list((drop / "receipts").iterdir())) == 1


def test_two_head_offices_at_one_folder(desks: list[Desk], tmp_path: Path) -> None:
    """Each file is taken up by one of them, and each only once."""
    first = offices.office(desks[2], tmp_path / "first")
    second = offices.office(desks[1], tmp_path / "second")
    drop = tmp_path / "drop"
    drop.mkdir()
    count = 40
    for number in range(count):
        (drop / f"{number:02}.cdx").write_bytes(b"no bundle")
    found: list[Imported] = []
    places = [
        hub_watch._Folders(drop, drop / "taking" / office.id, drop / "receipts")
        for office in (first, second)
    ]

    def work(place: hub_watch._Folders) -> None:
        seen: hub_watch._Seen = {}
        for _round in range(3):
            for names in hub_watch._dropped(place, seen):
                found.append(Imported(names[0].name, "refused"))  # noqa: PERF401

    threads = [threading.Thread(target=work, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(each.name for each in found) == [f"{number:02}.cdx" for number in range(count)]
