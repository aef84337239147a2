"""Several witnesses of one event: names of publications, and what each source says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT_A_TIME = 500


def upgrade() -> None:
    """Bring the schema forward; rows survive, and what the kept records say of names and titles is filled in."""
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("record", "name", name=op.f("uq_alias_record_name")),
    )
    op.create_index(op.f("ix_alias_name"), "alias", ["name"])
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("title", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("reference_identifier") as table:
        table.add_column(sa.Column("derived_from", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("told_as", sa.Integer(), nullable=True))
        table.create_index(op.f("ix_event_told_as"), ["told_as"])
    with op.batch_alter_table("witness") as table:
        table.add_column(sa.Column("names", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("because", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("happened_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    if connection is not None:
        _say_what_was_said(connection)
        _fill_in(connection)


def downgrade() -> None:
    """Drop what this revision added."""
    with op.batch_alter_table("witness") as table:
        for name in ("gone_at", "happened_on", "because", "names"):
            table.drop_column(name)
    with op.batch_alter_table("event") as table:
        table.drop_index(op.f("ix_event_told_as"))
        table.drop_column("told_as")
    with op.batch_alter_table("reference_identifier") as table:
        table.drop_column("derived_from")
    with op.batch_alter_table("record") as table:
        table.drop_column("title")
    op.drop_table("alias")


def _say_what_was_said(connection: sa.Connection) -> None:
    """Until now each event had one reason: all its witnesses said so; of one that ended none says it any more."""
    connection.execute(
        sa.text(
            "UPDATE witness SET because = (SELECT because FROM event WHERE event.id = witness.event_id), "
            "happened_on = (SELECT happened_on FROM event WHERE event.id = witness.event_id), "
            "gone_at = (SELECT ended_at FROM event WHERE event.id = witness.event_id)"
        )
    )


def _fill_in(connection: sa.Connection) -> None:
    """Titles and DOIs from the newest snapshot of each record, some hundred at a time."""
    snapshot = sa.table(
        "snapshot",
        sa.column("id", sa.Integer),
        sa.column("identifier", sa.String),
        sa.column("seq", sa.Integer),
        sa.column("source", sa.String),
        sa.column("body", sa.JSON),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
    )
    record = sa.table("record", sa.column("identifier", sa.String), sa.column("title", sa.String))
    alias = sa.table(
        "alias",
        sa.column("record", sa.String),
        sa.column("name", sa.String),
        sa.column("source", sa.String),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
    )
    newest = sa.select(snapshot.c.identifier, sa.func.max(snapshot.c.seq).label("seq")).group_by(snapshot.c.identifier)
    last = newest.subquery()
    chosen = sa.select(snapshot).where(snapshot.c.identifier == last.c.identifier, snapshot.c.seq == last.c.seq)
    after = 0
    while rows := connection.execute(
        chosen.where(snapshot.c.id > after).order_by(snapshot.c.id).limit(AT_A_TIME)
    ).all():
        after = rows[-1].id
        titles = [{"name": row.identifier, "title": row.body.get("title", "")} for row in rows]
        connection.execute(
            sa.update(record).where(record.c.identifier == sa.bindparam("name")).values(title=sa.bindparam("title")),
            titles,
        )
        named = [
            {
                "record": row.identifier,
                "name": f"doi:{row.body['doi'].lower()}",
                "source": row.source,
                "recorded_at": row.recorded_at,
            }
            for row in rows
            if row.body.get("type") == "publication" and row.body.get("doi")
        ]
        if named:
            connection.execute(sa.insert(alias), named)
