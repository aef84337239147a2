"""The past of every table is decided about: kept whole, or not kept for a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.history.kept import KEPT, NOT_KEPT, columns_of, key_columns
from monitor.store.tables import Table

STORE = Path(__file__).parents[2] / "monitor" / "store"
TABLES = {table.__name__: table for table in KEPT}
LEASES_ONLY = {("watches.py", "hold"), ("watches.py", "_take"), ("reviews.py", "note_change")}
"""Statements that touch only columns of which the past is not kept."""


def test_every_table_is_decided_about() -> None:
    decided = [str(table.__tablename__) for table in (*KEPT, *NOT_KEPT)]

    assert sorted(decided) == sorted(Table.metadata.tables), "say in store/history/kept.py whether its past is kept"
    assert all(NOT_KEPT.values())


@pytest.mark.parametrize("table", KEPT, ids=lambda table: str(table.__tablename__))
def test_every_column_is_decided_about(table: type[Table]) -> None:
    kept, columns = KEPT[table], set(columns_of(table))

    assert kept.changing | kept.fixed | kept.left_out.keys() | set(key_columns(table)) == columns
    assert not kept.changing & kept.fixed
    assert not (kept.changing | kept.fixed) & kept.left_out.keys()
    assert not kept.born or kept.born in kept.changing | kept.fixed


def _statements() -> Iterator[tuple[str, str, str, str, bool]]:
    """(file, function, statement, table, whether the function notes the past) of every statement on a kept table."""
    for file in sorted(STORE.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            named = [(node.func.id, node) for node in calls if isinstance(node.func, ast.Name)]
            notes = any(name == "note_past" for name, _ in named)
            for name, node in named:
                if name in {"update", "delete", "insert"} and isinstance(node.args[0], ast.Name):
                    yield file.name, function.name, name, node.args[0].id, notes


def test_no_statement_goes_past_the_past() -> None:
    found = [one for one in _statements() if one[3] in TABLES]

    assert found
    for file, function, statement, table, notes in found:
        if statement == "insert":
            assert KEPT[TABLES[table]].born, f"{file}: {function} adds rows that do not say when they came to be"
        else:
            assert notes or (file, function) in LEASES_ONLY, (
                f"{file}: {function} changes rows and keeps no past of them"
            )
