"""Classification codes: references that hold, words that find them, nothing invented."""

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from desk import paths
from desk.domain.codes import CodeBook, Dimension, RootCause, closes, recommend
from desk.domain.spoken import comparable, heard

BOOK = msgspec.convert(
    yaml.safe_load((paths.PACKS / "cn-branch" / "codes.yaml").read_text(encoding="utf-8")), CodeBook
)


@pytest.mark.parametrize(
    ("table", "count"),
    [
        *(("A", 13), ("B", 23), ("C", 13), ("I", 6), ("L", 8), ("S", 8), ("T", 9)),
        *(("rights", 8), ("root", 12), ("complexity", 3), ("remedies", 5), ("party", 6)),
    ],
)
def test_tables_are_complete(table: str, count: int) -> None:
    assert len(BOOK.options(table)) == count


def test_no_number_of_a_standard_is_invented() -> None:
    assert all(code.std_code is None for code in BOOK.codes)


def test_rights_and_causes_are_only_proposed() -> None:
    assert all(right.proposal for right in BOOK.rights)
    assert [right.key for right in BOOK.rights_for("C_SERVICE")] == ["R5", "R7"]
    assert {code.key for code in BOOK.of("C")} >= {c for r in BOOK.rights for c in r.causes}


def test_transferred_sources_are_marked() -> None:
    marked = {code.key for code in BOOK.of("S") if code.transfer}
    assert "S_NFRA_FORMAL" in marked
    assert not marked & {"S_SELF", "S_PLATFORM"}


def test_the_levels_of_the_clock_are_the_grades_of_complexity() -> None:
    assert [key for key, _ in BOOK.options("complexity")] == ["simple", "complex", "special"]


def test_lookup_and_path() -> None:
    fraud = BOOK.path("B_CARD_DEBIT_FRAUD")
    assert [code.key for code in fraud] == ["B_CARD", "B_CARD_DEBIT", "B_CARD_DEBIT_FRAUD"]
    assert BOOK.code("B_GONE") is None
    assert BOOK.path("B_GONE") == ()


@pytest.mark.parametrize(
    ("words", "dim", "first"),
    [
        ("我买的理财说好今天赎回到账，到现在也没有", "B", "B_WM"),
        ("排队等了七十分钟，还有个窗口关着没人", "C", "C_SERVICE"),
        ("我老公身故，保险拒赔，火化前没人告诉我要保留什么", "I", "I_CLAIM"),
        ("我老公身故，保险拒赔，火化前没人告诉我要保留什么", "B", "B_AGENCY"),
        ("信用卡年费多扣了", "B", "B_CARD_CREDIT"),
        ("信用卡年费多扣了", "C", "C_PRICING"),
        ("ａｔｍ 把我的卡吞了", "A", "A_FRONT_SELF"),
        ("手机银行登不上", "C", "C_FACILITY"),
    ],
)
def test_words_point_to_codes(words: str, dim: Dimension, first: str) -> None:
    found = recommend(BOOK.codes, words, dim)
    assert found[0].key == first
    assert heard(found[0].cues, words)


def test_words_that_say_nothing_recommend_nothing() -> None:
    assert recommend(BOOK.codes, "", "C") == ()
    assert recommend(BOOK.codes, "您好", "B") == ()


@given(st.text(), st.sampled_from(("A", "B", "C", "I", "L", "S")), st.integers(0, 5))
def test_every_recommendation_can_be_explained(words: str, dim: Dimension, limit: int) -> None:
    found = recommend(BOOK.codes, words, dim, limit)
    assert len(found) <= limit
    assert all(code.dim == dim and heard(code.cues, words) for code in found)


CUES = tuple(dict.fromkeys(cue for code in BOOK.codes for cue in code.cues))


@given(st.sampled_from(CUES), st.text(max_size=10), st.text(max_size=10))
def test_a_cue_is_heard_wherever_it_stands(cue: str, before: str, after: str) -> None:
    words = f"{before}。{' '.join(cue)}。{after}"
    hits = heard(CUES, words)
    assert any(comparable(cue) in comparable(hit) for hit in hits)


