"""`desk demo` as a person would run it: every screen, both papers, and the case they tell of."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desk.domain.text import Text
from desk.ui.demo import story
from desk.ui.demo.story import Entry
from tests.papers import body, seal_mark, squeezed, whole

SCREENS = (
    *("set-up", "first-day", "unlock", "today", "intake-1-accept"),
    *("coach-avoid", "coach-grounds", "coach-checklists", "assessment"),
    *("intake-2-facts", "intake-3-analysis", "escalation", "intake-4-solution", "intake-5-close"),
    *("closed", "report-customer", "report-internal", "search", "case-file", "ledger"),
    *("knowledge", "sync", "settings", "help", "privacy"),
)
SIZE = (1366, 728)


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.unmeasured)])
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, subprocess.CompletedProcess[str]]:
    """What one run leaves, in one language."""
    home = tmp_path_factory.mktemp("home")
    out = tmp_path_factory.mktemp("demo") / "new" / "folder"
    environment = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "desk", "demo", "--out", str(out), "--lang", request.param],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**environment, "DESK_HOME": str(home)},
        timeout=180,
        check=False,
    )
    assert not list(home.iterdir()), "the demonstration must leave the user's own files alone"
    return request.param, out, done


Shown = tuple[str, Path, subprocess.CompletedProcess[str]]


def test_it_ends_well_and_names_each_screen_once(shown: Shown) -> None:
    _language, out, done = shown
    assert done.returncode == 0, done.stderr
    names = [f"{place:02}-{name}.png" for place, name in enumerate(SCREENS, start=1)]
    assert done.stderr.split() == names
    assert done.stdout == ""
    assert sorted(file.name for file in (out / "screens").iterdir()) == names


def test_every_screen_has_the_size_of_the_design_and_something_on_it(shown: Shown) -> None:
    _language, out, _done = shown
    seen: set[bytes] = set()
    for file in sorted((out / "screens").iterdir()):
        with Image.open(file) as picture:
            assert picture.size == SIZE, file.name
            colours = picture.convert("RGB").resize((200, 106)).getcolors(maxcolors=30_000)
            assert colours is not None
            assert len(colours) > 12, file.name
            seen.add(picture.convert("RGB").tobytes())
    assert len(seen) == len(SCREENS), "two screens are the same"


def typed(entries: tuple[Entry, ...]) -> dict[str, Text]:
    """The words of a story by field, those of items apart."""
    return {entry.field: entry.words for entry in entries if entry.field and entry.words}


def test_the_case_holds_what_was_typed(shown: Shown) -> None:
    language, out, _done = shown
    case = the_case(out)
    told = story.load()
    assert case["status"] == "closed"
    assert case["missing"] == []
    assert case["received_at"] == "2026-11-21T10:26"
    assert case["clocks"][0]["key"] == "inst_simple"
    assert case["clocks"][0]["state"] == "met"
    marks = case["checklists"][told.checklist]["items"]
    assert {key for key, mark in marks.items() if mark["status"] == "done"} == set(told.ticks)
    assert marks[told.aside]["reason"] == told.aside_reason.of(language)
    for entries in told.steps:
        for field, words in typed(entries).items():
            value = case["fields"][field]
            if isinstance(value, str) and not value.startswith("2026-"):
                assert value == words.of(language), field
    points = [e.fields[0].words for step in told.steps for e in step if e.add == "points"]
    assert [item["text"] for item in case["groups"]["points"]] == [
        words.of(language) for words in points if words
    ]


@pytest.mark.parametrize("copy", ["internal", "customer"])
def test_the_papers_say_what_the_case_holds(shown: Shown, copy: str) -> None:
    language, out, _done = shown
    case = the_case(out)
    paper = out / f"report-{copy}.pdf"
    text = body(paper)
    long = ["opening_words", "narrative", "request_words", "decision", "decision_basis", "finding"]
    internal = ["explicit_need", "improvement"]
    for field in (*long, *(internal if copy == "internal" else ())):
        assert squeezed(case["fields"][field]) in text, field
    for option in case["groups"]["options"]:
        assert squeezed(option["what"]) in text
    note = squeezed(story.load().note.of(language))
    assert note not in text, "the note was written after both papers"
    _form, number, _code, _records, seal = seal_mark(paper).split(":")
    assert number == case["number"]
    seals = {made["copy"]: made["seal"] for made in case["reports"]}
    assert seals[copy] == seal.lower()


def test_the_customers_paper_holds_no_assessment_and_no_internal_words(shown: Shown) -> None:
    language, out, _done = shown
    case = the_case(out)
    text = whole(out / "report-customer.pdf")
    hidden = [case["fields"]["improvement"], story.load().aside_reason.of(language)]
    hidden += [item["need"] for item in case["groups"]["implicit_needs"]]
    for words in hidden:
        assert squeezed(words) not in text


def the_case(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "case.json").read_text("utf-8"))
    return found
