"""The three states of a bundle, and who holds what: never mixed, whatever order the words come."""

import random

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.deliveries import Exchange, exchange
from desk.domain.events import Event, Payload
from desk.domain.ids import Stamp
from desk.domain.sync_events import BundleDelivered, BundleMade, BundleTaken, PeerPut

HUB = "hub"
DAY = 86_400_000
START = 1_800_000_000_000


def told(number: int, payload: Payload, device: str = "own") -> Event:
    stamp = Stamp(START + number * DAY, 0, device)
    return Event(f"{device}-{number}", device, number + 1, stamp, "0417", "", payload, "")


def peer(*, active: bool = True) -> PeerPut:
    return PeerPut(
        peer=HUB,
        name="总行",
        type="hub",
        branch="",
        sign_key="ab",
        age_key="age1",
        active=active,
    )


def made(number: int, heads: dict[str, int]) -> BundleMade:
    return BundleMade(
        peer=HUB,
        name=f"CD-{number:04}.cdx",
        number=number,
        sha256=f"{number:064}",
        profile="full",
        events=5,
        cases=1,
        files=0,
        size=900,
        heads=heads,
    )


def word(have: dict[str, int], *confirmed: str) -> BundleTaken:
    return BundleTaken(
        peer=HUB,
        type="receipt",
        name="r.cdx",
        number=1,
        sha256="ff",
        events=0,
        cases=0,
        have=have,
        confirmed=confirmed,
    )


def states(found: Exchange) -> list[str]:
    return [one.state for one in found.of(HUB)]


def test_exported_delivered_confirmed() -> None:
    events = [told(0, peer()), told(1, made(1, {"own": 9})), told(2, made(2, {"own": 14}))]
    found = exchange(events, {"own"})
    assert states(found) == ["exported", "exported"]
    assert found.known == {}
    assert (found.next_number(HUB), found.previous(HUB)) == (3, f"{2:064}")
    read = BundleDelivered(peer=HUB, sha256=f"{1:064}", how="mark")
    events.append(told(3, read))
    found = exchange(events, {"own"})
    assert states(found) == ["delivered", "exported"]
    assert found.known == {}, "that it was read is not its word that it is kept"
    events.append(told(4, word({"own": 9})))
    found = exchange(events, {"own"})
    assert states(found) == ["confirmed", "exported"]
    assert found.known == {HUB: {"own": 9}}
    events.append(told(5, word({"own": 9}, f"{2:064}")))
    assert states(exchange(events, {"own"})) == ["confirmed", "confirmed"]


def test_a_later_word_covers_a_bundle_that_was_lost() -> None:
    events = [
        told(0, made(1, {"own": 9})),
        told(1, made(2, {"own": 12})),
        told(2, word({"own": 12})),
    ]
    assert states(exchange(events, {"own"})) == ["confirmed", "confirmed"]


def test_people_are_reminded_of_the_oldest_that_waits() -> None:
    events = [told(0, peer()), told(1, made(1, {"own": 9})), told(5, made(2, {"own": 12}))]
    now = START + 9 * DAY
    assert [one.number for one in exchange(events, {"own"}).late(now)] == [1]
    assert exchange(events, {"own"}).late(START + 8 * DAY) == ()
    assert exchange([*events, told(6, peer(active=False))], {"own"}).late(now) == ()
    assert exchange([*events, told(6, word({"own": 9}))], {"own"}).late(now) == ()


def test_what_another_computer_sent_is_its_own_affair() -> None:
    events = [told(0, peer(), "other"), told(1, made(1, {"own": 9}), "other")]
    found = exchange(events, {"own"})
    assert found.bundles == ()
    assert HUB in found.peers


WORDS = st.one_of(
    st.builds(peer, active=st.booleans()),
    st.builds(made, st.integers(1, 4), st.dictionaries(st.sampled_from("ab"), st.integers(0, 9))),
    st.builds(
        lambda number: BundleDelivered(peer=HUB, sha256=f"{number:064}", how="hand"),
        st.integers(1, 4),
    ),
    st.builds(
        lambda have, number: word(have, f"{number:064}"),
        st.dictionaries(st.sampled_from("ab"), st.integers(0, 9)),
        st.integers(1, 4),
    ),
)


@given(st.lists(WORDS, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(words: list[Payload], chance: random.Random) -> None:
    events = [told(number, payload) for number, payload in enumerate(words)]
    shuffled = [*events, *events]
    chance.shuffle(shuffled)
    assert exchange(shuffled, {"own"}) == exchange(events, {"own"})


@given(st.lists(WORDS, max_size=12))
def test_no_word_is_taken_back_and_none_is_made_up(words: list[Payload]) -> None:
    order = ["exported", "delivered", "confirmed"]
    before = exchange([], {"own"})
    for number in range(len(words)):
        events = [told(place, payload) for place, payload in enumerate(words[: number + 1])]
        after = exchange(events, {"own"})
        for old, new in zip(before.bundles, after.bundles, strict=False):
            assert order.index(new.state) >= order.index(old.state)
        for device, seq in before.known.get(HUB, {}).items():
            assert after.known[HUB][device] >= seq
        if not isinstance(words[number], BundleTaken):
            assert after.known == before.known
        before = after


def test_nobody_is_a_peer_of_themselves() -> None:
    of_us = peer()
    events = [told(0, of_us, "other"), told(1, made(1, {}), "other")]
    assert exchange(events, {HUB}).peers == {}
    assert set(exchange(events, {"own"}).peers) == {HUB}
