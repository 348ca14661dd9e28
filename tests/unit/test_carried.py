"""Packs as bytes: the same pack at the other end, and no way out of its folder."""

from pathlib import Path

import msgspec
import pytest

from desk import paths
from desk.errors import BadInput
from desk.packs import carried, loader, parts

FOLDER = paths.PACKS / "cn-branch"


def test_a_pack_arrives_as_it_was(tmp_path: Path) -> None:
    found = parts.contents(FOLDER)
    parts.write(carried.unpacked(carried.packed(found)), tmp_path)
    assert parts.digest(loader.load(tmp_path)) == parts.digest(loader.load(FOLDER))


OUTSIDE = ["../x.yaml", "/x.yaml", "a/../../x.yaml", "x.sh", "models/x.yaml"]


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_file_outside_the_folder(file: str) -> None:
    found = parts.contents(FOLDER)
    name = next(name for name, entries in found.lists.items() if entries)
    found.lists[name][0] = parts.Filed(file, found.lists[name][0].entry)
    with pytest.raises(BadInput):
        carried.unpacked(carried.packed(found))


def test_a_model_is_no_path() -> None:
    found = parts.contents(FOLDER)
    found.models["../x"] = "{}"
    with pytest.raises(BadInput):
        carried.unpacked(carried.packed(found))


@pytest.mark.parametrize("carrying", [b"", b"\xff", b"{}", b"[" * 10_000, msgspec.json.encode([])])
def test_anything_else_is_no_pack(carrying: bytes) -> None:
    with pytest.raises(BadInput):
        carried.unpacked(carrying)
