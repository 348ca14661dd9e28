"""What may hold a customer's data is sealed, so that forgetting a key forgets all of it."""

import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.intake import FREE, FieldAt, fields_of
from desk.errors import BadInput
from desk.packs.loader import load
from desk.services import cases, limits
from desk.store import session as unit
from tests.store.crew import HEAD, OFFICER, Crew, crew_in

PACK = load()
FIELDS = tuple(fields_of(PACK.steps))

PUBLIC = {
    # Made or chosen by the program: keys of the pack, ids, hashes, counts.
    "key": (
        "CaseOpened.number FieldSet.field FieldSet.replaces ItemRemoved.group ItemRemoved.item "
        "AnswerSet.sitting AssessmentCleared.why ScriptSaid.script ChecklistStarted.checklist "
        "ChecklistStarted.triggers ItemMarked.checklist ItemMarked.item ItemMarked.status "
        "ClockMoved.type ClockMoved.level ClockMoved.approver ClockMoved.reason Revealed.field "
        "Reported.copy Reported.language Reported.seal Reported.sha256 Reported.pages "
        "Closed.outcome Approved.act Attached.file Attached.size Attached.media Detached.file "
        "KeepingSet.keep Forgotten.why Settled.about"
    ),
    # Local minutes and days.
    "time": (
        "CaseOpened.received_at ChecklistStarted.at ClockMoved.at ClockMoved.told_at "
        "ClockMoved.due Closed.at HoldSet.at Forgotten.at"
    ),
    # Staff numbers: who answers for what stays known.
    "staff": (
        "CaseOpened.first_receiver AnswerSet.confirmed_by HandedOver.giver HandedOver.taker "
        "InterestStated.person Approved.by Forgotten.by"
    ),
    "yes or no": "StepEntered.step FieldSet.personal InterestStated.interested HoldSet.on",
    # Sealed where the pack says so, which it must of every field that takes words (below).
    "by the pack": "FieldSet.value",
    # Held against the values of the case before it is written (`desk.services.retention`).
    "looked at": "Forgotten.reason",
}


def attributes() -> Iterator[str]:
    """Every attribute of a case's payloads that is not sealed."""
    for kind in typing.get_args(ev.CasePayload):
        for field in msgspec.structs.fields(kind):
            if field.name not in kind.SEALED:
                yield f"{kind.__name__}.{field.name}"


def test_every_attribute_that_is_not_sealed_is_known_to_name_no_customer() -> None:
    known = [name for names in PUBLIC.values() for name in names.split()]
    assert sorted(known) == sorted(attributes())


def test_every_field_that_takes_words_is_sealed() -> None:
    assert [at.path for at in FIELDS if at.definition.kind in FREE] != []
    assert [at for at in FIELDS if at.definition.kind in FREE and not at.definition.personal] == []


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with crew_in(tmp_path_factory.mktemp("sealing")) as made:
        yield made


def public(crew: Crew) -> bytes:
    """Everything that lies unsealed in the log."""
    with unit.reading(crew.head.vault.database) as connection:
        rows = connection.exec_driver_sql("SELECT public FROM events").scalars()
        return b"\n".join(rows)


def path_of(at: FieldAt, item: str) -> str:
    return at.path.replace("*", item)


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example fills in a whole form: making a failing one smaller would take minutes."""
WORDS = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6, max_size=12
) | st.integers(10**10, 10**11 - 1).map(str)
"""What is as rare as a name or a number of a person, so that chance does not bring it."""


@settings(deadline=None, max_examples=10, phases=UNSHRUNK)
@given(words=st.lists(WORDS, min_size=len(FIELDS), max_size=len(FIELDS), unique=True))
def test_no_words_of_any_field_lie_open_in_the_log(crew: Crew, words: list[str]) -> None:
    case = cases.open_case(crew.head).case.id
    item = crew.head.new_id()
    taken = []
    for at, word in zip(FIELDS, words, strict=True):
        try:
            cases.set_field(crew.head, case, path_of(at, item), word[: at.definition.limit or 99])
        except BadInput:
            continue
        taken.append((at, word))
    assert {at.path for at, _word in taken} == {
        at.path for at in FIELDS if at.definition.kind in FREE
    }
    told = public(crew)
    assert b'"field":"opening_words"' in told
    for at, word in taken:
        assert word.encode() not in told, at.path
        assert crew.head.vault.case(case).text(path_of(at, item)) == word


@settings(deadline=None, max_examples=8, phases=UNSHRUNK)
@given(word=WORDS)
def test_no_words_of_any_other_door_lie_open_in_the_log(crew: Crew, word: str) -> None:
    case = cases.open_case(crew.head).case.id
    cases.add_note(crew.head, case, word)
    cases.hand_over(crew.head, case, OFFICER.id, word)
    cases.hand_over(crew.at_desk(OFFICER), case, HEAD.id, word)
    refusals: list[Callable[[], object]] = [
        lambda: limits.stop(crew.head, case, word),
        lambda: limits.extend(crew.head, case, word),
        lambda: limits.extend(crew.head, case, "special", approver=word),
        lambda: cases.set_field(crew.head, case, "scenario", word),
        lambda: cases.set_field(crew.head, case, "requests", [word]),
        lambda: cases.set_field(crew.head, case, "happened_on", word),
    ]
    for refused in refusals:
        with pytest.raises(BadInput):
            refused()
    assert word.encode() not in public(crew)


def test_a_choice_and_a_date_of_the_pack_are_taken(tmp_path: Path) -> None:
    with crew_in(tmp_path) as crew:
        case = cases.open_case(crew.head).case.id
        for path, value in (
            ("scenario", "queue"),
            ("happened_on", "2026-11-05"),
            ("first_contact_at", "2026-11-05T10:00"),
            ("scenario", None),
        ):
            assert cases.set_field(crew.head, case, path, value).case.value(path) == value
