"""Exchanging files with head office, and what it leaves to be looked at."""

from pathlib import Path

import pytest

from desk.bundles import cards
from desk.domain.audit import AuditFilter
from desk.domain.deliveries import REMIND_DAYS
from desk.domain.exchange import CaseKeys, Events, FileBegun, ReadMark, StandIns
from desk.domain.ledger import Filter
from desk.errors import BadInput, NotAllowed
from desk.services import (
    attachments,
    audit,
    cases,
    hub,
    hub_imports,
    hub_receipts,
    outlook,
    samples,
    settling,
    sync,
    sync_exports,
)
from desk.store import exchange as store
from desk.store import session
from desk.store.check import check
from tests.store import crew
from tests.store import sync_offices as offices
from tests.store.sync_offices import (
    ID,
    NAME,
    PHONE,
    SECRETS,
    Office,
    frames_of,
    keys_of,
    picture,
    reason,
)


def test_head_office_is_never_given_the_key_of_the_pseudonyms(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "full")
    branch.complaint()
    key = store.pseudonym_key(branch.session.vault)
    told = [
        row
        for frame in frames_of(exported(branch, head), head)
        if isinstance(frame, CaseKeys)
        for row in frame.keys
    ]
    assert told
    assert key not in {row[2] for row in told}


def exported(branch: Office, head: Office) -> Path:
    branch.later(minutes=1)
    return sync_exports.export(branch.session, head.id, branch.folder).paths[0]


def test_head_office_confirms_by_a_receipt(with_head: tuple[Office, Office]) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "full")
    branch.complaint()
    path = exported(branch, head)
    (waiting,) = hub_imports.import_(head.session, [path])
    assert waiting.outcome == "aside"
    hub.approve(head.session, "CD", sync.own(branch.session).fingerprint)
    (receipt,) = hub_receipts.receipt(head.session, "CD", head.folder)
    (told,) = branch.takes(receipt.path)
    assert (told.outcome, told.confirmed, told.fault) == ("taken", 1, None)
    (peer,) = sync.states(branch.session).peers
    assert [one.state for one in peer.bundles] == ["confirmed"]
    assert peer.heard is not None
    assert branch.takes(receipt.path)[0].outcome == "again"
    assert check(branch.session.vault) == ()


def test_de_identified_means_that_no_personal_value_and_no_key_is_in_it(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "deidentified")
    case = branch.complaint(decision=f"已与{NAME}谈妥，打{PHONE}告知")
    cases.add_note(branch.session, case, f"{NAME[1:]}说证件{ID}在手")
    attachments.add(branch.session, case, picture(), f"{NAME}.docx")
    told = sync_exports.preview(branch.session, head.id)
    assert (told.files, told.size) == (0, 0)
    path = exported(branch, head)
    frames = frames_of(path, head)
    kinds = {type(frame) for frame in frames}
    assert kinds == {Events, StandIns}
    assert not kinds & {CaseKeys, FileBegun}
    written = repr(frames).encode() + b"".join(
        part for frame in frames if isinstance(frame, StandIns) for _place, part in frame.parts
    )
    for secret in (*SECRETS, NAME[1:]):
        assert secret.encode() not in written
    keys = [row for row in _case_keys(branch) if row in written]
    assert keys == []
    assert "客户-" in written.decode()


def _case_keys(office: Office) -> list[bytes]:
    with session.reading(office.session.vault.database) as connection:
        rows = connection.exec_driver_sql("SELECT key FROM case_keys")
        return [bytes(row[0]) for row in rows]


def test_off_means_nothing(with_head: tuple[Office, Office]) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "off")
    branch.complaint()
    told = sync_exports.preview(branch.session, head.id)
    assert (told.cases, told.events, told.contents.goes) == (0, 0, ())
    with pytest.raises(NotAllowed) as refused:
        sync_exports.export(branch.session, head.id, branch.folder)
    assert reason(refused.value) == "off"
    assert not list(branch.folder.glob("*.cdx"))


def test_a_mark_beside_a_bundle_says_that_it_was_read(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "full")
    path = exported(branch, head)
    mark = path.with_name(f"{path.name}.read")
    sha256 = sync.states(branch.session).peers[0].bundles[0].sha256
    _marked(mark, sha256, head)
    (told,) = branch.takes(mark)
    assert told.outcome == "read"
    assert sync.states(branch.session).peers[0].bundles[0].state == "delivered"
    _marked(mark, sha256, branch)
    assert reason(branch.takes(mark)[0].fault) == "unknown_sender"


