"""Attachments beside a real vault: taken in, found whole, opened, copied, taken out, swept."""

import errno
import hashlib
import io
import itertools
import random
import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.events import Attached, Detached, Exported, Forgotten, Revealed
from desk.domain.media import MOST_BYTES
from desk.errors import (
    AttachmentLost,
    BadInput,
    CannotWrite,
    DiskFull,
    FolderMissing,
    Halted,
    KnownError,
    NotAllowed,
    NotAttached,
    NotReplaced,
)
from desk.services import attachments, cases, reports
from desk.services.history import history
from desk.services.sentences import sentence
from desk.services.session import Session
from desk.store import attachments as store
from desk.store import session, switch
from desk.store.pace import Pace
from tests.media_files import pdf, png, wav
from tests.store.crew import AUDITOR, HEAD, SECOND, TELLER, Crew, crew_in

PAPER = pdf()
WORDS = "客户王芳的通话记录：手续费五十二元。".encode() * 40
LARGE = 64 * 1024 * 1024


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with crew_in(tmp_path) as made:
        yield made


@pytest.fixture
def teller(crew: Crew) -> Session:
    return crew.at_desk(TELLER)


@pytest.fixture
def case(teller: Session) -> str:
    return cases.open_case(teller, source="S_SELF").case.id


def folder(session: Session) -> Path:
    return store.folder_of(session.vault.database.path)


def there(session: Session) -> list[str]:
    """The names of all files beside the vault."""
    return sorted(path.name for path in folder(session).rglob("*") if path.is_file())


def add(session: Session, case: str, content: bytes, name: str = "a") -> attachments.Item:
    return attachments.add(session, case, io.BytesIO(content), name).item


def faults(session: Session) -> list[str]:
    return [f"{found.code} {found.detail.split()[0]}" for found in store.faults(session.vault)]


def test_a_file_goes_in_and_comes_out_whole(teller: Session, case: str, tmp_path: Path) -> None:
    source = tmp_path / "凭证 1.pdf"
    source.write_bytes(PAPER)
    told: list[float] = []
    added = attachments.add(teller, case, source, source.name, " 客户交来 ", told.append)
    assert added.is_new
    item = added.item
    assert (item.name, item.size, item.note) == ("凭证 1.pdf", len(PAPER), "客户交来")
    assert (item.media_type, item.by) == ("application/pdf", TELLER.name)
    assert told[-1] == 1.0
    listed = attachments.listing(teller, case)
    assert [(one.file, one.by) for one in listed] == [(item.file, TELLER.name)]
    opened = attachments.reveal(teller, case, item.file)
    assert attachments.content(opened) == PAPER
    assert opened.key not in repr(opened)
    last = teller.vault.events(case)[-1].payload
    assert last == Revealed(field=f"attachment/{item.file}")
    assert faults(teller) == []


def test_nothing_of_it_is_on_the_disk_in_plain_words(
    teller: Session, case: str, tmp_path: Path
) -> None:
    item = add(teller, case, WORDS, "王芳的通话.txt")
    opened = attachments.reveal(teller, case, item.file)
    assert attachments.content(opened) == WORDS
    teller.rest()
    plain = ("王芳".encode(), WORDS[:30], opened.key.encode())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(part in content for part in plain), path
            assert "王芳" not in path.name


def test_the_same_file_is_told_and_kept_once_in_a_case_and_apart_in_another(
    crew: Crew, teller: Session, case: str
) -> None:
    first = attachments.add(teller, case, io.BytesIO(PAPER), "a.pdf")
    again = attachments.add(teller, case, io.BytesIO(PAPER), "b.pdf")
    assert (again.is_new, again.item.name) == (False, "a.pdf")
    assert len(there(teller)) == 1
    other = cases.open_case(teller, source="S_SELF").case.id
    apart = attachments.add(teller, other, io.BytesIO(PAPER), "a.pdf")
    assert apart.is_new
    assert apart.item.file != first.item.file
    assert len(there(teller)) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\0\x03\0\0\0", "attachment_kind"),
        (b"<html><script>1</script>", "attachment_kind"),
        (b"", "attachment_empty"),
    ],
)
def test_what_is_no_paper_picture_or_sound_is_refused_and_leaves_nothing(
    teller: Session, case: str, content: bytes, reason: str
) -> None:
    before = teller.vault.case(case).count
    with pytest.raises(NotAttached) as refused:
        add(teller, case, content, "photo.jpg")
    assert refused.value.params["reason"] == reason
    assert there(teller) == []
    assert teller.vault.case(case).count == before
    assert "{" not in sentence(refused.value)


