"""The demonstration of exchange: a week with a loss, a duplicate and a conflict ends even."""

from pathlib import Path

import pytest

from desk import cli
from desk.errors import BadInput
from desk.services import sync_demo


def test_the_week_ends_with_everybody_knowing_the_same(tmp_path: Path) -> None:
    told: list[str] = []
    assert sync_demo.run(tmp_path / "week", told.append)
    words = "\n".join(told)
    assert "在路上丢了" in words
    assert "送来两次" in words
    assert "complainant_name" in words
    figures = [line.rpartition("，")[2] for line in told if "掌握" in line]
    assert len(figures) == 5
    assert len({*figures}) == 2, "one figure for each branch"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "embedded").mkdir()
    (tmp_path / "embedded" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput):
        sync_demo.run(tmp_path / "embedded", print)
    assert cli.main(["demo", "--sync", "--out", str(tmp_path)]) != 0
    assert (tmp_path / "embedded" / "mine.txt").read_text(encoding="utf-8") == "mine"
