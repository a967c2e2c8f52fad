"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True, comment="null while the request runs"),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "operation", "name"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index("idempotency_expiry", ["expires_at"], unique=False)
        batch_op.create_index(
            "idempotency_running", ["request_id"], unique=False, sqlite_where=sa.text("status IS NULL")
        )

    op.create_table(
        "journal",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("event", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("actor_key_id", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("journal_organization", ["organization_id", "position"], unique=False)

    op.create_table(
        "limit_counters",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("anchor", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("alerted", sa.Integer(), nullable=False),
        sa.Column("muted_until", sa.BigInteger(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False, comment="its rule changed: count anew from the request rows"),
        sa.PrimaryKeyConstraint("subject", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("cost_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column(
            "requests_per_minute",
            sa.BigInteger(),
            nullable=True,
            comment="agreed on beside the plan; null for what the plan says",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("admitted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, settled, refused or abandoned (its server died)"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("metered", sa.Boolean(), nullable=False),
        sa.Column("held_micros", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("latency_us", sa.BigInteger(), nullable=True),
        sa.Column("request_bytes", sa.BigInteger(), nullable=False),
        sa.Column("response_bytes", sa.BigInteger(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("requests_of_key", ["key_id", "admitted_at"], unique=False)
        batch_op.create_index("requests_of_organization", ["organization_id", "admitted_at", "id"], unique=False)
        batch_op.create_index("requests_open", ["lease_until"], unique=False, sqlite_where=sa.text("state = 'open'"))

    op.create_table(
        "run_feedback",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False, comment="query, stream or start"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("tokens_input", sa.BigInteger(), nullable=False),
        sa.Column("tokens_output", sa.BigInteger(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column(
            "due_at", sa.BigInteger(), nullable=True, comment="when the executor has to look at it; null for never"
        ),
        sa.Column("engine", sa.Text(), nullable=True, comment="the engine it started with; null once it has ended"),
        sa.Column(
            "deltas",
            sa.Text(),
            nullable=True,
            comment="how an upstream cut its answer; null when that follows from the output",
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("runs_due", ["due_at"], unique=False, sqlite_where=sa.text("due_at IS NOT NULL"))
        batch_op.create_index("runs_of_organization", ["organization_id", "id"], unique=False)
        batch_op.create_index("runs_streamed", ["request_id"], unique=False, sqlite_where=sa.text("mode = 'stream'"))

    op.create_table(
        "workflows",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.create_index("workflows_of_organization", ["organization_id", "created_at", "id"], unique=False)

    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("workflow_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("allowed_ips", sa.JSON(), nullable=False),
        sa.Column("allowed_origins", sa.JSON(), nullable=False),
        sa.Column("rate_limit", sa.BigInteger(), nullable=True),
        sa.Column("rate_window_seconds", sa.BigInteger(), nullable=True),
        sa.Column(
            "bucket",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="[capacity, refill, period_seconds]; null for the default",
        ),
        sa.Column("cost_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("revocation_note", sa.Text(), nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.Column(
            "end_told", sa.Boolean(), nullable=False, comment="whether its expiry or the end of its grace was told of"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.create_index("keys_of_organization", ["organization_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.drop_index("keys_of_organization")

    op.drop_table("keys")
    with op.batch_alter_table("workflows", schema=None) as batch_op:
        batch_op.drop_index("workflows_of_organization")

    op.drop_table("workflows")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("runs_streamed", sqlite_where=sa.text("mode = 'stream'"))
        batch_op.drop_index("runs_of_organization")
        batch_op.drop_index("runs_due", sqlite_where=sa.text("due_at IS NOT NULL"))

    op.drop_table("runs")
    op.drop_table("run_feedback")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("requests_open", sqlite_where=sa.text("state = 'open'"))
        batch_op.drop_index("requests_of_organization")
        batch_op.drop_index("requests_of_key")

    op.drop_table("requests")
    op.drop_table("organizations")
    op.drop_table("limit_counters")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("journal_organization")

    op.drop_table("journal")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index("idempotency_running", sqlite_where=sa.text("status IS NULL"))
        batch_op.drop_index("idempotency_expiry")

    op.drop_table("idempotency")
