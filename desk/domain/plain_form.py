"""The plain form of a text: what is left when the ways of writing the same words are taken away.

Full and half width, spaces, zero-width characters, marks between characters, capitals, doubled
characters, 您 and 你, and the commonest traditional characters all read the same. Pauses and
sentence ends stay as single marks, and every character knows where it stood in the original.
Does not belong here: which words are risky (`desk.domain.wording`).
"""

import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

PAUSE = "，"
STOP = "。"
QUOTED = "”"
"""Stands for a whole stretch that is not looked into."""
BREAKS = frozenset((PAUSE, STOP, QUOTED))

_PAUSES = frozenset("，,；;：:")
_STOPS = frozenset("。！？!?\n\r\u2028\u2029")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万幺")

_TRADITIONAL = (
    "證辦處訴這沒說應該絕對給錢問題馬後來經會還個門時間關賠償戶號碼為麼從們您妳她規聽講談誰單"
    "決實報舉記錄銀業務險產買賣現見視頻網點開長書簽條額負責領導誤錯據願請讓寫讀須終結約總統態"
    "嗎話詐騙罰離樣過當無與並幾遠進選種誠謝護體驗顧級銷費歸虧穩漲擾詢評諾臺櫃員廳轉帳帐資財難"
    "煩靜氣動鬧隨愛貴優慮雖車兩萬區類續屬職兇腦瘋聾啞殘鄉歲頭婦媽爺夠塊懶極壓嚴權標確認識討論"
    "許訊設訪詳語變輸運達遲邊鎖閉雜雙響項順預顯風餘"
)
_SIMPLIFIED = (
    "证办处诉这没说应该绝对给钱问题马后来经会还个门时间关赔偿户号码为么从们你你他规听讲谈谁单"
    "决实报举记录银业务险产买卖现见视频网点开长书签条额负责领导误错据愿请让写读须终结约总统态"
    "吗话诈骗罚离样过当无与并几远进选种诚谢护体验顾级销费归亏稳涨扰询评诺台柜员厅转账账资财难"
    "烦静气动闹随爱贵优虑虽车两万区类续属职凶脑疯聋哑残乡岁头妇妈爷够块懒极压严权标确认识讨论"
    "许讯设访详语变输运达迟边锁闭杂双响项顺预显风余"
)
SAME_CHARACTER = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
"""Characters that read as another one; also applied to the patterns of a pack."""


@dataclass(frozen=True, slots=True)
class PlainForm:
    """A plain text and, for each of its characters, where it begins and ends in the original."""

    text: str
    starts: "array[int]"
    ends: "array[int]"

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that the plain characters start to end (not empty) cover."""
        return self.starts[start], self.ends[end - 1]

    def gap(self, index: int) -> bool:
        """Whether something was written between the plain character at `index` and its left."""
        return self.starts[index] > self.ends[index - 1]


def plain_form(text: str, unread: Sequence[tuple[int, int]] = ()) -> PlainForm:
    """The plain form of `text`; each of the `unread` stretches becomes one `QUOTED` mark.

    `unread` is sorted and disjoint, in code points of `text`. Linear in the length of the text.
    """
    builder = _Builder()
    position = 0
    for start, end in unread:
        builder.read(text, position, start)
        builder.add_break(QUOTED, start, end)
        position = end
    builder.read(text, position, len(text))
    return PlainForm("".join(builder.characters), builder.starts, builder.ends)


def is_ideograph(character: str) -> bool:
    """Whether it is a Chinese character of the common blocks."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


class _Alphabet(dict[str, str]):
    """What each character reads as ("" for nothing), found on first use."""

    def __missing__(self, character: str) -> str:
        value = _reading(character)
        self[character] = value
        return value


def _reading(character: str) -> str:
    if character in _STOPS:
        return STOP
    if character in _PAUSES:
        return PAUSE
    wide = unicodedata.normalize("NFKC", character).lower().translate(SAME_CHARACTER)
    return "".join(c for c in wide if c == "%" or unicodedata.category(c)[0] in "LN")


_READINGS = _Alphabet()


class _Builder:
    """Collects plain characters; doubled characters and neighbouring breaks become one."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.starts = array("q")
        self.ends = array("q")

    def read(self, text: str, start: int, end: int) -> None:
        readings = _READINGS
        for index in range(start, end):
            reading = readings[text[index]]
            if not reading:
                if text[index] == "." and _ends_sentence(text, index):
                    self.add_break(STOP, index, index + 1)
            elif reading in BREAKS:
                self.add_break(reading, index, index + 1)
            elif self.characters and reading == self.characters[-1] and _folds(reading):
                self.ends[-1] = index + 1
            else:
                for character in reading:
                    self._add(character, index, index + 1)

    def add_break(self, mark: str, start: int, end: int) -> None:
        last = self.characters[-1] if self.characters else ""
        if mark == QUOTED or last not in (PAUSE, STOP):
            self._add(mark, start, end)
            return
        if mark == STOP:
            self.characters[-1] = STOP
        self.ends[-1] = end

    def _add(self, character: str, start: int, end: int) -> None:
        self.characters.append(character)
        self.starts.append(start)
        self.ends.append(end)


def _folds(character: str) -> bool:
    return is_ideograph(character) and character not in _NUMERALS


def _ends_sentence(text: str, index: int) -> bool:
    """Whether the full stop at `index` ends a sentence, not standing in a number or name."""
    following = text[index + 1 : index + 2]
    return not following or following.isspace()
