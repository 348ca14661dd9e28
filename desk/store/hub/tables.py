"""The tables of head office's store. Primary keys of what grows begin with the branch.

An event is here once for each `lane` of its device's chain: 1, and more only where head office
decided to keep two histories that a copied computer wrote under one name. Personal parts are sealed
as in the vault they came from; the keys that open them, and what stands for them, are sealed again
under the store's own key.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

SCHEMA = 1
"""Counted up with every change of these tables."""

METADATA = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False, default=None if key else "")


def _number(name: str, *, key: bool = False) -> Column[int]:
    kind = SmallInteger if name == "lane" else BigInteger
    return Column(
        name,
        kind().with_variant(Integer, "sqlite"),
        primary_key=key,
        autoincrement=False,
        nullable=False,
        default=None if key else 0,
    )


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False, default=b"")


SCHEMAS = Table(
    "hub_schema", METADATA, _number("version", key=True), _text("hub"), _text("made_at")
)
"""One row: the version of these tables, and the vault (id) whose key opens what is sealed here."""

BRANCHES = Table(
    "hub_branches",
    METADATA,
    _text("branch", key=True),
    _text("name"),
    _text("parent"),
    _text("profile"),
    _text("enrolled_at"),
)

DEVICES = Table(
    "hub_devices",
    METADATA,
    _text("branch", key=True),
    _text("device", key=True),
    _number("lane", key=True),
    _text("name"),
    _text("sign_key"),
    _text("age_key"),
    _text("state"),
    _text("successor"),
    _text("vouched_by"),
    _number("forked_at"),
    _number("seq"),
    _bytes("head"),
    _number("number"),
    _text("last_at"),
)
"""`seq` and `head` (hash) are how far the chain is here. `number` is that of its last bundle.

`state`: waiting, approved, relayed (known through another device of its branch: what it wrote is
taken from that one, a bundle of its own waits), revoked, replaced (by `successor`). `vouched_by` is
who made a relayed device known. A lane other than 1 has its events up to `forked_at` in lane 1.
"""

EVENTS = Table(
    "hub_events",
    METADATA,
    _text("branch", key=True),
    _text("device", key=True),
    _number("lane", key=True),
    _number("seq", key=True),
    _text("id"),
    _number("wall_ms"),
    _number("counter"),
    _text("actor"),
    _text("case_id"),
    _text("kind"),
    _text("pack"),
    _bytes("public"),
    _bytes("nonce"),
    _bytes("sealed"),
    _bytes("hash"),
    Index(None, "branch", "case_id"),
)
"""As `desk.store.chain.Record` describes them; what came before is the hash of the one before."""

CASE_KEYS = Table(
    "hub_case_keys",
    METADATA,
    _text("branch", key=True),
    _text("case_id", key=True),
    _bytes("key"),
)
"""The key of a case's personal values, sealed; empty once the case was forgotten, for ever.

Keys of sittings are not kept: what was observed of a customer is nobody's business here.
"""

STAND_INS = Table(
    "hub_stand_ins",
    METADATA,
    _text("branch", key=True),
    _text("device", key=True),
    _number("lane", key=True),
    _number("seq", key=True),
    _bytes("part"),
)
"""What stands for the withheld part of an event, sealed."""

CASES = Table(
    "hub_cases",
    METADATA,
    _text("branch", key=True),
    _text("case_id", key=True),
    _text("number"),
    _text("month"),
    _text("received"),
    _text("status"),
    _text("outcome"),
    _text("cause"),
    _text("business"),
    _text("channel"),
    _text("source"),
    _text("amount"),
    _text("rights"),
    _number("transferred"),
    _number("reopened"),
    _text("verdict"),
    _text("due"),
    _text("told"),
    _text("closed"),
    _number("days"),
    _number("repeat"),
    Index(None, "month", "branch"),
)
"""What statistics need of a case: `desk.domain.head_office.CaseFacts`, its attributes in order."""

CUSTOMERS = Table(
    "hub_customers",
    METADATA,
    _text("branch", key=True),
    _text("case_id", key=True),
    Column("mark", LargeBinary, primary_key=True, nullable=False),
    _text("received"),
    _number("again"),
    Index(None, "mark"),
)
"""Keyed marks of who complained, and whether (1) the same complained within a year before."""

FIGURES = Table(
    "hub_figures",
    METADATA,
    _text("branch", key=True),
    _text("month", key=True),
    _bytes("cases"),
)
"""The cases that a branch received in a month, packed for counting (`desk.domain.hub_figures`)."""

CODES = Table(
    "hub_codes", METADATA, _text("axis", key=True), _text("code", key=True), _number("number")
)
"""What the numbers in packed cases stand for; small, and the same for all branches."""

TOUCHED = Table("hub_touched", METADATA, _text("branch", key=True), _text("case_id", key=True))
"""Cases with events that `hub_cases` does not tell of yet."""

BUNDLES = Table(
    "hub_bundles",
    METADATA,
    _text("branch", key=True),
    _text("sha256", key=True),
    _text("device"),
    _number("number"),
    _text("name"),
    _text("profile"),
    _number("events"),
    _number("cases"),
    _number("size"),
    _text("taken_at"),
    Index(None, "branch", "device", "number"),
)
"""Bundles that were taken in."""

RECEIPTS = Table(
    "hub_receipts",
    METADATA,
    _text("branch", key=True),
    _text("device", key=True),
    _number("number", key=True),
    _text("sha256"),
    _text("items"),
    _text("made_at"),
    _text("taken_at"),
)
"""Receipts written for a device; `items` (JSON) are what of the outbox went along.

`taken_at` is filled in when the device's own log tells that it took the receipt in.
"""

QUARANTINE = Table(
    "hub_quarantine",
    METADATA,
    _text("branch", key=True),
    _text("id", key=True),
    _text("reason"),
    _text("params"),
    _text("name"),
    _text("kept"),
    _text("sha256"),
    _text("device"),
    _number("size"),
    _text("came_at"),
    _text("settled"),
    _text("settled_at"),
)
"""Files set aside: why (`reason`, `params` as JSON), where (`kept`), what became of them."""

OUTBOX = Table(
    "hub_outbox",
    METADATA,
    _text("branch", key=True),
    _text("id", key=True),
    _text("what"),
    _text("name"),
    _text("stead"),
    _text("made_at"),
    _bytes("data"),
)
"""What goes to a branch with its next receipts; `data`, sealed, is with the empty branch alone.

Of a `what` only the last with the same `stead` goes on, unless that is empty.
"""

PARTITIONED = (EVENTS, CASE_KEYS, STAND_INS, CASES, TOUCHED, CUSTOMERS, FIGURES)
"""Those that grow with the branches' cases."""
