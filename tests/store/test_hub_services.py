"""Head office at work, on both kinds of store: files in, receipts out, and all that goes wrong."""

from pathlib import Path

import pytest

from desk.bundles import reading
from desk.domain.events import Forgotten
from desk.domain.exchange import AnyFrame, Sent
from desk.errors import BadInput, NotAllowed
from desk.services import hub, hub_imports, hub_office, hub_receipts, hub_status
from desk.store.hub import reading as hub_reading
from tests.store.desks import copied
from tests.store.hubs import story
from tests.store.offices import Counter, Office


def outcomes(found: tuple[hub_imports.Imported, ...]) -> list[str]:
    return [item.outcome for item in found]


def sent(receipt: hub_receipts.Receipt, counter: Counter) -> list[Sent]:
    found: list[AnyFrame] = []
    reading.look(receipt.path).read(counter.desk.keys.identity, found.append)
    return [frame for frame in found if isinstance(frame, Sent)]


def same(office: Office, counter: Counter) -> bool:
    return hub_status.state(office.session, "CD").sha256 == counter.state.sha256


def test_a_new_computer_waits_until_somebody_compares_its_fingerprint(
    office: Office, one: Counter
) -> None:
    office.enrol("CD")
    one.does("c1", *story("n1"))
    paths = one.export(office)
    (waiting,) = office.take(*paths)
    assert (waiting.outcome, waiting.fault and waiting.fault.params["reason"]) == (
        "aside",
        "unapproved",
    )
    assert hub_status.state(office.session).cases == 0
    with pytest.raises(NotAllowed) as refused:
        hub.approve(office.session, "CD", "0000-0000-0000")
    assert refused.value.params["reason"] == "fingerprint"
    paths[0].unlink()
    done = office.approve(one)
    assert outcomes(done.files) == ["taken"]
    assert same(office, one)
    assert hub_imports.set_aside(office.session) == ()
    assert not list((office.session.vault.database.path.parent).glob("*.hub/aside/*"))


def test_twice_and_in_parts(office: Office, one: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *story("n1"))
    paths = one.export(office, part_bytes=900)
    assert len(paths) > 2
    assert outcomes(office.take(*paths)) == ["taken"]
    assert outcomes(office.take(paths[1])) == ["again"]
    assert same(office, one)
    paths[0].unlink()
    (missing,) = office.take(paths[1])
    assert missing.fault is not None
    assert missing.fault.params["reason"] == "part_missing"


