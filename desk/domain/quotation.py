"""Which stretches of a staff member's text are a customer's words and are left as they are.

Quoted stretches, and what follows 客户说 or "the customer said" up to the end of the sentence.
A quotation that the writer gives as their own words (我答复：“…”) is staff speech and is not one.
"""

import re

_CLOSING = {
    "“": re.compile("”"),
    "「": re.compile("」"),
    "『": re.compile("』"),
    "﹁": re.compile("﹂"),
    "‘": re.compile(r"’(?![A-Za-z])"),
    '"': re.compile('"'),
    "＂": re.compile("＂"),
    "〝": re.compile("[〞〟]"),
    "'": re.compile(r"'(?![0-9A-Za-z])"),
    "＇": re.compile("＇"),
}
_QUOTE = r"[“「『﹁‘\"＂〝＇]|(?<![0-9A-Za-z])'"
_CUSTOMER = (
    r"(?<![对跟向和与给诉复同请让])"
    r"(?:客户|客戶|顾客|顧客|消费者|投诉人|来访人|来电人|当事人|对方|家属|先生|女士|大爷|大妈|阿姨|老人"
    r"|(?<!其)[他她])(?:本人)?"
    r"(?:[又再也还则便就曾多次反复当场刚才]{0,3})"
    r"(?:说|說|表示|称|稱|讲|認為|认为|反映|提出|要求|质问|问|喊|骂|强调|回应|抱怨)"
    r"(?!明|服|法|好|起|题|的|过的)"
)
_CUSTOMER_EN = (
    r"\b(?:customer|client|complainant|caller)s?\s+(?:has\s+|had\s+)?"
    r"(?:says?|said|states?|stated|claims?|claimed|complains?|complained|asks?|asked|insists?"
    r"|insisted|writes?|wrote)\b"
)
_OPENING = re.compile(f"(?P<quote>{_QUOTE})|(?P<speech>{_CUSTOMER}|{_CUSTOMER_EN})", re.IGNORECASE)
_FOLLOWED_BY_QUOTE = re.compile(rf"[\s:：,，]{{0,4}}(?:{_QUOTE})")
_SPEECH_END = re.compile(
    r"[。！？!?\n]|\.(?=\s|$)"
    r"|[，,；;]\s{0,2}(?=我(?:[便就即也随当]{0,2})(?:说|答复|回答|回复|告知|解释)(?!过|了))"
    r"|[，,；;]\s{0,2}(?=(?:so |and |but )?I (?:said|replied|answered|told)\b)"
)
_SENTENCE_END = re.compile(r"[。！？!?\n]|\.(?=\s|$)")
_OWN_WORDS = re.compile(
    r"(?:我们?|本人)[便就又也即随当]{0,3}(?:(?:对|跟|向)[^，。“]{1,6})?"
    r"(?:说|答|答复|回答|回复|告知|告诉|解释)[^，。：“]{0,6}[\s:：,，]{0,3}$"
    r"|\b(?:I|we)\s+(?:said|replied|answered|told\s+[a-z ]{1,20}?)[\s:,]{0,3}$",
    re.IGNORECASE,
)
_LOOK_BACK = 40


def customer_words(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches (start, end in code points, sorted, disjoint) that are not staff speech.

    A quotation that is never closed ends with its sentence. Linear in the length of the text.
    """
    found: list[tuple[int, int]] = []
    lines = _Lines(text)
    position = 0
    while opening := _OPENING.search(text, position):
        start, inner = opening.start(), opening.end()
        mark = opening.group("quote")
        if mark is None:
            if _FOLLOWED_BY_QUOTE.match(text, inner):
                position = inner
                continue
            end = _end_of(_SPEECH_END, text, inner)
            found.append((inner, end))
        else:
            end = lines.closing(mark, inner)
            if not _OWN_WORDS.search(text[max(0, start - _LOOK_BACK) : start]):
                found.append((start, end))
        position = max(end, inner)
    return tuple((start, end) for start, end in found if start < end)


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.search(text, position)
    return match.start() if match else len(text)


class _Lines:
    """Finds closing marks inside the line of their opening mark, each stretch searched once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_end = -1
        self.unclosed: set[str] = set()

    def closing(self, mark: str, inner: int) -> int:
        if inner > self.line_end:
            end = self.text.find("\n", inner)
            self.line_end = len(self.text) if end < 0 else end
            self.unclosed = set()
        if mark not in self.unclosed:
            match = _CLOSING[mark].search(self.text, inner, self.line_end)
            if match:
                return match.end()
            self.unclosed.add(mark)
        return min(_end_of(_SENTENCE_END, self.text, inner), self.line_end)
