"""What head office sends along: shown in plain words, done only when somebody says so."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from desk import paths
from desk.domain.exchange import Sent, Transfer
from desk.domain.hints import Hints, mark
from desk.errors import BadInput, NotAllowed, PackInvalid
from desk.packs import carried, parts, shelf
from desk.services import (
    cases,
    hub,
    hub_imports,
    hub_receipts,
    sync,
    sync_offers,
)
from desk.services.hub_receipts import Published
from desk.services.sync_offers import Offer
from desk.store import received, session
from desk.store.check import check
from tests.store import crew
from tests.store import sync_offices as offices
from tests.store.sync_offices import NAME, PHONE, Office

YEAR = """
year: 2027
source: 国办发明电〔2026〕99号
days:
  - {first: 2027-01-01, last: 2027-01-03, works: false, name: {zh: 元旦, en: New Year}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offices")
    offices.make(folder)
    return folder


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def joined(made: Path, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A branch's computer that head office has approved, and head office."""
    with offices.opened(made, tmp_path / "there", ["一", "总行"]) as found:
        branch, head = found
        hub.make(head.session)
        offices.enrol(head, branch, "full")
        sent(branch, head)
        hub.approve(head.session, "CD", sync.own(branch.session).fingerprint)
        yield branch, head


def sent(branch: Office, head: Office) -> None:
    hub_imports.import_(head.session, branch.sends(head).paths)


def answered(branch: Office, head: Office) -> tuple[Offer, ...]:
    """A receipt taken in, and what waits then."""
    head.later(minutes=1)
    (receipt,) = hub_receipts.receipt(head.session, "CD", head.folder)
    (told,) = branch.takes(receipt.path)
    assert told.fault is None
    return sync_offers.offers(branch.session)


def brought(branch: Office, *what: Sent) -> tuple[Offer, ...]:
    """What waits after head office sent this."""
    vault = branch.session.vault
    with session.writing(vault.database) as connection:
        for one in what:
            wall_ms = branch.moment.wall_ms()
            received.put(connection, vault.opened.chain_key, "hub", one, wall_ms)
    return sync_offers.offers(branch.session)


def edited(version: str) -> parts.Contents:
    """The shipped pack under another version, with one sentence changed."""
    found = parts.contents(paths.PACKS / "cn-branch")
    found.wholes[parts.HEAD]["version"] = version
    found.lists["scripts"][0].entry["text"]["zh"] = "请您先坐，我来办。"
    return found


def test_a_pack_is_shown_in_words_and_installed_on_approval(
    joined: tuple[Office, Office],
) -> None:
    branch, head = joined
    new = edited("9.9.0")
    stamp = new.stamp
    shelf.install(new, lambda _folder: ())
    published: Published = hub_receipts.publish_pack(head.session, stamp)
    assert published.branches == ("CD",)
    _off_the_shelf(stamp)
    (offer,) = answered(branch, head)
    assert (offer.what, offer.title) == ("pack", stamp)
    assert shelf.named(stamp) is None
    told = "\n".join(sync_offers.changes(branch.session, offer.id))
    assert "请您先坐，我来办。" in told
    with pytest.raises(NotAllowed):
        sync_offers.accept(branch.at_desk(crew.TELLER), offer.id)
    done = sync_offers.accept(branch.session, offer.id)
    assert done.pack == stamp
    assert shelf.named(stamp) is not None
    assert sync_offers.offers(branch.session) == ()
    assert answered(branch, head) == ()
    assert check(branch.session.vault) == ()
    assert {"pack_installed"} <= {one.payload.kind for one in branch.session.vault.happenings()}


def _off_the_shelf(stamp: str) -> None:
    shutil.rmtree(paths.packs_folder() / stamp)


def test_a_pack_with_faults_is_not_installed(joined: tuple[Office, Office]) -> None:
    branch, _head = joined
    broken = edited("9.9.1")
    broken.lists["scripts"][0].entry["scenarios"] = ["none_such"]
    (offer,) = brought(branch, Sent("pack", broken.stamp, carried.packed(broken)))
    with pytest.raises(PackInvalid):
        sync_offers.accept(branch.session, offer.id)
    assert shelf.named(broken.stamp) is None
    assert sync_offers.offers(branch.session) == (offer,)


def test_a_year_of_working_days_becomes_a_version_of_the_pack(
    joined: tuple[Office, Office], tmp_path: Path
) -> None:
    branch, head = joined
    file = tmp_path / "2027.yaml"
    file.write_text(YEAR, encoding="utf-8")
    hub_receipts.publish_calendar(head.session, file)
    (offer,) = answered(branch, head)
    assert (offer.what, offer.title) == ("calendar", "2027")
    assert "元旦" in "\n".join(sync_offers.changes(branch.session, offer.id))
    done = sync_offers.accept(branch.session, offer.id)
    pack = shelf.load(done.pack)
    assert pack is not None
    assert [year.year for year in pack.clocks.years] == [2027]


def test_a_message_waits_until_it_was_read(joined: tuple[Office, Office]) -> None:
    branch, head = joined
    hub_receipts.publish_message(head.session, "停机通知", "周六停机")
    (offer,) = answered(branch, head)
    assert (offer.title, offer.text) == ("停机通知", "周六停机")
    sync_offers.accept(branch.session, offer.id[:8])
    assert answered(branch, head) == ()
    with pytest.raises(BadInput):
        sync_offers.accept(branch.session, offer.id)
    with pytest.raises(BadInput):
        sync_offers.decline(branch.session, "")


def test_what_is_declined_is_not_asked_again(joined: tuple[Office, Office]) -> None:
    branch, _head = joined
    one = Sent("message", "停机通知", "周六停机".encode())
    (offer,) = brought(branch, one)
    sync_offers.decline(branch.session, offer.id)
    assert brought(branch, one) == ()
    assert all(kept.data == b"" for kept in received.every(branch.session.vault, "message"))


def test_a_case_that_goes_to_another_branch_says_so(joined: tuple[Office, Office]) -> None:
    branch, head = joined
    case = branch.complaint()
    sent(branch, head)
    hub.enrol(head.session, "XC", "西城支行", head.folder, profile="full")
    hub_receipts.transfer(head.session, "CD", case, "XC", "卡在西城办的")
    (offer,) = answered(branch, head)
    assert (offer.what, offer.incoming, offer.text) == ("transfer", False, "卡在西城办的")
    assert sync_offers.accept(branch.session, offer.id).case == case
    (note,) = branch.session.vault.case(case).notes
    assert "西城支行" in (note.text or "")


def test_a_case_that_comes_is_opened_with_what_is_known_of_it(
    joined: tuple[Office, Office],
) -> None:
    branch, _head = joined
    told = Transfer(
        case="c-there",
        number="XC20261122-001",
        from_branch="XC",
        from_name="西城支行",
        to_branch="CD",
        to_name="城东支行",
        at="2026-11-06T08:00",
        fields={
            "complainant_name": NAME,
            "points/p1/text": "等太久",
            "of_a_later_pack": "私密",
            "no_interest": True,
        },
    )
    (offer,) = brought(branch, Sent("transfer", told.number, msgspec.json.encode(told)))
    assert offer.incoming
    case = sync_offers.accept(branch.session, offer.id).case
    found = cases.view(branch.session, case).case
    assert found.text("complainant_name") == NAME
    assert found.items("points") == ("p1",)
    assert found.received == "2026-11-06T08:00"
    assert found.value("no_interest") is None
    assert found.fields["of_a_later_pack"].heads[0].personal
    assert "XC20261122-001" in (found.notes[0].text or "")
    assert found.number.startswith("CD2026")
    assert sync_offers.offers(branch.session) == ()
    assert check(branch.session.vault) == ()
    with session.reading(branch.session.vault.database) as connection:
        left = connection.exec_driver_sql("SELECT data FROM received").scalars().all()
    assert b"".join(left) == b""


def test_a_hint_says_that_and_no_more(joined: tuple[Office, Office]) -> None:
    branch, _head = joined
    case = branch.complaint()
    other = branch.complaint(complainant_phone="13911112222", id_number="")
    salt = "ab" * 32

    def hint(period: str, *marks: str) -> Sent:
        found = Hints(salt=salt, period=period, marks=marks)
        return Sent("hint", period, msgspec.json.encode(found))

    assert brought(branch, hint("2026-01-01", mark(salt, PHONE))) == ()
    assert sync_offers.is_repeat_elsewhere(branch.session, case)
    assert not sync_offers.is_repeat_elsewhere(branch.session, other)
    brought(branch, hint("2025-01-01", mark(salt, "13911112222")))  # an older one, come late
    assert not sync_offers.is_repeat_elsewhere(branch.session, other)
    brought(branch, hint("2026-02-01"))
    assert not sync_offers.is_repeat_elsewhere(branch.session, case)


@pytest.mark.parametrize("what", ["pack", "calendar", "message", "transfer"])
def test_what_only_a_newer_version_reads_can_wait_or_be_declined(
    joined: tuple[Office, Office], what: str
) -> None:
    branch, _head = joined
    (offer,) = brought(branch, msgspec.convert([6, what, "新", b"\xff\xfe"], Sent))
    assert (offer.title, offer.readable) == ("新", False)
    with pytest.raises(BadInput):
        sync_offers.accept(branch.session, offer.id)
    sync_offers.decline(branch.session, offer.id)
    assert sync_offers.offers(branch.session) == ()


def test_what_somebody_else_put_there_is_not_offered(joined: tuple[Office, Office]) -> None:
    branch, _head = joined
    brought(branch, Sent("message", "停机通知", "周六停机".encode()))
    with session.writing(branch.session.vault.database) as connection:
        connection.exec_driver_sql("UPDATE received SET name = '升级通知'")
    assert sync_offers.offers(branch.session) == ()
    assert [one.detail.split()[0] for one in check(branch.session.vault)] == ["received"]
