"""Decisions with their evidence, promises, muted topics, what was added by hand, and an audit log that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW_WORDS = {
    "finding": ("reason_code", "told_before", "joined_to"),
    "review": ("reason_code", "snoozed_for", "snoozed_by"),
    "audit": ("request",),
    "reference": ("added_by",),
}
REFUSES_ON_SQLITE = """
CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log only grows: its rows are never changed or removed'); END
"""
REFUSES_ON_POSTGRESQL = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log only grows: its rows are never changed or removed'; END $$
"""


def upgrade() -> None:
    """Bring the schema forward; rows survive, and the audit log that there is gets its end marked."""
    for table, names in NEW_WORDS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("finding", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("correction", sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_audit_request"), "audit", ["request"])
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    _decisions()
    _promises()
    _mutes()
    _audit_head()
    _let_the_audit_log_only_grow()


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("promise_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("shown_by", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_decision_finding_id_finding")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_decision_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    for name in ("finding_id", "article_id", "review_id", "promise_id"):
        op.create_index(op.f(f"ix_decision_{name}"), "decision", [name])


def _promises() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("text_digest", sa.String(), nullable=False),
        sa.Column("last_updated", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_promise_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    for name in ("article_id", "due"):
        op.create_index(op.f(f"ix_promise_{name}"), "promise", [name])


def _mutes() -> None:
    op.create_table(
        "topic_mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_topic_mute_article_id_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_mute")),
    )
    for name in ("article_id", "topic"):
        op.create_index(op.f(f"ix_topic_mute_{name}"), "topic_mute", [name])


def _audit_head() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    connection = op.get_bind()
    count = connection.execute(sa.text("SELECT count(*) FROM audit")).scalar() or 0
    last = connection.execute(sa.text("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")).first()
    op.bulk_insert(
        head, [{"id": 1, "rows": count, "last_id": last.id if last else 0, "hash": last.hash if last else ""}]
    )


def _let_the_audit_log_only_grow() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(REFUSES_ON_SQLITE.format(event=event))
        return
    op.execute(REFUSES_ON_POSTGRESQL)
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


def downgrade() -> None:
    """Take it back; what was decided stays on the findings, promises and muted topics are lost."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_no_{event}")
    else:
        op.execute("DROP TRIGGER audit_is_kept ON audit")
        op.execute("DROP TRIGGER audit_only_grows ON audit")
        op.execute("DROP FUNCTION audit_only_grows()")
    for table in ("audit_head", "topic_mute", "promise", "decision"):
        op.drop_table(table)
    op.drop_index(op.f("ix_audit_subject"), "audit")
    op.drop_index(op.f("ix_audit_request"), "audit")
    op.drop_column("correction", "is_withdrawn")
    op.drop_column("finding", "reopened_at")
    for table, names in NEW_WORDS.items():
        for name in names:
            op.drop_column(table, name)
