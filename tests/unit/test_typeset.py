"""Lines as Chinese print wants them: nothing lost, nothing torn apart that belongs together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.documents import look
from desk.documents.fonts import FontSet
from desk.documents.typeset import TextBlock
from desk.domain.report import Prose

FONTS = FontSet()
SIZE = look.BODY.size


def lines(text: str, ideographs: float) -> list[str]:
    """The lines of a text in a column as wide as so many ideographs."""
    block = TextBlock.of(text, look.BODY, FONTS)
    return [
        "".join(part for _, _, part in line.stretches) for line in block.lines(ideographs * SIZE)
    ]


def test_a_closing_mark_never_starts_a_line() -> None:
    assert lines("客户要求当日到账，说明原因。", 8) == ["客户要求当日到", "账，说明原因。"]
    assert lines("签约时未列「到账日」。", 9) == ["签约时未列「到账", "日」。"]


def test_an_opening_mark_never_ends_a_line() -> None:
    assert lines("签约单上没有写「到账日」一栏", 8) == ["签约单上没有写", "「到账日」一栏"]
    assert lines("手续费是￥120元整", 5)[1].startswith("￥120")


def test_words_and_numbers_stay_whole_with_their_measure_word() -> None:
    assert lines("请在收到之日起30日内提出", 8) == ["请在收到之日起", "30日内提出"]
    assert lines("录音编号 0417-1044 已存", 7) == ["录音编号 ", "0417-1044 已", "存"]
    assert lines("it’s the customer’s choice", 7) == ["it’s the ", "customer’s ", "choice"]


def test_a_word_wider_than_the_line_is_cut_and_goes_on() -> None:
    cut = lines("档案头" + "9f86d081" * 8, 10)
    assert "".join(cut) == "档案头" + "9f86d081" * 8
    assert len(cut) == 4


def test_line_feeds_and_empty_lines_are_kept() -> None:
    assert lines("一\n\n二\n", 5) == ["一", "", "二", ""]


def test_a_quote_right_after_a_letter_is_read_after_it() -> None:
    for text in ("I‘A’", "0“A”", "(‘b’)"):
        block = TextBlock.of(text, look.BODY, FONTS)
        starts = [left for line in block.lines(500) for left, _font, _text in line.stretches]
        assert starts == sorted(starts)


def test_quotes_are_narrow_in_latin_text_only() -> None:
    latin = TextBlock.of("the customer’s words", look.BODY, FONTS)
    straight = TextBlock.of("the customer's words", look.BODY, FONTS)
    assert abs(latin.natural_width() - straight.natural_width()) < 0.1 * SIZE
    chinese = TextBlock.of("他说“马上”", look.BODY, FONTS)
    assert abs(chinese.natural_width() - 6 * SIZE) < 0.01


MIXED = st.text(st.sampled_from("客户要求到账，。「」（）：12 ab-·%年日\n"), max_size=80)


@given(text=MIXED, ideographs=st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_breaking_loses_nothing_but_spaces_and_never_overflows(text: str, ideographs: int) -> None:
    block = TextBlock.of(text, look.BODY, FONTS)
    broken = block.lines(ideographs * SIZE)
    joined = "".join(part for line in broken for _, _, part in line.stretches)
    assert joined.replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(line.width <= ideographs * SIZE + 0.02 for line in broken)


@given(texts=st.lists(MIXED, min_size=1, max_size=4), room=st.floats(0, 400))
@settings(max_examples=100, deadline=None)
def test_dividing_a_block_keeps_its_lines_in_order(texts: list[str], room: float) -> None:
    width = 12 * SIZE
    block = TextBlock(tuple(Prose.of(text) for text in texts), look.BODY, FONTS, gap=4)
    parts = block.split(width, room)
    if parts is None:
        assert block.height(width) <= room + 0.02 or room < look.BODY.leading
        return
    first, rest = parts
    assert (*first.lines(width), *rest.lines(width)) == block.lines(width)
    assert first.lines(width)
    assert rest.lines(width)
    assert first.height(width) <= room + 0.02
