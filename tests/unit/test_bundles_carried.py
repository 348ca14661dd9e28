"""Sticks that are pulled, shares that go, full disks: a sentence, and nothing half-made."""

import errno
import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from desk.bundles import cards, faults, reading
from desk.errors import BundleUnread, BundleUnwritten, FolderMissing, KnownError
from desk.services import sentences
from tests.unit import bundle_files as made

REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EIO: "unreachable",
    errno.ENODEV: "unreachable",
    errno.ESTALE: "unreachable",
    errno.EBADF: "unreachable",
}


class Stick(io.FileIO):
    """A file that fails once so many calls went well."""

    left = 0
    fault = errno.EIO
    calls = 0

    def _work(self) -> None:
        type(self).calls += 1
        if type(self).calls > type(self).left:
            raise OSError(type(self).fault, os.strerror(type(self).fault))

    def write(self, data: object, /) -> int:
        self._work()
        return super().write(data)  # type: ignore[arg-type]

    def readinto(self, buffer: object, /) -> int:
        self._work()
        return super().readinto(buffer)  # type: ignore[arg-type]

    def seek(self, place: int, whence: int = 0, /) -> int:
        self._work()
        return super().seek(place, whence)


@pytest.fixture
def stick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, int], None]]:
    """Makes every file that is opened fail after some calls, in a way of the system's."""

    def opened(path: Path, mode: str) -> object:
        raw = Stick(path, mode.replace("b", ""))
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedReader(raw)

    def pulled(left: int, fault: int) -> None:
        Stick.left, Stick.fault, Stick.calls = left, fault, 0
        monkeypatch.setattr(Path, "open", opened)

    yield pulled
    monkeypatch.undo()


def failure(work: Callable[[], object]) -> KnownError | None:
    """What a person is told of a piece of work; None when it comes to its end."""
    try:
        work()
    except KnownError as known:
        return known
    return None


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("fault", sorted(REASONS))
def test_a_stick_pulled_at_any_moment_of_writing(
    tmp_path: Path, stick: Callable[[int, int], None], fault: int
) -> None:
    target = tmp_path / "x.cdx"
    target.write_bytes(b"the one before")
    for left in range(100):
        stick(left, fault)
        known = failure(lambda: made.write(target))
        stick(10_000, fault)
        if known is None:
            break
        assert isinstance(known, BundleUnwritten)
        assert known.params == {"path": str(target), "reason": REASONS[fault]}
        assert target.read_bytes() == b"the one before"
        assert names(tmp_path) == ["x.cdx"]
    assert 3 < left < 99
    assert made.read(target) == list(made.frames())


def test_a_stick_pulled_at_any_moment_of_reading(
    tmp_path: Path, stick: Callable[[int, int], None]
) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0]
    pieces = made.write(tmp_path / "y.cdx", part_bytes=900).paths
    for path in (whole, pieces[0]):
        for left in range(200):
            stick(left, errno.EIO)
            known = failure(partial(made.read, path))
            if known is None:
                break
            assert isinstance(known, BundleUnread)
            assert known.params["reason"] == "unreachable"
            assert str(known.params["path"]).startswith(str(tmp_path))
        assert 3 < left < 199


@pytest.mark.parametrize("when", ["fsync", "replace"])
def test_a_disk_that_is_full_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    target = tmp_path / "x.cdx"
    target.write_bytes(b"the one before")

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if when == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    for write in (made.write, lambda path: cards.write_card(path, made.CARD, made.sign)):
        with pytest.raises(BundleUnwritten):
            write(target)
    assert target.read_bytes() == b"the one before"
    assert names(tmp_path) == ["x.cdx"]


def test_a_share_that_went_keeps_its_draft_and_says_the_first_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENODEV, "No such device")

    unlink = Path.unlink
    monkeypatch.setattr(os, "fsync", gone)
    monkeypatch.setattr(
        Path, "unlink", lambda path, **named: gone() if path.exists() else unlink(path, **named)
    )
    with pytest.raises(BundleUnwritten) as caught:
        made.write(tmp_path / "x.cdx")
    assert caught.value.params["reason"] == "unreachable"
    assert names(tmp_path) == ["x.cdx.part"]
    monkeypatch.undo()
    made.write(tmp_path / "x.cdx")
    assert names(tmp_path) == ["x.cdx"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    target = tmp_path / "stick" / "x.cdx"
    for write in (made.write, lambda path: cards.write_card(path, made.CARD, made.sign)):
        with pytest.raises(FolderMissing) as caught:
            write(target)
        assert caught.value.params == {"path": str(target), "folder": str(target.parent)}
    assert names(tmp_path) == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for read in (reading.look, cards.read_card, cards.read_enrolment):
        with pytest.raises(BundleUnread) as caught:
            read(tmp_path / "x.cdx")
        assert caught.value.params == {"path": str(tmp_path / "x.cdx"), "reason": "file_gone"}


def test_a_file_that_goes_between_looking_and_reading(tmp_path: Path) -> None:
    opened = reading.look(made.write(tmp_path / "x.cdx").paths[0])
    (tmp_path / "x.cdx").unlink()
    with pytest.raises(BundleUnread):
        opened.read(made.IDENTITY, lambda _frame: None)


def test_a_file_that_may_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.write(tmp_path / "x.cdx")

    def refuse(*_given: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BundleUnread) as caught:
        reading.look(tmp_path / "x.cdx")
    assert caught.value.params["reason"] == "not_readable"


def test_links_where_a_bundle_is_written_are_replaced_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    target = tmp_path / "x.cdx"
    target.symlink_to(precious)
    target.with_name("x.cdx.part").symlink_to(precious)
    made.write(target)
    assert precious.read_bytes() == b"precious"
    assert not target.is_symlink()
    assert made.read(target) == list(made.frames())


def test_the_words_of_reading_and_writing_faults_name_the_place() -> None:
    for kind in (BundleUnread, BundleUnwritten):
        for reason in {*REASONS.values(), "file_gone", "not_readable"}:
            known: KnownError = kind(path="E:/x.cdx", reason=reason)
            told = sentences.sentence(known)
            assert "E:/x.cdx" in told
            assert reason not in told


def test_a_draft_is_whole_before_it_has_its_name(tmp_path: Path) -> None:
    with faults.draft(tmp_path / "x") as stream:
        stream.write(b"content")
        assert names(tmp_path) == ["x.part"]
    assert (tmp_path / "x").read_bytes() == b"content"
    assert names(tmp_path) == ["x"]
