"""The case report as a file: what is on its pages is what was stored, and nothing else is left."""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import segno

from desk.documents import preview
from desk.documents.report import draft_report, render
from desk.documents.typeset import shown
from desk.domain.report import (
    Box,
    Boxes,
    CaseReport,
    CheckItem,
    Checklist,
    Day,
    Entry,
    Fact,
    Facts,
    Mark,
    Paragraphs,
    Pill,
    Prose,
    Seal,
    Section,
    Signature,
    Signatures,
    Subheading,
    Table,
    Timeline,
)
from tests.papers import FONTS, body, page_texts, seal_mark, squeezed, whole

HEAD = "7f3a91c20d5e4b8896aa31f0c2d7e5b4908f1a6cd3e2b7f4a5c6d7e8f9010203"

# --- a realistic report: story (a), a redemption not on the day promised; all invented ------

BASICS = Section(
    "一、基本情况",
    (
        Facts(
            (
                Fact("客户", "张** · 138****2207 · 本人"),
                Fact("受理时间", "2026-11-21 10:26（现场 · 2 号窗）"),
                Fact("业务类别", "个人理财 › 代销 › 赎回时效"),
                Fact("答复期限", "2026-12-06", Pill("第 1 天 / 15 天")),
                Fact("投诉原因", "信息披露 · 销售时告知不充分"),
                Fact("首问负责", "王（0417）  现责任人 赵（0233）"),
                Fact("涉及权益", "知情权、受尊重权"),
                Fact("来源 / 阶段", "自诉件 / 协商"),
            )
        ),
    ),
)
COURSE = Section(
    "二、诉求与经过",
    (
        Boxes(
            (
                Box(
                    "客户原话要点",
                    (
                        Prose.of(
                            "买时说随时能取，今日来取被告知要等三天；等着交住院押金；"
                            "认为被「打发」，称将拨打 12378。"
                        ),
                    ),
                    3,
                ),
                Box(
                    "诉求（已与客户核对）",
                    (Prose.of("明说：尽快取到款项"), Prose.of("在意：被尊重；有人负责到底")),
                    2,
                ),
            )
        ),
        Timeline(
            ("时间", "客户方", "我方", "依据", "经办"),
            (
                Day(
                    "2026-11-21 周六",
                    (
                        Entry(
                            "10:26",
                            "到店要求当日赎回，说明住院押金须在中午前交齐",
                            "接待、安排洽谈区；复述要点，客户确认",
                            "接待记录",
                            "王",
                        ),
                        Entry(
                            "10:33",
                            "",
                            "查询产品说明书与签约确认，赎回需 T+1 清算",
                            "说明书第 4 页；签约单",
                            "王",
                        ),
                        Entry(
                            "10:36",
                            "",
                            "负责人到场；说明到账日，提出两项办法",
                            "授权清单 3.2",
                            "赵",
                        ),
                        Entry(
                            "10:44",
                            "客户选择办法二：当日以存单质押周转，费用减免",
                            "",
                            "客户确认（录音编号 0417-1044）",
                            "赵",
                        ),
                    ),
                ),
                Day(
                    "2026-11-24 周二",
                    (Entry("15:40", "表示款项已用上，感谢回访", "电话回访", "回访记录", "赵"),),
                ),
            ),
        ),
    ),
)
FINDING = Section(
    "三、核实与认定",
    (
        Paragraphs(
            (
                Prose.of(
                    "产品赎回时效在说明书中载明；签约时一次性告知单未列「到账日」，口头说明不完整。",
                    "证据：客户部分持有；团队：有责；公司：无责",
                    "（责任归位矩阵 ④ 协商解决）。",
                ),
            )
        ),
    ),
)
DECISION = Section(
    "四、处理决定与依据",
    (
        Table(
            (
                "",
                "决定",
                "依据",
                "时限",
                "状态",
            ),
            (
                (
                    "1",
                    "当日办理质押周转，免收手续费",
                    "本行应急服务授权 3.2",
                    "11-21 12:00",
                    Pill("已办 11:52", "good"),
                ),
                (
                    "2",
                    "就告知不完整当面致歉",
                    "消保管理办法 · 知情权",
                    "当日",
                    Pill("已办", "good"),
                ),
                ("3", "销售确认单增加「到账日」一栏", "整改 ZG-029", "11-28", Pill("进行中")),
            ),
        ),
    ),
)
TELLING = Section(
    "五、告知与回访",
    (
        Paragraphs(
            (
                Prose.of(
                    "已当面告知处理结果；同时告知：如对处理决定有异议，可在收到决定之日起 30 日内"
                    "书面向上级机构申请核查，也可申请调解、仲裁或者提起诉讼。回访：11 月 24 日，",
                    "结果满意 5 · 过程满意 4 · 对待满意 5",
                    "。",
                ),
            )
        ),
        Signatures(
            (
                Signature("经办人", "签名", "日期"),
                Signature("复核人（负责人）", "签名", "日期"),
                Signature("客户确认", "签名", "日期"),
            ),
            "签名表示已收到本报告，不表示放弃申请核查、调解、仲裁或者诉讼的权利。",
        ),
    ),
)


