"""Parts of a bundle: any file names, one folder; what is missing, foreign or damaged is named."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.bundles import parts, reading
from desk.errors import BundleRefused, BundleUnwritten, FolderMissing, Halted
from tests.unit import bundle_files as made

PART = 900


def written(folder: Path, name: str = "x.cdx") -> tuple[Path, ...]:
    found = made.write(folder / name, part_bytes=PART).paths
    assert len(found) >= 3
    return found


def refused(where: Path | tuple[Path, ...]) -> dict[str, object]:
    """The reason of a refusal with its parameters."""
    with pytest.raises(BundleRefused) as caught:
        reading.look(where).read(made.IDENTITY, lambda _frame: None)
    return dict(caught.value.params)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_parts_are_no_longer_than_asked_and_any_of_them_opens_all(tmp_path: Path) -> None:
    found = written(tmp_path)
    count = len(found)
    assert names(tmp_path) == [f"x.cdx.{number}of{count}" for number in range(1, count + 1)]
    assert all(path.stat().st_size <= PART for path in found)
    for path in found:
        assert made.read(path) == list(made.frames())


def test_the_order_and_the_names_of_parts_do_not_matter(tmp_path: Path) -> None:
    found = written(tmp_path)
    for order in itertools.permutations(found[:3]):
        frames: list[object] = []
        reading.look((*order, *found[3:])).read(made.IDENTITY, frames.append)
        assert frames == list(made.frames())
    found[0].rename(tmp_path / "swap")
    found[1].rename(found[0])
    (tmp_path / "swap").rename(found[1])
    found[2].rename(tmp_path / "从 U 盘拷来的.cdx (1)")
    assert made.read(found[0]) == list(made.frames())


def test_a_bundle_that_fits_is_left_whole(tmp_path: Path) -> None:
    assert made.write(tmp_path / "x.cdx", part_bytes=1 << 20).paths == (tmp_path / "x.cdx",)


def test_missing_parts_are_named(tmp_path: Path) -> None:
    found = written(tmp_path)
    found[1].unlink()
    assert refused(found[0]) == {"reason": "part_missing", "parts": (2,)}
    found[0].unlink()
    assert refused(found[2]) == {"reason": "part_missing", "parts": (1, 2)}


def test_parts_of_another_bundle_are_named_and_beside_it_do_no_harm(tmp_path: Path) -> None:
    found = written(tmp_path)
    other = written(tmp_path, "y.cdx")
    assert made.read(found[0]) == list(made.frames())
    mixed = (found[0], other[1], *found[2:])
    assert refused(mixed) == {"reason": "part_foreign", "parts": (other[1].name,)}
    shutil.copy(other[1], found[1])
    assert refused(found[0]) == {"reason": "part_missing", "parts": (2,)}


def test_the_same_part_twice_does_no_harm(tmp_path: Path) -> None:
    found = written(tmp_path)
    shutil.copy(found[1], tmp_path / "x (1).cdx.2of3")
    assert made.read(found[0]) == list(made.frames())


def test_two_different_parts_of_one_number_are_named(tmp_path: Path) -> None:
    found = written(tmp_path)
    again = tmp_path / "x (1).cdx.2of3"
    changed = bytearray(found[1].read_bytes())
    changed[60] ^= 1  # in the hash of the piece
    again.write_bytes(changed)
    told = refused(found[0])
    assert told["reason"] == "part_changed"
    assert set(told["parts"]) == {again.name, found[1].name}  # type: ignore[call-overload]


def test_a_whole_bundle_among_the_parts_is_none(tmp_path: Path) -> None:
    found = written(tmp_path)
    whole = made.write(tmp_path / "z.cdx").paths[0]
    assert refused((whole, *found)) == {"reason": "not_ours"}


def test_one_bit_changed_in_any_part_it_is_refused_and_the_part_named(tmp_path: Path) -> None:
    found = written(tmp_path)
    for index, path in enumerate(found):
        whole = path.read_bytes()
        for at in range(len(whole)):
            changed = bytearray(whole)
            changed[at] ^= 1 << at * 5 % 8
            path.write_bytes(changed)
            told = refused(found[(index + 1) % len(found)])
            if at >= 37:  # behind magic, format and bundle the part is known for what it is
                assert told["reason"] in {"part_changed", "part_missing"}, at
            if at >= 57:  # the piece's hash, and the piece
                assert told == {"reason": "part_changed", "parts": (path.name,)}, at
        path.write_bytes(whole)
    assert made.read(found[0]) == list(made.frames())


def test_a_part_cut_at_any_byte_is_named(tmp_path: Path) -> None:
    found = written(tmp_path)
    whole = found[1].read_bytes()
    for end in range(len(whole)):
        found[1].write_bytes(whole[:end])
        told = refused(found[0])
        wanted = {"part_missing": (2,)} if end < 4 else {"part_changed": (found[1].name,)}
        assert {told["reason"]: told["parts"]} == wanted, end
    found[1].write_bytes(whole + b"x")
    assert refused(found[0]) == {"reason": "part_changed", "parts": (found[1].name,)}


def test_a_part_of_a_newer_format_is_told(tmp_path: Path) -> None:
    found = written(tmp_path)
    whole = found[0].read_bytes()
    found[0].write_bytes(whole[:4] + b"\x02" + whole[5:])
    assert refused(found[0]) == {"reason": "too_new"}


def test_parts_that_do_not_meet_are_named(tmp_path: Path) -> None:
    found = written(tmp_path)
    whole = bytearray(found[1].read_bytes())
    whole[41:49] = (7).to_bytes(8)
    found[1].write_bytes(whole)
    assert refused(found[0]) == {"reason": "part_changed", "parts": (found[1].name,)}


def test_a_link_that_leads_nowhere_does_no_harm(tmp_path: Path) -> None:
    found = written(tmp_path)
    (tmp_path / "a.cdx.2of9").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.cdx").mkdir()
    assert made.read(found[0]) == list(made.frames())


def test_cutting_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0]
    stick = tmp_path / "stick"
    stick.mkdir()

    def stop(share: float) -> None:
        if share > 0.4:
            raise Halted

    with pytest.raises(Halted):
        parts.cut(whole, stick, PART, stop)
    first = names(stick)
    assert 0 < len(first) < 4
    before = {path: path.stat().st_mtime_ns for path in stick.iterdir()}
    damaged = stick / first[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    del before[damaged]
    found = parts.cut(whole, stick, PART)
    assert made.read(found[-1]) == list(made.frames())
    assert all(path.stat().st_mtime_ns == then for path, then in before.items())
    assert names(stick) == [path.name for path in found]


def test_a_full_stick_keeps_the_parts_that_are_whole(
    tmp_path: Path, full_after: Callable[[int], None]
) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0]
    stick = tmp_path / "stick"
    stick.mkdir()
    full_after(1)
    with pytest.raises(BundleUnwritten) as caught:
        parts.cut(whole, stick, PART)
    assert caught.value.params["reason"] == "disk_full"
    assert len(names(stick)) == 1


@pytest.fixture
def full_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A disk that takes so many files and then no more."""
    import errno
    import os

    def fill(count: int) -> None:
        left = [count]
        real = os.fsync

        def fsync(handle: int) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(handle)

        monkeypatch.setattr("desk.bundles.faults._flush_folder", lambda _folder: None)
        monkeypatch.setattr(os, "fsync", fsync)

    return fill


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0]
    with pytest.raises(FolderMissing) as caught:
        parts.cut(whole, tmp_path / "stick", PART)
    assert caught.value.params["folder"] == str(tmp_path / "stick")


def test_too_many_parts_are_a_fault_of_whoever_asked(tmp_path: Path) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0]
    for size in (0, 89, -1):
        with pytest.raises(ValueError, match="too many"):
            parts.cut(whole, tmp_path, size)
