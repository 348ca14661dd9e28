"""Characters without a font are named before anything is written; a user's font can lend them."""

from dataclasses import replace
from pathlib import Path

import pytest

from desk import paths
from desk.documents.fonts import FontSet
from desk.documents.report import draft_report, missing_glyphs, render
from desk.domain.report import Fact, Facts, Paragraphs, Prose, Section
from desk.errors import GlyphMissing
from tests.papers import FONTS, body, with_blocks

RARE = "\U00020000"  # an ideograph of Extension B that Noto Sans SC lacks


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_character_no_font_has_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    named = f"王{RARE}女士"
    report = with_blocks(Section("一、基本情况", (Facts((Fact("客户", named),)),)))
    target = tmp_path / "report.pdf"
    target.write_bytes(b"the report of yesterday")
    assert missing_glyphs(report, FONTS) == (RARE,)
    with pytest.raises(GlyphMissing) as caught:
        draft_report(report, target, FONTS)
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
