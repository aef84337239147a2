"""The report as one HTML file that can be mailed, filed and printed: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader

from monitor.domain.read_models import Report
from monitor.reports.environment import environment


def render_html(report: Report) -> str:
    """The report as a self-contained page."""
    return _engine().get_template("report.html").render(report=report)


def _engine() -> Environment:
    return environment(PackageLoader("monitor.reports"))
