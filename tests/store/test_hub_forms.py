"""Forms of head office: what stands in them, what may not, and that each figure can be traced."""

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from desk.domain.events import CaseOpened, Closed, Exported, FieldSet, Payload
from desk.domain.hub_figures import Question
from desk.errors import BadInput, NotAllowed
from desk.i18n import language, use
from desk.services import hub_forms, hub_ledger, hub_statistics, hub_tables
from tests.store.desks import Desk
from tests.store.offices import Counter, Office

NAME, PHONE, ID = "欧阳桂芳", "13800002207", "51010019600101123X"


def _complaint(number: str, cause: str, *, source: str = "S_SELF") -> tuple[Payload, ...]:
    personal = {
        "complainant_name": NAME,
        "complainant_phone": PHONE,
        "id_number": ID,
        "narrative": f"{NAME}说，请打{PHONE}，卡号6222020200112233445，不要再拖。",
        "finding": "说明书写明了到账日。",
    }
    open_values = {
        "business": "B_CARD_DEBIT_USE",
        "cause": cause,
        "channel": "A_E_MOBILE",
        "source": source,
        "told_at": "2026-08-09T10:00",
        "told_how": "phone",
        "respondent": "branch",
    }
    return (
        CaseOpened(number=number, received_at="2026-08-01T10:00", first_receiver="0417"),
        *(FieldSet(field=key, value=value, personal=True) for key, value in personal.items()),
        *(FieldSet(field=key, value=value) for key, value in open_values.items()),
        FieldSet(field="amount", value=52_000.0),
        Closed(outcome="settled", at="2026-08-10T10:00"),
    )


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    before = language()
    use("zh")
    yield
    use(before)


@pytest.fixture
def at_head_office(office: Office, one: Counter) -> Office:
    """Head office with three complaints of one branch in the third quarter."""
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *_complaint("CD-1", "C_RULES"))
    one.does("c2", *_complaint("CD-2", "C_RULES", source="S_NFRA_FORMAL"))
    one.does("c3", *_complaint("CD-3", "C_NEW"))
    office.take(*one.export(office))
    return office


