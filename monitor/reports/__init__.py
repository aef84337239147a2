"""The stale-article report in every form: for people, programs, spreadsheets, feed readers and the terminal."""

from monitor.reports.atom import render_atom
from monitor.reports.csv import render_csv
from monitor.reports.html import render_html
from monitor.reports.markdown import render_markdown
from monitor.reports.terminal import render_text
from monitor.reports.values import article_values, finding_values, render_json, report_values

__all__ = [
    "article_values",
    "finding_values",
    "render_atom",
    "render_csv",
    "render_html",
    "render_json",
    "render_markdown",
    "render_text",
    "report_values",
]
