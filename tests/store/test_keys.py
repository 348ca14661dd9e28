"""The key file: opens with the right password only, and never lies about why it does not."""

import base64
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import VaultDamaged, VaultExists, VaultMissing, VaultTooNew, WrongPassword
from desk.store import key_file, keys
from desk.store.keys import Secret
from desk.store.stretching import Argon

KEY = bytes(range(32))
SECRET = Secret(KEY, bytes(range(32, 64)))
PRIVATE = bytes(range(64, 96))
SALT = "5a" * 16
SECRETS = {SALT: SECRET}
CHEAP = Argon(m=64, t=1, p=1)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "branch.vault"
    keys.create(path, "v-1", [slot("0417", "开门")], SECRETS)
    return path


def slot(person: str, password: str) -> keys.Slot:
    return keys.person_slot(
        "v-1", person, password, SECRETS, argon=CHEAP, created=5, fresh=keys.system_randomness
    )


def edit(path: Path, **changes: object) -> None:
    """Change the header and give it a right checksum, as someone with the source could."""
    file = key_file.path_of(path)
    whole = {**json.loads(file.read_bytes()), **changes}
    header = msgspec.convert(whole, keys.Header)
    whole["sum"] = keys._checksum(header)
    file.write_text(json.dumps(whole), encoding="utf-8")


def test_the_password_opens_the_slot_of_its_person(tmp_path: Path) -> None:
    path = tmp_path / "branch.vault"
    keys.create(path, "v-1", [slot("0417", "开门"), slot("0418", "another")], SECRETS)
    assert keys.unlock(path, "开门") == keys.Opened(
        KEY, SECRET.chain_key, "0417", "v-1", SALT, argon=CHEAP
    )
    assert keys.unlock(path, "another").person == "0418"
    assert keys.unlock(path, "another", "0418").key == KEY
    with pytest.raises(WrongPassword):
        keys.unlock(path, "another", "0417")


@pytest.mark.parametrize("password", ["", "开门 ", "开", "\ud800", "x" * 10_000])
def test_another_password_is_wrong(vault: Path, password: str) -> None:
    with pytest.raises(WrongPassword):
        keys.unlock(vault, password)


def test_nothing_secret_is_in_the_file(vault: Path) -> None:
    raw = key_file.path_of(vault).read_bytes()
    assert KEY not in raw
    assert "开门".encode() not in raw


def test_an_existing_file_is_never_replaced(vault: Path) -> None:
    before = key_file.path_of(vault).read_bytes()
    with pytest.raises(VaultExists):
        keys.create(vault, "v-2", [slot("0417", "other")], SECRETS)
    assert key_file.path_of(vault).read_bytes() == before


def test_no_file_is_a_missing_vault(tmp_path: Path) -> None:
    with pytest.raises(VaultMissing):
        keys.unlock(tmp_path / "none.vault", "x")


def test_any_changed_byte_is_damage_and_not_a_wrong_password(vault: Path) -> None:
    file = key_file.path_of(vault)
    good = file.read_bytes()
    for place in range(len(good)):
        for flip in (0x01, 0x80):
            raw = bytearray(good)
            raw[place] ^= flip
            file.write_bytes(raw)
            try:
                opened = keys.read(vault)
            except (VaultDamaged, VaultTooNew):
                continue
            # White space between the parts is the only thing that may change unseen.
            file.write_bytes(good)
            assert opened == keys.read(vault), f"byte {place}"


