"""What happens to a vault in exchanging files: keys, peers, bundles made and taken, head office.

The states of a bundle, and who is confirmed what, are worked out from these
(`desk.domain.deliveries`).
"""

from typing import Literal

from desk.domain.exchange import Kind, Profile
from desk.domain.payload import Payload


class KeysShown(Payload, frozen=True, kw_only=True, tag="keys_shown"):
    """The device says which public keys are its own: for its signature (hex), for what is sent it.

    `name` is what staff call it.
    """

    name: str
    sign_key: str
    age_key: str


class PeerPut(Payload, frozen=True, kw_only=True, tag="peer_put"):
    """Somebody compared fingerprints and approved another device, or head office, or ended it."""

    peer: str
    name: str
    type: Literal["hub", "device"]
    branch: str
    sign_key: str
    age_key: str
    active: bool = True
    profile: Profile = "full"


class BundleMade(Payload, frozen=True, kw_only=True, tag="bundle_made"):
    """A bundle for a peer was written: its file name, hash, contents, and the chains it brings to.

    `heads` are the sequence numbers of each device's chain that the peer has after it.
    """

    peer: str
    name: str
    number: int
    sha256: str
    profile: Profile
    events: int
    cases: int
    files: int
    size: int
    heads: dict[str, int]


class BundleDelivered(Payload, frozen=True, kw_only=True, tag="bundle_delivered"):
    """The other side has read a bundle: it left a mark beside it, or somebody says so."""

    peer: str
    sha256: str
    how: Literal["mark", "hand"]


class BundleTaken(Payload, frozen=True, kw_only=True, tag="bundle_taken"):
    """A bundle or receipt of a peer was taken in.

    `have` is what the peer then held of each device's chain, which confirms what was sent to it;
    `confirmed` are the bundles (SHA-256) that it confirms by name.
    """

    peer: str
    type: Kind
    name: str
    number: int
    sha256: str
    events: int
    cases: int
    have: dict[str, int]
    confirmed: tuple[str, ...] = ()


class HubActed(Payload, frozen=True, kw_only=True, tag="hub_acted"):
    """Head office did something as such; `detail` is a code, a file's name or a fingerprint."""

    act: Literal[
        "made",
        "enrolled",
        "approved",
        "revoked",
        "replaced",
        "imported",
        "quarantined",
        "settled",
        "receipt",
        "published",
        "stated",
    ]
    branch: str = ""
    device: str = ""
    detail: str = ""
    events: int = 0


SyncPayload = KeysShown | PeerPut | BundleMade | BundleDelivered | BundleTaken | HubActed
"""What happens to a vault in exchanging files; a part of `desk.domain.events.VaultPayload`."""