def _marked(target: Path, sha256: str, by: Office) -> None:
    keys = keys_of(by)
    mark = ReadMark(sha256=sha256, hub=by.id, sign_key=keys.sign_key, read_at="2026-11-22T10:00")
    cards.write_mark(target, mark, keys.sign)


def test_reminders_come_after_some_days(with_head: tuple[Office, Office]) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "full")
    exported(branch, head)
    branch.later(days=5)
    assert sync.reminders(branch.session) == ()
    sync.remind_after(branch.session, 3)
    assert [one.number for one in sync.reminders(branch.session)] == [1]
    assert sync.states(branch.session).peers[0].is_late
    with pytest.raises(BadInput):
        sync.remind_after(branch.session, 0)


# Settling


def test_work_after_a_closing_waits_for_a_look_but_no_follow_up_does(
    both: tuple[Office, Office],
) -> None:
    one, other = both
    case = one.complaint()
    other.takes(*one.sends(other).paths)
    cases.withdraw(one.session, case)
    one.later(minutes=1)
    cases.set_field(one.session, case, "follow_up_result", "客户满意")
    other.later(minutes=30)
    cases.set_field(other.session, case, "narrative", "后来补的")
    one.takes(*other.sends(one).paths)
    assert [found.what for found in settling.unsettled(one.session, case)] == ["narrative"]
    assert settling.settle(one.session, case, "closed") == ()
    with pytest.raises(NotAllowed) as refused:
        settling.settle(one.session, case, "closed")
    assert reason(refused.value) == "nothing_unsettled"


def test_the_audit_trail_tells_of_all_of_it_and_names_no_customer(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "deidentified")
    branch.complaint()
    path = exported(branch, head)
    hub_imports.import_(head.session, [path])
    hub.approve(head.session, "CD", sync.own(branch.session).fingerprint)
    (receipt,) = hub_receipts.receipt(head.session, "CD", head.folder)
    branch.takes(receipt.path)
    sync.end_peer(branch.session, head.id)

    def trail(office: Office) -> list[str]:
        lines = audit.every(office.session, AuditFilter())
        return [f"{line.what} {line.detail}" for line in lines]

    told = trail(branch)
    for words in ("生成了同步用的密钥", "已认可总行", "导出了同步文件", "导入了回执", "不再与"):
        assert any(words in line for line in told), words
    assert any("已脱敏" in line and path.name in line for line in told)
    office = trail(head)
    for words in ("总行：已建立", "登记了网点CD", "认可了CD", "导入了CD", "给CD出具了回执"):
        assert any(words in line for line in office), words
    assert not [line for line in (*told, *office) if any(secret in line for secret in SECRETS)]


def test_sample_cases_have_nothing_to_settle(tmp_path: Path) -> None:
    found = samples.sample_session(tmp_path, engine=crew.engine())
    with found.vault:
        listed = found.vault.ledger.page(Filter(), limit=200).rows
        assert listed
        assert [settling.unsettled(found, row.case) for row in listed] == [()] * len(listed)


def test_today_tells_of_what_waits_and_of_receipts_that_are_late(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    offices.enrol(head, branch, "full")

    def told() -> list[tuple[str, int, str]]:
        found = outlook.outlook(branch.session).attention
        return [
            (one.kind, one.number, one.subject) for one in found if one.kind in {"offer", "receipt"}
        ]

    hub_imports.import_(head.session, [exported(branch, head)])
    hub.approve(head.session, "CD", sync.own(branch.session).fingerprint)
    hub_receipts.publish_message(head.session, "通知", "内容")
    branch.later(days=REMIND_DAYS - 1)
    assert told() == []
    branch.later(days=2)
    assert told() == [("receipt", REMIND_DAYS + 1, offices.HEAD_OFFICE.name)]
    (receipt,) = hub_receipts.receipt(head.session, "CD", head.folder)
    branch.takes(receipt.path)
    assert told() == [("offer", 1, "")]
    as_teller = branch.at_desk(crew.TELLER)
    assert outlook.outlook(as_teller).attention == (), "who exchanges nothing is not bothered"