def test_too_large_is_refused_by_its_size_or_by_what_comes(
    teller: Session, case: str, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    with large.open("wb") as stream:
        stream.write(png())
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(NotAttached) as by_size:
        attachments.add(teller, case, large, large.name)
    with large.open("rb") as stream, pytest.raises(NotAttached) as by_stream:
        attachments.add(teller, case, stream, large.name)
    assert by_size.value.params == by_stream.value.params
    assert by_size.value.params["most"] == 200
    assert there(teller) == []


def test_a_source_that_cannot_be_read_is_told_as_such(
    teller: Session, case: str, tmp_path: Path
) -> None:
    class PulledOut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "gone")

    for source in (tmp_path, tmp_path / "nowhere.pdf", PulledOut(PAPER)):
        with pytest.raises(NotAttached) as refused:
            attachments.add(teller, case, source, "a.pdf")
        assert refused.value.params["reason"] == "attachment_unreadable"
    assert there(teller) == []


def test_memory_stays_flat_however_large_a_file_is(
    teller: Session, case: str, tmp_path: Path
) -> None:
    source = tmp_path / "large.png"
    with source.open("wb") as stream:
        stream.write(png())
        stream.truncate(LARGE)
    place = attachments.folder(teller, case)
    with source.open("rb", buffering=0) as unbuffered:
        tracemalloc.start()
        try:
            taken = attachments.encrypt(place, unbuffered)
            opened = attachments.reveal(
                teller, case, attachments.keep(teller, case, taken, "large.png").item.file
            )
            copy = attachments.draft_copy(opened, tmp_path / "copy.png")
            found = list(store.faults(teller.vault))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found == []
    assert copy.path.stat().st_size == LARGE
    assert peak < LARGE / 8
    with pytest.raises(BadInput):
        attachments.content(attachments.Opened(over(opened.item), opened.folder, opened.key))


def over(item: attachments.Item) -> attachments.Item:
    """The same file with a size beyond what is shown."""
    import dataclasses

    return dataclasses.replace(item, size=attachments.MOST_SHOWN + 1)


def test_a_stop_leaves_nothing(teller: Session, case: str, tmp_path: Path) -> None:
    item = add(teller, case, WORDS)
    opened = attachments.reveal(teller, case, item.file)
    place = attachments.folder(teller, case)
    with pytest.raises(Halted):
        attachments.encrypt(place, io.BytesIO(PAPER), stop=lambda: True)
    with pytest.raises(Halted):
        attachments.draft_copy(opened, tmp_path / "a.txt", stop=lambda: True)
    assert there(teller) == [item.file]
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*.part"))


