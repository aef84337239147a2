"""A place that cannot be written to is named, with the setting or option that names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.cli.opening import Failed
from monitor.store import StoreUnavailable


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "data"))
    place = str(tmp_path / "nowhere" / "report.html")
    result = CliRunner().invoke(app, ["report", "--format", "html", "--output", place])

    assert isinstance(result.exception, Failed)
    assert f"{place}: No such file or directory" in str(result.exception)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "file" / "data"))
    result = CliRunner().invoke(app, ["article", "list"])

    assert isinstance(result.exception, StoreUnavailable)
    assert "MONITOR_DATA_DIR" in str(result.exception)
