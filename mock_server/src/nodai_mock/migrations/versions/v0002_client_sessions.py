"""Client sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "key_id", sa.Text(), nullable=False, comment="the secret key that made it, and whose limits it counts on"
        ),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )
    with op.batch_alter_table("client_sessions", schema=None) as batch_op:
        batch_op.create_index("client_sessions_expiry", ["expires_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("client_sessions", schema=None) as batch_op:
        batch_op.drop_index("client_sessions_expiry")

    op.drop_table("client_sessions")