def test_a_full_disk_is_told_and_leaves_nothing(
    teller: Session, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(DiskFull):
            add(teller, case, PAPER)

    class Crowded(io.BytesIO):
        def write(self, _piece: object) -> int:
            raise OSError(errno.ENOSPC, "full")

    def crowded_target(_stream: object) -> object:
        return target_of(Crowded())

    target_of = store._Target
    with monkeypatch.context() as patch:
        patch.setattr(store, "_Target", crowded_target)
        for content in (PAPER, png() + bytes(300_000)):  # the library tells only of the second
            with pytest.raises(DiskFull):
                add(teller, case, content)
    assert there(teller) == []
    assert add(teller, case, PAPER).size == len(PAPER)


def test_an_event_that_cannot_be_written_takes_its_file_with_it(
    teller: Session, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = attachments.encrypt(attachments.folder(teller, case), io.BytesIO(PAPER))

    def full(*_arguments: object, **_more: object) -> None:
        raise DiskFull(path="vault")

    with monkeypatch.context() as patch:
        patch.setattr(type(teller.vault), "append", full)
        with pytest.raises(DiskFull):
            attachments.keep(teller, case, taken, "a.pdf")
    assert there(teller) == []
    assert attachments.listing(teller, case) == ()


KILLED = """
    import io, os, sys
    from pathlib import Path
    from desk.store import attachments

    class Slow(io.BytesIO):
        def read(self, size=-1):
            piece = super().read(70_000)
            if self.tell() > 600_000:
                os._exit(9)  # as a power cut: nothing is tidied up
            return piece

    attachments.seal(Path(sys.argv[1]), Slow(sys.stdin.buffer.read()))
"""


def test_what_a_killed_program_left_is_swept_and_nothing_else(teller: Session, case: str) -> None:
    kept = add(teller, case, WORDS)
    picture = png() + bytes(1_000_000)
    dead = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(folder(teller))],
        input=picture,
        check=False,
    )
    assert dead.returncode == 9
    taken = attachments.encrypt(attachments.folder(teller, case), io.BytesIO(PAPER))
    store.put(folder(teller), taken)  # killed before the event
    going_on = attachments.encrypt(attachments.folder(teller, case), io.BytesIO(PAPER))
    assert faults(teller) == ["attachment orphan"] * 2
    assert store.sweep(teller.vault) == 2
    assert there(teller) == sorted([kept.file, going_on.draft.name])
    assert faults(teller) == []
    assert store.sweep(teller.vault) == 0
    assert attachments.keep(teller, case, going_on, "b.pdf").is_new


def test_files_that_a_vault_kept_aside_may_need_stay(teller: Session, case: str) -> None:
    taken = attachments.encrypt(attachments.folder(teller, case), io.BytesIO(PAPER))
    store.put(folder(teller), taken)
    path = teller.vault.database.path
    aside = switch.aside_of(path, "20261106T090500")
    aside.write_bytes(b"the vault of before")
    assert store.sweep(teller.vault) == 0
    assert faults(teller) == []
    aside.unlink()
    assert store.sweep(teller.vault) == 1


@pytest.mark.parametrize("public", [b"", b"[]", b'{"file":7}', b"\xff\xfe", "{}"])
def test_an_event_nobody_can_read_any_more_costs_no_file(
    teller: Session, case: str, public: bytes | str
) -> None:
    items = [add(teller, case, PAPER), add(teller, case, WORDS)]
    first = "(SELECT min(position) FROM events WHERE kind = 'attached')"
    with session.writing(teller.vault.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER events_refuse_update")
        changed = f"UPDATE events SET public = ? WHERE position = {first}"  # noqa: S608
        connection.exec_driver_sql(changed, (public,))
    assert store.sweep(teller.vault) == 0
    assert store.release(teller.vault, [items[0].file]) == 0
    assert faults(teller) == []  # that the event was changed, the chain tells
    assert len(there(teller)) == 2


def test_whose_files_there_are_is_found_without_going_through_the_log(teller: Session) -> None:
    with session.reading(teller.vault.database) as connection:
        asked = str(store._TOLD.compile(dialect=connection.dialect))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    assert any("ix_events_files" in str(row) for row in plan)


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), cut=st.booleans())
def test_every_change_of_a_file_is_found_and_never_shown(
    whole: tuple[Session, str, attachments.Item, bytes], at: int, bit: int, *, cut: bool
) -> None:
    session, case, item, encrypted = whole
    path = store.place(folder(session), item.file)
    changed = bytearray(encrypted)
    if cut:
        del changed[at % len(changed) :]
    else:
        changed[at % len(changed)] ^= 1 << bit
    path.write_bytes(changed)
    assert faults(session) == ["attachment altered"]
    opened = attachments.Opened(
        item, folder(session), session.vault.case(case).attachments[0].key or ""
    )
    with pytest.raises(AttachmentLost) as lost:
        attachments.content(opened)
    assert "{" not in sentence(lost.value)
    path.write_bytes(encrypted)


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Session, str, attachments.Item, bytes]]:
    """A case with one attachment, and what lies on the disk of it."""
    with crew_in(tmp_path_factory.mktemp("whole")) as crew:
        session = crew.at_desk(TELLER)
        case = cases.open_case(session, source="S_SELF").case.id
        item = add(session, case, WORDS * 60)
        yield session, case, item, store.place(folder(session), item.file).read_bytes()


