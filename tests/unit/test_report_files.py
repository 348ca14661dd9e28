"""Writing a report: whole or not at all, and never over what is no report."""

import datetime as dt
import errno
import os
from pathlib import Path

import pytest

from desk.documents.fonts import FontSet
from desk.documents.report import draft_report
from desk.domain.report import CaseReport, Paragraphs, Prose, Seal, Section
from desk.errors import CannotWrite, DiskFull, FolderMissing, NotReplaced

FONTS = FontSet()
REPORT = CaseReport(
    copy="customer",
    language="zh",
    number="CD20261121-001",
    title="消费投诉答复书",
    branch="城东支行",
    branch_line="城东支行",
    copy_label="投诉人留存件",
    generated_at=dt.datetime(2026, 11, 24, 16, 2, tzinfo=dt.UTC),
    generated_by="赵（0233）",
    device="PC02",
    pack_label="1.0.0",
    rules_label="cn-nfra-2020-3",
    seal=Seal.of("7f3a91c20d5e4b88", 42),
    sections=(Section("一、基本情况", (Paragraphs((Prose.of("已核实。"),)),)),),
)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_full_disk_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"%PDF-old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull) as caught:
        draft_report(REPORT, target, FONTS).publish()
    assert caught.value.params["path"] == str(target)
    assert target.read_bytes() == b"%PDF-old"
    assert names(tmp_path) == ["report.pdf"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    target = tmp_path / "no" / "report.pdf"
    with pytest.raises(CannotWrite) as caught:
        draft_report(REPORT, target, FONTS).publish()
    assert caught.value.params["path"] == str(target)
    assert names(tmp_path) == []


def test_what_is_no_report_is_not_replaced(tmp_path: Path) -> None:
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"PK")
    for target in (letter, tmp_path):
        with pytest.raises(NotReplaced) as caught:
            draft_report(REPORT, target, FONTS).publish()
        assert caught.value.params["path"] == str(target)
    assert letter.read_bytes() == b"PK"
    assert names(tmp_path) == ["letter.docx"]


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing) as caught:
        draft_report(REPORT, tmp_path / "no" / "report.pdf", FONTS).publish()
    assert caught.value.params["folder"] == str(tmp_path / "no")
