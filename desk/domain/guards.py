"""What no script of ours may say: the lawful readings R1–R27 as checks, and who may promise what.

Belongs here: the content types of guards and authorities and the check itself. What *staff* say is
checked by `desk.domain.wording`; a guard looks at what the pack itself puts into their mouths, and
is therefore stricter.
"""

from typing import Annotated

import msgspec

from desk.domain.text import Text
from desk.domain.versions import FIRST, Version


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lawful reading as a check on the pack's own sentences.

    `zh` and `en` are bounded regular expressions that find a sentence which breaks the reading;
    `unless_zh` and `unless_en` let go a sentence in which they are found as well (“不影响您投诉”).
    `breaks` are sentences that must be found, `keeps` near ones that must not: a guard whose
    examples do not hold is a fault of the pack. `card` is the key of the card that explains it.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^R[0-9]{1,2}$")]
    name: Text
    zh: str
    en: str
    breaks: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    keeps: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    card: str
    source: str
    unless_zh: str = ""
    unless_en: str = ""
    since: Version = FIRST


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing that staff may promise on the spot: what, and from which role on.

    A script that promises money, a remedy or a result names the authority it rests on in
    `promises`; without one it is a fault (R17, R18; D 23–29). `limit_yuan` None: no sum is meant.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^AU-[A-Z0-9]+(-[A-Z0-9]+)*$")]
    what: Text
    role: str
    source: str
    limit_yuan: Annotated[float, msgspec.Meta(ge=0)] | None = None
    since: Version = FIRST
