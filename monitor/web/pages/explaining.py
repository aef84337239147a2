"""Pages that explain: one finding, and what the service was told to watch."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Explainer, Hands


def register(pages: APIRouter, explainer: Explainer, hands: Hands, renderer: Renderer) -> None:
    """Add the routes."""

    @pages.get("/findings/{finding_id}")
    def finding(request: Request, finding_id: str) -> Response:
        """One finding: what changed, in whose words, by which rule, and what to do."""
        page = explainer.finding(finding_id)
        if page is None:
            raise HTTPException(404, "There is no such finding.")
        return renderer.page(
            request,
            "finding.html",
            page=page,
            finding=page.finding,
            row=page.article,
            paste=hands.ready_to_paste(page.article.id, finding_id),
            decisions=hands.decisions(page.article.id, finding_id),
        )

    @pages.get("/watchlists")
    def watchlists(request: Request) -> Response:
        """The files of the watchlists, and what is wrong with them."""
        return renderer.page(request, "watchlists.html", folder=explainer.watchlists())

    @pages.get("/watchlists/{name:path}")
    def watchlist(request: Request, name: str) -> Response:
        """One file, line by line."""
        file = next((file for file in explainer.watchlists().files if file.name == name), None)
        if file is None:
            raise HTTPException(404, "There is no such file among the watchlists.")
        return renderer.page(request, "watchlist.html", file=file)
