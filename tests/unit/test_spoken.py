"""Spoken words have one form to compare, however typed; many cues are found as each alone."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.spoken import Cues, Words, comparable, heard

# Ideographs next to what combines, widens, folds and separates.
_ODD = "卡信用一鿿㐀豈가힣ｶﾞか゛e\u0301ＡßİΣς　１，。 \n"
_TYPED = st.text(st.one_of(st.characters(), st.sampled_from(_ODD)))
_CUES = st.lists(st.text(st.sampled_from("信用卡Ａa 退"), max_size=4), max_size=4)


@given(_TYPED)
def test_the_comparable_form_is_that_of_the_whole(words: str) -> None:
    """Ideographs are passed over; the form is as if everything had been normalised together."""
    whole = unicodedata.normalize("NFKC", words).casefold()
    assert comparable(words) == "".join(whole.split())


@given(st.lists(_CUES, max_size=5), st.text(st.sampled_from("信用卡Ａa 退款"), max_size=12))
def test_many_lists_of_cues_are_found_as_each_alone(lists: list[list[str]], words: str) -> None:
    alone = [place for place, cues in enumerate(lists) if heard(cues, words)]
    assert Cues(lists).in_words(Words(words)) == alone
