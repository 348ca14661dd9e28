"""A four-page report through the program, against the same content in plain ReportLab flowables."""

import io
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from desk.documents.fonts import FontSet
from desk.documents.report import render
from desk.domain import report as told
from tests.bench.timing import Figure, interleaved, median

BENCH = "report"
_ROUNDS = 15
_MOST = 1.3
_WORDS = (
    "与理财经理核对签约录像：09:12 起讲解风险等级，未见对「到账日」的说明；"
    "客户两次询问「急用时能不能取」，答复为「随时可以」。"
    "已按溯源整改要求登记，由零售条线在 11 月 28 日前完成单式修订，"
    "并对近三个月同款产品签约逐笔回看，发现同类情形主动联系客户说明。"
)


def run() -> Iterator[Figure]:
    """Wall clock and processor time; the fonts are read before."""
    report, fonts = _report(), FontSet()
    pages = render(report, fonts)[1]
    plain = _Plain(fonts)
    least = plain.draw(report)
    works = (lambda _turn: render(report, fonts), lambda _turn: plain.draw(report))
    note = f"{pages} pages, the floor's {least}"
    for name, clock in (("wall clock", time.perf_counter_ns), ("processor", time.process_time_ns)):
        ours, floor = interleaved(works, _ROUNDS, clock=clock)
        yield Figure(
            BENCH,
            f"internal copy, {name}, p50",
            median(ours),
            floor=median(floor),
            most=_MOST,
            note=note,
        )


def _report() -> told.CaseReport:
    """A report of four pages, of every kind of block; all invented."""
    facts = told.Facts(
        tuple(told.Fact(f"项目{at}", f"第 {at} 项的内容，2026-11-{at + 10}") for at in range(8))
    )
    boxes = told.Boxes(
        (
            told.Box("客户原话要点", (told.Prose.of(_WORDS),), 3),
            told.Box("诉求", (told.Prose.of("尽快取到款项；有人负责到底"),), 2),
        )
    )
    entries = tuple(
        told.Entry(f"1{at % 10}:26", _WORDS[:40], _WORDS[20:70], "接待记录", "王")
        for at in range(12)
    )
    timeline = told.Timeline(
        ("时间", "客户方", "我方", "依据", "经办"), (told.Day("2026-11-21 周六", entries),)
    )
    table = told.Table(
        (
            "",
            "决定",
            "依据",
            "时限",
        ),
        tuple((str(at), _WORDS[:36], "本行应急服务授权 3.2", "11-21 12:00") for at in range(8)),
    )
    items = tuple(
        told.CheckItem(
            "done", _WORDS[:44], "网点负责人 · 30 分钟内", told.Pill("已办 10:41", "good")
        )
        for _ in range(12)
    )
    checklist = told.Checklist("E1 监管转办与 12378", "12 / 12 项已办", 12, 12, items)
    notes = told.Paragraphs(tuple(told.Prose.of(f"{at}. {_WORDS}") for at in range(1, 8)))
    sections = (
        told.Section("一、基本情况", (facts,)),
        told.Section("二、诉求与经过", (boxes, timeline)),
        told.Section("三、处理决定与依据", (table,)),
        told.Section("四、清单", (checklist,)),
        told.Section("五、备注", (notes,)),
    )
    return told.CaseReport(
        copy="internal",
        language="zh",
        number="TS-1121-014",
        title="消费投诉处理报告",
        branch="城东支行",
        branch_line="城东支行 · 消费者权益保护",
        copy_label="内部留存件",
        generated_at=datetime(2026, 11, 24, 16, 2, tzinfo=timezone(timedelta(hours=8))),
        generated_by="赵（0233）",
        device="城东支行-PC02",
        pack_label="cn-branch 2026.11",
        rules_label="cn-nfra-2020.3",
        seal=told.Seal.of("7f3a91c20d5e4b8896aa31f0c2d7e5b4908f1a6cd3e2b7f4a5c6d7e8f9010203", 42),
        sections=sections,
    )


