"""From the encrypted vault to the paper: what was stored can be read off the PDF."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from desk.documents.fonts import FontSet
from desk.documents.report import draft_report
from desk.domain import events as ev
from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.errors import CannotWrite, CaseUnknown, DiskFull, GlyphMissing, NotRecorded
from desk.i18n import Language
from desk.packs import loader
from desk.services import cases, reports
from desk.services.history import history
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.session import writing
from desk.store.stretching import Argon
from desk.store.vault import Vault
from tests.papers import squeezed, whole

NOW = datetime.fromisoformat("2026-11-24T16:02:00")
TELLER = Person("0417", "王接待", "teller")
STORED: dict[str, ev.Value] = {
    "opening_words": "说好今天能取，现在又说要等三天，我等着交住院押金！",
    "complainant_name": "张桂芳",
    "complainant_phone": "13812342207",
    "id_number": "110101195503071228",
    "narrative": "十月在本网点买的理财，当时说随时可取。\n今天来赎回，被告知 T+1 到账。",
    "amount": 52000.0,
    "explicit_need": "今天中午前拿到住院押金",
    "finding": "说明书载明 T+1；签约时的一次性告知单未列到账日。",
    "decision": "当日办理存单质押周转，免收手续费。",
    "decision_basis": "本行应急服务授权 3.2；口头说明不完整。",
    "decided_by": "钱负责",
    "told_at": "2026-11-24T15:20",
    "told_how": "in_person",
    "told_proof": "签收单 88",
    "points/p1/text": "为什么没人早说要等？",
    "options/o1/what": "存单质押周转，当日到账",
    "implicit_needs/n1/need": "希望有人负责到底",
}
INTERNAL_ONLY = ("id_number", "decided_by", "told_proof", "implicit_needs/n1/need")


class Still(Moment):
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def wall_ms(self) -> int:
        return int(NOW.timestamp() * 1000)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    engine = Engine(loader.load())
    branch = Branch("TS", "城东支行", "示例银行")
    moment = Still()
    vault = Vault.create(
        tmp_path_factory.mktemp("reports") / "branch.vault",
        "诉解台 pass",
        person=TELLER,
        device="PC02",
        branch=branch,
        projector=engine.project,
        wall_ms=moment.wall_ms(),
        argon=Argon(m=64, t=1, p=1),
    )
    with vault:
        yield Session(vault, engine, moment, TELLER, branch)


@pytest.fixture
def case(session: Session) -> str:
    made = cases.open_case(session).case.id
    for path, value in STORED.items():
        cases.set_field(session, made, path, value)
    cases.add_note(session, made, "内部：已联系理财经理核对")
    return made


def test_the_file_reads_back_what_was_stored(session: Session, case: str, tmp_path: Path) -> None:
    made = reports.write(session, case, "internal", "zh", tmp_path / "a.pdf")
    text = whole(made.path)
    written = {"amount": "52,000元", "told_at": "2026-11-24周二15:20", "told_how": "当面交付书面"}
    for path, value in STORED.items():
        assert squeezed(written.get(path, str(value))) in text
    assert squeezed("内部：已联系理财经理核对") in text
    assert squeezed(made.seal.code) in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_customers_copy_reads_back_the_answer_and_nothing_internal(
    session: Session, case: str, language: Language, tmp_path: Path
) -> None:
    made = reports.write(session, case, "customer", language, tmp_path)
    text = whole(made.path)
    assert made.path.name == reports.default_name(session.vault.case(case).number, "customer")
    for path in ("finding", "decision", "decision_basis", "complainant_name", "narrative"):
        assert squeezed(str(STORED[path])) in text
    for path in INTERNAL_ONLY:
        assert squeezed(str(STORED[path])) not in text
    assert "13812342207" not in text
    assert "已联系理财经理" not in text
    assert "12378" in text
    assert "2026-12-24" in text


def test_a_report_is_recorded_with_the_seal_of_the_events_before_it(
    session: Session, case: str, tmp_path: Path
) -> None:
    before = session.vault.case_seal(case)
    made = reports.write(session, case, "internal", "zh", tmp_path / "a.pdf")
    assert made.seal.full_hash == before.sha256
    assert made.seal.record_count == before.count
    assert made.seal.checked
    assert f"共{before.count}条记录，生成时校验一致" in whole(made.path)
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    after = session.vault.case(case)
    assert after.count == before.count + 1
    assert after.reports[-1].seal == before.sha256
    last = session.vault.events(case)[-1].payload
    assert isinstance(last, ev.Reported)
    assert (last.copy, last.language, last.pages) == ("internal", "zh", made.pages)
    assert session.vault.case_seal(case).sha256 != before.sha256


def test_a_report_of_a_case_that_was_tampered_with_does_not_say_it_was_verified(
    session: Session, case: str, tmp_path: Path
) -> None:
    with writing(session.vault.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER events_refuse_update")
        changed = "UPDATE events SET actor = 'x' WHERE kind = 'noted' AND case_id = ?"
        connection.exec_driver_sql(changed, (case,))
    made = reports.write(session, case, "internal", "zh", tmp_path / "a.pdf")
    assert not made.seal.checked
    assert "校验一致" not in whole(made.path)


def test_drawing_apart_from_the_database_ends_in_the_same_record(
    session: Session, case: str, tmp_path: Path
) -> None:
    report = reports.compose(session, case, "customer", "en")
    file = draft_report(report, tmp_path / "b.pdf", FontSet()).publish()
    made = reports.record(session, case, report, file)
    assert session.vault.case(case).reports[-1].sha256 == made.sha256
    assert session.vault.case(case).reports[-1].language == "en"


def test_a_report_that_cannot_be_written_is_not_recorded(
    session: Session, case: str, tmp_path: Path
) -> None:
    count = session.vault.case(case).count
    with pytest.raises(CannotWrite):
        reports.write(session, case, "internal", "zh", tmp_path / "missing" / "a.pdf")
    cases.set_field(session, case, "product", "稀字\U00020000")
    with pytest.raises(GlyphMissing):
        reports.write(session, case, "internal", "zh", tmp_path / "a.pdf")
    assert session.vault.case(case).count == count + 1
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_recorded_is_not_in_its_place(
    session: Session, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.pdf"
    earlier = reports.write(session, case, "internal", "zh", target)
    count = session.vault.case(case).count

    def full(*_: object) -> None:
        raise DiskFull(path="D:")

    with monkeypatch.context() as patched:
        patched.setattr(Session, "write", full)
        with pytest.raises(NotRecorded) as caught:
            reports.write(session, case, "customer", "zh", target)
    assert caught.value.params["path"] == str(target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == earlier.sha256
    assert list(tmp_path.iterdir()) == [target]
    assert session.vault.case(case).count == count


def test_a_draft_that_nobody_issues_is_removed(session: Session, case: str, tmp_path: Path) -> None:
    report = reports.compose(session, case, "customer", "en")
    draft = draft_report(report, tmp_path / "b.pdf", FontSet())
    (part,) = tmp_path.iterdir()
    assert part.name != "b.pdf"
    del draft
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_case_has_no_report(session: Session) -> None:
    with pytest.raises(CaseUnknown):
        reports.compose(session, "none", "internal", "zh")


def test_a_report_may_be_made_at_any_time(session: Session, tmp_path: Path) -> None:
    fresh = cases.open_case(session).case.id
    copies: tuple[ev.Copy, ...] = ("internal", "customer")
    for copy in copies:
        made = reports.write(session, fresh, copy, "zh", tmp_path / f"{copy}.pdf")
        assert made.pages >= 1
    assert "处理中" in whole(tmp_path / "customer.pdf")


def test_the_default_file_name_holds_no_path() -> None:
    assert reports.default_name("TS/11 21:014", "internal") == "TS-11-21-014-internal.pdf"


def test_the_history_of_a_stored_case_tells_what_was_done(
    session: Session, case: str, tmp_path: Path
) -> None:
    reports.write(session, case, "customer", "zh", tmp_path)
    told = history(session, case)
    assert told[0].kind == "opened"
    assert told[-1].kind == "report"
    assert {line.who for line in told} == {"王接待"}
    assert all(line.at == "2026-11-24T16:02" for line in told)
    assert "13812342207" not in "".join(line.detail for line in told)
    assert date.fromisoformat(told[0].at[:10]) == NOW.date()
