"""Runs migrations on the connection the store hands in; one transaction per migration."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import Table

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SET lock_timeout = '3s'")
    connection.exec_driver_sql("SET statement_timeout = '10min'")
    connection.commit()
context.configure(
    connection=connection, target_metadata=Table.metadata, render_as_batch=True, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
