"""The course of events on paper: accounts of one moment stand side by side."""

from tests.unit.test_composition import opened, timeline


def test_two_accounts_of_one_moment_stand_in_one_line() -> None:
    story = opened()
    for n, side in enumerate(("ours", "customer")):
        story.put(f"facts/i{n}/at", "2026-11-21T14:20").put(f"facts/i{n}/side", side)
        story.put(f"facts/i{n}/text", f"{side}所述")
    (entry,) = timeline(story.report("internal")).days[0].entries
    assert (entry.at, entry.theirs, entry.ours) == ("14:20", "customer所述", "ours所述")


def test_accounts_that_differ_in_more_than_the_side_stay_apart() -> None:
    story = opened()
    for n, (side, certainty) in enumerate((("ours", "fact"), ("customer", "inference"))):
        story.put(f"facts/i{n}/at", "2026-11-21T14:20").put(f"facts/i{n}/side", side)
        story.put(f"facts/i{n}/text", f"{side}所述").put(f"facts/i{n}/certainty", certainty)
    assert len(timeline(story.report("internal")).days[0].entries) == 2
    story = opened()
    for n in range(2):
        story.put(f"facts/i{n}/at", "2026-11-21T14:20").put(f"facts/i{n}/side", "ours")
        story.put(f"facts/i{n}/text", f"所述{n}")
    assert len(timeline(story.report("internal")).days[0].entries) == 2


def test_labels_stand_without_the_remark_that_helps_to_fill_them_in() -> None:
    story = opened().put("amount", 52000)
    labels = [
        fact.label
        for section in story.report("internal").sections
        for block in section.blocks
        for fact in getattr(block, "items", ())
        if hasattr(fact, "label")
    ]
    assert "涉及金额" in labels
    assert not any("（" in label for label in labels)