def checklist(title: str, marks: tuple[Mark, ...]) -> Checklist:
    states = {
        "done": Pill("已办 10:41", "good"),
        "open": Pill("待办", "warn"),
        "not_applicable": Pill("不适用", "plain"),
    }
    items = tuple(
        CheckItem(
            mark,
            f"第 {at} 项：联系上级消保部门，说明事实、诉求与已采取的办法，并记下对方姓名与时间",
            "网点负责人 · 30 分钟内" if mark != "not_applicable" else "原因：客户未提出此项",
            states[mark],
        )
        for at, mark in enumerate(marks, start=1)
    )
    done = sum(mark != "open" for mark in marks)
    return Checklist(title, f"{done} / {len(marks)} 项已办", done, len(marks), items)


INTERNAL_PART = Section(
    "六、内部记录（不交客户）",
    (
        Subheading("快速评估"),
        Facts(
            (
                Fact("画像", "T2 信息公平优先", Pill("置信 0.85", "plain")),
                Fact("沟通阶段", "核实", Pill("尊重已完成", "good")),
                Fact("紧迫", "黄 · 38", Pill("留意", "warn")),
                Fact("升级风险", "橙 · 61", Pill("已启动 E1", "bad")),
                Fact(
                    "说明",
                    "客户提到 12378（Q9），情绪在接待 10 分钟后缓和；显性诉求与隐性需求有差距。",
                ),
            )
        ),
        checklist("E1 监管转办与 12378", ("done",) * 7 + ("not_applicable", "open")),
        checklist("E6 信息泄露防护", ("done", "done", "not_applicable", "open", "open")),
        Subheading("用语提示"),
        Table(
            ("原文", "类别", "建议", "处理"),
            (
                (
                    "「规定就是这样」",
                    "推责",
                    "「这一条是为了……，我把能办的两种办法说给您听」",
                    Pill("已改", "good"),
                ),
                (
                    "「保证今天到账」",
                    "超权承诺",
                    "「我现在去确认最早的到账时间，11 点前答复您」",
                    Pill("已改", "good"),
                ),
            ),
        ),
        Subheading("内部备注"),
        Paragraphs(
            tuple(
                Prose.of(
                    f"{at}. 与理财经理核对签约录像：09:12 起讲解风险等级，未见对「到账日」的说明；"
                    "客户两次询问「急用时能不能取」，答复为「随时可以」。已按溯源整改要求登记，"
                    "由零售条线在 11 月 28 日前完成单式修订，并对近三个月同款产品签约逐笔回看，"
                    "发现同类情形主动联系客户说明。"
                )
                for at in range(1, 12)
            )
        ),
        Paragraphs((Prose.of("备注按时间先后排列，只增不改。"),), quiet=True),
    ),
)


