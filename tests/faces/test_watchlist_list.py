"""``monitor watchlist list``: what is followed, as it is written in the files."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app


def test_a_query_is_shown_with_its_field_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    shown = CliRunner().invoke(app, ["watchlist", "list"])

    assert shown.exit_code == 0
    assert 'PubMed: "Ann Rheum Dis"[ta] AND EULAR[ti] AND recommendation*[ti]' in shown.output
    assert '"stem cell*"[tiab]' in shown.output
