"""Steps and fields: what is missing, what is shown, what a field accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.case import Case, FieldState, Version
from desk.domain.events import Value
from desk.domain.ids import Stamp
from desk.domain.intake import (
    FieldDef,
    GroupDef,
    SectionDef,
    StepDef,
    definition_for,
    demands_of,
    fault,
    fields_of,
    holds,
    is_filled,
    missing,
)
from desk.domain.text import Text

T = Text("字", "t")
STEPS = (
    StepDef(
        number=1,
        key="accept",
        name=T,
        aim=T,
        sentence=T,
        sections=(
            SectionDef(
                key="s",
                title=T,
                fields=(
                    FieldDef(key="words", label=T, kind="long", required="true", limit=10),
                    FieldDef(
                        key="agent_name",
                        label=T,
                        kind="name",
                        when="party_kind == 'agent'",
                        required="true",
                        personal=True,
                    ),
                    FieldDef(key="place", label=T, kind="text", required="seated == true"),
                ),
                groups=(
                    GroupDef(
                        key="options",
                        label=T,
                        item=T,
                        least=1,
                        fields=(FieldDef(key="what", label=T, kind="text", required="true"),),
                    ),
                ),
            ),
        ),
    ),
)


def case_with(**values: Value) -> Case:
    states = {
        key.replace("__", "/"): FieldState((Version(value, "e", Stamp(1, 0, "a"), "1"),))
        for key, value in values.items()
    }
    return Case(id="c", fields=states)


def lacks(case: Case, **facts: object) -> list[str]:
    return [lack.field for lack in missing(demands_of(STEPS), case, facts)]


def test_an_empty_file_lacks_what_is_required_and_no_more() -> None:
    assert lacks(Case(id="c")) == ["words", "options"]


def test_a_condition_makes_a_field_required() -> None:
    assert "agent_name" in lacks(Case(id="c"), party_kind="agent")
    assert "agent_name" not in lacks(Case(id="c"), party_kind="self")
    assert "place" in lacks(Case(id="c"), seated=True)


def test_an_item_lacks_its_own_fields() -> None:
    case = case_with(words="x", options__i1__note="y")
    assert lacks(case) == ["options/i1/what"]
    assert lacks(case_with(words="x", options__i1__what="pay")) == []


def test_definitions_are_found_by_path() -> None:
    found = definition_for(STEPS, "options/i1/what")
    assert found is not None
    assert (found.step, found.item, found.definition.key) == (1, "i1", "what")
    assert definition_for(STEPS, "options/i1/nothing") is None
    assert definition_for(STEPS, "nothing") is None
    assert [at.path for at in fields_of(STEPS)][-1] == "options/*/what"


def test_what_is_not_asked_is_not_shown() -> None:
    agent = STEPS[0].sections[0].fields[1]
    assert holds(agent.when, {"party_kind": "agent"})
    assert not holds(agent.when, {})


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        (None, False),
        ("", False),
        ("  ", False),
        ([], False),
        (0, True),
        (False, True),
        (["a"], True),
    ],
)
def test_filled(value: Value, filled: bool) -> None:
    assert is_filled(value) is filled


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("money", 1.5, None),
        ("money", True, "not_a_number"),
        ("money", "1", "not_a_number"),
        ("yes_no", 1, "not_yes_no"),
        ("choices", "a", "not_a_list"),
        ("text", 3, "not_text"),
        ("text", "x" * 11, "too_long"),
        ("text", None, None),
    ],
)
def test_what_a_field_accepts(kind: str, value: Value, reason: str | None) -> None:
    field = FieldDef(key="f", label=T, kind=kind, limit=10)  # type: ignore[arg-type]
    assert fault(field, value) == reason


@given(
    st.dictionaries(
        st.sampled_from(["words", "agent_name", "place", "options/i1/what"]),
        st.one_of(st.none(), st.text(max_size=5)),
    )
)
def test_filling_more_never_lacks_more(values: dict[str, Value]) -> None:
    case = Case(
        id="c",
        fields={
            k: FieldState((Version(v, "e", Stamp(1, 0, "a"), "1"),)) for k, v in values.items()
        },
    )
    full = {"words": "w", "options/i1/what": "o"}
    more = Case(
        id="c",
        fields={
            **case.fields,
            **{k: FieldState((Version(v, "e", Stamp(1, 0, "a"), "1"),)) for k, v in full.items()},
        },
    )
    assert set(lacks(more)) <= set(lacks(case))
