"""Spoken words have one form to compare, however typed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.spoken import comparable

# Ideographs next to what combines, widens, folds and separates.
_ODD = "卡信用一鿿㐀豈가힣ｶﾞか゛e\u0301ＡßİΣς　１，。 \n"
_TYPED = st.text(st.one_of(st.characters(), st.sampled_from(_ODD)))


@given(_TYPED)
def test_the_comparable_form_is_that_of_the_whole(words: str) -> None:
    """Ideographs are passed over; the form is as if everything had been normalised together."""
    whole = unicodedata.normalize("NFKC", words).casefold()
    assert comparable(words) == "".join(whole.split())
