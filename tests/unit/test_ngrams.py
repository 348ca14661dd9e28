"""The n-gram model: what it reads of a text, and the stretches it names."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.ngrams import GAP, NgramModel, ngrams, share_of
from desk.domain.plain_form import plain_form

REACH = 5
LETTERS = st.text(alphabet="您自己签的看没，。", max_size=14)


def model(**rows: tuple[int, int]) -> NgramModel:
    return NgramModel(
        labels=("risky",),
        biases=(0.0,),
        thresholds=(0.0,),
        longest=2,
        damping=0.0,
        unit=1.0,
        reach=REACH,
        rows=msgspec.Raw(msgspec.json.encode(rows)),
    )


def test_gapped_pairs_join_what_stands_apart() -> None:
    pairs = {gram for gram in ngrams("自己,点的", 1, REACH) if GAP in gram}
    assert pairs == {f"自{GAP}点", f"自{GAP}的", f"己{GAP}的", f"自己{GAP}点的"}
    assert not any(GAP in gram for gram in ngrams("自己，点的", 1, REACH))


@given(LETTERS)
def test_every_gapped_pair_is_in_the_text_within_reach(text: str) -> None:
    for gram in ngrams(text, 1, REACH):
        first, gap, second = gram.partition(GAP)
        if gap:
            letters = "".join(filter(str.isalnum, text))
            starts = [at for at in range(len(letters)) if letters.startswith(first, at)]
            assert any(
                letters.startswith(second, at + apart)
                for at in starts
                for apart in range(2, REACH + 1)
            )


@given(LETTERS)
def test_without_reach_only_stretches_are_read(text: str) -> None:
    assert all(gram in text for gram in ngrams(text, 3))
    assert set(ngrams(text, 3)) <= set(ngrams(text, 3, REACH))


def test_a_gapped_pair_that_spoke_is_named_by_where_it_stands() -> None:
    text = "您自己不也签过的吗"
    scores = model(**{f"自己{GAP}签过": (0, 5)}).score(plain_form(text))
    assert scores.of["risky"] == 5 * share_of(1, 0.0, 1)
    assert [text[start:end] for start, end in scores.because("risky")] == ["自己"]  # half suffices
    both = model(**{f"自己{GAP}签过": (0, 5), "签": (0, 3)}).score(plain_form(text))
    assert "签" in "".join(text[start:end] for start, end in both.because("risky"))