def _sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def _printed(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as paper:
        text = "".join(page.get_textpage().get_text_range() for page in paper)
    return "".join(text.split())


def test_the_quarterly_form_counts_three_axes(at_head_office: Office) -> None:
    form = hub_forms.quarterly(at_head_office.session, "2026Q3")
    axes = {axis.axis: {row.key: row for row in axis.rows} for axis in form.axes}
    assert form.found.total.count == 3
    # A code counts in every code above it.
    business = axes["business"]
    assert [business[key].line.count for key in ("B_CARD", "B_CARD_DEBIT", "B_CARD_DEBIT_USE")] == [
        3,
        3,
        3,
    ]
    assert [business[key].depth for key in ("B_CARD", "B_CARD_DEBIT", "B_LOAN")] == [0, 1, 0]
    assert business["B_LOAN"].line.count == 0
    assert axes["channel"]["A_FRONT"].line.count == 3
    assert axes["source"]["S_NFRA_FORMAL"].line.transferred == 1
    # A code that no pack knows is not lost.
    assert (axes["cause"]["C_RULES"].line.count, axes["cause"]["C_NEW"].line.count) == (2, 1)
    for rows in axes.values():
        assert sum(row.line.count for row in rows.values() if not row.depth) == 3


def test_every_figure_of_the_workbook_is_in_its_list_of_cases(
    at_head_office: Office, tmp_path: Path
) -> None:
    form = hub_forms.quarterly(at_head_office.session, "2026Q3")
    hub_forms.write_xlsx(at_head_office.session, form, tmp_path / "q.xlsx")
    sheets = _sheets(tmp_path / "q.xlsx")
    assert list(sheets) == ["按渠道", "按业务类别", "按投诉原因", "按来源", "案件", "说明"]
    heading, *cases = sheets["案件"]
    cause = heading.index("按投诉原因")
    by_cause = {row[1]: row for row in sheets["按投诉原因"][1:]}
    for key, row in by_cause.items():
        traced = [case for case in cases if case[cause] == key]
        assert row[3] == len(traced)
    # Nobody has filled in the numbers of the standard: the cells are there, and empty.
    assert sheets["按投诉原因"][0][0] == "标准代码"
    assert {row[0] for row in by_cause.values()} <= {None, ""}
    assert sorted(case[2] for case in cases) == ["CD-1", "CD-2", "CD-3"]


def test_no_form_tells_who_complained(at_head_office: Office, tmp_path: Path) -> None:
    session, asked = at_head_office.session, Question((), "2026-07", "2026-09")
    form = hub_forms.quarterly(session, "2026Q3")
    hub_forms.write_xlsx(session, form, tmp_path / "q.xlsx")
    hub_forms.write_pdf(session, form, tmp_path / "q.pdf")
    assert hub_ledger.write_xlsx(session, asked, tmp_path / "l.xlsx") == 3
    assert hub_ledger.write_pdf(session, asked, tmp_path / "l.pdf") == 3
    texts = [repr(_sheets(tmp_path / f"{name}.xlsx")) for name in "ql"]
    texts += [_printed(tmp_path / f"{name}.pdf") for name in "ql"]
    for text in texts:
        for told in (NAME, "桂芳", PHONE, ID, "6222020200112233445"):
            assert told not in text


def test_the_ledger_has_its_columns_filled(at_head_office: Office, tmp_path: Path) -> None:
    asked = Question((), "2026-07", "2026-09", "CD")
    hub_ledger.write_xlsx(at_head_office.session, asked, tmp_path / "l.xlsx")
    heading, *rows = _sheets(tmp_path / "l.xlsx")["台账"]
    assert len(heading) == len(set(heading)) == 69
    first = dict(zip(heading, rows[0], strict=True))
    assert first["案件编号"] == "CD-1"
    assert first["投诉人"] == "欧阳**"
    assert first["联系电话"] == "138****2207"
    assert first["业务大类"] == "银行卡"
    assert first["涉及金额（万元）"] == 5.2
    assert first["用时（日）"] == 8
    assert first["是否按时"] == "按时"
    assert first["重复投诉"] == "否"
    assert first["核实情况"] == "说明书写明了到账日。"
    assert first["投诉经过"].endswith("不要再拖。")
    assert not first["原因标准代码"]


def test_a_deidentified_branch_shows_its_stand_ins(
    office: Office, desks: list[Desk], tmp_path: Path
) -> None:
    counter = Counter(desks[0], "CD", tmp_path, profile="deidentified")
    office.enrol("CD", profile="deidentified")
    office.welcome(counter)
    counter.does("c1", *_complaint("CD-1", "C_RULES"))
    office.take(*counter.export(office))
    hub_ledger.write_xlsx(office.session, Question(), tmp_path / "l.xlsx")
    heading, row = _sheets(tmp_path / "l.xlsx")["台账"]
    first = dict(zip(heading, row, strict=True))
    assert PHONE not in repr(first)
    assert NAME not in repr(first)
    assert first["业务大类"] == "银行卡"


def test_a_pseudonym_is_shown_as_it_is(
    at_head_office: Office, one: Counter, tmp_path: Path
) -> None:
    one.does("c1", FieldSet(field="complainant_name", value="客户-7F3K9A2M", personal=True))
    at_head_office.take(*one.export(at_head_office))
    hub_ledger.write_xlsx(at_head_office.session, Question(), tmp_path / "l.xlsx")
    heading, row, *_others = _sheets(tmp_path / "l.xlsx")["台账"]
    assert row[heading.index("投诉人")] == "客户-7F3K9A2M"


def test_an_answer_leaves_as_workbook_and_paper(at_head_office: Office, tmp_path: Path) -> None:
    session = at_head_office.session
    answer = hub_statistics.ask(session, Question(("cause", "month")))
    assert hub_tables.write_xlsx(session, answer, tmp_path / "s.xlsx") == 2
    assert hub_tables.write_pdf(session, answer, tmp_path / "s.pdf") == 2
    heading, *rows = _sheets(tmp_path / "s.xlsx")["统计"]
    rules = next(row for row in rows if row[0] == "C_RULES")
    found = dict(zip(heading, rules, strict=True))
    assert (found["投诉件数"], found["按时率 (%)"], found["转办占比 (%)"]) == (2, 100, 50)
    told = session.vault.happenings()[-1].payload
    assert isinstance(told, Exported)
    digest = hashlib.sha256((tmp_path / "s.pdf").read_bytes()).hexdigest()
    assert (told.what, told.format, told.count, told.sha256) == ("figures", "pdf", 2, digest)
    text = _printed(tmp_path / "s.pdf")
    assert "因金融机构管理制度" in text
    assert "合计" in text


def test_whoever_may_not_export_gets_no_file(at_head_office: Office, tmp_path: Path) -> None:
    teller = dataclasses.replace(at_head_office.session.actor, role="teller")
    session = dataclasses.replace(at_head_office.session, actor=teller)
    with pytest.raises(NotAllowed):
        hub_ledger.write_xlsx(session, Question(), tmp_path / "l.xlsx")
    assert not list(tmp_path.glob("*.xlsx"))


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "2026Q0", "2026q1", "Q1", "2026Q11"])
def test_what_is_no_quarter_is_refused(quarter: str) -> None:
    with pytest.raises(BadInput):
        hub_forms.months(quarter)


def test_a_quarter_has_three_months() -> None:
    assert hub_forms.months("2026Q1") == ("2026-01", "2026-03")
    assert hub_forms.months("2026Q4") == ("2026-10", "2026-12")
