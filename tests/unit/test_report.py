"""The report as text: what counts as shown, and how a seal is written."""

import datetime as dt

import pytest

from desk.documents.marks import seal_mark
from desk.domain.report import (
    CaseReport,
    Fact,
    Facts,
    Pill,
    Prose,
    Run,
    Seal,
    Section,
    Table,
)


def test_a_seal_is_the_head_of_the_chain_in_three_groups() -> None:
    assert Seal.of("7f3a91c20d5e4b88", 42).code == "7F3A-91C2-0D5E"


@pytest.mark.parametrize(
    ("number", "written"),
    [("TS-1121-014", "TS-1121-014"), ("A:B", "A%3AB"), ("50%3A", "50%253A"), ("东:1", "东%3A1")],
)
def test_a_seal_mark_has_five_parts_whatever_the_number_holds(number: str, written: str) -> None:
    mark = seal_mark(number, Seal.of("7f3a91c20d5e4b88", 42))
    assert mark == f"DESK1:{written}:7F3A-91C2-0D5E:42:7F3A91C20D5E4B88"


def test_prose_alternates_plain_and_strong() -> None:
    assert Prose.of("a", "b", "", "c").runs == (
        Run("a"),
        Run("b", strong=True),
        Run("c", strong=True),
    )


def test_texts_are_what_the_paper_shows_in_order() -> None:
    report = CaseReport(
        copy="customer",
        language="zh",
        number="TS-1",
        title="报告",
        branch="城东支行",
        branch_line="城东支行 · 消保",
        copy_label="客户联",
        generated_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        generated_by="赵",
        device="PC02",
        pack_label="p",
        rules_label="r",
        seal=Seal.of("7f3a91c20d5e4b88", 3),
        sections=(
            Section(
                "一",
                (
                    Facts((Fact("客户", "张", Pill("已核", "good")), Fact("空", ""))),
                    Table((), ((Prose.of("甲", "乙"), "丙", Pill("丁")),), "无"),
                ),
            ),
        ),
    )
    assert report.texts() == (
        *("TS-1", "报告", "城东支行 · 消保", "客户联", "赵", "PC02", "p", "r", "7F3A-91C2-0D5E"),
        *("一", "客户", "张", "已核", "空", "甲", "乙", "丙", "丁", "无"),
    )
