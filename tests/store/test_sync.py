"""Exchanging files as people do it: with another computer of the branch, and with head office."""

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desk.bundles import cards, reading, writing
from desk.domain.audit import AuditFilter
from desk.domain.exchange import AnyFrame, CaseKeys, Events, FileBegun, ReadMark, StandIns
from desk.domain.ledger import Filter
from desk.errors import BadInput, BundleRefused, FolderMissing, Halted, KnownError, NotAllowed
from desk.services import (
    attachments,
    audit,
    cases,
    hub,
    hub_imports,
    hub_receipts,
    samples,
    settling,
    sync,
    sync_exports,
    sync_imports,
)
from desk.store import attachments as files
from desk.store import device_keys, outgoing, session
from desk.store import exchange as store
from desk.store.check import check
from desk.store.device_keys import DeviceKeys
from tests.store import crew
from tests.store import sync_offices as offices
from tests.store.desks import Desk, state
from tests.store.sync_offices import ID, NAME, PHONE, SECRETS, TEXT, Office


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offices")
    offices.make(folder)
    return folder


@pytest.fixture
def both(made: Path, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Two computers of a branch that approved each other."""
    with offices.opened(made, tmp_path / "there", ["一", "二"]) as found:
        one, other = found
        one.knows(other)
        other.knows(one)
        yield one, other


@pytest.fixture
def with_head(made: Path, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A computer of a branch, and a head office that has not enrolled it yet."""
    with offices.opened(made, tmp_path / "there", ["一", "总行"]) as found:
        branch, head = found
        hub.make(head.session)
        yield branch, head


def stands(office: Office) -> dict[str, object]:
    """All that a vault holds, and the files beside it."""
    vault = office.session.vault
    folder = files.folder_of(vault.database.path)
    beside = sorted(path.name for path in folder.rglob("*") if path.is_file())
    return {**state(Desk(vault)), "files": beside}


def reason(fault: KnownError | None) -> object:
    assert fault is not None
    return fault.params["reason"]


def picture() -> io.BytesIO:
    """A small file that may be attached."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    return io.BytesIO(packed.getvalue())


def keys_of(office: Office) -> DeviceKeys:
    return device_keys.own(office.session.vault, actor="1001", wall_ms=1)


def frames_of(path: Path, reader: Office) -> list[AnyFrame]:
    found: list[AnyFrame] = []
    reading.look(path).read(keys_of(reader).identity, found.append)
    return found


# Between computers of a branch


def test_a_case_is_the_same_on_both(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    added = attachments.add(one.session, case, picture(), "合同.docx")
    sent = one.sends(other)
    assert (sent.cases, sent.files) == (1, 1)
    (taken,) = other.takes(*sent.paths)
    assert (taken.outcome, taken.cases) == ("taken", 1)
    there = cases.view(other.session, case).case
    assert there.text("narrative") == TEXT
    (item,) = attachments.listing(other.session, case)
    assert (item.file, item.name) == (added.item.file, "合同.docx")
    assert attachments.content(attachments.reveal(other.session, case, item.file))
    assert check(one.session.vault) == ()
    assert check(other.session.vault) == ()


def test_the_states_are_told_apart(both: tuple[Office, Office]) -> None:
    one, other = both
    one.complaint()
    sent = one.sends(other)

    def state_of() -> str:
        return sync.states(one.session).peers[0].bundles[0].state

    def waiting() -> int:
        return sync.states(one.session).peers[0].waiting

    assert state_of() == "exported"
    assert waiting() == one.session.vault.head().seq - len(one.session.vault.happenings())
    assert sync.delivered(one.session, sent.sha256).state == "delivered"
    assert state_of() == "delivered"
    other.takes(*sent.paths)
    assert state_of() == "delivered"
    back = other.sends(one)
    one.takes(*back.paths)
    assert state_of() == "confirmed"
    assert sync.delivered(one.session, sent.sha256).state == "confirmed"
    assert waiting() == 0
    later = one.complaint()
    assert waiting() == len(one.session.vault.events(later))
    with pytest.raises(BadInput) as unknown:
        sync.delivered(one.session, "0" * 64)
    assert reason(unknown.value) == "bundle_unknown"


def test_a_lost_bundle_is_made_good_by_exporting_again(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    one.sends(other)  # and lost
    cases.add_note(one.session, case, "后来的")
    sent = one.sends(other)
    assert (sent.number, sent.name.endswith("-0002.cdx")) == (2, True)
    (taken,) = other.takes(*sent.paths)
    assert taken.outcome == "taken"
    assert other.session.vault.case(case).notes[0].text == "后来的"


def test_what_was_confirmed_does_not_go_again(both: tuple[Office, Office]) -> None:
    one, other = both
    one.complaint()
    other.takes(*one.sends(other).paths)
    one.takes(*other.sends(one).paths)
    told = sync_exports.preview(one.session, other.id)
    assert (told.cases, told.files, told.number) == (0, 0, 2)
    case = one.complaint()
    told = sync_exports.preview(one.session, other.id)
    sent = one.sends(other)
    assert told.cases == sent.cases == 1
    assert told.events == sent.events
    assert told.since is not None
    assert told.until is not None
    assert told.since <= told.until <= one.session.now()
    other.takes(*sent.paths)
    assert cases.view(other.session, case).case.text("complainant_name") == NAME


def test_twice_changes_nothing(both: tuple[Office, Office]) -> None:
    one, other = both
    one.complaint()
    sent = one.sends(other)
    other.takes(*sent.paths)
    before = stands(other)
    (again,) = other.takes(*sent.paths)
    assert again.outcome == "again"
    assert stands(other) == before


def test_files_are_taken_in_by_their_numbers(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    first = one.sends(other).paths[0]
    one.takes(*other.sends(one).paths)
    cases.add_note(one.session, case, "后来的")
    second = one.sends(other).paths[0]
    told = other.takes(second, first)
    assert [one.name for one in told] == [second.name, first.name]
    assert {one.outcome for one in told} == {"taken"}


def test_a_damaged_or_missing_attachment_stays_and_the_rest_goes(
    both: tuple[Office, Office],
) -> None:
    one, other = both
    case = one.complaint()
    added = []
    for count in range(3):
        one.later(minutes=1)
        noise = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes([count]) * 5_000)
        added.append(attachments.add(one.session, case, noise, f"{count}.png").item.file)
    folder = files.folder_of(one.session.vault.database.path)
    altered, missing, whole = added
    damaged = bytearray(files.place(folder, altered).read_bytes())
    damaged[-1] ^= 1
    files.place(folder, altered).write_bytes(damaged)
    asked = sync_exports.plan(one.session, other.id, one.folder)
    files.place(folder, missing).unlink()  # since it was settled what goes
    sent = sync_exports.recorded(one.session, sync_exports.carry_out(asked))
    assert (sent.cases, sent.files, sent.lost) == (1, 1, 2)
    (taken,) = other.takes(*sent.paths)
    assert taken.outcome == "taken"
    assert len(attachments.listing(other.session, case)) == len(added)
    assert attachments.content(attachments.reveal(other.session, case, whole))


def test_people_work_on_while_a_bundle_is_written(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    asked = sync_exports.plan(one.session, other.id, one.folder)
    shares: list[float] = []
    with ThreadPoolExecutor(1) as thread:
        writing_it = thread.submit(sync_exports.carry_out, asked, shares.append)
        cases.add_note(one.session, case, "写着的时候")
        made = writing_it.result()
    sent = sync_exports.recorded(one.session, made)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    (taken,) = other.takes(*sent.paths)
    assert (taken.outcome, taken.events) == ("taken", sent.events)
    assert other.session.vault.case(case).notes == ()
    other.takes(*one.sends(other).paths)
    assert other.session.vault.case(case).notes[0].text == "写着的时候"


def test_a_bundle_that_is_stopped_leaves_nothing(both: tuple[Office, Office]) -> None:
    one, other = both
    one.complaint()
    asked = sync_exports.plan(one.session, other.id, one.folder)
    with pytest.raises(Halted):
        sync_exports.carry_out(asked, lambda _share: None, lambda: True)
    assert not list(one.folder.glob("*.cdx*.part")) + list(one.folder.glob("*.cdx"))
    assert sync.states(one.session).peers[0].bundles == ()


def test_in_parts(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    for count in range(3):
        one.later(minutes=1)
        noise = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes([count]) * 50_000)
        attachments.add(one.session, case, noise, f"{one.moment.wall_ms()}.png")
    one.later(minutes=1)
    made = sync_exports.export(
        one.session, other.id, one.folder, part_bytes=sync_exports.PART_LEAST
    )
    assert len(made.paths) > 1
    assert not (one.folder / made.name).exists()
    whole = sync.states(one.session).peers[0].bundles[-1]
    assert (whole.sha256, whole.size) == (made.sha256, made.size)
    made.paths[0].unlink()
    (refused,) = other.takes(made.paths[1])
    assert reason(refused.fault) == "part_missing"
    again = sync_exports.export(
        one.session, other.id, one.folder, part_bytes=sync_exports.PART_LEAST
    )
    told = other.takes(*again.paths)
    assert [one.outcome for one in told] == ["taken"]


def test_splitting_goes_on_where_it_was_broken_off(both: tuple[Office, Office]) -> None:
    one, other = both
    case = one.complaint()
    attachments.add(
        one.session, case, io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(200_000)), "截图.png"
    )
    sent = one.sends(other)
    whole = sent.paths[0].read_bytes()
    parts = sync_exports.split(sent.paths[0], sync_exports.PART_LEAST)
    kept = parts[0].stat().st_mtime_ns
    parts[1].unlink()
    sent.paths[0].write_bytes(whole)
    assert sync_exports.split(sent.paths[0], sync_exports.PART_LEAST) == parts
    assert parts[0].stat().st_mtime_ns == kept
    assert other.takes(parts[-1])[0].outcome == "taken"
    with pytest.raises(BadInput):
        sync_exports.split(parts[0], 100)


# What is refused, and leaves everything as it was


def test_nobody_unknown_is_read(made: Path, tmp_path: Path) -> None:
    with offices.opened(made, tmp_path / "there", ["一", "二"]) as (one, other):
        one.knows(other)
        one.complaint()
        sent = one.sends(other)
        before = stands(other)
        (told,) = other.takes(*sent.paths)
        assert (told.outcome, reason(told.fault)) == ("refused", "unknown_sender")
        assert stands(other) == before


@pytest.mark.parametrize("harm", ["cut", "flip", "other"])
def test_a_damaged_file_changes_nothing(both: tuple[Office, Office], harm: str) -> None:
    one, other = both
    case = one.complaint()
    attachments.add(one.session, case, picture(), "合同.docx")
    sent = one.sends(other).paths[0]
    whole = bytearray(sent.read_bytes())
    if harm == "cut":
        del whole[-100:]
    elif harm == "flip":
        whole[-200] ^= 1
    else:
        whole[:4] = b"ABCD"
    sent.write_bytes(whole)
    before = stands(other)
    (told,) = other.takes(sent)
    wanted = {"cut": "cut", "flip": "changed", "other": "not_ours"}
    assert (told.outcome, reason(told.fault)) == ("refused", wanted[harm])
    assert stands(other) == before
    assert check(other.session.vault) == ()


def test_a_gap_changes_nothing_and_stops_no_other(both: tuple[Office, Office]) -> None:
    one, other = both
    one.complaint()
    first = one.sends(other)
    case = one.complaint()
    keys = keys_of(one)
    known = {one.id: reading.look(first.paths[0]).manifest.ranges[0].to}
    going = outgoing.outgoing(one.session.vault, known, actor="1001", wall_ms=1)
    attachments.add(one.session, case, picture(), "合同.docx")
    late = one.folder / "late.cdx"
    manifest = sync_exports._manifest(
        one.session,
        sync.known_peer(one.session, other.id),
        sync.exchange(one.session),
        keys,
        going,
    )
    writing.write(
        late,
        manifest,
        outgoing.frames(one.session.vault.database, going),
        recipients=[manifest.age_key, keys_of(other).age_key],
        sign=keys.sign,
    )
    before = stands(other)
    (told,) = other.takes(late)
    assert reason(told.fault) == "gap"
    assert stands(other) == before
    told_both = other.takes(late, *first.paths)
    assert [one.outcome for one in told_both] == ["taken", "taken"]
    assert check(other.session.vault) == ()


class _Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("moment", ["_store", "_settle", "finish"])
def test_a_killed_import_leaves_nothing_half(
    both: tuple[Office, Office], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    case = one.complaint()
    attachments.add(one.session, case, picture(), "合同.docx")
    sent = one.sends(other)
    before = stands(other)

    def killed(*_given: object) -> None:
        raise _Killed

    with monkeypatch.context() as broken:
        broken.setattr(store.Taking, moment, killed)
        with pytest.raises(_Killed):
            other.takes(*sent.paths)
    assert stands(other) == before
    assert check(other.session.vault) == ()
    assert other.takes(*sent.paths)[0].outcome == "taken"
    assert check(other.session.vault) == ()


def test_a_stick_that_is_full_leaves_nothing(
    both: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    one.complaint()

    def full(*_args: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(KnownError):
            one.sends(other)
    assert list(one.folder.glob("*.cdx*")) == list(one.folder.glob("*.cdx-card"))
    assert sync.states(one.session).peers[0].bundles == ()
    with pytest.raises(FolderMissing):
        sync_exports.export(one.session, other.id, one.folder / "none")


def test_a_file_is_never_replaced(both: tuple[Office, Office]) -> None:
    one, other = both
    first = one.sends(other)
    name = first.name.replace("0001", "0002")
    (one.folder / name).write_text("somebody's", encoding="utf-8")
    assert one.sends(other).name == name.replace(".cdx", "-2.cdx")
    assert (one.folder / name).read_text(encoding="utf-8") == "somebody's"
    assert first.name.isascii()


# Peers


def test_a_fingerprint_is_compared(both: tuple[Office, Office]) -> None:
    one, other = both
    path, me = sync.card(other.session, other.folder)
    offered = sync.introduced(one.session, path)
    assert offered.fingerprint == me.fingerprint
    assert offered.before == offered.peer
    assert not offered.has_other_keys
    with pytest.raises(NotAllowed) as refused:
        sync.approve_peer(one.session, offered, sync.own(one.session).fingerprint)
    assert reason(refused.value) == "fingerprint"
    with pytest.raises(NotAllowed) as refused:
        sync.introduced(other.session, path)
    assert reason(refused.value) == "own_card"


def test_whoever_was_ended_gets_and_gives_nothing(both: tuple[Office, Office]) -> None:
    one, other = both
    sent = one.sends(other)
    sync.end_peer(other.session, one.id)
    assert reason(other.takes(*sent.paths)[0].fault) == "revoked"
    with pytest.raises(NotAllowed) as refused:
        other.sends(one)
    assert reason(refused.value) == "peer_ended"
    with pytest.raises(BadInput) as unknown:
        sync_exports.export(one.session, "nobody", one.folder)
    assert reason(unknown.value) == "peer_unknown"


def test_a_branch_is_asked_for_its_own_enrolment(
    with_head: tuple[Office, Office],
) -> None:
    branch, head = with_head
    done = hub.enrol(head.session, "XC", "西城支行", head.folder, profile="full")
    with pytest.raises(NotAllowed) as refused:
        sync.introduced(branch.session, done.path)
    assert refused.value.params == {"reason": "other_branch", "branch": "XC"}
    strange = head.folder / "strange.cdx-enrol"
    strange.write_bytes(b"{}")
    with pytest.raises(BundleRefused):
        sync.introduced(branch.session, strange)


def test_a_teller_exchanges_nothing(both: tuple[Office, Office]) -> None:
    one, other = both
    for use in (
        lambda: sync_exports.export(one.at_desk(crew.TELLER), other.id, one.folder),
        lambda: sync_exports.preview(one.at_desk(crew.TELLER), other.id),
        lambda: sync_imports.import_(one.at_desk(crew.TELLER), []),
        lambda: sync.end_peer(one.at_desk(crew.OFFICER), other.id),
    ):
        with pytest.raises(NotAllowed) as refused:
            use()
        assert reason(refused.value) == "role"
    assert sync_exports.export(one.at_desk(crew.OFFICER), other.id, one.folder).number == 1


def test_the_computers_of_a_branch_come_to_have_the_same_pseudonyms(
    both: tuple[Office, Office],
) -> None:
    one, other = both
    begun = [store.pseudonym_key(each.session.vault) for each in both]
    assert begun[0] != begun[1]
    for giver, taker in ((one, other), (other, one)):
        giver.complaint()
        taker.takes(*giver.sends(taker).paths)
    assert [store.pseudonym_key(each.session.vault) for each in both] == [min(begun)] * 2
    for each in both:
        assert check(each.session.vault) == ()


# With head office


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
