"""What dashboards and alerts say, read from their files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
METRIC_IN_QUERY = re.compile(r"\bmonitor_[a-z_]+")


def dashboard() -> dict[str, Any]:
    """The Grafana dashboard."""
    found: dict[str, Any] = json.loads((DEPLOY / "grafana" / "freshness.json").read_text(encoding="utf-8"))
    return found


def panels() -> list[dict[str, Any]]:
    """Its panels."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def panel_queries() -> list[tuple[str, str]]:
    """(panel title, query) of every target."""
    return [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    """The alerting rules."""
    groups = load_yaml(DEPLOY / "prometheus" / "alerts.yml")["groups"]
    return [rule for group in groups for rule in group["rules"]]


def load_yaml(file: Path) -> Any:
    """A YAML file as plain values."""
    return YAML(typ="safe").load(file)


def metrics_in(query: str) -> set[str]:
    """The metrics a query names; a histogram by its own name."""
    return {re.sub(r"_seconds_(bucket|sum|count)$", "_seconds", name) for name in METRIC_IN_QUERY.findall(query)}
