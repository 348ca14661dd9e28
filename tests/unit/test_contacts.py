"""Who else complains under a number: by whatever it was typed like, and each person once."""

import pytest

from desk.domain.case import Case, FieldState, Version
from desk.domain.contacts import numbers, other_complainants
from desk.domain.ids import Stamp


def case_of(name: str = "", phone: str = "", agent: str = "") -> Case:
    given = {"complainant_name": name, "complainant_phone": phone, "agent_phone": agent}
    return Case(
        "c1",
        fields={
            key: FieldState((Version(value, "e1", Stamp(1, 0, "a"), "0417"),))
            for key, value in given.items()
        },
    )


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000"],
)
def test_a_number_is_the_same_however_it_was_typed(typed: str) -> None:
    assert numbers(case_of(phone=typed)) == {"13800138000"}


@pytest.mark.parametrize("typed", ["", "138", "没有"])
def test_half_a_number_is_none(typed: str) -> None:
    assert numbers(case_of(phone=typed)) == set()


def test_a_fixed_line_that_begins_with_86_stays_whole() -> None:
    assert numbers(case_of(phone="8613 8001")) == {"86138001"}


def test_other_people_count_once_and_the_same_person_never() -> None:
    own = case_of("王岚", "13800138000")
    others = [
        case_of("王 岚", "13800138000"),  # the same person again
        case_of("李明", "13800138000"),
        case_of("李明", agent="138 0013 8000"),
        case_of("赵敏", "13900139000", "+8613800138000"),
        case_of("周正", "13900139000"),
        case_of("", "13800138000"),  # nobody yet
    ]
    assert other_complainants(own, others) == 2
    assert other_complainants(case_of("王岚"), others) == 0
