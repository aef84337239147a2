"""Empties a database, so that several libraries or lives can follow each other on one schema.

The audit log only grows, whoever asks: it stays.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.tables import Table


def clear(url: str) -> None:
    """Take every row out of a database, and let numbers begin anew."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in _emptied())
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            for table in reversed(_emptied()):
                connection.execute(sa.delete(table))
    engine.dispose()


def _emptied() -> list[sa.Table]:
    return [table for table in Table.metadata.sorted_tables if table.name not in {"audit", "audit_head"}]
