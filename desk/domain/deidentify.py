"""What stands for personal values where head office asked for none of them. Pure.

Names, telephones, IDs and addresses become pseudonyms: the same under one key wherever they stand
and however they were typed, so that a customer who comes again is one customer, and nothing without
the key. Free text keeps its sense; what identifies somebody in it is covered: everything that the
case knows of its customers, and whatever looks like a number, an e-mail or a plate. Whatever is
not known to be harmless is left out. Names of staff stay.
"""

import functools
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from desk.domain.events import (
    Approved,
    Attached,
    Detached,
    FieldSet,
    HandedOver,
    HoldSet,
    ItemMarked,
    Noted,
    Payload,
    Reopened,
    Value,
)
from desk.domain.intake import FieldDef
from desk.domain.masking import surname

Treatment = Literal["name", "phone", "id_number", "address", "free", "withheld"]
"""What is done with a personal field: one of the four pseudonyms, masked as text, or left out."""

TreatmentOf = Callable[[str], Treatment]
"""How the field at a path is treated."""

PRESENT = "people"
"""The group of those who were there, members of staff among them."""

_PREFIX: Mapping[Treatment, str] = {
    "name": "客户",
    "phone": "电话",
    "id_number": "证件",
    "address": "地址",
}
_LEAST: Mapping[Treatment, int] = {"name": 2, "phone": 5, "id_number": 5, "address": 4}
"""Shorter values are looked for in no text: a lone surname identifies nobody."""
_PSEUDONYMS: Mapping[str, Treatment] = {
    "name": "name",
    "phone": "phone",
    "id_number": "id_number",
}
"""The kinds of fields that say who somebody is."""
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8

_FREE: Mapping[type[Payload], tuple[str, ...]] = {
    Noted: ("text",),
    HandedOver: ("note",),
    ItemMarked: ("reason",),
    Reopened: ("reason",),
    Approved: ("reason",),
    Detached: ("reason",),
    HoldSet: ("reason",),
    # Neither the key that opens the file, nor the hash by which somebody could know it again.
    Attached: ("name", "note"),
}
"""What else people wrote. Observations of the quick assessment are not in here: they are not kept
here either once a case is closed."""


def treatment(definition: FieldDef | None) -> Treatment:
    """How a field is treated; one that no pack defines is left out."""
    if definition is None:
        return "withheld"
    kind: Treatment | None = _PSEUDONYMS.get(definition.kind)
    if kind is not None:
        return kind
    if definition.masked:
        return "address"
    return "free" if definition.kind in {"text", "long"} else "withheld"


