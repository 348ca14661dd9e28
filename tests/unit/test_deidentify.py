"""De-identified: nothing of a customer is left, whoever comes again is known, staff stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.deidentify import Identity, Treatment, identity, masked_text, pseudonym, stand_in
from desk.domain.deidentify import treatment as treatment_of
from desk.domain.events import FieldSet, Payload, Value
from desk.domain.intake import definition_for
from desk.packs import loader

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
STAFF = frozenset({"李敏", "许诺"})
STEPS = loader.load().steps


def treated(path: str) -> Treatment:
    at = definition_for(STEPS, path)
    return treatment_of(at.definition if at else None)


def put(path: str, value: Value) -> FieldSet:
    return FieldSet(field=path, value=value, personal=True)


def known(*payloads: Payload, key: bytes = KEY) -> Identity:
    return identity(key, payloads, treated, STAFF)


def told(payload: Payload, of: Identity) -> dict[str, object]:
    found: dict[str, object] = json.loads(stand_in(payload, of, treated))
    return found


NAME = put("complainant_name", "陈晓明")
PHONE = put("complainant_phone", "138-0013-8000")
ID = put("id_number", "11010519491231002X")
CASE = known(NAME, PHONE, ID)

SURNAMES = "王李张刘陈杨赵黄周吴"
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=2)
NAMES = st.builds("{}{}".format, st.sampled_from(SURNAMES), HAN)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
IDS = st.from_regex(r"[1-6][0-9]{5}(19|20)[0-9]{9}[0-9X]", fullmatch=True)
WORDS = st.text(
    st.one_of(st.sampled_from("客户说，。1 -"), st.characters(codec="utf-8")), max_size=12
)
SET_APART = st.sampled_from(["", " ", "-", "·", "　", "."])


@given(NAMES, PHONES, IDS, st.lists(WORDS, min_size=4, max_size=4), SET_APART)
def test_nothing_of_the_identity_is_left(
    name: str, phone: str, number: str, words: list[str], between: str
) -> None:
    values = {"complainant_name": name, "complainant_phone": phone, "id_number": number}
    payloads = [put(path, value) for path, value in values.items()]
    of = known(*payloads)
    parts = [words[0]]
    for value, more in zip(values.values(), words[1:], strict=True):
        parts += [between.join(value), more]
    text = "".join(parts)
    for payload in (put("narrative", text), ev.Noted(text=text), *payloads):
        left = "".join(map(str, told(payload, of).values()))
        for value in values.values():
            assert value not in left
            assert between.join(value) not in left


@given(NAMES, NAMES)
def test_one_person_has_one_pseudonym_under_one_key(one: str, other: str) -> None:
    assert pseudonym(KEY, "name", one) == pseudonym(KEY, "name", f" {one[0]} {one[1:]}")
    assert (pseudonym(KEY, "name", one) == pseudonym(KEY, "name", other)) == (one == other)
    assert pseudonym(KEY, "name", one) != pseudonym(OTHER_KEY, "name", one)


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138 0013 8000", "0086-13800138000", "１３８００１３８０００"]
)
def test_a_telephone_is_the_same_however_it_was_typed(typed: str) -> None:
    assert pseudonym(KEY, "phone", typed) == pseudonym(KEY, "phone", "138-0013-8000")
    assert typed not in masked_text(f"打{typed}", CASE)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13912345678找我", "打〔电话〕找我"),
        ("打 139 1234 5678 找我", "打 〔电话〕 找我"),
        ("座机010-65521234转8", "座机〔电话〕转8"),
        ("客服 400-820-8820", "客服 〔电话〕"),
        ("证件110105194912310021。", "证件〔证件号〕。"),
        ("卡号6222 0212 3456 7890 123", "卡号〔卡号〕"),
        ("护照E12345678", "护照〔号码〕"),
        ("写信到 a.chen_88@mail.example.com 吧", "写信到 〔邮箱〕 吧"),
        ("微信号：chenxm_88", "微信号：〔微信〕"),
        ("加wx chenxm88", "加wx 〔微信〕"),
        ("QQ 12345678", "QQ 〔微信〕"),
        ("车牌京A12345挡住了", "车牌〔车牌〕挡住了"),
        ("粤B·D12345", "〔车牌〕"),
        ("一三八零零一三八零零零", "〔号码〕"),
    ],
)
def test_what_identifies_somebody_is_covered(text: str, masked: str) -> None:
    assert masked_text(text, known()) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 10:05 来，2026年11月21日又来",
        "扣了1234567.50元，又扣¥2,000,000",
        "等了45分钟，第3号窗口，共1200人",
        "李敏说明天办",
        "",
    ],
)
def test_what_tells_the_matter_stays(text: str) -> None:
    assert masked_text(text, CASE) == text


def test_names_known_in_the_case_are_found_in_every_text() -> None:
    stands = pseudonym(KEY, "name", "陈晓明")
    assert masked_text("陈 晓明来了，晓明说", CASE) == f"{stands}来了，{stands}说"
    corrected = known(put("complainant_name", "陈小明"), NAME)
    assert "陈小明" not in masked_text("先写成陈小明", corrected)


def test_a_colleague_stays_even_where_a_customer_has_the_same_given_name() -> None:
    of = identity(KEY, [NAME], treated, {"李晓明"})
    assert masked_text("李晓明接待", of) == "李晓明接待"


def test_a_customer_who_is_called_like_a_colleague_is_covered() -> None:
    of = known(put("complainant_name", "李敏"))
    stands = pseudonym(KEY, "name", "李敏")
    assert told(put("people/p1/name", "李敏"), of) == {"value": stands}
    assert masked_text("李敏投诉", of) == f"{stands}投诉"
    assert told(put("people/p1/name", "李敏"), CASE) == {"value": "李敏"}
    assert told(put("checked_by", "许诺"), CASE) == {"value": "许诺"}


def test_nothing_goes_that_is_not_known_to_be_harmless() -> None:
    assert told(put("of_a_later_pack", "陈晓明"), CASE) == {}
    answer = ev.AnswerSet(question="Q1", answer=2, reason="陈晓明", sitting="s")
    assert told(answer, CASE) == {}
    attached = ev.Attached(
        file="a" * 64, size=1, media="image/png", name="陈晓明.png", key="secret", plain="b" * 64
    )
    assert told(attached, CASE) == {"name": f"{pseudonym(KEY, 'name', '陈晓明')}.png"}
    assert told(put("complainant_name", None), CASE) == {}


def test_every_personal_field_of_the_shipped_pack_is_treated() -> None:
    kinds = {"complainant_name": "name", "people/*/phone": "phone", "address": "address"}
    assert {path: treated(path.replace("*", "i")) for path in kinds} == kinds
    withheld = [
        field.key
        for step in STEPS
        for section in step.sections
        for field in (*section.fields, *(one for g in section.groups for one in g.fields))
        if field.personal and treatment_of(field) == "withheld"
    ]
    assert withheld == []


@given(st.text(st.one_of(st.sampled_from("1380-〇一@. "), st.characters()), max_size=60))
def test_a_masked_text_has_nothing_left_to_mask(text: str) -> None:
    once = masked_text(text, known())
    assert masked_text(once, known()) == once
