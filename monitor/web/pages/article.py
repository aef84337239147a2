"""The page of an article, which every move of an editor comes back to."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.identifiers import InvalidIdentifier
from monitor.domain.read_models import ArticleView
from monitor.domain.review import Refused
from monitor.pipeline.correct import UnknownReference
from monitor.web.pages.reading_order import blocks
from monitor.web.pages.rendering import Renderer
from monitor.web.pages.timeline import timeline
from monitor.web.ports import Desk, Explainer

DONE = {
    "start": "The review is yours now.",
    "release": "The review waits for somebody else.",
    "close": "The review is closed.",
    "snooze": "The review is out of the queue until then; the article stays stale.",
    "decide": "The finding is decided.",
    "confirm": "It is understood as you said, here and wherever the same entry stands; it is read with the next check.",
    "unwatchable": "It is accepted as not watchable.",
    "take-back": "What was said of it is undone; it is looked up again.",
    "add": "It is added, and kept when the page comes in anew.",
    "remove": "It is taken out.",
    "mute": "The topic brings this article no findings now.",
    "unmute": "The topic is heard again.",
}
"""What is said after a move, by its name in the address."""
REFUSALS = (Refused, UnknownReference, InvalidIdentifier)


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
            timeline=timeline(view, self._explainer.outages(view, now=now), now=now),
            notice=notice,
            refusal=refusal,
        )

    def after(self, request: Request, article_id: str, name: str, move: Callable[[], object]) -> Response:
        """Make a move and come back to the page, with 409 and the reason where it is refused."""
        try:
            move()
        except KeyError:
            raise HTTPException(404, "There is no such article.") from None
        except REFUSALS as refusal:
            return self(request, article_id, refusal=str(refusal), status=409)
        return RedirectResponse(f"/articles/{quote(article_id, safe='')}?done={name}", status_code=303)


def found(desk: Desk, article_id: str) -> ArticleView:
    """The article, or the answer 404."""
    view = desk.article(article_id)
    if view is None:
        raise HTTPException(404, "There is no such article.")
    return view