def pseudonym(key: bytes, kind: Treatment, value: str) -> str:
    """What stands for a name, telephone, ID or address under a key, such as `客户-7F3K9A2M`."""
    plain = _plain(kind, value)
    digest = hmac.digest(key, f"{kind}\0{plain}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8])
    signs = "".join(_SIGNS[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{_PREFIX[kind]}-{signs}"


def is_pseudonym(value: str) -> bool:
    """Whether a value has the form of a pseudonym."""
    prefix, _dash, signs = value.partition("-")
    known = prefix in _PREFIX.values() and len(signs) == _LENGTH
    return known and all(sign in _SIGNS for sign in signs)


def _plain(kind: Treatment, value: str) -> str:
    """A value without what differs from one typing of it to the next."""
    folded = "".join(char for char in unicodedata.normalize("NFKC", value) if char.isalnum())
    if kind == "phone":
        digits = "".join(char for char in folded if char.isdecimal())
        if len(digits) in {13, 15} and digits.startswith(("86", "0086")):
            digits = digits.removeprefix("0086").removeprefix("86")
        return digits or folded.casefold()
    return folded.casefold()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in texts, by its signs, and what stands for it; empty for what stays."""

    wanted: Mapping[tuple[str, ...], str]
    plain: frozenset[str]

    def is_in(self, signs: str) -> bool:
        """Whether a text with these signs, folded, holds any of it: most hold nothing."""
        return any(one in signs for one in self.plain)

    @property
    def pattern(self) -> re.Pattern[str]:
        """A pattern with a group for each, in the order in which they are wanted."""
        return _pattern(tuple(self.wanted))


@functools.lru_cache(maxsize=8)
def _pattern(wanted: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    spelt = (_BETWEEN.join(map(re.escape, signs)) for signs in wanted)
    return re.compile("|".join(f"({one})" for one in spelt), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a case knows of who its customers are, made ready to be found in texts, in turn."""

    key: bytes = field(repr=False)
    staff: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset(), repr=False)
    searches: tuple[Search, ...] = field(default=(), repr=False)


def identity(
    key: bytes, payloads: Iterable[Payload], treated: TreatmentOf, staff: Collection[str]
) -> Identity:
    """What the events of a case tell of its customers, what was corrected since included.

    `staff` are the names of who works here, which are kept wherever no customer bears them.
    """
    told: dict[tuple[Treatment, str], None] = {}
    for payload in payloads:
        if isinstance(payload, FieldSet) and payload.personal:
            kind = treated(payload.field)
            for value in _texts(payload.value) if kind in _PREFIX else ():
                if not _is_of_staff(payload.field, value, staff):
                    told[kind, value] = None
    names = frozenset(_plain("name", value) for kind, value in told if kind == "name")
    known = {
        (kind, value): None for kind, value in told if len(_signs(value)) >= _LEAST.get(kind, 2)
    }
    return Identity(key, frozenset(staff), names, tuple(_searches(key, list(known), staff)))


def _is_of_staff(path: str, value: str, staff: Collection[str]) -> bool:
    return path.startswith(f"{PRESENT}/") and value.strip() in staff


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if one.strip())


def _searches(
    key: bytes, known: Sequence[tuple[Treatment, str]], staff: Collection[str]
) -> Iterator[Search]:
    """First whole values; then given names said alone, but none that is part of a colleague's."""
    if not known:
        return
    whole = {_signs(value): pseudonym(key, kind, value) for kind, value in reversed(known)}
    yield _search(whole)
    given = {
        _signs(_given(value)): pseudonym(key, kind, value)
        for kind, value in reversed(known)
        if kind == "name" and _given(value)
    }
    if given:
        colleagues = (name for name in staff if len(_signs(name)) >= _LEAST["name"])
        yield _search(given | dict.fromkeys(map(_signs, colleagues), ""))


def _search(wanted: Mapping[tuple[str, ...], str]) -> Search:
    ordered = {one: wanted[one] for one in sorted(wanted, key=len, reverse=True)}
    return Search(ordered, frozenset("".join(one).casefold() for one in wanted))


def _given(name: str) -> str:
    """A Chinese name without its surname, where that alone is said of somebody."""
    name = "".join(name.split())
    given = name.removeprefix(surname(name)) if _HAN.fullmatch(name) else ""
    return given if len(given) >= _LEAST["name"] else ""


_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{3,4}")
_BETWEEN = r"[\s\-‐-―·•.()（）_/]*"
_NO_SIGN = re.compile(r"[\s\-‐-―·•.()（）_/]")


def _signs(value: str) -> tuple[str, ...]:
    """The signs of a value without what people put between them."""
    return tuple(_NO_SIGN.sub("", _narrow(value)))


_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}


def _narrow(text: str) -> str:
    """Full-width letters and digits as plain ones."""
    return text.translate(_WIDE)


_KEPT = 0x100000
"""From here on signs (private use) hold the place of a stand-in while a text is masked."""
_HELD = re.compile("[\U00100000-\U0010ffff]")

