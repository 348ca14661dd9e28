"""The event log, what lies beside it, and the projections of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_devices"),
        sa.UniqueConstraint("id", name="uq_devices_id"),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("wall_ms", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_events_device_devices"),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
    )
    op.create_index("ix_events_case_id", "events", ["case_id"])
    op.create_index(
        "ix_events_clock",
        "events",
        ["position"],
        sqlite_where=sa.text("kind = 'clock_stepped'"),
    )
    op.create_index(
        "ix_events_files",
        "events",
        ["kind", "wall_ms"],
        sqlite_where=sa.text("kind IN ('attached', 'detached', 'forgotten')"),
    )
    op.create_index(
        "ix_events_sync",
        "events",
        ["position"],
        sqlite_where=sa.text(
            "kind IN ('bundle_delivered', 'bundle_made', 'bundle_taken',"
            " 'keys_shown', 'peer_put')"
        ),
    )
    op.create_table(
        "tips",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_tips_device_devices"),
        sa.PrimaryKeyConstraint("device", name="pk_tips"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "device_keys",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("sign_key", sa.LargeBinary(), nullable=False),
        sa.Column("age_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_device_keys_device_devices"),
        sa.PrimaryKeyConstraint("device", name="pk_device_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signed_heads",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name="fk_signed_heads_device_devices"),
        sa.PrimaryKeyConstraint("device", name="pk_signed_heads"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "received",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "peer", "what", "name")),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("came_ms", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_received"),
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_refuse_{change.lower()} BEFORE {change} ON events\n"
            "BEGIN\n    SELECT RAISE(ABORT, 'the event log is append-only');\nEND"
        )
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("sitting", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sitting", name="pk_case_keys"),
        sqlite_with_rowid=False,
    )
    _branch()
    _projections()


def _branch() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "numbers",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_numbers"),
    )


def _projections() -> None:
    texts = (
        "case_id number received_at status outcome first_receiver handler name summary channel"
        " source business cause scenario clock_state first_contact_at told_at closed_at waits_for"
        " keeping keep kept_from dispute_ended"
    ).split()
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("step", "done_steps", "missing", "events", "changed_ms")
        ),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("search_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_case_id", "cases", ["case_id"], unique=True)
    for name in (
        "number", "received_at", "handler", "source", "due_at", "business", "cause", "scenario"
    ):
        op.create_index(f"ix_cases_{name}", "cases", [name])
    op.create_index("ix_cases_handler_due", "cases", ["handler", "due_at"])
    op.create_index("ix_cases_status_clock", "cases", ["status", "clock_state", "due_at"])
    op.create_index("ix_cases_status_due", "cases", ["status", "due_at"])
    op.create_index("ix_cases_status_handler", "cases", ["status", "handler"])
    op.create_index("ix_cases_status_source", "cases", ["status", "source"])
    op.create_index(
        "ix_cases_waits_for",
        "cases",
        ["status", "waits_for"],
        sqlite_where=sa.text("waits_for <> ''"),
    )
    op.create_index(
        "ix_cases_keeping",
        "cases",
        ["keeping", "kept_from"],
        sqlite_where=sa.text("keeping <> ''"),
    )
    op.create_table(
        "clocks",
        sa.Column("case_row", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("key", "started_at", "due_at", "state", "half_at")
        ),
        sa.ForeignKeyConstraint(
            ["case_row"], ["cases.id"], name="fk_clocks_case_row_cases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_row", "place", name="pk_clocks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checklist_items",
        sa.Column("case_row", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("checklist", "item", "owner", "due_at", "status")
        ),
        sa.Column("gating", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_row"], ["cases.id"], name="fk_checklist_items_case_row_cases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_row", "place", name="pk_checklist_items"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_checklist_items_to_do",
        "checklist_items",
        ["due_at"],
        sqlite_where=sa.text("status = 'open' AND due_at > ''"),
    )
    # Contentless: the texts are in the sealed events; the index holds only tokens and places.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5(\n"
        "    number, name, phone, narrative, notes, runs,\n"
        "    content='', contentless_delete=1, tokenize='ascii', prefix='1'\n)"
    )


def downgrade() -> None:
    for name in (
        "search checklist_items clocks cases numbers settings persons case_keys received signed_heads device_keys tips events devices"
    ).split():
        op.drop_table(name)
