"""One delivery for each message and channel, and what is remembered of channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_THE_MESSAGE = ("next_try", "attempts", "delivered_at", "dead_at", "last_error")
"""What was known of a message, and is known of each of its deliveries from now on."""


def upgrade() -> None:
    """Bring the schema forward; messages that no channel acknowledged are told to the channels there are now."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE outbox SET planned_at = delivered_at"))
    with op.batch_alter_table("outbox") as table:
        for name in OF_THE_MESSAGE:
            table.drop_column(name)
    op.create_index(
        "ix_outbox_unplanned",
        "outbox",
        ["id"],
        sqlite_where=sa.text("planned_at IS NULL"),
        postgresql_where=sa.text("planned_at IS NULL"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("folded_into", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["folded_into"], ["outbox.id"], name=op.f("fk_delivery_folded_into_outbox")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_delivery_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("outbox_id", "channel", name=op.f("uq_delivery_outbox_id_channel")),
    )
    op.create_index("ix_delivery_state_channel_next_try", "delivery", ["state", "channel", "next_try"])
    op.create_table(
        "channel",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel")),
    )


def downgrade() -> None:
    """Take it back; a message that has its ways counts as delivered."""
    op.drop_table("channel")
    op.drop_table("delivery")
    op.drop_index("ix_outbox_unplanned", "outbox")
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("next_try", moment, nullable=True))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("delivered_at", moment, nullable=True))
        table.add_column(sa.Column("dead_at", moment, nullable=True))
        table.add_column(sa.Column("last_error", sa.String(), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE outbox SET delivered_at = planned_at, next_try = recorded_at"))
    with op.batch_alter_table("outbox") as table:
        table.alter_column("next_try", nullable=False)
        table.drop_column("planned_at")
