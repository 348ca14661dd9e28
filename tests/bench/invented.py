"""Invented content and words in any number, the same for the same seed: nothing here is real."""

import dataclasses
import random
from collections.abc import Iterator

import msgspec

from desk.domain.content import Pack
from desk.domain.suggestion import Script
from desk.domain.text import Text
from desk.domain.wording import Phrase

PHRASES = 5_000
SCRIPTS = 1_000
_SINCE = "1.0.0"
# The commonest characters of Chinese texts: phrases made of them almost occur, which is what costs.
_COMMON = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对"
    "小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动"
    "方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感办理投诉客户银行柜台"
)
_CLAUSES = (
    "我今天一早就到网点来取钱",
    "柜台说要等三个工作日才能到账",
    "当时买的时候说随时可以取",
    "这笔钱是给老人交住院押金的",
    "大堂让我再去排一次队",
    "手机银行一直提示系统繁忙",
    "客服打了四次都没有人接",
    "合同上写的和口头说的不一样",
    "我没有签过这个扣款协议",
    "卡在手里钱却被刷走了",
    "年费说好免的现在又扣了",
    "贷款提前还款要收违约金",
    "理财产品到期了没有回款",
    "保险说是存款到期才知道不是",
    "我要一个书面的答复",
    "再不解决我就打一二三七八",
    "网点的窗口只开了一个",
    "等了一个多小时没有人过来说一声",
    "经理说这个事情不归他管",
    "我的信息被泄露了天天接到电话",
)
_STAFF = (
    "您说的这笔钱我先帮您查一查",
    "我现在就联系理财经理核对当时的记录",
    "十一点前我给您回电话",
    "这个规定是总行定的我也没办法",
    "已经向客户说明了到账的时间和原因",
    "请您先坐一下我给您倒杯水",
    "资料我复印一份原件还给您",
    "这件事由我负责跟到底",
    "保证今天一定给您办好",
    "当日办理存单质押周转并免收手续费",
    "经核实签约时一次性告知单没有列出到账日",
    "您可以向上级机构申请核查",
)


def _word(dice: random.Random, least: int, most: int) -> str:
    return "".join(dice.choices(_COMMON, k=dice.randint(least, most)))


def _words(dice: random.Random, least: int, most: int) -> Iterator[str]:
    """Different words without end."""
    seen: set[str] = set()
    while True:
        word = _word(dice, least, most)
        if word not in seen:
            seen.add(word)
            yield word


def staff_text(dice: random.Random, length: int) -> str:
    """What a member of staff might write: sentences, now and then a risky one."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts += [dice.choice(_STAFF), dice.choice("，，，。")]
        if dice.random() < 0.3:
            parts += [_word(dice, 6, 14), "，"]
    return "".join(parts)[:length]


def narrative(dice: random.Random, rare: str = "") -> str:
    """A customer's story of 150 to 450 characters, with words of its own."""
    parts = []
    for _ in range(dice.randint(9, 24)):
        parts += [dice.choice(_CLAUSES), "，"]
        if dice.random() < 0.4:
            parts += [_word(dice, 3, 9), "。"]
    return "".join(parts) + rare


def large_pack(pack: Pack) -> Pack:
    """The pack with 5,000 phrases and 1,000 scripts, none of the added ones like another."""
    dice = random.Random(7)
    phrases = (*pack.phrases, *_phrases(pack, dice, PHRASES - len(pack.phrases)))
    scripts = (*pack.scripts, *_scripts(pack, dice, SCRIPTS - len(pack.scripts)))
    return dataclasses.replace(pack, phrases=phrases, scripts=scripts)


def _phrases(pack: Pack, dice: random.Random, count: int) -> Iterator[Phrase]:
    """Phrases shaped like those of the pack (as many literals, patterns, exceptions), other words.

    Every tenth keeps the anchors of the phrase it was shaped like, so that its pattern is tried as
    often as a real one; the others' anchors are rare, as those of narrow phrases are.
    """
    long, short = _words(dice, 3, 7), _words(dice, 2, 3)
    for number in range(count):
        model = pack.phrases[number % len(pack.phrases)]
        shaped = model.pattern is not None and bool(model.anchors)
        kept = number % 10 == 0
        begin, end = next(long), next(short)
        yield msgspec.structs.replace(
            model,
            key=f"PH-{model.category}-{10_000 + number}",
            match=tuple(next(long) for _ in model.match) or (next(long),),
            pattern=f"{begin[:2]}[^。，]{{0,6}}(?:{end}|{begin[1:]})" if shaped else None,
            anchors=(
                (model.anchors if kept else tuple(next(short) for _ in model.anchors))
                if shaped
                else ()
            ),
            unless=tuple(next(long) for _ in model.unless),
        )


def _scripts(pack: Pack, dice: random.Random, count: int) -> Iterator[Script]:
    words = _words(dice, 18, 48)
    scenarios = [scenario.key for scenario in pack.scenarios]
    for number in range(count):
        model = pack.scripts[number % len(pack.scripts)]
        blank = dice.choice(("", "", "{time}", "{due}", "{name_polite}"))
        yield msgspec.structs.replace(
            model,
            key=f"SC-INV-{10_000 + number}",
            text=Text(zh=f"{blank}{next(words)}。", en=f"{blank} Invented sentence {number}."),
            scenarios=(dice.choice(scenarios),) if dice.random() < 0.6 else ("any",),
            stages=(dice.choice(("respect", "verify", "recognise", "resolve", "any")),),
            since=_SINCE,
        )