_GAP = r"(?:[ \u3000]?[-‐-―·•][ \u3000]?|[ \u3000\u00a0\t.()（）])?"
_HAN_DIGIT = "[〇零一二三四五六七八九幺两]"
_DAY = r"[-./]\d{1,2}[-./]\d{1,2}|年 ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?"
_CLOCK = r"[ T]?\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
_UNIT = "(?:元|块|圆|万|亿|RMB|CNY)"
_SUM = rf"[¥￥] ?\d[\d,]*(?:\.\d+)?|\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,9}}(?:\.\d\d?)? ?{_UNIT}"
_SAID = r"(?:微信|薇信|V信|wechat|weixin|QQ|(?<![A-Za-z])[wv]x)(?:号码|号|账号|是|为|id|[:： =])*"
_PLACE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
_PLATE = r"[A-HJ-NP-Z][·•. \-]?(?=[A-Z]*\d)[A-HJ-NP-Z0-9]{4,6}[挂学警港澳]?"
_SHAPES = {
    "date": rf"(?<!\d)(?:19|20)\d\d ?(?:{_DAY})(?:{_CLOCK})?(?!\d)",
    "amount": rf"(?<![\dA-Za-z])(?:{_SUM})",
    "邮箱": r"[\w.%+\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+",
    "微信": r"wxid_\w+",
    "account": rf"(?P<label>{_SAID})(?:[A-Za-z][\w\-]{{4,19}}|\d{{5,12}}(?!\d))",
    "车牌": f"{_PLACE}{_PLATE}",
    "number": rf"(?:(?<![A-Za-z])[A-Za-z]{{1,2}})?\+?\d(?:{_GAP}\d){{6,}}(?:{_GAP}X)?",
    "号码": f"{_HAN_DIGIT}(?:{_GAP}{_HAN_DIGIT}){{6,}}",
}
"""What is looked for, the first that fits: days and sums of money stay, all others go."""
_TELLING = re.compile(
    "|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES.items()), re.IGNORECASE | re.ASCII
)
_ID_DIGITS = re.compile(r"\d{6}(?:18|19|20)\d{9}[\dX]|\d{15}", re.IGNORECASE)
_PHONE_DIGITS = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}|[2-8]\d{6,7}")


def masked_text(text: str, known: Identity) -> str:
    """A text in which nothing tells who the customers are."""
    held: list[str] = []

    def hold(match: re.Match[str], stand_ins: Sequence[str]) -> str:
        held.append(stand_ins[(match.lastindex or 1) - 1] or match.group())
        return chr(_KEPT + len(held) - 1)

    plain = _HELD.sub("", _narrow(text))
    signs = _NO_SIGN.sub("", plain).casefold()
    for one in known.searches:
        if one.is_in(signs):
            stand_ins = tuple(one.wanted.values())
            plain = one.pattern.sub(functools.partial(hold, stand_ins=stand_ins), plain)
    covered = _TELLING.sub(_covered, plain)
    return _HELD.sub(lambda match: held[ord(match.group()) - _KEPT], covered)


def _covered(match: re.Match[str]) -> str:
    kind = str(match.lastgroup)
    if kind in {"date", "amount"}:
        return match.group()
    if kind == "account":
        return f"{match['label']}〔微信〕"
    return f"〔{_kind_of(match.group()) if kind == 'number' else kind}〕"


def _kind_of(number: str) -> str:
    signs = re.sub(r"[^0-9X]", "", number.upper())
    if _ID_DIGITS.fullmatch(signs):
        return "证件号"
    if _PHONE_DIGITS.fullmatch(signs):
        return "电话"
    return "卡号" if 13 <= len(signs) <= 19 else "号码"


def stand_in(payload: Payload, known: Identity, treated: TreatmentOf) -> bytes:
    """What stands for the sealed attributes of an event, as JSON; empty object for nothing."""
    part: dict[str, object] = {}
    if isinstance(payload, FieldSet):
        value = _value(payload, known, treated(payload.field)) if payload.personal else None
        if value is not None:
            part["value"] = value
    else:
        for name in _FREE.get(type(payload), ()):
            words = getattr(payload, name)
            if isinstance(words, str):
                part[name] = masked_text(words, known)
    return _ENCODER.encode(part)


_ENCODER = msgspec.json.Encoder(order="deterministic")


def _value(payload: FieldSet, known: Identity, kind: Treatment) -> Value:
    if kind == "withheld":
        return None
    instead = functools.partial(_instead, payload.field, known, kind)
    if isinstance(payload.value, list):
        return [instead(one) for one in payload.value]
    return instead(payload.value) if isinstance(payload.value, str) else None


def _instead(path: str, known: Identity, kind: Treatment, value: str) -> str:
    if kind == "free":
        return masked_text(value, known)
    if not value.strip():
        return ""
    if _is_of_staff(path, value, known.staff) and _plain("name", value) not in known.names:
        return value
    return pseudonym(known.key, kind, value)