def test_a_gap_waits_for_what_is_missing(office: Office, one: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    files: list[Path] = []
    known: dict[str, int] | None = None
    for number in range(3):
        one.does(f"c{number}", *story(f"n{number}"))
        files += one.export(office, known)
        known = {head.device: head.seq for head in one.desk.vault.heads()}
    assert outcomes(office.take(files[2])) == ["aside"]
    assert outcomes(office.take(files[1])) == ["aside"]
    (waiting, *_more) = hub_status.status(office.session).branches[0].waiting
    assert waiting.reason == "gap"
    assert outcomes(office.take(files[0])) == ["taken", "taken", "taken"]
    assert same(office, one)
    assert hub_status.status(office.session).branches[0].waiting == ()


def test_a_computer_known_through_another(office: Office, one: Counter, two: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    two.does("c2", *story("n2"))
    one.desk.take(two.desk.packed(one.desk))
    assert outcomes(office.take(*one.export(office))) == ["taken"]
    assert office.device(two.desk).state == "relayed"
    assert office.device(two.desk).vouched_by == one.desk.id
    assert outcomes(office.take(*two.export(office, {}))) == ["aside"]
    office.approve(two)
    assert same(office, one)


def test_a_lost_computer_is_believed_no_more(office: Office, one: Counter, two: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    office.welcome(two)
    before = office.device(two.desk).seq
    hub.revoke(office.session, "CD", two.desk.id)
    two.does("c2", *story("n2"))
    (late,) = office.take(*two.export(office))
    assert late.fault is not None
    assert (late.outcome, late.fault.params["reason"]) == ("aside", "revoked")
    one.desk.take(two.desk.packed(one.desk))
    one.does("c1", *story("n1"))
    (through,) = office.take(*one.export(office))
    assert through.outcome == "taken"
    assert through.ended > 0
    assert office.device(two.desk).seq == before
    assert hub_status.state(office.session).cases == 1
    again = one.export(office, {two.desk.id: before + 1, one.desk.id: 1})
    assert outcomes(office.take(*again)) == ["taken"]


def test_a_successor_takes_the_place(office: Office, one: Counter, two: Counter) -> None:
    office.enrol("CD")
    office.welcome(one)
    office.take(*two.export(office))
    mark = office.device(two.desk).fingerprint.lower().replace("-", " ")
    done = hub.replace_device(office.session, "CD", one.desk.id, mark)
    assert outcomes(done.files) == ["taken"]
    old = office.device(one.desk)
    assert (old.state, old.successor) == ("replaced", two.desk.id)
    with pytest.raises(NotAllowed):
        hub.approve(office.session, "CD", old.fingerprint)


def test_two_histories_of_one_computer(
    office: Office, one: Counter, tmp_path: Path, first_desks: Path
) -> None:
    office.enrol("CD")
    office.welcome(one)
    shared = office.have("CD")
    one.desk.vault.close()
    (clone,) = copied(tmp_path / "desks", tmp_path / "clone", ["one"])
    (origin,) = copied(tmp_path / "desks", tmp_path / "origin", ["one"])
    try:
        one = Counter(origin, "CD", tmp_path, number=10)
        other = Counter(clone, "CD", tmp_path, number=20)
        one.does("c1", *story("n1"))
        other.does("c2", *story("n2"))
        assert outcomes(office.take(*one.export(office))) == ["taken"]
        (fork,) = office.take(*other.export(office, shared))
        assert fork.fault is not None
        assert (fork.outcome, fork.fault.params["reason"]) == ("aside", "fork")
        assert hub_status.state(office.session).cases == 1
        kept = hub_imports.settle(office.session, fork.id, "keep")
        assert kept.outcome == "taken"
        second = office.device(clone, lane=2)
        assert second.forked_at == shared[origin.id]
        one.does("c1", *story("n1")[1:])
        other.does("c3", *story("n3"))
        assert outcomes(office.take(*one.export(office))) == ["taken"]
        following = other.export(office, {clone.id: second.seq})
        assert outcomes(office.take(*following)) == ["taken"]
        assert outcomes(office.take(*other.export(office, shared))) == ["taken"]
        assert hub_status.state(office.session).cases == 3
    finally:
        clone.vault.close()
        origin.vault.close()


def test_a_fork_can_be_given_up(office: Office, one: Counter, tmp_path: Path) -> None:
    office.enrol("CD")
    office.welcome(one)
    one.does("c1", *story("n1"))
    paths = one.export(office)
    assert outcomes(office.take(*paths)) == ["taken"]
    with pytest.raises(BadInput):
        hub_imports.settle(office.session, "nothing", "discard")
    hub.revoke(office.session, "CD", one.desk.id)
    one.does("c1", *story("n1")[1:])
    (late,) = office.take(*one.export(office))
    with pytest.raises(NotAllowed):
        hub_imports.settle(office.session, late.id, "keep")
    assert hub_imports.settle(office.session, late.id, "retry").outcome == "aside"
    hub_imports.settle(office.session, late.id, "discard")
    assert hub_imports.set_aside(office.session) == ()


def test_what_is_not_for_us_is_refused_and_not_kept(
    office: Office, one: Counter, two: Counter, tmp_path: Path
) -> None:
    office.enrol("CD")
    junk = tmp_path / "junk.cdx"
    junk.write_bytes(b"CDXB" + b"\0" * 100)
    foreign = one.export(office, recipient=two.desk.id)
    stranger = Counter(two.desk, "XX", tmp_path)
    found = office.take(junk, *foreign, *stranger.export(office), tmp_path / "none.cdx")
    assert outcomes(found) == ["refused", "refused", "aside", "refused"]
    assert [file.reason for file in hub_status.status(office.session).strangers] == [
        "unknown_branch"
    ]
    office.enrol("XX")
    office.enrol("CD")


def test_the_deidentified_profile_takes_nothing_in_the_open(
    office: Office, one: Counter, tmp_path: Path
) -> None:
    office.enrol("CD", "deidentified")
    one.does("c1", *story("n1", "王小明"))
    (full,) = office.take(*one.export(office))
    assert full.fault is not None
    office.approve(one)
    assert [item.reason for item in hub_imports.set_aside(office.session)] == ["profile"]
    one.profile = "deidentified"
    assert outcomes(office.take(*one.export(office))) == ["taken"]
    assert name_of(office, "c1").startswith("代号-")
    one.does("c1", Forgotten(by="0418", why="due"))
    assert outcomes(office.take(*one.export(office))) == ["taken"]
    assert name_of(office, "c1") == ""


def name_of(office: Office, case: str) -> str:
    """What head office can read of the customer's name."""
    with hub_office.Office(office.session) as opened, opened.store.reading() as connection:
        found = list(hub_reading.cases(opened.store, connection, "CD", [case]))
        return found[0].folded.text("name")
