CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE case_keys (
    case_id VARCHAR NOT NULL,
    sitting VARCHAR NOT NULL,
    "key" BLOB NOT NULL,
    CONSTRAINT pk_case_keys PRIMARY KEY (case_id, sitting)
)
 WITHOUT ROWID;

CREATE TABLE cases (
    id INTEGER NOT NULL,
    case_id VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    received_at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    first_receiver VARCHAR NOT NULL,
    handler VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    summary VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    business VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    scenario VARCHAR NOT NULL,
    clock_state VARCHAR NOT NULL,
    first_contact_at VARCHAR NOT NULL,
    told_at VARCHAR NOT NULL,
    closed_at VARCHAR NOT NULL,
    waits_for VARCHAR NOT NULL,
    keeping VARCHAR NOT NULL,
    keep VARCHAR NOT NULL,
    kept_from VARCHAR NOT NULL,
    dispute_ended VARCHAR NOT NULL,
    step INTEGER NOT NULL,
    done_steps INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    events INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    due_at VARCHAR,
    search_digest BLOB NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (id)
);

CREATE TABLE checklist_items (
    case_row INTEGER NOT NULL,
    place INTEGER NOT NULL,
    checklist VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    due_at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    gating BOOLEAN NOT NULL,
    CONSTRAINT pk_checklist_items PRIMARY KEY (case_row, place),
    CONSTRAINT fk_checklist_items_case_row_cases FOREIGN KEY(case_row) REFERENCES cases (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE clocks (
    case_row INTEGER NOT NULL,
    place INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    started_at VARCHAR NOT NULL,
    due_at VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    half_at VARCHAR NOT NULL,
    CONSTRAINT pk_clocks PRIMARY KEY (case_row, place),
    CONSTRAINT fk_clocks_case_row_cases FOREIGN KEY(case_row) REFERENCES cases (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE device_keys (
    device VARCHAR NOT NULL,
    sign_key BLOB NOT NULL,
    age_key VARCHAR NOT NULL,
    CONSTRAINT pk_device_keys PRIMARY KEY (device),
    CONSTRAINT fk_device_keys_device_devices FOREIGN KEY(device) REFERENCES devices (id)
)
 WITHOUT ROWID;

CREATE TABLE devices (
    number INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    own BOOLEAN NOT NULL,
    searched INTEGER NOT NULL,
    CONSTRAINT pk_devices PRIMARY KEY (number),
    CONSTRAINT uq_devices_id UNIQUE (id)
);

CREATE TABLE events (
    position INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    pack VARCHAR NOT NULL,
    public BLOB NOT NULL,
    nonce BLOB NOT NULL,
    sealed BLOB NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    mac BLOB NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (position),
    CONSTRAINT fk_events_device_devices FOREIGN KEY(device) REFERENCES devices (id)
);

CREATE TABLE numbers (
    day VARCHAR NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_numbers PRIMARY KEY (day)
);

CREATE TABLE persons (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    active BOOLEAN NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (id)
);

CREATE TABLE received (
    id VARCHAR NOT NULL,
    peer VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    data BLOB NOT NULL,
    came_ms INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    mac BLOB NOT NULL,
    CONSTRAINT pk_received PRIMARY KEY (id)
);

CREATE VIRTUAL TABLE search USING fts5(
    number, name, phone, narrative, notes, runs,
    content='', contentless_delete=1, tokenize='ascii', prefix='1'
);

CREATE TABLE settings (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    CONSTRAINT pk_settings PRIMARY KEY ("key")
);

CREATE TABLE signed_heads (
    device VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    signature BLOB NOT NULL,
    CONSTRAINT pk_signed_heads PRIMARY KEY (device),
    CONSTRAINT fk_signed_heads_device_devices FOREIGN KEY(device) REFERENCES devices (id)
)
 WITHOUT ROWID;

CREATE TABLE tips (
    device VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    mac BLOB NOT NULL,
    CONSTRAINT pk_tips PRIMARY KEY (device),
    CONSTRAINT fk_tips_device_devices FOREIGN KEY(device) REFERENCES devices (id)
)
 WITHOUT ROWID;

CREATE INDEX ix_cases_business ON cases (business);

CREATE UNIQUE INDEX ix_cases_case_id ON cases (case_id);

CREATE INDEX ix_cases_cause ON cases (cause);

CREATE INDEX ix_cases_due_at ON cases (due_at);

CREATE INDEX ix_cases_handler ON cases (handler);

CREATE INDEX ix_cases_handler_due ON cases (handler, due_at);

CREATE INDEX ix_cases_keeping ON cases (keeping, kept_from) WHERE keeping <> '';

CREATE INDEX ix_cases_number ON cases (number);

CREATE INDEX ix_cases_received_at ON cases (received_at);

CREATE INDEX ix_cases_scenario ON cases (scenario);

CREATE INDEX ix_cases_source ON cases (source);

CREATE INDEX ix_cases_status_clock ON cases (status, clock_state, due_at);

CREATE INDEX ix_cases_status_due ON cases (status, due_at);

CREATE INDEX ix_cases_status_handler ON cases (status, handler);

CREATE INDEX ix_cases_status_source ON cases (status, source);

CREATE INDEX ix_cases_waits_for ON cases (status, waits_for) WHERE waits_for <> '';

CREATE INDEX ix_checklist_items_to_do ON checklist_items (due_at) WHERE status = 'open' AND due_at > '';

CREATE INDEX ix_events_case_id ON events (case_id);

CREATE INDEX ix_events_clock ON events (position) WHERE kind = 'clock_stepped';

CREATE INDEX ix_events_files ON events (kind, wall_ms) WHERE kind IN ('attached', 'detached', 'forgotten');

CREATE INDEX ix_events_sync ON events (position) WHERE kind IN ('bundle_delivered', 'bundle_made', 'bundle_taken', 'keys_shown', 'peer_put');

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the event log is append-only');
END;

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the event log is append-only');
END;
