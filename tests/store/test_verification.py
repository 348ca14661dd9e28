"""A report kept outside shows what became of it, and what became of the record since."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.documents.fonts import FontSet
from desk.documents.report import draft_report
from desk.domain import events as ev
from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, NotAllowed
from desk.packs import loader
from desk.services import cases, checks, reports, verification
from desk.services.moment import Moment
from desk.services.session import Session
from desk.services.verification import verify_report
from desk.store import backups
from desk.store.session import writing
from desk.store.stretching import Argon
from desk.store.vault import Vault
from tests.papers import whole

HEAD = Person("0417", "王接待", "head")
ENGINE = Engine(loader.load())
NOW = datetime.fromisoformat("2026-11-24T16:02:00")


class Still(Moment):
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def wall_ms(self) -> int:
        return int(NOW.timestamp() * 1000)


def opened(folder: Path, person: Person = HEAD) -> Session:
    branch = Branch("TS", "城东支行", "示例银行")
    vault = Vault.create(
        folder / "branch.vault",
        "诉解台 pass",
        person=person,
        device="PC02",
        branch=branch,
        projector=ENGINE.project,
        wall_ms=Still().wall_ms(),
        argon=Argon(m=64, t=1, p=1),
    )
    return Session(vault, ENGINE, Still(), person, branch)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = opened(tmp_path)
    with made.vault:
        yield made


@pytest.fixture
def case(session: Session) -> str:
    made = cases.open_case(session).case.id
    cases.set_field(session, made, "complainant_name", "张桂芳")
    cases.set_field(session, made, "narrative", "今天来赎回，被告知第二天到账。")
    return made


@pytest.fixture
def paper(session: Session, case: str, tmp_path: Path) -> Path:
    return reports.write(session, case, "internal", "zh", tmp_path / "a.pdf").path


def tamper(session: Session, *statements: str) -> None:
    """Change rows as who has the database open could, the log's guards taken down."""
    with writing(session.vault.database) as connection:
        for name in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER events_refuse_{name}")
        for statement in statements:
            connection.exec_driver_sql(statement)
    session.vault.forget_memory()


def test_a_report_as_it_was_made_is_told_with_what_came_after(
    session: Session, case: str, paper: Path
) -> None:
    fresh = verify_report(session, paper)
    assert (fresh.outcome, fresh.after, fresh.after_count) == ("genuine", (), 0)
    assert fresh.number == session.vault.case(case).number
    assert (fresh.copy, fresh.made_at, fresh.made_by) == ("internal", NOW, "王接待")
    assert fresh.code in whole(paper)
    cases.set_field(session, case, "amount", 5000.0)
    cases.add_note(session, case, "客户来电")
    later = verify_report(session, paper)
    assert (later.outcome, later.after_count) == ("genuine", 2)
    assert [line.kind for line in later.after] == ["field", "note"]
    assert later.count == fresh.count


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b"/Author", b"/Athuor"),
        lambda raw: re.sub(rb"\.{3}", b"..,", raw, count=1) + b" ",
    ],
)
def test_a_report_that_was_changed_is_told_to_be(
    session: Session, paper: Path, change: Callable[[bytes], bytes]
) -> None:
    paper.write_bytes(change(paper.read_bytes()))
    assert verify_report(session, paper).outcome == "altered"


def test_a_report_saved_anew_is_known_by_the_code_on_its_pages(
    session: Session, case: str, paper: Path, tmp_path: Path
) -> None:
    """Another program writes the pages and leaves out the keywords."""
    import pypdfium2

    with pypdfium2.PdfDocument(paper) as document:
        new = pypdfium2.PdfDocument.new()
        new.import_pages(document)
        new.save(tmp_path / "again.pdf")
        new.close()
    found = verify_report(session, tmp_path / "again.pdf")
    assert (found.outcome, found.case, found.copy) == ("altered", case, "internal")


def test_a_mark_that_somebody_wrote_accuses_nobody(session: Session, paper: Path) -> None:
    """Heads that are not in the log, in a file that this vault did not make so."""
    raw = paper.read_bytes()
    found = re.search(rb"HEADS1:[0-9a-z-]+/\d+/([0-9a-f]{8})", raw)
    assert found is not None
    paper.write_bytes(raw[: found.start(1)] + b"00000000" + raw[found.end(1) :])
    assert verify_report(session, paper).outcome == "altered"
    with pytest.raises(BadInput, match="no_anchor"):
        checks.check(session, against=[paper])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET hash = zeroblob(32) WHERE kind = 'field_set' AND seq = 7",
        "DELETE FROM events WHERE seq = 7",
        "UPDATE events SET sealed = zeroblob(40), public = x'00' WHERE seq = 8",
        "DELETE FROM events WHERE seq >= 6",
        "DELETE FROM events WHERE kind IN ('case_opened', 'field_set')",
    ],
)
def test_a_record_that_was_changed_after_the_report_contradicts_it(
    session: Session, paper: Path, statement: str
) -> None:
    tamper(session, statement)
    found = verify_report(session, paper)
    assert found.outcome == "contradicted"
    assert {fault.code for fault in found.faults} <= {"anchor", "hash"}
    assert {"anchor", "hash"} & {fault.code for fault in checks.check(session, against=[paper])}


