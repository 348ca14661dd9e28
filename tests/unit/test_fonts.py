"""Characters without a font are named before anything is written; a user's font can lend them."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from desk import paths
from desk.documents import preview
from desk.documents.fonts import FontSet
from desk.documents.report import missing_glyphs, render, write_report
from desk.domain.report import CaseReport, Fact, Facts, Paragraphs, Prose, Seal, Section
from desk.errors import GlyphMissing

FONTS = FontSet()
RARE = "\U00020000"  # an ideograph of Extension B that Noto Sans SC lacks


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def squeezed(text: str) -> str:
    """A text without white space, which line breaks may add or take."""
    return re.sub(r"\s+", "", text)


def body(pdf: bytes) -> str:
    return squeezed("".join(preview.extract_text(pdf, body_only=True)))


def with_blocks(*sections: Section) -> CaseReport:
    return CaseReport(
        copy="internal",
        language="zh",
        number="TS-1121-014",
        title="消费投诉处理报告",
        branch="城东支行",
        branch_line="城东支行 · 消费者权益保护",
        copy_label="内部留存件",
        generated_at=dt.datetime(2026, 11, 24, 16, 2, tzinfo=dt.UTC),
        generated_by="赵（0233）",
        device="PC02",
        pack_label="cn-branch 2026.11",
        rules_label="cn-nfra-2020.3",
        seal=Seal.of("7f3a91c20d5e4b88", 42),
        sections=sections,
    )


def test_a_character_no_font_has_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    named = f"王{RARE}女士"
    report = with_blocks(Section("一、基本情况", (Facts((Fact("客户", named),)),)))
    target = tmp_path / "report.pdf"
    target.write_bytes(b"the report of yesterday")
    assert missing_glyphs(report, FONTS) == (RARE,)
    with pytest.raises(GlyphMissing) as caught:
        write_report(report, target, FONTS)
    assert caught.value.params["characters"] == RARE
    assert target.read_bytes() == b"the report of yesterday"
    assert names(tmp_path) == ["report.pdf"]


def test_a_font_in_the_users_folder_lends_the_characters_the_others_lack(tmp_path: Path) -> None:
    """Vera, which ReportLab brings along, has Latin only; Noto Sans SC plays the user's font."""
    import reportlab

    latin = Path(reportlab.__file__).parent / "fonts"
    poor = FontSet(latin / "Vera.ttf", latin / "VeraBd.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font at all")
    (tmp_path / "notes.txt").write_text("not a font")
    report = with_blocks(Section("A", (Paragraphs((Prose.of("Mr 张 · ok"),)),)))
    assert "张" in missing_glyphs(report, poor)
    assert missing_glyphs(report, replace(poor, folder=tmp_path)) == missing_glyphs(report, poor)
    (tmp_path / "NotoSansSC-Regular.ttf").symlink_to(paths.FONTS / "NotoSansSC-Regular.ttf")
    rich = replace(poor, folder=tmp_path)
    assert missing_glyphs(report, rich) == ()
    pdf, _ = render(report, rich)
    assert "Mr张·ok" in body(pdf)
    assert rich.face_for("M", strong=False) == poor.face_for("M", strong=False)


def test_ideographs_beyond_the_basic_plane_can_be_found_in_the_text() -> None:
    report = with_blocks(Section("𫖯", (Paragraphs((Prose.of("姓名：李𫖯、周𪨶、", "郑𫍯"),)),)))
    pdf, _ = render(report, FONTS)
    assert "姓名：李𫖯、周𪨶、郑𫍯" in body(pdf)
