"""A folder of articles, declared and followed by the verbs: what an operator sees of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.settings import load_settings
from monitor.wiring import build

PAGE = "# Tea\n\nTea helps most people who like it. [1]\n\n## References\n\n1. Smith J. Tea. Lancet. 2020;1:1-9.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    declared = tmp_path / "watchlists" / "articles" / "ours.yaml"
    declared.parent.mkdir(parents=True)
    declared.write_text("key: ours\ntitle: Ours\nfolder: ../pages\n", encoding="utf-8")
    pages = tmp_path / "watchlists" / "pages"
    pages.mkdir()
    (pages / "tea.md").write_text(PAGE, encoding="utf-8")
    for name, value in {"DATA_DIR": tmp_path / "data", "WATCHLISTS": tmp_path / "watchlists"}.items():
        monkeypatch.setenv(f"MONITOR_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "300")
    return pages


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_one_pass_over_a_source_of_articles_registers_them_and_tells_what_could_not_be_read(folder: Path) -> None:
    polled = run("poll", "--source", "articles:ours")
    listed = run("article", "list")
    (folder / "bad.md").write_bytes(b"\x00")
    troubled = run("poll", "--source", "articles:ours")
    checks = run("checks")

    assert polled[0] == 0
    assert polled[1].endswith("articles:ours articles: polled\n")
    assert "tea" in listed[1]
    assert troubled[0] != 0
    assert "bad.md" in troubled[1]
    assert "1 articles, " in checks[1]


def test_the_last_check_of_a_source_of_articles_is_on_the_page_of_sources_and_in_the_metrics(folder: Path) -> None:
    assert folder.is_dir()
    run("poll", "--source", "articles:ours")
    monitor = build(load_settings())
    [coverage] = [line for line in monitor.desk.coverage() if line.source == "articles:ours"]
    gauges = monitor.desk.gauges()
    monitor.store.close()

    assert (coverage.status, coverage.reason) == ("ok", "")
    assert gauges.last_success["articles:ours"] == coverage.last_success
    assert gauges.expected_interval["articles:ours"].total_seconds() == 12 * 3600
