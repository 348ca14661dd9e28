"""Hints of repeated complaints: the same customer is found, and nobody else is told."""

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.case import Case, FieldState, Version
from desk.domain.hints import Hints, mark, marks, matching
from desk.domain.ids import Stamp

SALTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


def customer(phone: str = "", number: str = "") -> Case:
    given = {"complainant_phone": phone, "id_number": number}
    at = Stamp(1, 0, "a")
    fields = {key: FieldState((Version(one, "e1", at, "0417"),)) for key, one in given.items()}
    return Case("c1", fields=fields)


@given(SALTS, PHONES)
def test_a_telephone_is_known_however_it_is_written(salt: str, phone: str) -> None:
    spelt = f"+86 {phone[:3]}-{phone[3:7]} {phone[7:]}"
    hints = Hints(salt=salt, period="2026", marks=(mark(salt, phone),))
    assert matching([hints], customer(spelt))
    assert matching([hints], customer(f"0086{phone}"))
    assert phone not in repr(hints)


@given(SALTS, SALTS, PHONES, PHONES)
def test_nobody_else_is_meant(salt: str, other: str, phone: str, stranger: str) -> None:
    hints = Hints(salt=salt, period="2026", marks=(mark(salt, phone),))
    assert matching([hints], customer(stranger)) == (stranger == phone)
    assert (mark(other, phone) == mark(salt, phone)) == (other == salt)


@given(SALTS, st.text(max_size=6))
def test_what_is_too_short_tells_nobody(salt: str, short: str) -> None:
    assert marks(salt, customer(short, short)) == frozenset()


@given(SALTS)
def test_an_id_is_known_in_either_case_of_its_last_sign(salt: str) -> None:
    assert marks(salt, customer(number="11010119900307771x")) == marks(
        salt, customer(number="11010119900307771X")
    )
