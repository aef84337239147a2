"""The JSON API: the read models of the pages, in the shape of the report contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.responses import JSONResponse

from monitor.domain.read_models import ReviewView
from monitor.reports.values import article_values, attribution_values, report_values
from monitor.web import schemas, taking, values
from monitor.web.forms import Close, Snooze, Start
from monitor.web.pages import found
from monitor.web.ports import Desk
from monitor.web.schemas import problems
from monitor.web.security import check_own_json

DESCRIPTION = (
    "What changed in the evidence under medical articles, and which sentences rest on it. "
    'Every error has the shape {"error": {"code", "message"}}.'
)


def router(desk: Desk) -> APIRouter:
    """All of ``/api/v1`` over a desk."""
    api = APIRouter(prefix="/api/v1", tags=["v1"], responses=problems(400, 405, 500, 503))
    _reading(api, desk)
    taking.register(api, desk)
    _moving(api, desk)
    return api


def _reading(api: APIRouter, desk: Desk) -> None:
    @api.get("/report", responses={200: {"model": schemas.Report}})
    def report() -> JSONResponse:
        """The stale-article report: all articles, stale first."""
        return JSONResponse(report_values(desk.report()))

    @api.get("/articles", responses={200: {"model": schemas.Articles}})
    def articles() -> JSONResponse:
        """All articles with their findings, stale first."""
        return JSONResponse(
            {"articles": [article_values(row) for row in desk.report().articles], "attribution": attribution_values()}
        )

    @api.get("/articles/{article_id}", responses={200: {"model": schemas.ArticleInFull}, **problems(404)})
    def article(article_id: str) -> JSONResponse:
        """One article in full: claims, evidence, findings, history and its open review."""
        return JSONResponse(values.article_in_full(found(desk, article_id)))

    @api.get("/queue", responses={200: {"model": schemas.Queue}})
    def queue() -> JSONResponse:
        """Open reviews that are not snoozed, the most urgent first."""
        return JSONResponse(
            {"queue": [values.queue_entry(entry) for entry in desk.queue()], "attribution": attribution_values()}
        )

    @api.get("/sources", responses={200: {"model": schemas.Sources}, **problems(422)})
    def sources(limit: Annotated[int, Query(ge=0, le=500)] = 50) -> JSONResponse:
        """How well each source was reached, and the newest polls."""
        return JSONResponse(
            {
                "sources": [values.source(item) for item in desk.coverage()],
                "checks": [values.check(line) for line in desk.checks(limit)],
                "attribution": attribution_values(),
            }
        )


def _moving(api: APIRouter, desk: Desk) -> None:
    guards: dict[str, Any] = {
        "dependencies": [Depends(check_own_json)],
        "responses": {200: {"model": schemas.Review}, **problems(403, 404, 408, 409, 413, 415, 422)},
    }

    @api.post("/articles/{article_id}/review/start", **guards)
    def start(article_id: str, body: Start) -> JSONResponse:
        """Start the open review of an article."""
        return _moved(lambda: desk.start_review(article_id, by=body.by, version=body.version))

    @api.post("/articles/{article_id}/review/close", **guards)
    def close(article_id: str, body: Close) -> JSONResponse:
        """Close the review with a decision; findings that came in since the start must be among those seen."""
        return _moved(lambda: desk.close_review(article_id, body.closing()))

    @api.post("/articles/{article_id}/review/snooze", **guards)
    def snooze(article_id: str, body: Snooze) -> JSONResponse:
        """Take the review out of the queue until a moment; the article stays stale."""
        return _moved(lambda: desk.snooze_review(article_id, by=body.by, version=body.version, until=body.until))


def _moved(move: Callable[[], ReviewView]) -> JSONResponse:
    try:
        return JSONResponse(values.review(move()))
    except KeyError:
        raise HTTPException(404, "There is no such article.") from None
