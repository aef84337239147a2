"""NICE's product list on two real dates, compared item by item with the table of what changed between them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

BEFORE, AFTER = "products-lite_commit-2021-07-13.json.gz", "products-lite_commit-2023-05-04.json.gz"


@pytest.fixture(scope="module")
def changes(shared: Path) -> dict[str, dict[str, str]]:
    table = shared / "data" / "guidelines" / "nice" / "products-lite_versions" / "changes_2021-07_to_2022-10.tsv"
    with table.open(encoding="utf-8", newline="") as lines:
        return {f"guideline:nice/{row['id'].lower()}": row for row in csv.DictReader(lines, delimiter="\t")}


@pytest.fixture(scope="module")
def told(shared: Path, repository: Path) -> list[dict[str, Any]]:
    return diff(repository, shared, BEFORE, AFTER)


def diff(repository: Path, shared: Path, *names: str) -> list[dict[str, Any]]:
    recipe = repository / "watchlists" / "publishers" / "nice.yaml"
    files = [shared / "data" / "guidelines" / "nice" / "products-lite_versions" / name for name in names]
    result = subprocess.run(
        [sys.executable, "-m", "monitor", "diff", "--source", "list", "--recipe", recipe, "--json", *files],
        cwd=repository,
        capture_output=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def records(told: list[dict[str, Any]], kind: str) -> list[str]:
    return sorted(row["record"] for row in told if row["kind"] == kind)


def expected(changes: dict[str, dict[str, str]], **columns: str) -> list[str]:
    return sorted(name for name, row in changes.items() if all(row[key] == value for key, value in columns.items()))


def test_every_withdrawal_is_found_and_no_other(told: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    withdrawn = expected(changes, status_before="Published", status_after="Withdrawn")

    assert records(told, "guideline_withdrawn") == withdrawn
    assert len(withdrawn) == 179
    assert records(told, "guideline_reinstated") == expected(
        changes, status_before="Withdrawn", status_after="Published"
    )


def test_every_major_update_is_found_and_no_other(told: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    major = sorted(name for name, row in changes.items() if "major_update" in row["change"])

    assert records(told, "guideline_updated") == major
    assert len(major) == 64


def test_updates_that_hardly_are_any_are_minor_and_say_why(told: list[dict[str, Any]]) -> None:
    minor = [row for row in told if row["kind"] == "guideline_updated" and row["severity"] == "minor"]
    why = Counter(row["because"].rpartition("; ")[2] for row in minor)

    assert why == {"it moved with the withdrawal": 13, "it moved within one day": 5, "it moved back": 1}
    assert sum(row["kind"] == "guideline_updated" and row["severity"] == "major" for row in told) == 45


def test_everything_new_is_found_and_nothing_is_gone(told: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    new = expected(changes, change="new")

    assert records(told, "guideline_published") == new
    assert len(new) == 246
    assert records(told, "page_gone") == []


def test_what_was_only_saved_again_is_silent(told: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    saved = expected(changes, change="last_modified_only")

    assert len(saved) == 1947
    assert {row["record"] for row in told} & set(saved) == set()


def test_a_list_compared_with_itself_is_silent(shared: Path, repository: Path) -> None:
    assert diff(repository, shared, AFTER, AFTER) == []
