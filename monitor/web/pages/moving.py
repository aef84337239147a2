"""What editors do with a review, by forms on the article's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.review import Refused
from monitor.web.forms import CloseForm, SnoozeForm, StartForm
from monitor.web.identity import Who
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk


def register(pages: APIRouter, desk: Desk, article_page: ArticlePage, renderer: Renderer) -> None:
    """Add the routes."""

    def moved(request: Request, article_id: str, name: str, move: Callable[[], object]) -> Response:
        try:
            move()
        except KeyError:
            raise HTTPException(404, "There is no such article.") from None
        except Refused as refusal:
            return article_page(request, article_id, refusal=str(refusal), status=409)
        return RedirectResponse(f"/articles/{quote(article_id, safe='')}?done={name}", status_code=303)

    own = [Depends(renderer.our_own_form)]

    @pages.post("/articles/{article_id}/review/start", dependencies=own)
    def start(request: Request, article_id: str, form: Annotated[StartForm, Form()], who: Who) -> Response:
        """Start the review."""
        return moved(
            request, article_id, "start", lambda: desk.start_review(article_id, by=who.name, version=form.version)
        )

    @pages.post("/articles/{article_id}/review/close", dependencies=own)
    def close(request: Request, article_id: str, form: Annotated[CloseForm, Form()], who: Who) -> Response:
        """Close the review."""
        return moved(request, article_id, "close", lambda: desk.close_review(article_id, form.closing(by=who.name)))

    @pages.post("/articles/{article_id}/review/snooze", dependencies=own)
    def snooze(request: Request, article_id: str, form: Annotated[SnoozeForm, Form()], who: Who) -> Response:
        """Snooze the review."""
        return moved(
            request,
            article_id,
            "snooze",
            lambda: desk.snooze_review(article_id, by=who.name, version=form.version, until=form.moment),
        )