def test_a_cue_inside_another_is_not_heard_twice() -> None:
    assert heard(("卡", "信用卡", "信用 卡", "车"), "我的信用卡") == ("信用卡", "信用 卡")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"parent": "B_LOAN"}, "parent B_LOAN is not a C code"),
        ({"parent": "C_GONE"}, "parent C_GONE is not a C code"),
        ({"key": "R1"}, "key R1 is used twice"),
        ({"key": "C_X", "parent": "C_X"}, "round in a circle"),
    ],
)
@pytest.mark.usefixtures("english")
def test_references_that_lead_nowhere_are_refused(change: dict[str, str], reason: str) -> None:
    raw = msgspec.to_builtins(BOOK)
    code = {"key": "C_NEW", "dim": "C", "name": {"zh": "新", "en": "New"}} | change
    with pytest.raises(msgspec.ValidationError, match=reason):
        msgspec.convert({**raw, "codes": [*raw["codes"], code]}, CodeBook)


@pytest.mark.usefixtures("english")
def test_a_right_of_an_unknown_cause_is_refused() -> None:
    raw = msgspec.to_builtins(BOOK)
    rights = [{**raw["rights"][0], "causes": ["C_GONE"]}, *raw["rights"][1:]]
    with pytest.raises(msgspec.ValidationError, match="C_GONE is not a C code"):
        msgspec.convert({**raw, "rights": rights}, CodeBook)


ROOTS = {root.key: root for root in BOOK.root_causes}
MEASURES = {measure.key: measure for measure in BOOK.measures}
PEOPLE_ONLY = {"M_TRAINING", "M_NOTICE", "M_TALK"}


def test_training_notices_and_talks_do_not_stand_alone() -> None:
    assert {key for key, measure in MEASURES.items() if not measure.alone} == PEOPLE_ONLY
    assert {key for key, root in ROOTS.items() if root.lasting} == {
        *("RC3", "RC4", "RC5", "RC6", "RC10")
    }


@given(
    root=st.sampled_from(sorted(ROOTS)).map(ROOTS.__getitem__),
    chosen=st.sets(st.sampled_from(sorted(MEASURES))),
)
def test_what_closes_a_root_cause(root: RootCause, chosen: set[str]) -> None:
    enough = closes(root, (MEASURES[key] for key in chosen))
    assert enough == bool(chosen - PEOPLE_ONLY if root.lasting else chosen)


def test_a_further_measure_never_reopens_a_cause() -> None:
    every = tuple(BOOK.measures)
    for root in BOOK.root_causes:
        answers = [closes(root, every[:n]) for n in range(len(every) + 1)]
        assert answers == sorted(answers)
        assert not answers[0]


def test_terms_of_measures_follow_their_strength() -> None:
    assert [(m.key, m.days_from, m.days_to) for m in BOOK.measures] == [
        ("M_REMOVE", 30, 60),
        ("M_PROOF", 30, 30),
        ("M_REMIND", 14, 14),
        ("M_CHECKLIST", 14, 14),
        ("M_TRAINING", 14, 14),
        ("M_NOTICE", 7, 7),
        ("M_TALK", 3, 3),
    ]


def test_banks_and_insurers_register_different_dimensions() -> None:
    bank, insurer = BOOK.variant("T_CITY"), BOOK.variant("T_PERSON")
    assert bank is not None
    assert insurer is not None
    assert not {"I", "L"} & set(bank.dims)
    assert {"I", "L", "C"} <= set(insurer.dims)
    assert "B" not in insurer.dims
    assert BOOK.variant("T_OTHER") is None
    assert BOOK.variant(None) is None


def test_every_other_kind_of_institution_has_one_variant() -> None:
    served = [key for variant in BOOK.variants for key in variant.institutions]
    assert sorted(served) == sorted(c.key for c in BOOK.of("T") if c.key != "T_OTHER")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("measures", {"days_from": 61}),
        ("measures", {"key": "RC1"}),
        ("variants", {"institutions": ["A_BACK"]}),
        ("variants", {"institutions": ["T_CITY", "T_CITY"]}),
        ("variants", {"institutions": ["T_NONE"]}),
        ("variants", {"dims": []}),
    ],
)
def test_faulty_measures_and_variants_are_refused(part: str, change: dict[str, object]) -> None:
    raw = msgspec.to_builtins(BOOK)
    raw[part][0].update(change)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, CodeBook)
