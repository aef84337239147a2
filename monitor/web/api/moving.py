"""What an editor's program does with a review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import JSONResponse

from monitor.domain.read_models import ReviewView
from monitor.web.api import schemas, values
from monitor.web.api.schemas import problems
from monitor.web.forms.reviews import Close, Snooze, Start
from monitor.web.guards.security import check_own_json
from monitor.web.identity import Who
from monitor.web.ports import Desk


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    guards: dict[str, Any] = {
        "dependencies": [Depends(check_own_json)],
        "responses": {200: {"model": schemas.Review}, **problems(403, 404, 408, 409, 413, 415, 422)},
    }

    @api.post("/articles/{article_id}/review/start", **guards)
    def start(article_id: str, body: Start, who: Who) -> JSONResponse:
        """Start the open review of an article."""
        return _moved(lambda: desk.start_review(article_id, by=who.name, version=body.version))

    @api.post("/articles/{article_id}/review/close", **guards)
    def close(article_id: str, body: Close, who: Who) -> JSONResponse:
        """Close the review with a decision; findings that came in since the start must be among those seen."""
        return _moved(lambda: desk.close_review(article_id, body.closing(by=who.name)))

    @api.post("/articles/{article_id}/review/snooze", **guards)
    def snooze(article_id: str, body: Snooze, who: Who) -> JSONResponse:
        """Take the review out of the queue until a moment; the article stays stale."""
        return _moved(lambda: desk.snooze_review(article_id, by=who.name, version=body.version, until=body.until))


def _moved(move: Callable[[], ReviewView]) -> JSONResponse:
    try:
        return JSONResponse(values.review(move()))
    except KeyError:
        raise HTTPException(404, "There is no such article.") from None