def test_a_missing_file_is_found_and_told(teller: Session, case: str) -> None:
    item = add(teller, case, PAPER)
    store.place(folder(teller), item.file).unlink()
    assert faults(teller) == ["attachment missing"]
    with pytest.raises(AttachmentLost):
        attachments.content(attachments.reveal(teller, case, item.file))


def test_a_file_of_another_case_in_its_place_is_not_shown(teller: Session, case: str) -> None:
    item, other = add(teller, case, PAPER), add(teller, case, WORDS)
    foreign = store.place(folder(teller), other.file).read_bytes()
    store.place(folder(teller), item.file).write_bytes(foreign)
    with pytest.raises(AttachmentLost):
        attachments.content(attachments.reveal(teller, case, item.file))


def test_taken_out_with_a_reason_the_file_goes(teller: Session, case: str) -> None:
    stays, goes = add(teller, case, PAPER), add(teller, case, WORDS)
    with pytest.raises(NotAllowed):
        attachments.remove(teller, case, goes.file, "  ")
    left = attachments.remove(teller, case, goes.file, "传错了")
    assert [one.file for one in left] == [stays.file]
    assert there(teller) == [stays.file]
    assert teller.vault.events(case)[-1].payload == Detached(file=goes.file, reason="传错了")
    with pytest.raises(BadInput):
        attachments.reveal(teller, case, goes.file)
    with pytest.raises(BadInput):
        attachments.remove(teller, case, goes.file, "again")
    back = attachments.add(teller, case, io.BytesIO(WORDS), "a")
    assert back.is_new
    assert faults(teller) == []


def test_a_forgotten_case_forgets_its_files_and_takes_no_more(
    crew: Crew, teller: Session, case: str
) -> None:
    add(teller, case, PAPER)
    attachments.remove(teller, case, add(teller, case, WORDS).file, "传错了")
    other = cases.open_case(teller, source="S_SELF").case.id
    stays = add(teller, other, WORDS)
    teller.write(case, Forgotten(by=HEAD.id, why="due"))
    assert store.forget(teller.vault, case) == 1
    assert there(teller) == [stays.file]
    assert faults(teller) == []
    [told] = attachments.listing(teller, case)
    assert (told.name, told.note, told.size) == ("", "", len(PAPER))
    with pytest.raises(AttachmentLost):
        attachments.reveal(teller, case, told.file)
    with pytest.raises(NotAllowed) as refused:
        add(teller, case, png())
    assert refused.value.params["reason"] == "case_forgotten"


def test_an_event_from_elsewhere_names_no_file_outside_the_folder(
    teller: Session, case: str, tmp_path: Path
) -> None:
    victim = tmp_path / "precious"
    victim.write_bytes(b"here")
    evil = "../../precious"
    teller.write(case, Attached(file=evil, size=4, media="text/plain", name="a.txt", key="x"))
    assert store.release(teller.vault, [evil]) == 0
    with pytest.raises(AttachmentLost):
        attachments.content(attachments.reveal(teller, case, evil))
    attachments.remove(teller, case, evil, "foreign")
    teller.write(case, Forgotten(by=HEAD.id, why="due"))
    store.forget(teller.vault, case)
    assert victim.read_bytes() == b"here"


def test_who_may_do_what(crew: Crew, teller: Session, case: str) -> None:
    item = add(teller, case, PAPER)
    for person in (SECOND, AUDITOR):
        session = crew.at_desk(person)
        assert len(attachments.listing(session, case)) == 1
        for forbidden in (
            lambda s=session: attachments.reveal(s, case, item.file),
            lambda s=session: add(s, case, WORDS),
            lambda s=session: attachments.remove(s, case, item.file, "no"),
        ):
            with pytest.raises(NotAllowed):
                forbidden()
    assert attachments.content(attachments.reveal(crew.head, case, item.file)) == PAPER
    assert len(there(teller)) == 1


def saved(session: Session, case: str, file: str, target: Path) -> Path:
    opened = attachments.reveal(session, case, file)
    return attachments.publish(session, case, opened, attachments.draft_copy(opened, target))