class _Plain:
    """The same texts as paragraphs and tables of ReportLab's own, wrapped by its own CJK rule."""

    def __init__(self, fonts: FontSet) -> None:
        from reportlab.lib.styles import ParagraphStyle

        names = {strong: fonts.main(strong=strong).name for strong in (False, True)}
        self._body = ParagraphStyle(
            "body", fontName=names[False], fontSize=9, leading=14.5, wordWrap="CJK"
        )
        self._head = ParagraphStyle(
            "head", fontName=names[True], fontSize=10.5, leading=15, wordWrap="CJK", spaceBefore=10
        )

    def draw(self, report: told.CaseReport) -> int:
        """Draw the report into memory; how many pages it took."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        file = io.BytesIO()
        document = SimpleDocTemplate(
            file, pagesize=A4, leftMargin=43.5, rightMargin=43.5, topMargin=90, bottomMargin=60
        )
        flow: list[Any] = [self._text(f"{report.title} {report.number}", head=True)]
        for section in report.sections:
            flow.append(self._text(section.title, head=True))
            for block in section.blocks:
                flow += self._block(block)
        footer = f"{report.branch_line} · {report.copy_label} · {report.pack_label}"

        def decorate(canvas: Any, _document: object) -> None:  # noqa: ANN401 - untyped library
            canvas.setFont(self._body.fontName, 8.25)
            canvas.drawString(43.5, 40, footer)
            canvas.drawString(500, 40, str(canvas.getPageNumber()))

        document.build(flow, onFirstPage=decorate, onLaterPages=decorate)
        return int(document.page)

    def _text(self, words: str, *, head: bool = False) -> Any:  # noqa: ANN401
        from reportlab.platypus import Paragraph

        return Paragraph(words, self._head if head else self._body)

    def _table(self, rows: list[list[str]], shares: tuple[int, ...]) -> Any:  # noqa: ANN401
        from reportlab.lib.colors import HexColor
        from reportlab.platypus import LongTable, TableStyle

        whole = sum(shares)
        return LongTable(
            [[self._text(cell) for cell in row] for row in rows],
            colWidths=[508 * share / whole for share in shares],
            style=TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor("#E8EDF0"))]),
        )

    def _block(self, block: told.Block) -> list[Any]:
        match block:
            case told.Paragraphs():
                return [self._text(_words((prose,))) for prose in block.items]
            case told.Checklist():
                title = self._text(f"{block.title} {block.progress}", head=True)
                lines = [["✓", one.text, one.detail, one.state.text] for one in block.items]
                return [title, self._table(lines, (22, 276, 130, 80))]
            case _:
                return [self._grid(block)]

    def _grid(self, block: told.Block) -> Any:  # noqa: ANN401
        match block:
            case told.Facts():
                cells = [text for fact in block.items for text in (fact.label, fact.value)]
                return self._table([cells[at : at + 4] for at in range(0, len(cells), 4)], (1,) * 4)
            case told.Boxes():
                texts = [f"{box.label}：{_words(box.paragraphs)}" for box in block.boxes]
                return self._table([texts], tuple(box.share for box in block.boxes))
            case told.Timeline():
                rows = [list(block.headings)]
                for day in block.days:
                    rows.append([day.label, "", "", "", ""])
                    rows += [[e.at, e.theirs, e.ours, e.basis, e.by] for e in day.entries]
                return self._table(rows, (46, 152, 172, 90, 48))
            case told.Table():
                body = [[str(cell) for cell in row] for row in block.rows]
                return self._table([list(block.columns), *body], (1, 8, 7, 4))
            case _:
                raise TypeError(f"the report of this bench has no {type(block).__name__}")


def _words(paragraphs: tuple[told.Prose, ...]) -> str:
    return "".join(run.text for prose in paragraphs for run in prose.runs)
