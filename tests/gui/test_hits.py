"""Words found in a summary: every place, as search itself compares."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desk.ui.ledger.hits import hits

TEXT = st.text(st.sampled_from("客户要求ＡaB１2 ﬁß"), max_size=30)


def test_case_and_width_make_no_difference() -> None:
    assert hits("ＡＢ12 号", "ab１２") == ((0, 4),)
    assert hits("ＡＢ12 号", "ab 12") == ((0, 4),)
    assert hits("ＡＢ12 号", "b1 2号") == ((1, 3),)
    assert hits("排队七十分钟，还在排队", "排队") == ((0, 2), (9, 11))
    assert hits("排队", "") == ()
    assert hits("ﬁne", "i") == ((0, 1),)


@given(TEXT, TEXT)
def test_spans_are_in_order_inside_the_text_and_apart(text: str, asked: str) -> None:
    found = hits(text, asked)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    assert found == hits(text, " ".join(asked.split()))


@given(TEXT.filter(str.strip), st.data())
def test_a_part_of_the_text_is_found(text: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(text.split()))
    assert hits(text, word)
