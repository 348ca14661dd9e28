"""Hints of customers who complain in several branches: each branch is told of its own alone."""

import msgspec

from desk.domain.events import FieldSet
from desk.domain.hints import Hints, matching
from desk.services import hub_hints, hub_statistics
from tests.store.desks import Desk
from tests.store.hubs import story
from tests.store.offices import Counter, Office
from tests.store.test_hub_receipts import receipt, sent


def test_a_customer_who_complains_elsewhere_too(
    office: Office, desks: list[Desk], one: Counter
) -> None:
    office.enrol("CD")
    office.enrol("CX")
    office.welcome(one)
    other = Counter(desks[1], "CX", one.folder)
    office.welcome(other)
    for counter, case, phone in (
        (one, "c1", "138 0013 8000"),
        (one, "c2", "13900139000"),
        (other, "c3", "+8613800138000"),
    ):
        told = FieldSet(field="complainant_phone", value=phone, personal=True)
        counter.does(case, *story(case), told)
    office.take(*one.export(office), *other.export(office))
    hub_statistics.follow(office.session)
    assert hub_hints.publish(office.session, ["CD", "CX"]).branches == ("CD", "CX")
    (frame,) = (each for each in sent(receipt(office, one), one) if each.what == "hint")
    hints = _hints(frame.data)
    assert len(hints.marks) == 1
    assert matching([hints], one.desk.vault.case("c1"))
    assert not matching([hints], one.desk.vault.case("c2"))
    (elsewhere,) = (each for each in sent(receipt(office, other), other) if each.what == "hint")
    assert not set(_hints(elsewhere.data).marks) & set(hints.marks)
    assert b"13800138000" not in frame.data


def _hints(data: bytes) -> Hints:
    return msgspec.json.decode(data, type=Hints)
