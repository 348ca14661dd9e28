"""What figures ask of many cases at once: some kinds of events, some fields, without any key."""

from desk.domain.events import (
    CaseOpened,
    Closed,
    FieldSet,
    ItemRemoved,
    Payload,
    Reopened,
    StepEntered,
)
from desk.domain.ledger import Filter
from desk.store.vault import Vault


def opened(vault: Vault, number: str, wall_ms: int, *payloads: Payload) -> str:
    case = vault.new_id(wall_ms)
    opening = CaseOpened(number=number, received_at="2026-11-21T10:00", first_receiver="0417")
    vault.append(case, [opening, *payloads], actor="0417", wall_ms=wall_ms, pack="p@1")
    return case


def test_only_what_was_asked_for_comes_in_order_and_sealed(vault: Vault) -> None:
    one = opened(
        vault,
        "1",
        2_000,
        FieldSet(field="cause", value="A"),
        FieldSet(field="cause_words", value="no"),
        FieldSet(field="secret", value="张素琴", personal=True),
        FieldSet(field="promises/1/due", value="2026-11-24"),
        StepEntered(step=4),
        FieldSet(field="cause", value="B"),
        ItemRemoved(group="promises", item="1"),
        Closed(outcome="told", at="2026-11-22T10:00"),
        Reopened(reason="原因"),
    )
    two = opened(vault, "2", 3_000)
    three = opened(vault, "3", 4_000, StepEntered(step=2))
    found = vault.ledger.told(
        [one, two], ["step_entered", "closed", "reopened"], ["cause", "secret", "promises/"]
    )
    assert found == {
        one: (
            FieldSet(field="cause", value="A"),
            FieldSet(field="secret", value=None, personal=True),
            FieldSet(field="promises/1/due", value="2026-11-24"),
            StepEntered(step=4),
            FieldSet(field="cause", value="B"),
            Closed(outcome="told", at="2026-11-22T10:00"),
            Reopened(reason=None),
        )
    }
    assert vault.ledger.told([three], ["step_entered"], ["cause"])[three] == (StepEntered(step=2),)


def test_due_from_and_before_cut_a_span_whose_start_belongs_to_it(vault: Vault) -> None:
    for number, due in enumerate(("2026-11-24T14:29", "2026-11-24T14:30", "2026-11-25T00:00")):
        opened(vault, str(number), 2_000 + number, FieldSet(field="due_at", value=due))
    asked = Filter(due_from="2026-11-24T14:30", due_before="2026-11-25T00:00")
    assert [row.number for row in vault.ledger.page(asked).rows] == ["1"]
    assert vault.ledger.count(asked).number == 1
