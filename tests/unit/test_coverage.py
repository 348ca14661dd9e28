"""The map of the outlines: complete for the shipped pack, and honest about what is lost."""

from dataclasses import replace

import msgspec
import pytest

from desk.domain.coverage import lacks, served
from desk.domain.outline import OutlinePoint
from desk.domain.text import Text
from desk.packs import loader
from desk.services import pack_coverage

pytestmark = pytest.mark.usefixtures("english")

PACK = loader.load()
TOPIC = Text("一点", "A point")


def test_every_point_and_every_idea_is_on_the_map() -> None:
    """Knowledge A1 and A2 number 105 and 60 points, C3 has 94 ideas."""
    letters = [point.key[0] for point in PACK.outline]
    assert [letters.count(letter) for letter in "ABC"] == [105, 60, 94]
    assert len({point.key for point in PACK.outline}) == len(PACK.outline)


def test_the_shipped_pack_lacks_nothing() -> None:
    assert list(lacks(PACK)) == []
    assert [one.point.key for one in served(PACK) if one.state == "lost"] == []


def test_an_idea_is_served_by_the_sentence_that_was_written_for_it() -> None:
    sources = {script.key: script.source for script in PACK.scripts}
    for point in PACK.outline:
        if point.key.startswith("C-"):
            idea = f"SC-{point.key[2:]}"
            assert all(idea in sources[key] for key in point.serves), point.key


@pytest.mark.parametrize(
    ("serves", "waits", "state"),
    [
        (("CARD-R01", "screen:intake"), (), "served"),
        (("part:clocks",), ("lobby",), "partly"),
        ((), ("lobby",), "waiting"),
        (("CARD-R01", "CARD-GONE"), ("lobby",), "lost"),
    ],
)
def test_how_far_a_point_is_served(
    serves: tuple[str, ...], waits: tuple[str, ...], state: str
) -> None:
    point = msgspec.convert(
        {"key": "A-01", "topic": TOPIC, "serves": serves, "waits": waits}, OutlinePoint
    )
    (one,) = served(replace(PACK, outline=(point,)))
    assert one.state == state


def test_a_point_must_be_served_or_wait() -> None:
    with pytest.raises(ValueError, match="neither"):
        OutlinePoint(key="A-01", topic=TOPIC)


def test_the_report_counts_what_the_map_holds() -> None:
    answer, whole = pack_coverage.report(None, "zh")
    assert whole
    totals = answer.values["totals"]
    assert isinstance(totals, dict)
    assert sum(totals["C"].values()) == 94
    assert any("A-118" in line for line in answer.lines)
