"""Requests that may be sent twice, and the order in which findings and reviews are listed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward; rows survive."""
    op.create_table(
        "idempotency",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_recorded_at"), "idempotency", ["recorded_at"])
    op.create_index("ix_finding_valid_from", "finding", ["valid_from", "id"])
    op.create_index("ix_review_opened_at", "review", ["opened_at", "id"])


def downgrade() -> None:
    """Take it back; answers that were kept are lost."""
    op.drop_index("ix_review_opened_at", table_name="review")
    op.drop_index("ix_finding_valid_from", table_name="finding")
    op.drop_index(op.f("ix_idempotency_recorded_at"), table_name="idempotency")
    op.drop_table("idempotency")