def test_a_log_put_back_to_before_the_report_lacks_its_head(
    session: Session, case: str, tmp_path: Path
) -> None:
    """The whole file of an earlier day, sound in itself: only what was kept outside shows it."""
    session.vault.close()
    kept = session.vault.database.path.read_bytes()
    with Vault.open(session.vault.database.path, "诉解台 pass", projector=ENGINE.project) as vault:
        working = Session(vault, ENGINE, session.moment, HEAD, session.branch)
        cases.add_note(working, case, "后来的话")
        paper = reports.write(working, case, "internal", "zh", tmp_path / "b.pdf").path
    session.vault.database.path.write_bytes(kept)
    with Vault.open(session.vault.database.path, "诉解台 pass", projector=ENGINE.project) as vault:
        old = Session(vault, ENGINE, session.moment, HEAD, session.branch)
        assert checks.check(old) == ()
        assert {fault.code for fault in checks.check(old, against=[paper])} == {"anchor"}
        found = verify_report(old, paper)
        assert (found.outcome, found.case) == ("contradicted", case)


def test_a_report_that_was_drawn_and_never_recorded(
    session: Session, case: str, tmp_path: Path
) -> None:
    report = reports.compose(session, case, "customer", "zh")
    draft_report(report, tmp_path / "c.pdf", FontSet()).publish()
    found = verify_report(session, tmp_path / "c.pdf")
    assert (found.outcome, found.made_at, found.copy) == ("unrecorded", None, None)


def test_a_report_of_another_vault_is_none_of_ours(
    session: Session, paper: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = opened(tmp_path / "other")
    with other.vault:
        cases.open_case(other)
        found = verify_report(other, paper)
        assert (found.outcome, found.case, found.after) == ("unknown", "", ())
        with pytest.raises(BadInput, match="no_anchor"):
            checks.check(other, against=[paper])
    assert verify_report(session, paper).outcome == "genuine"


def test_the_manifest_of_a_backup_says_what_must_be_in_the_log(session: Session, case: str) -> None:
    manifest = backups.make(backups.source_of(session.vault), "hand", NOW)
    folder = backups.folder_of(session.vault.database.path)
    path = backups.manifest_of(folder, manifest.name)
    cases.add_note(session, case, "后来的话")
    assert checks.check(session, against=[path]) == ()
    tamper(session, "DELETE FROM events WHERE seq >= 6")
    assert "anchor" in {fault.code for fault in checks.check(session, against=[path])}
    path.write_text(path.read_text().replace('"events": ', '"events": 1'))
    with pytest.raises(BadInput, match="no_anchor"):
        checks.check(session, against=[path])


def test_who_may_verify_and_what_they_see(session: Session, case: str, paper: Path) -> None:
    cases.add_note(session, case, "客户来电")
    vault, branch = session.vault, session.branch

    def as_role(role: str) -> Session:
        return Session(vault, ENGINE, session.moment, Person("0420", "赵", role), branch)

    with pytest.raises(NotAllowed):
        verify_report(as_role("teller"), paper)
    assert len(verify_report(as_role("auditor"), paper).after) == 1
    seen = verify_report(as_role("admin"), paper)
    assert (seen.after, seen.after_count) == ((), 1)


def test_verifying_a_vault_is_recorded(session: Session, case: str) -> None:
    assert session.vault.case(case).handler == "0417"
    assert checks.check(session) == ()
    assert session.vault.happenings()[-1].payload == ev.Checked(findings=0)
    tamper(session, "UPDATE cases SET handler = 'x'")
    found = checks.check(session)
    assert session.vault.happenings()[-1].payload == ev.Checked(findings=len(found))
    assert found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>",
        b"PK\x03\x04",
        b"%PDF-1.4" + b"[" * 100_000,
        b"%PDF-1.4" + b"<<" * 100_000,
    ],
)
def test_what_is_no_report_is_said_in_a_sentence(
    session: Session, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    try:
        assert verify_report(session, path).outcome == "unknown"
    except BadInput as fault:
        assert fault.params["reason"] == "not_a_pdf"  # noqa: PT017 - either way of being told


def test_what_is_larger_than_any_report_is_not_read(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    with path.open("wb") as stream:
        stream.write(b"%PDF-1.7")
        stream.truncate(1 << 36)
    with pytest.raises(BadInput, match="too_much"):
        verify_report(session, path)
    with pytest.raises(BadInput, match="not_readable"):
        verify_report(session, tmp_path)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, bytes, Path]]:
    folder = tmp_path_factory.mktemp("known")
    session = opened(folder)
    with session.vault:
        case = cases.open_case(session).case.id
        paper = reports.write(session, case, "customer", "zh", folder / "a.pdf").path
        yield session, paper.read_bytes(), folder / "changed.pdf"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_leaves_a_report_genuine_and_none_ends_in_a_traceback(
    known: tuple[Session, bytes, Path], data: st.DataObject
) -> None:
    session, whole_file, path = known
    raw = bytearray(whole_file)
    for _ in range(data.draw(st.integers(1, 40))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        found = verify_report(session, path)
    except BadInput:
        return
    assert (found.outcome == "genuine") == (path.read_bytes() == whole_file)
    assert found.outcome != "contradicted"
    assert all(verification.words(found))


def test_values_that_nobody_could_write_are_findings_and_no_traceback(
    session: Session, case: str
) -> None:
    tamper(
        session,
        "UPDATE events SET public = CAST(replace(CAST(public AS TEXT), '2026-11', 'x') AS BLOB)",
    )
    found = checks.check(session)
    assert "hash" in {fault.code for fault in found}
    assert case in {fault.case for fault in found if fault.code == "projection"}
