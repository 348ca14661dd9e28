"""Pages under strain: long, empty and odd contents are all there, headings stay with theirs."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.documents import preview
from desk.documents.report import render
from desk.documents.typeset import shown
from desk.domain.report import (
    Box,
    Boxes,
    Checklist,
    Day,
    Entry,
    Fact,
    Facts,
    Paragraphs,
    Pill,
    Prose,
    Run,
    Section,
    Signature,
    Signatures,
    Subheading,
    Table,
    Timeline,
)
from tests.papers import FONTS, body, page_texts, squeezed, with_blocks

LONG = "客户讲述经过，柜面逐句记录；" * 700  # about six pages
SHORT = Entry("10:26", "要点", "复述", "记录", "王")


def test_long_texts_go_on_over_pages_and_lose_nothing() -> None:
    sections = (
        Section("一、段落", (Paragraphs((Prose.of(LONG),)),)),
        Section("二、方框", (Boxes((Box("原话", (Prose.of(LONG),), 3), Box("诉求", (), 2))),)),
        Section("三、长格", (Facts((Fact("说明", LONG + "甲"),)),)),
        Section("四、长行", (Table(("事项",), ((LONG + "乙",),)),)),
    )
    pdf, pages = render(with_blocks(*sections), FONTS)
    text = body(pdf)
    assert pages > 15
    assert LONG in text
    assert text.count("客户讲述经过，柜面逐句记录；") >= 4 * 700 - 60  # cut by labels and pages
    assert LONG[:-14] + LONG[:14] + "甲" in text
    assert LONG + "乙" in text.replace("事项", "")


def test_a_table_repeats_its_head_and_keeps_every_row() -> None:
    days = tuple(
        Day(
            f"2026-11-{day:02} 周几",
            tuple(
                Entry(f"{hour:02}:{day:02}", f"第{day}天{hour}时客户讲", "", "", "")
                for hour in range(20)
            ),
        )
        for day in range(1, 11)
    )
    report = with_blocks(
        Section("二、经过", (Timeline(("时间", "客户方", "我方", "依据", "经办"), days),))
    )
    pdf, count = render(report, FONTS)
    pages = page_texts(pdf)
    assert count == len(pages) >= 7
    assert all("客户方" in page and "我方" in page for page in pages)
    assert not any("依据" in page for page in pages), "a column nobody wrote in"
    text = "".join(pages)
    for day in days:
        assert all(squeezed(entry.theirs) in text for entry in day.entries)
    for page in pages:  # a date never stands last on a page
        rows = re.findall(r"周几|客户讲", page)
        assert rows[-1] != "周几"


@given(before=st.integers(0, 45))
@settings(max_examples=25, deadline=None)
def test_a_heading_is_never_the_last_on_a_page(before: int) -> None:
    filler = Paragraphs(tuple(Prose.of("填充的一行") for _ in range(before)))
    report = with_blocks(
        Section("一、前文", (filler,)),
        Section(
            "二、标题在此",
            (Subheading("小标题"), Table(("表头",), (("正文甲",), ("正文乙",)))),
        ),
    )
    pages = page_texts(render(report, FONTS)[0])
    page = next(page for page in pages if "二、标题在此" in page)
    assert "小标题" in page
    assert "正文甲" in page


@given(before=st.integers(0, 45), rows=st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_places_to_sign_never_stand_alone_on_a_page(before: int, rows: int) -> None:
    filler = Paragraphs(tuple(Prose.of("填充的一行") for _ in range(before)))
    table = Table(("表头",), tuple((f"末表第{at}行",) for at in range(rows)))
    places = Signatures((Signature("经办人", "签字", "日期"),), note="签收说明")
    report = with_blocks(Section("一、前文", (filler, table, places)))
    pages = page_texts(render(report, FONTS)[0])
    page = next(page for page in pages if "签字" in page)
    assert "签收说明" in page
    assert f"末表第{rows - 1}行" in page


@given(st.lists(st.sampled_from(["短", "很长的内容，" * 8]), max_size=9))
@settings(max_examples=25, deadline=None)
def test_no_fact_is_lost_where_short_ones_fill_the_line(values: list[str]) -> None:
    facts = tuple(Fact(f"项{at}", f"{at}{value}") for at, value in enumerate(values))
    text = body(render(with_blocks(Section("一、基本情况", (Facts(facts),))), FONTS)[0])
    for fact in facts:
        assert text.count(f"{fact.label}{fact.value}") == 1


def test_empty_parts_are_drawn_and_say_so() -> None:
    report = with_blocks(
        Section("一、空", ()),
        Section("二、空表", (Table(("甲", "乙"), (), "暂无记录"),)),
        Section(
            "三、都空",
            (
                Facts(()),
                Boxes(()),
                Paragraphs(()),
                Table(("丙",), ()),
                Timeline(("时", "客", "我", "据", "人"), (), "未记经过"),
                Checklist("清单", "0 / 0", 0, 0, ()),
                Signatures(()),
                Paragraphs((Prose.of(""),)),
                Facts((Fact("", "", Pill("")),)),
            ),
        ),
    )
    text = body(render(report, FONTS)[0])
    assert "二、空表甲乙暂无记录" in text or "二、空表暂无记录甲乙" in text
    assert "未记经过" in text
    assert preview.page_count(render(with_blocks(), FONTS)[0]) == 1


def test_control_characters_are_shown_by_their_code_and_shapeless_ones_left_out() -> None:
    assert shown("甲\x07乙") == "甲‹U+0007›乙"
    assert shown("付款\u202e001") == "付款‹U+202E›001"
    assert shown("\ud83d") == "‹U+D83D›"
    assert shown("张\u200b三\ufeff\u00ad葛\U000e0100") == "张三葛"
    assert shown("a\tb\u00a0c\u2003d") == "a b c d"
    assert shown("一\r\n二\r三\u2028四") == "一\n二\n三\n四"


PRINTABLE = st.text(
    st.one_of(
        st.sampled_from(
            "的一是不了在人有我他这个们来到时大地为子中你说生国年着就那和要她出也得里后"
        ),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.sampled_from("，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—～·￥％①④〇"),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        st.sampled_from("𫖯䶮㛃éüß€№℃±×÷≤→\u3000\n\t"),
    ),
    max_size=160,
)


@given(first=PRINTABLE, second=PRINTABLE, third=PRINTABLE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_stored_is_what_the_page_says(first: str, second: str, third: str) -> None:
    report = with_blocks(
        Section(
            "一、任意",
            (
                Paragraphs((Prose((Run(first), Run(second, strong=True))),)),
                Boxes((Box("甲", (Prose.of(second),)), Box("乙", (Prose.of(third),)))),
                Table(("丙", "丁"), ((third, first),)),
                Facts((Fact("戊", second, Pill(third[:12])), Fact("己", first))),
            ),
        )
    )
    text = body(render(report, FONTS)[0])
    for stored in (first + second, second, third, third[:12]):
        assert squeezed(shown(stored)) in text