def test_a_copy_is_recorded_and_bears_the_ending_of_what_it_is(
    teller: Session, case: str, tmp_path: Path
) -> None:
    item = add(teller, case, WORDS, "run.bat")
    assert item.name == "run.bat.txt"
    path = saved(teller, case, item.file, tmp_path / "run.bat")
    assert path == tmp_path / "run.bat.txt"
    assert path.read_bytes() == WORDS
    told = teller.vault.happenings()[-1].payload
    assert isinstance(told, Exported)
    assert (told.what, told.format, told.count, told.case) == ("attachment", "text/plain", 1, case)
    assert saved(teller, case, item.file, path).read_bytes() == WORDS
    with pytest.raises(NotReplaced):
        saved(teller, case, item.file, tmp_path / "run.bat")
    with pytest.raises(FolderMissing):
        saved(teller, case, item.file, tmp_path / "nowhere" / "a.txt")
    (tmp_path / "taken.txt").mkdir()
    with pytest.raises(CannotWrite):
        saved(teller, case, item.file, tmp_path / "taken.txt")
    assert not list(tmp_path.glob(".*.part"))


def test_an_unrecorded_copy_is_not_out(
    teller: Session, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = add(teller, case, WORDS)
    opened = attachments.reveal(teller, case, item.file)
    draft = attachments.draft_copy(opened, tmp_path / "a.txt")

    def full(*_payloads: object, **_more: object) -> None:
        raise DiskFull(path="vault")

    monkeypatch.setattr(type(teller.vault), "record", full)
    with pytest.raises(KnownError):
        attachments.publish(teller, case, opened, draft)
    assert not (tmp_path / "a.txt").exists()
    assert not draft.path.exists()


def test_many_comings_and_goings_leave_what_the_events_say(teller: Session) -> None:
    chance, numbers = random.Random(4), itertools.count()  # noqa: S311 - no secret
    places = [cases.open_case(teller, source="S_SELF").case.id for _ in range(3)]
    expected: dict[str, list[str]] = {case: [] for case in places}
    for _turn in range(40):
        case = chance.choice(places)
        if expected[case] and chance.random() < 0.4:
            file = expected[case].pop(chance.randrange(len(expected[case])))
            attachments.remove(teller, case, file, "x")
        else:
            expected[case].append(add(teller, case, wav() + bytes([next(numbers)])).file)
    for case, files in expected.items():
        assert [one.file for one in attachments.listing(teller, case)] == files
    assert there(teller) == sorted(itertools.chain(*expected.values()))
    assert faults(teller) == []
    assert store.sweep(teller.vault) == 0


def test_the_pace_is_asked_for_every_block(tmp_path: Path) -> None:
    told: list[float] = []
    source = tmp_path / "a.png"
    source.write_bytes(png() + bytes(5 * 1024 * 1024))
    taken = store.seal(tmp_path / "files", source, Pace(report=told.append))
    assert len(told) >= 5
    assert told == sorted(told)
    assert taken.draft.stat().st_size > 5 * 1024 * 1024


def test_the_report_for_the_file_lists_them_and_the_customers_does_not(
    crew: Crew, teller: Session, case: str
) -> None:
    attachments.add(teller, case, io.BytesIO(PAPER), "合同.pdf", "客户交来")
    figure = hashlib.sha256(PAPER).hexdigest()[:16]
    internal = "\n".join(reports.compose(teller, case, "internal", "zh").texts())
    for words in ("合同.pdf · 客户交来", "文档（PDF） · 1 KB", figure):
        assert words in internal
    customer = "\n".join(reports.compose(teller, case, "customer", "zh").texts())
    assert "合同.pdf" not in customer
    assert figure not in customer
    teller.write(case, Forgotten(by=HEAD.id, why="due"))
    assert "合同.pdf" not in "\n".join(reports.compose(teller, case, "internal", "en").texts())


def test_history_and_audit_tell_of_them(crew: Crew, teller: Session, case: str) -> None:
    attachments.reveal(teller, case, add(teller, case, PAPER, "合同.pdf").file)
    told = [(line.what, line.detail) for line in history(teller, case)][-2:]
    assert told == [("添加附件", "合同.pdf"), ("打开了附件", "")]
