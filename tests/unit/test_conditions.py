"""Conditions: what they answer when facts are there, absent, or of the wrong type."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.conditions import Condition

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)

EXPRESSIONS = (
    "E >= 50 || 'reg' in signs",
    "!(E >= 50) && signs.exists(s, s == 'reg')",
    "['12378', '信访'].exists(w, text.contains(w))",
    "size(signs) > 1 ? signs[0] == 'reg' : E / size(signs) > 2",
    "int(text) % E == 1",
    "text.startsWith(signs[5]) || E + E > 3",
    "signs.a.b == null",
    "-E < 3.5",
)


@pytest.mark.parametrize(
    ("expression", "facts", "answer"),
    [
        ("E >= 50", {"E": 50}, True),
        ("E >= 50", {"E": 49}, False),
        ("E >= 50", {"E": 50.0}, True),
        ("E >= 50", {}, False),
        ("E >= 50", {"E": None}, False),
        ("E >= 50", {"E": "60"}, False),
        ("E >= 50 || 'reg' in signs", {"signs": ["reg"]}, True),
        ("E >= 50 || 'reg' in signs", {"E": None, "signs": ["reg"]}, True),
        ("E >= 50 && 'reg' in signs", {"E": 60}, False),
        ("!agent", {}, False),
        ("!agent", {"agent": False}, True),
        ("amount == null", {"amount": None}, True),
        ("amount == null", {}, False),
        ("['12378', '信访'].exists(w, text.contains(w))", {"text": "我要打12378"}, True),
        ("['12378', '信访'].exists(w, text.contains(w))", {"text": "谢谢"}, False),
        ("person.age >= 60", {"person": {"age": 61}}, True),
        ("person.age >= 60", {"person": {}}, False),
        ("E", {"E": 2}, False),
        ("true", {}, True),
        ("name == '?'", {"name": "\ud800"}, True),
    ],
)
def test_answers(expression: str, facts: dict[str, object], answer: bool) -> None:
    assert Condition(expression).holds(facts) is answer


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("E >=", "Syntax error"),
        ("", "Syntax error"),
        ("E >= 50)", "Syntax error"),
        ("matches(text, '(')", "unknown function: matches"),
        ("now() > 3", "unknown function: now"),
        ("timestamp('2026-01-01T00:00:00Z') == t", "unknown function: timestamp"),
        ("(" * 500 + "1" + ")" * 500, "ecursion"),
    ],
)
@pytest.mark.usefixtures("english")
def test_what_cannot_be_answered_is_refused_with_a_reason(expression: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        Condition(expression)
    assert "\n" not in str(caught.value)


def test_facts_are_named_without_the_words_bound_inside() -> None:
    condition = Condition("signs.exists(w, text.contains(w)) || E >= 50 && red.all(r, r != 'a')")
    assert condition.facts == {"signs", "text", "E", "red"}


def test_a_fact_nobody_asks_for_is_not_looked_at() -> None:
    assert Condition("E >= 50").holds({"E": 60, "other": object()})


@given(
    st.sampled_from(EXPRESSIONS),
    st.dictionaries(st.sampled_from(("E", "signs", "text")), JSON, max_size=3),
)
def test_any_facts_give_the_same_plain_answer_twice(
    expression: str, facts: dict[str, object]
) -> None:
    first = Condition(expression).holds(facts)
    assert isinstance(first, bool)
    assert Condition(expression).holds(facts) is first


@given(st.text(max_size=30))
def test_any_text_compiles_or_is_refused_as_a_value_error(expression: str) -> None:
    try:
        condition = Condition(expression)
    except ValueError:
        return
    assert condition.expression == expression


def test_the_engine_comes_without_its_command_line() -> None:
    program = (
        "import sys\n"
        "from desk.domain.conditions import Condition\n"
        "assert 'cel' not in sys.modules\n"
        "assert Condition('1 == 1').holds({})\n"
        "print(sorted({'rich', 'typer', 'prompt_toolkit'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
