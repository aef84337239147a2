"""``monitor report --as-of``: which words are understood, and what is said where nothing can be shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import EXIT_CODES, app

PAGE = "# Knees\n\nInjections help little [1].\n\n## References\n\n1. Smith A. A paper. J Odd 2019;1:1.\n"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "monitor"))
    monkeypatch.setenv("MONITOR_NCBI_EMAIL", "ops@example.org")
    (tmp_path / "knee.md").write_text(PAGE, encoding="utf-8")
    assert run("article", "add", str(tmp_path / "knee.md"), "--no-resolve").exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def report(*arguments: str) -> dict[str, object]:
    result = run("report", "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    values: dict[str, object] = json.loads(result.output[result.output.index("{") :])
    return values


def test_the_report_of_a_moment_is_the_one_that_was_printed_then() -> None:
    printed = report()
    again = report("--as-of", str(printed["as_of"]))

    assert printed["articles"]
    assert again | {"generated_at": ""} == printed | {"generated_at": ""}


def test_the_report_of_today_is_the_report_of_now() -> None:
    assert report("--as-of", f"{datetime.now(UTC):%Y-%m-%d}")["articles"] == report()["articles"]


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}", 2, "still to come"),
        ("last week", 2, "neither a day (2026-01-05) nor a moment"),
        ("", 2, "neither a day"),
        ("2020-01-01", 1, f"first day that can be shown is {datetime.now(UTC):%Y-}"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(asked: str, code: int, words: str) -> None:
    result = run("report", "--as-of", asked)

    assert words in str(result.exception)
    assert next(code for kind, code in EXIT_CODES if isinstance(result.exception, kind)) == code
