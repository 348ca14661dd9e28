"""The audit trail in words, over a real vault with the sample cases; and looks, which it shows."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import openpyxl
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.audit import GROUPS, KINDS, VAULT_KINDS, AuditFilter, AuditLine, Trace
from desk.domain.engine import Engine
from desk.domain.events import AnyPayload, CaseSeen, Exported, Printed, Unlocked
from desk.domain.ids import Stamp
from desk.domain.ledger import Filter
from desk.domain.staff import Person
from desk.errors import BadInput, FolderMissing, NotAllowed, NotReplaced
from desk.packs import loader
from desk.services import audit, audit_files, audit_words, cases, looks, samples, sheets, vaults
from desk.services.composition.tongue import Tongue
from desk.services.moment import Moment
from desk.services.session import Session

NOW = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - the branch's wall clock


@dataclasses.dataclass(slots=True, frozen=True)
class Hand(Moment):
    """A clock that is moved by hand."""

    at: list[datetime] = dataclasses.field(default_factory=lambda: [NOW])

    def now(self) -> datetime:
        return self.at[0]

    def wall_ms(self) -> int:
        return int(self.at[0].timestamp() * 1000)

    def pass_by(self, minutes: int) -> None:
        """Let time go on."""
        self.at[0] += timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Session]:
    made = samples.sample_session(tmp_path_factory.mktemp("audit"), Hand(), engine=engine)
    yield made
    vaults.close(made)


def clock(session: Session) -> Hand:
    assert isinstance(session.moment, Hand)
    return session.moment


def as_person(session: Session, role: str, person: str = "1001") -> Session:
    """The same vault with somebody else at the desk."""
    return dataclasses.replace(session, actor=Person(person, "某人", role))


def everything(session: Session, asked: AuditFilter) -> list[AuditLine]:
    return list(audit.every(session, asked, limit=57))


def some_case(session: Session, place: int = 0) -> tuple[str, str]:
    row = session.vault.ledger.page(Filter(), limit=place + 1).rows[place]
    return row.case, row.number


def test_every_kind_of_event_is_in_one_group() -> None:
    tags = [str(one.__struct_config__.tag) for one in get_args(AnyPayload)]
    grouped = [kind for group in GROUPS for kind in KINDS[group]]
    assert sorted(tags) == sorted(grouped)
    assert set(tags) > VAULT_KINDS


def test_every_event_is_a_line_and_none_is_a_code(session: Session) -> None:
    lines = everything(session, AuditFilter())
    assert len(lines) == sum(head.seq for head in session.vault.heads())
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    for line in lines:
        assert line.what
        assert line.what != line.kind
        assert "{" not in line.what + line.detail
        assert line.number or not line.case


def test_no_line_holds_what_a_customer_told(session: Session) -> None:
    said = "\n".join(f"{line.what}\n{line.detail}" for line in everything(session, AuditFilter()))
    told = set()
    for row in session.vault.ledger.page(Filter(), limit=100).rows:
        case = session.vault.case(row.case)
        told |= {case.text(f"complainant_{part}") for part in ("name", "phone", "id_number")}
        told |= {case.text(key) for key in ("narrative", "request_words", "opening_words")}
    told.discard("")
    assert len(told) > 30
    assert not [one for one in told if one in said]


payloads = st.sampled_from(get_args(AnyPayload)).flatmap(st.from_type)


@given(payloads, st.sampled_from(["zh", "en"]))
def test_whatever_is_in_an_event_it_has_a_sentence(
    engine: Engine, payload: ev.Payload, language: str
) -> None:
    teller = audit_words.Teller(engine.pack, {}, Tongue("en" if language == "en" else "zh"))
    trace = Trace(Stamp(1, 0, "d"), 1, "0417", "", payload.kind, "", "00", payload)
    told = audit_words.told(trace, teller)
    assert told.what.strip()


@pytest.mark.parametrize("group", GROUPS)
def test_groups_part_the_trail(session: Session, group: str) -> None:
    session.record(Unlocked(failed=2), CaseSeen(case=some_case(session)[0]))
    whole = everything(session, AuditFilter())
    some = everything(session, AuditFilter(group=next(g for g in GROUPS if g == group)))
    assert some == [line for line in whole if line.group == group]


def test_a_case_is_found_with_who_looked_at_it_and_printed_it(session: Session) -> None:
    case, number = some_case(session, 3)
    session.record(
        CaseSeen(case=case),
        Printed(case=case, copy="customer"),
        Exported(what="case", format="json", count=1, case=case, sha256="0f" * 32),
    )
    lines = everything(session, AuditFilter(case=f" {number} "))
    assert [line.kind for line in lines[:3]] == ["exported", "printed", "case_seen"]
    assert len(lines) >= len(session.vault.events(case)) + 3
    assert {line.number for line in lines} == {number}
    assert everything(session, AuditFilter(case="CD20000101-001")) == []


def test_words_persons_days_and_computers_narrow(session: Session) -> None:
    whole = everything(session, AuditFilter())
    by_word = everything(session, AuditFilter(text="交接 陈晨"))
    assert by_word == [one for one in whole if "陈晨" in said(one) and "交接" in said(one)]
    mine = everything(session, AuditFilter(person="1023"))
    assert mine
    assert mine == [one for one in whole if one.person == "1023"]
    day = whole[len(whole) // 2].at.date().isoformat()
    that_day = everything(session, AuditFilter(since=day, until=day))
    assert that_day == [one for one in whole if one.at.date().isoformat() == day]
    own = session.vault.devices()[0].id
    assert everything(session, AuditFilter(device=own, text="受理")) == everything(
        session, AuditFilter(text="受理")
    )
    assert everything(session, AuditFilter(device="elsewhere")) == []


def said(line: AuditLine) -> str:
    return "\n".join((line.what, line.detail, line.who, line.person, line.device, line.number))


@pytest.mark.parametrize("day", ["2026-13-01", "gestern", "0001-01-01"])
def test_a_day_that_is_none_is_refused(session: Session, day: str) -> None:
    with pytest.raises(BadInput):
        audit.lines(session, AuditFilter(since=day))


@pytest.mark.parametrize(("role", "may"), [("head", True), ("auditor", True), ("officer", False)])
def test_who_may_read_the_trail(session: Session, role: str, may: bool) -> None:
    asking = as_person(session, role)
    if may:
        assert audit.lines(asking, AuditFilter()).lines
        return
    with pytest.raises(NotAllowed):
        audit.lines(asking, AuditFilter())


def test_failed_passwords_and_ways_round_are_marked(session: Session) -> None:
    session.record(Unlocked(failed=3), Unlocked(slot="recovery"), Unlocked())
    lines = audit.lines(session, AuditFilter(group="entered"), limit=3).lines
    assert [line.alarming for line in lines] == [False, True, True]
    assert "3" in lines[2].detail


def test_a_look_counts_once_a_quarter_of_an_hour(session: Session) -> None:
    case, _number = some_case(session, 5)
    other = as_person(session, "auditor", "1099")
    clock(session).pass_by(60)
    assert looks.look(session, case)
    assert not looks.look(session, case)
    assert looks.look(other, case)
    clock(session).pass_by(14)
    assert not looks.look(session, case)
    clock(session).pass_by(2)
    assert looks.look(session, case)
    seen = audit.lines(session, AuditFilter(group="seen"), limit=3).lines
    assert [line.person for line in seen] == ["1001", "1099", "1001"]


def test_whoever_took_the_complaint_just_now_is_no_onlooker(session: Session) -> None:
    opened = cases.open_case(session).case.id
    assert not looks.look(session, opened)
    assert looks.look(as_person(session, "head", "1002"), opened)
    clock(session).pass_by(16)
    assert looks.look(session, opened)


def test_a_print_is_recorded(session: Session) -> None:
    case, number = some_case(session)
    looks.printed(session, case, "internal")
    [line] = audit.lines(session, AuditFilter(group="left"), limit=1).lines
    assert (line.kind, line.number) == ("printed", number)


def test_a_workbook_holds_the_lines_and_no_formula(session: Session, tmp_path: Path) -> None:
    session.record(ev.PersonPut(person="1077", name="=cmd|'/c calc'!A1", role="teller"))
    asked = AuditFilter(group="admitted")
    target = tmp_path / "审计.xlsx"
    lines = everything(session, asked)
    count = audit_files.write_xlsx(session, asked, target)
    assert count == len(lines)
    book = openpyxl.load_workbook(target)
    table, about = book.worksheets
    rows = list(table.iter_rows(values_only=True))
    assert len(rows) == count + 1
    assert [str(row[7]) for row in rows[1:]] == [sheets.cell(line.what) for line in lines]
    for sheet in (table, about):
        for row in sheet.iter_rows():
            for one in row:
                assert one.data_type != "f"
                assert not str(one.value or "").startswith(("=", "+", "-", "@"))
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    [line] = audit.lines(session, AuditFilter(group="left"), limit=1).lines
    assert line.kind == "exported"
    assert line.detail.startswith("XLSX")


@given(st.text())
def test_no_text_is_a_formula_or_breaks_a_cell(text: str) -> None:
    made = sheets.cell(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert len(made) <= 32_767
    made.encode()
    assert not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(made)


def test_a_paper_says_what_was_asked_and_where_the_chain_ended(
    session: Session, tmp_path: Path
) -> None:
    session.record(Unlocked())
    asked = AuditFilter(group="entered", since="2026-11-01")
    head = session.vault.heads()[0]
    target = tmp_path / "audit.pdf"
    count = audit_files.write_pdf(session, asked, target)
    with pypdfium2.PdfDocument(target) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert count
    assert "审计记录" in text
    assert "2026-11-01" in text
    assert head.hash[:4].upper() in text


def test_too_many_lines_are_no_paper(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_files, "MOST_ON_PAPER", 5)
    with pytest.raises(BadInput) as refused:
        audit_files.write_pdf(session, AuditFilter(), tmp_path / "audit.pdf")
    assert refused.value.code == "too_many_lines"
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_another_kind_is_replaced(session: Session, tmp_path: Path) -> None:
    target = tmp_path / "vault.xlsx"
    target.write_bytes(b"SQLite format 3")
    with pytest.raises(NotReplaced):
        audit_files.write_xlsx(session, AuditFilter(group="left"), target)
    with pytest.raises(FolderMissing):
        audit_files.write_xlsx(session, AuditFilter(group="left"), tmp_path / "no" / "a.xlsx")
    assert target.read_bytes() == b"SQLite format 3"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