def internal_report() -> CaseReport:
    return CaseReport(
        copy="internal",
        language="zh",
        number="TS-1121-014",
        title="消费投诉处理报告",
        branch="城东支行",
        branch_line="城东支行 · 消费者权益保护",
        copy_label="内部留存件 · 客户信息已按岗位权限显示",
        generated_at=dt.datetime(2026, 11, 24, 16, 2, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        generated_by="赵（0233）",
        device="城东支行-PC02",
        pack_label="cn-branch 2026.11",
        rules_label="cn-nfra-2020.3",
        seal=Seal.of(HEAD, 42, checked=True),
        sections=(BASICS, COURSE, FINDING, DECISION, TELLING, INTERNAL_PART),
    )


def customer_report() -> CaseReport:
    return replace(
        internal_report(),
        copy="customer",
        copy_label="客户联 · 第三方信息已遮蔽",
        sections=(BASICS, COURSE, FINDING, DECISION, TELLING),
    )


def english_report() -> CaseReport:
    return replace(
        internal_report(),
        language="en",
        title="Complaint handling report",
        branch="Chengdong branch",
        branch_line="Chengdong branch · Consumer protection",
        copy_label="Internal copy · customer details shown by role",
        generated_by="Zhao (0233)",
        device="CHENGDONG-PC02",
        sections=(
            Section(
                "1  Basic facts",
                (
                    Facts(
                        (
                            Fact("Customer", "Zhang** · 138****2207 · in person"),
                            Fact("Received", "2026-11-21 10:26 (on site, window 2)"),
                            Fact("Business", "Personal wealth › agency sale › redemption time"),
                            Fact("Reply due", "2026-12-06", Pill("day 1 of 15")),
                            Fact("Cause", "Disclosure · incomplete explanation at the sale"),
                            Fact("First contact", "Wang (0417), now with Zhao (0233)"),
                            Fact("Rights touched", "Right to be informed, right to respect"),
                            Fact("Source / stage", "Made by the customer / negotiation"),
                        )
                    ),
                ),
            ),
            Section(
                "2  Request and course of events",
                (
                    Boxes(
                        (
                            Box(
                                "In the customer’s words",
                                (
                                    Prose.of(
                                        "“I was told I could take the money out any time; today "
                                        "I hear three days.” A hospital deposit is due. The "
                                        "customer feels brushed off and mentions 12378."
                                    ),
                                ),
                                3,
                            ),
                            Box(
                                "Request (confirmed)",
                                (
                                    Prose.of("Said: the money as soon as possible"),
                                    Prose.of("Meant: respect, and one person who sees it through"),
                                ),
                                2,
                            ),
                        )
                    ),
                    Timeline(
                        ("Time", "Customer", "Branch", "Basis", "By"),
                        (
                            Day(
                                "Saturday 2026-11-21",
                                (
                                    Entry(
                                        "10:26",
                                        "Asks to redeem today; hospital deposit due by noon",
                                        "Welcomed, seated, points repeated and confirmed",
                                        "Reception note",
                                        "Wang",
                                    ),
                                    Entry(
                                        "10:33",
                                        "",
                                        "Terms and signed form checked: redemption settles on T+1",
                                        "Terms, page 4; form",
                                        "Wang",
                                    ),
                                    Entry(
                                        "10:44",
                                        "Chooses the second way: a loan on the deposit, free",
                                        "",
                                        "Recording 0417-1044",
                                        "Zhao",
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
            Section(
                "3  Findings",
                (
                    Paragraphs(
                        (
                            Prose.of(
                                "The terms state the settlement day; the one-page summary used at "
                                "the sale did not, and the explanation was incomplete. ",
                                "Evidence: partly with the customer; team: responsible; company: "
                                "not responsible.",
                            ),
                        )
                    ),
                ),
            ),
            Section(
                "4  Decision and basis",
                (
                    Table(
                        (
                            "",
                            "Decision",
                            "Basis",
                            "Due",
                            "State",
                        ),
                        (
                            (
                                "1",
                                "Loan on the deposit the same day, no fee",
                                "Emergency service authority 3.2",
                                "11-21 12:00",
                                Pill("Done 11:52", "good"),
                            ),
                            (
                                "2",
                                "Apology in person for the incomplete explanation",
                                "Right to be informed",
                                "same day",
                                Pill("Done", "good"),
                            ),
                        ),
                    ),
                ),
            ),
            Section(
                "5  Told and followed up",
                (
                    Paragraphs(
                        (
                            Prose.of(
                                "Told in person, together with the ways that stay open: a written "
                                "request for review to the superior branch within 30 days of "
                                "receiving the decision, mediation, arbitration, or court."
                            ),
                        )
                    ),
                    Signatures(
                        (
                            Signature("Handled by", "Signature", "Date"),
                            Signature("Reviewed by", "Signature", "Date"),
                            Signature("Customer", "Signature", "Date"),
                        ),
                        "Signing confirms receipt and gives up no right.",
                    ),
                ),
            ),
        ),
    )


# --- reading back ---------------------------------------------------------------------------


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture(scope="module")
def internal() -> bytes:
    return render(internal_report(), FONTS)[0]


def test_every_stored_string_is_on_the_pages(internal: bytes) -> None:
    for report in (internal_report(), customer_report(), english_report()):
        pdf, _ = render(report, FONTS)
        on_pages, in_body = whole(pdf), body(pdf)
        for text in report.texts():
            printed = squeezed(shown(text))
            assert printed in on_pages or printed in in_body, text


def test_the_foot_of_every_page_carries_seal_versions_and_page_of_pages(internal: bytes) -> None:
    pages = page_texts(internal)
    assert len(pages) == preview.page_count(internal) == 4
    for at, text in enumerate(pages, start=1):
        for part in (
            f"第{at}/4页",
            "档案校验码7F3A-91C2-0D5E",
            "共42条记录，生成时校验一致",
            "知识包cn-branch2026.11",
            "规则包cn-nfra-2020.3",
            "生成2026-11-2416:02·赵（0233）·城东支行-PC02",
        ):
            assert part in text, (at, part)
    assert all("消费投诉处理报告·TS-1121-014" in text for text in pages[1:])


def test_an_unverified_chain_is_not_called_verified() -> None:
    plain = replace(customer_report(), seal=Seal.of(HEAD, 42))
    text = whole(render(plain, FONTS)[0])
    assert "共42条记录" in text
    assert "校验一致" not in text


def test_outline_leads_to_every_section_on_its_page(internal: bytes) -> None:
    document = pypdfium2.PdfDocument(internal)
    pages = page_texts(internal)
    found = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    document.close()
    assert [title for title, _ in found] == [s.title for s in internal_report().sections]
    assert all(squeezed(title) in pages[index] for title, index in found)


def test_metadata_names_the_case_and_the_branch_and_no_person(internal: bytes) -> None:
    document = pypdfium2.PdfDocument(internal)
    about = document.get_metadata_dict()
    document.close()
    assert about["Title"] == "消费投诉处理报告 TS-1121-014"
    assert about["Author"] == "城东支行"
    assert about["Creator"] == about["Producer"] == "Complaint Desk 诉解台"
    assert about["CreationDate"] == "D:20261124160200+08'00'"
    assert not any("赵" in value or "张" in value for value in about.values())


def test_the_seal_reads_back_from_the_file(internal: bytes) -> None:
    assert seal_mark(internal) == f"DESK1:TS-1121-014:7F3A-91C2-0D5E:42:{HEAD.upper()}"


def test_the_qr_code_on_the_page_is_the_seal(internal: bytes) -> None:
    mark = f"DESK1:TS-1121-014:7F3A-91C2-0D5E:42:{HEAD.upper()}"
    expected = segno.make_qr(mark, error="m", boost_error=False).matrix
    scale = 8.0
    image = preview.page_image(internal, 0, scale)
    left, top, unit = 43.5, 841.89 - 72 + 6, 42.0 / len(expected)
    for line, modules in enumerate(expected):
        for column, dark in enumerate(modules):
            x = int((left + (column + 0.5) * unit) * scale)
            y = int((top + (line + 0.5) * unit) * scale)
            assert (image.pixels[y * image.stride + x * 4] < 128) == bool(dark), (line, column)


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = draft_report(customer_report(), tmp_path / "one.pdf", FONTS).publish()
    second = draft_report(customer_report(), tmp_path / "two.pdf", FONTS).publish()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert first.sha256 == second.sha256
    assert first.sha256 == hashlib.sha256((tmp_path / "one.pdf").read_bytes()).hexdigest()
    assert first.pages == preview.page_count(tmp_path / "one.pdf") == 2


def test_a_page_picture_is_white_paper_of_a4_with_ink(internal: bytes) -> None:
    images = list(preview.page_images(internal, 1.0))
    assert len(images) == 4
    for image in images:
        assert (image.width, image.height) == (596, 842)
        assert len(image.pixels) == image.stride * image.height
        assert image.pixels[:3] == b"\xff\xff\xff"
        assert min(image.pixels) < 64
