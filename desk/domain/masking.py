"""Personal values as they may stand on a screen that a customer can see: enough to recognise.

Also how a person is addressed, which needs the same knowledge of Chinese surnames.
"""

import re

# Compound surnames, two characters each, written without separators.
_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门"
)
_COMPOUND = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def surname(name: str) -> str:
    """The surname of a Chinese name, compound ones included; the last word of a Latin one."""
    name = name.strip()
    if not name:
        return ""
    if _HAN.match(name):
        return name[:2] if name[:2] in _COMPOUND and len(name) > 2 else name[0]
    return name.split()[-1]


def address(name: str, salutation: str, language: str) -> str:
    """How to address a person, such as 王女士 or Ms Wang; empty without name or salutation."""
    family = surname(name)
    if not family:
        return ""
    if language == "en":
        title = {"ms": "Ms", "mr": "Mr", "teacher": "Teacher"}.get(salutation, "")
        return f"{title} {family}" if title else ""
    title = {"ms": "女士", "mr": "先生", "teacher": "老师"}.get(salutation, "")
    return f"{family}{title}" if title else ""


def masked(kind: str, value: str) -> str:
    """A name, phone, ID number or other personal text with its telling part covered."""
    value = value.strip()
    if not value:
        return ""
    if kind == "name":
        return f"{surname(value) if _HAN.match(value) else value[0]}**"
    if kind == "phone":
        return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else f"{value[:1]}****"
    if kind == "id_number":
        return f"{value[:4]}**********{value[-2:]}" if len(value) >= 12 else f"{value[:1]}****"
    return f"{value[:6]}******" if len(value) > 6 else "******"
