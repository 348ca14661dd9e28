"""A vault that is head office: its store open, its keys, and the folder beside it."""

from pathlib import Path
from typing import Literal, Self

from desk.domain.exchange import fingerprint
from desk.domain.sync_events import HubActed
from desk.errors import NotAllowed
from desk.services.session import Session
from desk.store import device_keys
from desk.store import session as work
from desk.store.hub import base

DATABASE = "hub.database"
"""The setting that makes a vault a hub: where its store is, empty for the vault's own file."""

Act = Literal[
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


class Office:
    """Head office at work: use in a `with`. Raises NotAllowed `no_hub`, and what the store does."""

    def __init__(self, session: Session) -> None:
        settings = session.vault.settings()
        if DATABASE not in settings:
            raise NotAllowed(reason="no_hub")
        self.session = session
        self.store = base.open_store(session.vault, settings[DATABASE])
        path = session.vault.database.path
        self.folder: Path = path.with_name(f"{path.name}.hub")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.store.close()

    @property
    def keys(self) -> device_keys.DeviceKeys:
        """Head office's own keys."""
        moment = self.session.moment
        return device_keys.own(
            self.session.vault, actor=self.session.actor.id, wall_ms=moment.wall_ms()
        )

    def identity(self, recipient: str) -> str:
        """The private age key of head office under an id it has or had; empty when it never had."""
        with work.reading(self.session.vault.database) as connection:
            found = device_keys.every(connection).get(recipient)
        return found.identity if found else ""

    def tell(
        self, act: Act, branch: str = "", device: str = "", detail: str = "", events: int = 0
    ) -> None:
        """Let the log tell what head office did."""
        told = HubActed(act=act, branch=branch, device=device, detail=detail, events=events)
        self.session.record(told)


def own_fingerprint(office: Office) -> str:
    """What branches compare before they approve head office."""
    return fingerprint(office.keys.sign_key, office.keys.age_key)
