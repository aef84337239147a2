"""The house stays walkable: small files, small functions, nothing left lying about."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(file for folder in ("monitor", "tests", "alembic") for file in (ROOT / folder).rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
WEASELS = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|$)")


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    """(name, lines) of each function; its docstring does not count, as explaining at length is no fault."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first, *_ = node.body
            explained = ast.get_docstring(node) is not None
            told = ((first.end_lineno or first.lineno) - first.lineno + 1) if explained else 0
            yield f"{file.relative_to(ROOT)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1 - told


def test_no_file_is_too_long_to_be_read_in_one_sitting() -> None:
    """Migrations are left out: they are tables of columns."""
    read = [file for file in SOURCES if file.parent.name != "versions"]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in read}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_be_read_at_once() -> None:
    """Migrations are left out here, too."""
    lengths = dict(pair for file in SOURCES if file.parent.name != "versions" for pair in _functions(file))

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= 12


def test_nothing_is_left_to_do_later_in_a_comment() -> None:
    marked = [
        str(file.relative_to(ROOT))
        for file in SOURCES
        if file != Path(__file__) and MARKS.search(file.read_text(encoding="utf-8"))
    ]

    assert marked == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [str(file.relative_to(ROOT)) for file in SOURCES if WEASELS.search(file.stem)] == []


def test_the_folder_of_migrations_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


@pytest.mark.parametrize("file", sorted((ROOT / "monitor").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))

    assert not tree.body or ast.get_docstring(tree)
