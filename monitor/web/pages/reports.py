"""The stale-article report as a page and as files, whole or in part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.read_models import Report
from monitor.reports import render_atom, render_csv, render_html, render_json, render_markdown
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk
from monitor.web.scoping import ScopeQuery, scoped

Render = Callable[[Report, str], str]
FORMS: dict[str, tuple[Render, str]] = {
    "html": (lambda report, _: render_html(report), "text/html"),
    "md": (lambda report, _: render_markdown(report), "text/markdown"),
    "csv": (lambda report, _: render_csv(report), "text/csv"),
    "json": (lambda report, _: render_json(report), "application/json"),
    "atom": (lambda report, home: render_atom(report, public_url=home), "application/atom+xml"),
}
"""How the report is made for a reader whose pages are at an address, and what it is then."""
SHOWN_IN_PLACE = frozenset({"atom"})
"""Feed readers ask for these; all others are files to keep."""


def register(pages: APIRouter, desk: Desk, renderer: Renderer, public_url: str) -> None:
    """Add the routes."""

    @pages.get("/report")
    def report(request: Request, query: Annotated[ScopeQuery, Query()]) -> Response:
        """The stale-article report."""
        part = f"?{request.url.query}" if request.url.query else ""
        return renderer.page(request, "report_page.html", report=scoped(desk, query), part=part, asked=query)

    @pages.get("/report/stale-articles.{form}")
    def download(request: Request, form: str, query: Annotated[ScopeQuery, Query()]) -> Response:
        """The report as a file or a feed."""
        if form not in FORMS:
            raise HTTPException(404, f"There is no report in that form; there are {', '.join(FORMS)}.")
        render, media_type = FORMS[form]
        text = render(scoped(desk, query), public_url or str(request.base_url))
        name = (
            {} if form in SHOWN_IN_PLACE else {"Content-Disposition": f'attachment; filename="stale-articles.{form}"'}
        )
        return Response(text, media_type=media_type, headers=name)
