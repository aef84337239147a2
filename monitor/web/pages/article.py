"""The page of an article, which every move of an editor comes back to."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.read_models import ArticleView
from monitor.web.pages.reading_order import blocks
from monitor.web.pages.rendering import Renderer
from monitor.web.pages.timeline import timeline
from monitor.web.ports import Desk, Explainer


class ArticlePage:
    """Makes the page of an article, with what came of the last move."""

    def __init__(self, desk: Desk, explainer: Explainer, renderer: Renderer) -> None:
        self._desk = desk
        self._explainer = explainer
        self._renderer = renderer

    def __call__(
        self, request: Request, article_id: str, *, status: int = 200, notice: str = "", refusal: str = ""
    ) -> Response:
        """The page, or 404."""
        view = found(self._desk, article_id)
        now = self._renderer.now()
        return self._renderer.page(
            request,
            "article.html",
            status=status,
            view=view,
            row=view.row,
            findings={finding.id: finding for finding in view.row.findings},
            blocks=blocks(view.claims),
            timeline=timeline(view, self._explainer.gaps(view, now=now), now=now),
            notice=notice,
            refusal=refusal,
        )


def found(desk: Desk, article_id: str) -> ArticleView:
    """The article, or the answer 404."""
    view = desk.article(article_id)
    if view is None:
        raise HTTPException(404, "There is no such article.")
    return view
