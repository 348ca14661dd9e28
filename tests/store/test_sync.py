"""Exchanging files as people do it, with another computer of the branch."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desk.bundles import reading, writing
from desk.errors import BadInput, BundleRefused, FolderMissing, Halted, KnownError, NotAllowed
from desk.services import (
    attachments,
    cases,
    hub,
    sync,
    sync_exports,
    sync_imports,
)
from desk.store import attachments as files
from desk.store import exchange as store
from desk.store import outgoing
from desk.store.check import check
from tests.store import crew
from tests.store import sync_offices as offices
from tests.store.sync_offices import (
    NAME,
    TEXT,
    Office,
    keys_of,
    picture,
    reason,
    stands,
)

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


def test_nobody_unknown_is_read(sync_offices: Path, tmp_path: Path) -> None:
    with offices.opened(sync_offices, tmp_path / "there", ["一", "二"]) as (one, other):
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
        sync.find(one.session, other.id[-6:]),
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
