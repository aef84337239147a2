"""What rows were before they changed, and indexes for long lists."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LISTED = (
    "id",
    "removed_at",
    "is_canary",
    "freshness",
    "review_status",
    "severity",
    "answers_absence",
    "stale_since",
    "last_updated",
    "recorded_at",
)


def upgrade() -> None:
    """Bring the schema forward; rows survive. Of what was changed before, the past is not known: that is noted."""
    history = op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index("ix_history_subject_at", "history", ["subject", "at"])
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM article LIMIT 1")).first() is not None:
        connection.execute(history.insert(), {"at": datetime.now(UTC), "subject": "history", "key": "begins"})
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("answers_absence", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_article_listed", "article", list(_LISTED))
    with op.batch_alter_table("check") as check:
        check.drop_index(check.f("ix_check_watch_id"))
        check.create_index("ix_check_watch_id_at", ["watch_id", "at"])


def downgrade() -> None:
    """Take it back; the past is forgotten."""
    with op.batch_alter_table("check") as check:
        check.drop_index("ix_check_watch_id_at")
        check.create_index(check.f("ix_check_watch_id"), ["watch_id"])
    op.drop_index("ix_article_listed", "article")
    with op.batch_alter_table("article") as article:
        article.drop_column("answers_absence")
    op.drop_table("history")
