"""The stale-article report as a page and as files."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.reports import render_html, render_json, render_markdown
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk

DOWNLOADS = {
    "html": (render_html, "text/html"),
    "md": (render_markdown, "text/markdown"),
    "json": (render_json, "application/json"),
}


def register(pages: APIRouter, desk: Desk, renderer: Renderer) -> None:
    """Add the routes."""

    @pages.get("/report")
    def report(request: Request) -> Response:
        """The stale-article report."""
        return renderer.page(request, "report_page.html", report=desk.report())

    @pages.get("/report/stale-articles.{form}")
    def download(form: str) -> Response:
        """The report as a file."""
        if form not in DOWNLOADS:
            raise HTTPException(404, f"There is no report in that form; there are {', '.join(DOWNLOADS)}.")
        render, media_type = DOWNLOADS[form]
        return Response(
            render(desk.report()),
            media_type=media_type,
            headers={"Content-Disposition": f'attachment; filename="stale-articles.{form}"'},
        )
