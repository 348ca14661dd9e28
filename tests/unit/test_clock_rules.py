"""The clocks of the shipped pack say what the rules say, and a pack that says less is refused."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
import yaml

from desk import paths
from desk.domain.clock_rules import DAY_TEXTS, PROBLEM_TEXTS, ClockRules, fill
from desk.domain.text import Text

Doc = dict[str, Any]


def _content() -> Doc:
    file = paths.PACKS / "cn-branch" / "clocks.yaml"
    content: Doc = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


CONTENT = _content()
RULES = msgspec.convert(CONTENT, ClockRules)

# The rows of Table A marked verified and meant for an institution: kind → limits and units.
TABLE_A = {
    "inst": [(15, "cal"), (30, "cal"), (60, "cal")],
    "reg_forwarded_handle": [(15, "cal"), (30, "cal"), (60, "cal")],
    "review_apply": [(30, "cal")],
    "review_decide": [(30, "cal")],
    "pboc_handle": [(15, "cal"), (60, "cal")],
    "ins_life_complaint": [(10, "wd")],
    "ins_claim_assess": [(30, "cal")],
    "ins_claim_assess_life": [(5, "wd"), (30, "cal")],
    "ins_claim_pay": [(10, "cal")],
    "ins_claim_refuse": [(3, "cal")],
    "ins_claim_advance": [(60, "cal")],
    "ins_callback_fix": [(15, "wd")],
    "credit_objection": [(20, "cal")],
    "leak_pipl": [(0, "cal")],
    "leak_pboc": [(72, "h")],
}
# Known from a commentary only: there, but off until somebody has confirmed them.
LIKELY = {
    "leak_nfra_first": [(2, "h")],
    "leak_nfra_written": [(24, "h")],
    "leak_nfra_after": [(5, "wd")],
}
CHANGES = {
    "inst_external_stop",
    "inst_mediation_stop",
    "inst_new_facts",
    "inst_agreed",
    "inst_withdraw",
}


@pytest.mark.parametrize(("kind", "limits"), TABLE_A.items(), ids=list(TABLE_A))
def test_every_row_of_the_table_is_in_the_pack(kind: str, limits: list[tuple[int, str]]) -> None:
    rule = RULES.rule(kind, date(2026, 11, 21))
    assert rule is not None
    assert [(stage.limit, stage.unit) for stage in rule.stages] == limits
    assert rule.confidence == "verified"


@pytest.mark.parametrize(("kind", "limits"), LIKELY.items(), ids=list(LIKELY))
def test_what_was_not_read_in_its_text_is_off(kind: str, limits: list[tuple[int, str]]) -> None:
    rule = RULES.rule(kind, date(2026, 11, 21))
    assert rule is not None
    assert [(stage.limit, stage.unit) for stage in rule.stages] == limits
    assert (rule.confidence, rule.applies) == ("likely", False)


def test_nothing_but_the_branch_standard_is_added_to_the_table() -> None:
    added = set(RULES.kinds()) - TABLE_A.keys() - LIKELY.keys()
    assert added == {"first_contact"}
    rule = RULES.rule("first_contact", date(2026, 11, 21))
    assert rule is not None
    assert rule.confidence == "unverified"
    assert {change.key for change in RULES.changes} == CHANGES


def test_what_yields_or_was_handed_over_is_off() -> None:
    off = {rule.kind for rule in RULES.rules if not rule.applies}
    assert off == {"pboc_handle", "ins_life_complaint", *LIKELY}


def test_only_the_sixty_days_need_leave_and_notice() -> None:
    rule = RULES.rule("inst", date(2026, 11, 21))
    assert rule is not None
    assert [(stage.approvers, stage.tell) for stage in rule.stages] == [
        ((), False),
        ((), False),
        (("superior", "hq_senior"), True),
    ]
    assert rule.after(rule.stages[0]) == rule.stages[1]
    assert rule.after(rule.stages[2]) is None


def test_both_languages_mention_the_same_things() -> None:
    for texts, known in ((RULES.days, DAY_TEXTS), (RULES.problems, PROBLEM_TEXTS)):
        for key, text in texts.items():
            marked = {name: f"<{name}>" for name in known[key]}
            filled = fill(text, **marked)
            for mark in marked.values():
                assert (mark in filled.zh) == (mark in filled.en), key


def test_a_bilingual_value_goes_in_by_language() -> None:
    name = Text("元旦", "New Year's Day")
    assert fill(Text("{x}放假", "{x}: closed"), x=name) == Text(
        "元旦放假", "New Year's Day: closed"
    )


def test_the_version_in_force_on_the_day_is_chosen() -> None:
    content = copy.deepcopy(CONTENT)
    new = copy.deepcopy(content["rules"][0])
    content["rules"][0]["valid_to"] = date(2027, 6, 30)
    new["valid_from"] = date(2027, 7, 1)
    new["stages"][0]["limit"] = 10
    content["rules"].append(new)
    rules = msgspec.convert(content, ClockRules)
    limits = {}
    for day in (date(2019, 1, 1), date(2027, 6, 30), date(2027, 7, 1), date(2030, 1, 1)):
        rule = rules.rule("inst", day)
        assert rule is not None
        limits[day.year, day.month] = rule.stages[0].limit
    assert limits == {(2019, 1): 15, (2027, 6): 15, (2027, 7): 10, (2030, 1): 10}
    assert rules.rule("nothing", date(2026, 1, 1)) is None


def _without_a_day_text(content: Doc) -> None:
    del content["days"]["receipt"]


def _with_an_unknown_problem(content: Doc) -> None:
    content["problems"]["sneeze"] = {"zh": "喷嚏", "en": "sneeze"}


def _with_an_unknown_placeholder(content: Doc) -> None:
    content["problems"]["too_late"]["en"] = "Ended on {dew}."


def _with_an_unnamed_approver(content: Doc) -> None:
    content["rules"][0]["stages"][2]["approvers"] = ["neighbour"]


def _with_no_clock_of_the_institution(content: Doc) -> None:
    content["rules"] = content["rules"][1:]


def _with_a_level_twice(content: Doc) -> None:
    content["rules"][0]["stages"][1]["level"] = "simple"


def _with_a_negative_limit(content: Doc) -> None:
    content["rules"][0]["stages"][0]["limit"] = -1


def _with_an_end_before_its_start(content: Doc) -> None:
    content["rules"][0]["valid_to"] = date(2019, 1, 1)


def _with_the_name_of_all(content: Doc) -> None:
    content["rules"][1]["kind"] = "all"


def _with_a_misspelt_field(content: Doc) -> None:
    content["rules"][0]["ends_with"] = []


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (_without_a_day_text, "receipt is missing"),
        (_with_an_unknown_problem, "sneeze"),
        (_with_an_unknown_placeholder, "dew"),
        (_with_an_unnamed_approver, "neighbour"),
        (_with_no_clock_of_the_institution, "no clock inst"),
        (_with_a_level_twice, "no level twice"),
        (_with_a_negative_limit, "negative"),
        (_with_an_end_before_its_start, "before it is in force"),
        (_with_the_name_of_all, "all cannot"),
        (_with_a_misspelt_field, "ends_with"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_faulty_pack_is_refused_by_name(spoil: Callable[[Doc], None], word: str) -> None:
    content = copy.deepcopy(CONTENT)
    spoil(content)
    with pytest.raises(msgspec.ValidationError, match=word):
        msgspec.convert(content, ClockRules)
