CREATE TABLE client_sessions (
    id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    workflow_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (secret_hash)
);
CREATE INDEX client_sessions_expiry ON client_sessions (expires_at);
CREATE TABLE idempotency (
    key_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    request_id TEXT NOT NULL,
    run_id TEXT,
    status INTEGER,
    content_type TEXT NOT NULL,
    body BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, operation, name)
)
 WITHOUT ROWID;
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
CREATE INDEX idempotency_running ON idempotency (request_id) WHERE status IS NULL;
CREATE TABLE journal (
    position INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    event BOOLEAN NOT NULL,
    organization_id VARCHAR NOT NULL,
    actor_key_id VARCHAR,
    subject VARCHAR,
    data VARCHAR NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (position),
    UNIQUE (id)
);
CREATE INDEX journal_organization ON journal (organization_id, position);
CREATE TABLE limit_counters (
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    anchor BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    held BIGINT NOT NULL,
    alerted INTEGER NOT NULL,
    muted_until BIGINT NOT NULL,
    cells BLOB NOT NULL,
    stale BOOLEAN NOT NULL,
    PRIMARY KEY (subject, name)
)
 WITHOUT ROWID;
CREATE TABLE organizations (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    timezone TEXT NOT NULL,
    cost_limit_micros BIGINT,
    requests_per_minute BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE requests (
    id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    workflow_id TEXT,
    run_id TEXT,
    admitted_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    status INTEGER,
    code TEXT,
    metered BOOLEAN NOT NULL,
    held_micros BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    latency_us BIGINT,
    request_bytes BIGINT NOT NULL,
    response_bytes BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    lease_until BIGINT,
    owner TEXT,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX requests_of_key ON requests (key_id, admitted_at);
CREATE INDEX requests_of_organization ON requests (organization_id, admitted_at, id);
CREATE INDEX requests_open ON requests (lease_until) WHERE state = 'open';
CREATE TABLE run_feedback (
    run_id TEXT NOT NULL,
    rating TEXT NOT NULL,
    comment TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (run_id)
);
CREATE TABLE runs (
    id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    status TEXT NOT NULL,
    conversation_id TEXT,
    input TEXT NOT NULL,
    output TEXT NOT NULL,
    sources TEXT NOT NULL,
    cost_micros BIGINT NOT NULL,
    tokens_input BIGINT NOT NULL,
    tokens_output BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    error TEXT NOT NULL,
    due_at BIGINT,
    engine TEXT,
    deltas TEXT,
    PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_of_organization ON runs (organization_id, id);
CREATE INDEX runs_streamed ON runs (request_id) WHERE mode = 'stream';
CREATE TABLE workflows (
    id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    engine TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (id)
);
CREATE INDEX workflows_of_organization ON workflows (organization_id, created_at, id);
CREATE TABLE keys (
    id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    environment TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    prefix TEXT NOT NULL,
    last_four TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    scopes JSON NOT NULL,
    workflow_ids JSON,
    allowed_ips JSON NOT NULL,
    allowed_origins JSON NOT NULL,
    rate_limit BIGINT,
    rate_window_seconds BIGINT,
    bucket JSON,
    cost_limit_micros BIGINT,
    expires_at BIGINT,
    revoked_at BIGINT,
    revocation_reason TEXT,
    revocation_note TEXT,
    replaced_by TEXT,
    end_told BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(organization_id) REFERENCES organizations (id),
    UNIQUE (secret_hash)
);
CREATE INDEX keys_of_organization ON keys (organization_id, id);