@given(content=st.binary(max_size=200))
def test_any_content_is_damage(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.vault"
    key_file.path_of(path).write_bytes(content)
    with pytest.raises(VaultDamaged):
        keys.read(path)


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_a_cut_file_is_damage(vault: Path, cut: int) -> None:
    file = key_file.path_of(vault)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(VaultDamaged):
        keys.unlock(vault, "开门")


def test_a_newer_format_is_said_to_be_newer(vault: Path) -> None:
    edit(vault, format=2)
    with pytest.raises(VaultTooNew):
        keys.unlock(vault, "开门")


@pytest.mark.parametrize(
    "argon",
    [
        {"m": 2**40, "t": 1, "p": 1},
        {"m": 2**21, "t": 1, "p": 1},
        {"m": 64, "t": 2**31, "p": 1},
        {"m": 64, "t": 1, "p": 2**20},
        {"m": 0, "t": 1, "p": 1},
        {"m": 64, "t": 0, "p": -1},
    ],
)
def test_a_hostile_cost_is_refused_at_once(vault: Path, argon: dict[str, int]) -> None:
    slots = json.loads(key_file.path_of(vault).read_bytes())["slots"]
    edit(vault, slots=[{**slots[0], "private": {**slots[0]["private"], "argon": argon}}])
    with pytest.raises(VaultDamaged):
        keys.unlock(vault, "开门")


def test_a_slot_of_another_vault_or_person_does_not_open(vault: Path) -> None:
    edit(vault, vault="v-2")
    with pytest.raises(WrongPassword):
        keys.unlock(vault, "开门")


def test_the_default_cost_is_the_recommended_one() -> None:
    assert Argon() == Argon(m=64 * 1024, t=3, p=4)


@pytest.mark.parametrize("kind", ["recovery", "head_office"])
def test_a_private_key_opens_the_slot_of_its_public_key(tmp_path: Path, kind: keys.Kind) -> None:
    path = tmp_path / "branch.vault"
    made = keys.public_slot("v-1", kind, keys.public_key(PRIVATE), SECRETS, created=5)
    keys.create(path, "v-1", [slot("0417", "开门"), made], SECRETS)
    assert keys.unlock_with(path, kind, PRIVATE) == keys.Opened(
        KEY, SECRET.chain_key, "", "v-1", SALT, kind
    )
    other: keys.Kind = "recovery" if kind == "head_office" else "head_office"
    with pytest.raises(WrongPassword):
        keys.unlock_with(path, other, PRIVATE)
    with pytest.raises(WrongPassword):
        keys.unlock_with(path, kind, PRIVATE[::-1])
    assert key_file.persons(path) == ("0417",)


def test_whoever_cannot_open_the_vault_cannot_let_themselves_in(vault: Path) -> None:
    """With a public key added to the file, the next secret would be sealed to its owner."""
    slots = json.loads(key_file.path_of(vault).read_bytes())["slots"]
    stranger = {**slots[0], "kind": "head_office", "person": "", "private": None}
    stranger["public"] = base64.b64encode(keys.public_key(PRIVATE)).decode()
    edit(vault, slots=[*slots, stranger])
    with pytest.raises(VaultDamaged):
        keys.unlock(vault, "开门")
    with pytest.raises(VaultDamaged):
        keys.trusted(vault, SECRETS)


def test_the_secret_is_that_of_the_salt_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "branch.vault"
    later = Secret(KEY[::-1], SECRET.chain_key)
    both = {**SECRETS, "6b" * 16: later}
    keys.create(path, "v-1", [slot("0417", "开门")], SECRETS)
    header = keys.trusted(path, SECRETS)
    keys.write(path, keys.resealed(header, header.slots, both), both)
    for salt, secret in both.items():
        path.write_bytes(bytes.fromhex(salt) + b"pages")
        assert keys.unlock(path, "开门").secret == secret
    path.write_bytes(bytes(100))
    assert keys.unlock(path, "开门").secret == later, "a salt nobody knows: the newest"
    header = keys.trusted(path, both)
    keys.write(path, keys.resealed(header, header.slots, SECRETS), SECRETS)
    path.write_bytes(bytes.fromhex("6b" * 16))
    assert keys.unlock(path, "开门").secret == SECRET, "the other secret is gone"


def test_keys_are_not_in_the_words_for_what_was_opened(vault: Path) -> None:
    assert "x00" not in repr(keys.unlock(vault, "开门")) + repr(SECRET)


def test_who_can_open_it_is_read_without_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "branch.vault"
    keys.create(path, "v-1", [slot("0418", "another"), slot("0417", "开门")], SECRETS)
    assert key_file.persons(path) == ("0418", "0417")
    assert key_file.persons(tmp_path / "none.vault") == ()


@given(
    content=st.one_of(
        st.binary(max_size=50),
        st.recursive(
            st.none() | st.text(max_size=3) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["slots", "person"]), inner)
            ),
        ).map(lambda found: json.dumps(found).encode()),
    )
)
def test_a_key_file_of_any_content_names_people_or_nobody(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.vault"
    key_file.path_of(path).write_bytes(content)
    assert all(isinstance(person, str) for person in key_file.persons(path))
