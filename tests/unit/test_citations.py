"""Citations: what may be quoted, and that nothing else is ever offered to a customer."""

import shutil
from pathlib import Path

import pytest

from desk import paths
from desk.domain.citations import (
    Article,
    Citation,
    Confidence,
    citation_faults,
    quotable,
    references,
)
from desk.domain.engine import Engine
from desk.domain.suggestion import Situation, Suggested
from desk.domain.text import Text
from desk.packs import loader

PACK = loader.load()
RULES = {citation.key: citation for citation in PACK.citations}
SAYS = Text(zh="说了什么", en="What it says")


def article(number: int, confidence: Confidence = "verified") -> Article:
    return Article(number=number, says=SAYS, confidence=confidence)


def rule(confidence: Confidence, *articles: Article) -> Citation:
    return Citation(
        key="L7",
        title=SAYS,
        where=SAYS,
        says=SAYS,
        not_says=SAYS,
        use_when=SAYS,
        remedies=SAYS,
        confidence=confidence,
        source="test",
        articles=articles,
    )


def test_only_what_was_read_may_be_quoted() -> None:
    mixed = rule("verified", article(22), article(23, "likely"), article(24, "unverified"))
    assert quotable([mixed]) == {"L7", "L7-22"}
    assert quotable([rule("likely", article(22))]) == {"L7-22"}
    assert references([mixed]) == {"L7", "L7-22", "L7-23", "L7-24"}


def test_articles_stand_once_and_in_order() -> None:
    assert list(citation_faults([rule("verified", article(22), article(24))])) == []
    assert list(citation_faults([rule("verified", article(22), article(22))]))
    assert list(citation_faults([rule("verified", article(24), article(22))]))


def test_every_rule_of_the_legal_base_is_there() -> None:
    numbers = [f"L{n}" for n in range(1, 18)]
    assert set(RULES) == {*numbers, "L1b", "L3b", "L3c", "L7b"}
    assert list(RULES) == sorted(RULES, key=lambda key: (int(key[1:].rstrip("abc")), key))


def test_what_was_only_summarised_is_not_quotable() -> None:
    """Of order 2022 No. 9 nothing but the rights and articles 16 and 50 was read."""
    assert {"L2", "L2-16", "L2-50"} <= PACK.quotable
    assert not {"L2-15", "L2-18", "L2-22", "L2-24"} & PACK.quotable


@pytest.mark.parametrize(
    ("reference", "figures"),
    [
        ("L1-18", ("15日", "30日")),
        ("L1-20", ("30日",)),
        ("L1-12", ("5名",)),
        ("L1-29", ("20名",)),
        ("L1-33", ("7个工作日",)),
        ("L3-55", ("三倍", "500元")),
        ("L3c-34", ("72小时",)),
        ("L7-23", ("30日", "10日")),
        ("L7-24", ("3日",)),
        ("L7-25", ("60日",)),
        ("L7-47", ("30日",)),
    ],
)
def test_the_figures_are_those_of_the_text(reference: str, figures: tuple[str, ...]) -> None:
    key, number = reference.split("-")
    says = next(a.says.zh for a in RULES[key].articles if a.number == int(number))
    assert all(figure in says for figure in figures), says


@pytest.mark.unmeasured
def test_a_customer_is_never_offered_a_quotation_that_nobody_read(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(paths.PACKS / loader.DEFAULT, folder)
    file = folder / "scripts" / "general.yaml"
    told = file.read_text(encoding="utf-8")
    assert told.count("cites: [L1-13]") > 0
    file.write_text(told.replace("cites: [L1-13]", "cites: [L2-15]", 1), encoding="utf-8")
    pack, faults = loader.examine(folder)
    assert pack is not None
    fault, unreached = sorted(faults, key=lambda found: "L2-15" not in found.reason)
    assert unreached.line == fault.line  # so it is never offered either
    line = told[: told.index("cites: [L1-13]")].count("\n") + 1
    assert fault.file == "scripts/general.yaml"
    assert 0 <= line - fault.line < 20
    assert "L2-15" in fault.reason

    (refused,) = (script.key for script in pack.scripts if "L2-15" in script.cites)
    offered = {
        one.script.key for step in range(1, 6) for one in _all(Engine(pack), Situation(step=step))
    }
    assert refused not in offered
    assert refused in {
        one.script.key for step in range(1, 6) for one in _all(Engine(PACK), Situation(step=step))
    }


@pytest.mark.unmeasured
@pytest.mark.usefixtures("english")
def test_an_unknown_rule_is_a_fault_of_the_script(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(paths.PACKS / loader.DEFAULT, folder)
    file = folder / "scripts" / "general.yaml"
    told = file.read_text(encoding="utf-8").replace("cites: [L1-13]", "cites: [L1-99]", 1)
    file.write_text(told, encoding="utf-8")
    fault, unreached = sorted(
        loader.examine(folder)[1], key=lambda found: "L1-99" not in found.reason
    )
    assert unreached.line == fault.line
    assert "unknown rule L1-99" in fault.reason


def _all(engine: Engine, situation: Situation) -> list[Suggested]:
    found = engine.library.suggest(situation, "zh")
    return [*([found.now] if found.now else []), *found.next, *found.close, *found.more]
