"""Near duplicates: found whatever marks and order hide them, and only they."""

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.likeness import pairs

SENTENCE = st.text(alphabet="我你他来去查看说听记银行卡钱到账今天明早。，", min_size=1, max_size=40)


def test_marks_and_spaces_hide_nothing() -> None:
    found = pairs(
        [("a", "您坐，慢慢说，我记着。"), ("b", "您 坐！慢慢说 我记着"), ("c", "卡先锁上。")]
    )
    assert [(one.key, one.other, one.likeness) for one in found] == [("b", "a", 1.0)]


def test_two_sentences_on_one_matter_are_two() -> None:
    assert (
        pairs([("a", "这笔钱哪天到，我查了告诉您。"), ("b", "这笔钱为什么没到，先看回单。")]) == ()
    )


@given(st.lists(SENTENCE, max_size=12))
def test_likeness_is_symmetric_and_a_share(texts: list[str]) -> None:
    forth = pairs([(str(n), text) for n, text in enumerate(texts)], at_least=0.01)
    back = pairs([(str(n), text) for n, text in reversed(list(enumerate(texts)))], at_least=0.01)
    assert {(p.key, p.other, p.likeness) for p in forth} == {
        (p.other, p.key, p.likeness) for p in back
    }
    assert all(0 < p.likeness <= 1 for p in forth)


@given(SENTENCE)
def test_a_text_is_its_own_double(text: str) -> None:
    (pair,) = pairs([("a", text), ("b", text)])
    assert pair.likeness == 1
