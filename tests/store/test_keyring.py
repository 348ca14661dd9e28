"""Who may open the vault: people, sheet and head office come and go, and nobody locks all out."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from desk.domain import events as ev
from desk.domain.audit import AuditFilter
from desk.domain.engine import Engine
from desk.domain.permissions import ROLES, Right, allows
from desk.domain.staff import Branch, Person
from desk.errors import (
    BadInput,
    KnownError,
    NotAllowed,
    NotReplaced,
    RecoveryMistyped,
    TooSoon,
    VaultDamaged,
    WrongPassword,
)
from desk.packs import shelf
from desk.services import audit, cases, checks, keyring, recovery_sheet, vaults
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store import attempts, key_file, keys, stretching
from desk.store.check import check
from desk.store.stretching import Argon

HEAD = Person("1001", "林晓", "head")
TELLER = Person("1023", "陈晨", "teller")
ADMIN = Person("2002", "方远", "admin")
PASSWORD = "three tall trees"
OTHER = "four plain words"
PASSWORDS = {"1001": PASSWORD, "1023": "five small stones", "2002": "six green boats"}
CHEAP = Argon(m=64, t=1, p=1)
Use = Callable[[], object]
AGE_PUBLIC = "age1ah7cp574fldqs78xxx7jmmyr676grne5wq072urc8zeu9zkqvcvqc295cq"
AGE_PRIVATE = "AGE-SECRET-KEY-14HARLPZV7XVMJLVPKN7RNALZGLZ58WDJJ9PRQ2J9AKVG6LKQY9SQ70E5F3"


@dataclass(frozen=True, slots=True)
class Clock(Moment):
    """A clock that is set by hand."""

    at: list[int]

    def now(self) -> datetime:
        return self.local(self.at[0])

    def wall_ms(self) -> int:
        return self.at[0]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(shelf.newest())


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretching, "calibrated", lambda: CHEAP)


@dataclass
class Desk:
    """A vault, and who sits at it."""

    path: Path
    engine: Engine
    clock: Clock
    session: Session

    @property
    def given(self) -> dict[str, Any]:
        """The clock and the pack, for what opens the vault by itself."""
        return {"moment": self.clock, "engine": self.engine}

    def leave(self) -> None:
        if not self.session.vault.database.connection.closed:
            vaults.close(self.session)

    def enter(self, password: str = PASSWORD, person: str = "") -> Session:
        self.leave()
        self.session = vaults.unlock(
            self.path, password, person, moment=self.clock, engine=self.engine
        )
        return self.session

    def refuses(self, password: str, person: str = "") -> WrongPassword:
        with pytest.raises(WrongPassword) as told:
            self.enter(password, person)
        return told.value

    def told(self) -> list[ev.Payload]:
        return [event.payload for event in self.session.vault.happenings()]


@pytest.fixture
def desk(tmp_path: Path, engine: Engine) -> Iterator[Desk]:
    clock = Clock([1_795_000_000_000])
    path = tmp_path / "branch.vault"
    branch = Branch("CD", "城东支行")
    session = vaults.create(path, branch, "柜台一", HEAD, PASSWORD, moment=clock, engine=engine)
    found = Desk(path, engine, clock, session)
    yield found
    found.session.vault.close()


def as_role(session: Session, role: str) -> Session:
    """The same vault with somebody of another role at the desk."""
    return replace(session, actor=Person("2001", "沈静", role))


def made_sheet(session: Session) -> keyring.RecoverySheet:
    sheet = keyring.draft_recovery(session)
    keyring.put_recovery(session, sheet)
    return sheet


def test_somebody_added_opens_the_vault_with_a_password_of_their_own(desk: Desk) -> None:
    keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.told()[-2:] == [
        ev.PersonPut(person="1023", name="陈晨", role="teller"),
        ev.SlotChanged(slot="person", change="added", person="1023"),
    ]
    assert desk.enter(OTHER, "1023").actor == TELLER
    assert desk.enter(PASSWORD, "1001").actor == HEAD
    desk.leave()
    raw = key_file.path_of(desk.path).read_bytes()
    assert OTHER.encode() not in raw


def test_who_comes_and_goes_and_after_how_many_failures_is_in_the_log(desk: Desk) -> None:
    for _slip in range(2):
        desk.refuses("a wrong one", "1001")
    desk.enter()
    assert desk.told()[-2:] == [ev.Locked(why="end"), ev.Unlocked(failed=2)]
    desk.enter()
    assert desk.told()[-1] == ev.Unlocked(failed=0)
    assert not attempts.failures(desk.path, "1001")


def test_failures_make_the_next_attempt_wait(desk: Desk) -> None:
    waits = [desk.refuses("a wrong one", "1001").params["wait"] for _slip in range(3)]
    assert waits == [0, 0, 1]
    with pytest.raises(TooSoon):
        desk.enter(PASSWORD, "1001")
    desk.clock.at[0] += 1_000
    assert desk.enter(PASSWORD, "1001").actor == HEAD


def test_a_changed_password_takes_the_place_of_the_old_one(desk: Desk) -> None:
    keyring.change_password(desk.session, PASSWORD, OTHER)
    assert desk.told()[-1] == ev.SlotChanged(slot="person", change="renewed", person="1001")
    desk.refuses(PASSWORD)
    assert desk.enter(OTHER).actor == HEAD


def test_a_password_is_changed_by_whoever_knows_it(desk: Desk) -> None:
    with pytest.raises(WrongPassword):
        keyring.change_password(desk.session, "not this one", OTHER)
    with pytest.raises(NotAllowed):
        keyring.reset_password(desk.session, "1001", OTHER)
    assert desk.enter(PASSWORD).actor == HEAD


@pytest.mark.parametrize("bad", ["short", "12345678", "password", "10231023", "aaaaaaaaaa"])
def test_a_bad_password_is_refused_everywhere(desk: Desk, bad: str) -> None:
    with pytest.raises(BadInput):
        keyring.add_person(desk.session, TELLER, bad)
    keyring.add_person(desk.session, TELLER, OTHER)
    sheet = made_sheet(desk.session)
    before = desk.session.vault.slots()
    with pytest.raises(BadInput):
        keyring.reset_password(desk.session, "1023", bad)
    with pytest.raises(BadInput):
        keyring.change_password(replace(desk.session, actor=TELLER), OTHER, bad)
    assert desk.session.vault.slots() == before
    desk.leave()
    with pytest.raises(BadInput):
        keyring.recover(desk.path, " ".join(sheet.groups), "1023", bad, **desk.given)
    with pytest.raises(BadInput):
        vaults.create(desk.path.with_name("b"), Branch("A", "b"), "d", TELLER, bad)


def test_a_forgotten_password_is_reset(desk: Desk) -> None:
    keyring.add_person(desk.session, TELLER, OTHER)
    keyring.reset_password(desk.session, "1023", "five other words")
    desk.refuses(OTHER, "1023")
    assert desk.enter("five other words").actor == TELLER


def test_who_was_removed_gets_in_no_more_and_may_come_back(desk: Desk) -> None:
    keyring.add_person(desk.session, TELLER, OTHER)
    assert not keyring.rotation_due(desk.session)
    keyring.remove_person(desk.session, "1023")
    assert desk.told()[-2:] == [
        ev.PersonPut(person="1023", name="陈晨", role="teller", active=False),
        ev.SlotChanged(slot="person", change="removed", person="1023"),
    ]
    assert keyring.rotation_due(desk.session)
    keyring.rotate(desk.session)
    assert not keyring.rotation_due(desk.session)
    desk.refuses(OTHER, "1023")
    desk.enter()
    keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.enter(OTHER).actor == TELLER


def test_nobody_leaves_with_open_cases(desk: Desk) -> None:
    keyring.add_person(desk.session, TELLER, OTHER)
    cases.open_case(replace(desk.session, actor=TELLER), place="3")
    with pytest.raises(NotAllowed) as told:
        keyring.remove_person(desk.session, "1023")
    assert told.value.params["reason"] == "open_cases"
    assert desk.enter(OTHER).actor == TELLER


def test_there_is_always_a_head_who_can_open_it(desk: Desk) -> None:
    session = desk.session
    second = Person("1002", "周岚", "head")
    keyring.add_person(session, second, OTHER)
    other = replace(session, actor=second)
    keyring.put_person(other, "1001", "林晓", "teller")
    attempts_to_leave: tuple[Use, ...] = (
        lambda: keyring.remove_person(session, "1002"),
        lambda: keyring.put_person(session, "1002", "周岚", "officer"),
    )
    for last in attempts_to_leave:
        with pytest.raises(NotAllowed) as told:
            last()
        assert told.value.params["reason"] == "last_head"
    assert desk.enter(OTHER).actor == second


def test_nobody_removes_or_promotes_themselves(desk: Desk) -> None:
    keyring.add_person(desk.session, Person("1002", "周岚", "head"), OTHER)
    on_oneself: tuple[Use, ...] = (
        lambda: keyring.remove_person(desk.session, "1001"),
        lambda: keyring.put_person(desk.session, "1001", "林晓", "teller"),
    )
    for own in on_oneself:
        with pytest.raises(NotAllowed) as told:
            own()
        assert told.value.params["reason"] == "oneself"
    keyring.put_person(desk.session, "1001", "林小", "head")
    assert desk.told()[-1] == ev.PersonPut(person="1001", name="林小", role="head")


def test_who_looks_after_the_device_makes_no_heads(desk: Desk) -> None:
    admin = as_role(desk.session, "admin")
    keyring.add_person(admin, TELLER, OTHER)
    upwards: tuple[Use, ...] = (
        lambda: keyring.add_person(admin, Person("1002", "周岚", "head"), OTHER),
        lambda: keyring.put_person(admin, "1023", "陈晨", "head"),
        lambda: keyring.reset_password(admin, "1001", OTHER),
        lambda: keyring.put_person(admin, "1001", "another", "head"),
    )
    for over_heads in upwards:
        with pytest.raises(NotAllowed) as told:
            over_heads()
        assert told.value.params["reason"] == "heads_by_heads"
    assert desk.enter(PASSWORD).actor == HEAD


@pytest.mark.parametrize("role", ROLES)
def test_keys_are_changed_by_those_who_may(desk: Desk, role: str) -> None:
    session = as_role(desk.session, role)
    uses: dict[Right, list[Use]] = {
        "manage_people": [
            lambda: keyring.ways_in(session),
            lambda: keyring.add_person(session, TELLER, OTHER),
            lambda: keyring.put_person(session, "1023", "陈辰", "lobby"),
            lambda: keyring.reset_password(session, "1023", "five other words"),
            lambda: keyring.remove_person(session, "1023"),
        ],
        "manage_keys": [
            lambda: made_sheet(session),
            lambda: keyring.set_head_office(session, AGE_PUBLIC),
            lambda: keyring.remove_head_office(session),
            lambda: keyring.rotation_due(session),
            lambda: keyring.rotate(session),
        ],
    }
    before = desk.told()
    for right, asked in uses.items():
        for use in asked:
            if allows(session.actor, right):
                use()
            else:
                with pytest.raises(NotAllowed):
                    use()
                assert desk.told() == before


@pytest.mark.parametrize(
    "person",
    [
        Person("", "a", "teller"),
        Person("x" * 40, "a", "teller"),
        Person("../1", "a", "teller"),
        Person("1023", " ", "teller"),
        Person("1023", "a", "boss"),
        HEAD,
    ],
)
def test_nobody_impossible_is_added(desk: Desk, person: Person) -> None:
    before = desk.told()
    with pytest.raises(BadInput):
        keyring.add_person(desk.session, person, OTHER)
    assert desk.told() == before


def test_the_recovery_sheet_sets_a_new_password(desk: Desk) -> None:
    sheet = made_sheet(desk.session)
    assert sheet.vault == keyring.short_id(desk.session.vault.id)
    assert sheet.groups[0] not in repr(sheet)
    assert desk.told()[-1] == ev.SlotChanged(slot="recovery", change="added")
    desk.leave()
    typed = "-".join(sheet.groups).lower()
    keyring.recover(desk.path, typed, "1001", OTHER, **desk.given)
    desk.refuses(PASSWORD)
    desk.enter(OTHER)
    told = desk.told()
    at = told.index(ev.Unlocked(slot="recovery"))
    assert told[at + 1] == ev.SlotChanged(slot="person", change="renewed", person="1001")
    assert told[-1] == ev.Unlocked(failed=1)


def test_a_new_sheet_makes_the_old_one_void(desk: Desk) -> None:
    old, new = made_sheet(desk.session), made_sheet(desk.session)
    assert old.groups != new.groups
    assert keyring.rotation_due(desk.session)
    desk.leave()
    with pytest.raises(WrongPassword):
        keyring.recover(desk.path, " ".join(old.groups), "1001", OTHER, **desk.given)
    keyring.recover(desk.path, " ".join(new.groups), "1001", OTHER, **desk.given)
    assert desk.enter(OTHER).actor == HEAD


def test_a_slip_in_the_code_is_named_and_costs_no_attempt(desk: Desk) -> None:
    groups = list(made_sheet(desk.session).groups)
    groups[2] = ("B" if groups[2][0] == "A" else "A") + groups[2][1:]
    desk.leave()
    with pytest.raises(RecoveryMistyped) as told:
        keyring.recover(desk.path, " ".join(groups), "1001", OTHER, **desk.given)
    assert told.value.params == {"group": 3}
    assert not attempts.failures(desk.path, "1001")


def test_a_sheet_lets_in_who_works_here_and_nobody_else(desk: Desk) -> None:
    sheet = made_sheet(desk.session)
    keyring.add_person(desk.session, TELLER, OTHER)
    keyring.remove_person(desk.session, "1023")
    desk.leave()
    for nobody in ("1023", "9999", ""):
        with pytest.raises(BadInput):
            keyring.recover(desk.path, " ".join(sheet.groups), nobody, OTHER, **desk.given)
    assert desk.enter(PASSWORD).actor == HEAD


def test_head_office_sets_a_new_password_with_a_key_that_is_never_here(desk: Desk) -> None:
    keyring.set_head_office(desk.session, AGE_PUBLIC)
    desk.leave()
    file = f"# head office\n{AGE_PRIVATE}\n"
    keyring.reset_by_head_office(desk.path, file, "1001", OTHER, **desk.given)
    desk.enter(OTHER)
    assert ev.Unlocked(slot="head_office") in desk.told()
    keyring.remove_head_office(desk.session)
    assert desk.told()[-1] == ev.SlotChanged(slot="head_office", change="removed")
    desk.leave()
    with pytest.raises(WrongPassword):
        keyring.reset_by_head_office(desk.path, file, "1001", PASSWORD, **desk.given)


@pytest.mark.parametrize("text", ["", "age1", AGE_PRIVATE, "age1qqq", "AAAA"])
def test_what_is_no_public_key_is_refused(desk: Desk, text: str) -> None:
    before = desk.session.vault.slots()
    with pytest.raises(BadInput):
        keyring.set_head_office(desk.session, text)
    assert desk.session.vault.slots() == before


def test_the_point_that_is_no_key_is_refused(desk: Desk) -> None:
    """Bech32 of 32 zero bytes: sealing to it would give the secret to everybody."""
    zero = "age1" + "q" * 52
    data = [ord(c) >> 5 for c in "age"] + [0] + [ord(c) & 31 for c in "age"] + [0] * 52
    from desk.store.age_keys import _ALPHABET, _checked

    polymod = _checked([*data, 0, 0, 0, 0, 0, 0]) ^ 1
    zero += "".join(_ALPHABET[polymod >> 5 * (5 - at) & 31] for at in range(6))
    with pytest.raises(BadInput):
        keyring.set_head_office(desk.session, zero)
    assert len(desk.session.vault.slots()) == 1


def test_every_way_in_survives_a_rotation(desk: Desk) -> None:
    keyring.add_person(desk.session, TELLER, OTHER)
    sheet = made_sheet(desk.session)
    keyring.set_head_office(desk.session, AGE_PUBLIC)
    case = cases.open_case(desk.session, place="3").case.id
    shares: list[float] = []
    keyring.rotate(desk.session, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [way.kind for way in keyring.ways_in(desk.session)] == [
        "person",
        "person",
        "recovery",
        "head_office",
    ]
    assert check(desk.session.vault) == ()
    backup = desk.told()[-1]
    assert isinstance(backup, ev.BackedUp), "the older ones do not open with the new key"
    assert desk.session.view(case).case.id == case
    assert desk.enter(OTHER).actor == TELLER
    desk.leave()
    keyring.recover(desk.path, " ".join(sheet.groups), "1001", "six more words", **desk.given)
    assert desk.enter("six more words").actor == HEAD
    desk.leave()
    keyring.reset_by_head_office(desk.path, AGE_PRIVATE, "1001", PASSWORD, **desk.given)
    assert desk.enter(PASSWORD).actor == HEAD


def test_a_change_that_cannot_be_written_changes_neither_log_nor_key_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, raw = desk.told(), key_file.path_of(desk.path).read_bytes()

    def refused(*_arguments: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(keys, "write", refused)
        with pytest.raises(PermissionError):
            keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.told() == before
    with monkeypatch.context() as patch:
        patch.setattr("desk.store.session._commit", refused)
        with pytest.raises(PermissionError):
            keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.told() == before
    now = json.loads(key_file.path_of(desk.path).read_bytes())
    assert now == json.loads(raw)
    keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.enter(OTHER).actor == TELLER


def test_a_key_file_changed_while_the_vault_is_open_is_not_carried_on(desk: Desk) -> None:
    file = key_file.path_of(desk.path)
    header = keys.read(desk.path)
    stranger = keys.public_slot(
        header.vault, "head_office", keys.public_key(bytes(range(32))), {}, created=5
    )
    wrong = {salt: keys.Secret(bytes(32), bytes(32)) for salt in header.marks}
    good = file.read_bytes()
    keys.write(desk.path, replace_slots(header, (*header.slots, stranger)), wrong)
    for use in (
        lambda: keyring.rotate(desk.session),
        lambda: keyring.add_person(desk.session, TELLER, OTHER),
        lambda: keyring.ways_in(desk.session),
    ):
        with pytest.raises(VaultDamaged):
            use()
    file.write_bytes(good)
    assert desk.enter(PASSWORD).actor == HEAD


def replace_slots(header: keys.Header, slots: tuple[keys.Slot, ...]) -> keys.Header:
    return keys.Header(header.format, header.vault, slots, header.marks)


def test_a_slot_without_a_person_opens_nothing(desk: Desk) -> None:
    """Adding somebody was killed between key file and log."""
    vault = desk.session.vault
    orphan = keys.person_slot(
        vault.id,
        "1023",
        OTHER,
        vault.opened.secrets,
        argon=CHEAP,
        created=5,
        fresh=keys.system_randomness,
    )
    vault.put_slots([*vault.slots(), orphan], actor="1001", wall_ms=desk.clock.at[0])
    desk.refuses(OTHER, "1023")
    desk.enter()
    keyring.add_person(desk.session, TELLER, OTHER)
    assert desk.enter(OTHER).actor == TELLER


def test_an_old_cost_is_renewed_when_it_is_far_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost() -> Argon:
        (slot,) = keys.read(desk.path).slots
        assert slot.private is not None
        return slot.private.argon

    better = Argon(m=1024, t=2, p=1)
    told = len(desk.told())
    monkeypatch.setattr(stretching, "calibrated", lambda: CHEAP)
    desk.enter()
    assert cost() == CHEAP
    monkeypatch.setattr(stretching, "calibrated", lambda: better)
    desk.enter()
    assert cost() == better
    assert desk.enter(PASSWORD).actor == HEAD
    new = desk.told()[told:]
    assert {type(payload) for payload in new} == {ev.Locked, ev.Unlocked}, "silently"


def test_any_error_is_one_that_can_be_told(desk: Desk) -> None:
    keyring.set_head_office(desk.session, AGE_PUBLIC)
    desk.leave()
    for file in ("", "x", AGE_PRIVATE * 2, "\x00"):
        with pytest.raises(KnownError):
            keyring.reset_by_head_office(desk.path, file, "1001", OTHER, **desk.given)


def test_the_old_sheet_holds_until_the_new_one_is_on_paper(desk: Desk, tmp_path: Path) -> None:
    old, before = made_sheet(desk.session), desk.session.vault.slots()
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"PK")
    with pytest.raises(NotReplaced):
        recovery_sheet.issue(desk.session, letter)
    assert desk.session.vault.slots() == before
    made = recovery_sheet.issue(desk.session, tmp_path / "sheet.pdf")
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    desk.leave()
    with pytest.raises(WrongPassword):
        keyring.recover(desk.path, " ".join(old.groups), "1001", OTHER, **desk.given)
    groups = re.findall(r"^([0-9A-HJKMNP-TV-Z]{5})\s*$", text, re.MULTILINE)
    assert keyring.slips(" ".join(groups)) == ()
    keyring.recover(desk.path, " ".join(groups), "1001", OTHER, **desk.given)
    assert desk.enter(OTHER).actor == HEAD


def test_an_administrators_sheet_lets_somebody_back_in_to_their_own_cases(
    desk: Desk, tmp_path: Path
) -> None:
    """The whole way: the sheet on paper, a forgotten password, the vault after a new key too."""
    keyring.add_person(desk.session, ADMIN, PASSWORDS[ADMIN.id])
    keyring.add_person(desk.session, TELLER, PASSWORDS[TELLER.id])
    teller = desk.enter(PASSWORDS[TELLER.id], TELLER.id)
    case = cases.open_case(teller).case.id
    cases.set_field(teller, case, "narrative", "赎回未到账")
    admin = desk.enter(PASSWORDS[ADMIN.id], ADMIN.id)
    paper = recovery_sheet.issue(admin, tmp_path / "sheet.pdf")
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    code = " ".join(re.findall(r"^([0-9A-HJKMNP-TV-Z]{5})\s*$", text, re.MULTILINE))
    keyring.rotate(admin)
    desk.leave()
    for wrong in ("not it at all", "nor is this one"):
        desk.refuses(wrong, TELLER.id)
    desk.clock.at[0] += 3_600_000
    keyring.recover(desk.path, code, TELLER.id, OTHER, **desk.given)
    desk.refuses(PASSWORDS[TELLER.id], TELLER.id)
    back = desk.enter(OTHER, TELLER.id)
    assert back.actor == TELLER
    assert cases.view(back, case).case.text("narrative") == "赎回未到账"
    cases.set_field(back, case, "narrative", "赎回第二天到账")
    for person in (ADMIN, HEAD):
        assert desk.enter(PASSWORDS[person.id], person.id).actor == person
    read = audit.every(desk.session, AuditFilter(person=TELLER.id))
    assert any("恢复" in line.what + line.detail for line in read), (
        "by which way, the auditor reads"
    )
    assert checks.check(desk.session) == ()
