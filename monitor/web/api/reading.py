"""Answers to who reads: the report, articles, the queue, sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from monitor.reports.values import article_values, attribution_values, report_values
from monitor.web.api import schemas, values
from monitor.web.api.schemas import problems
from monitor.web.pages.article import found
from monitor.web.ports import Desk


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

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
    def queue(page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> JSONResponse:
        """One page of the open reviews that are not snoozed, the most urgent first."""
        entries = desk.queue(page=page).entries
        return JSONResponse(
            {"queue": [values.queue_entry(entry) for entry in entries], "attribution": attribution_values()}
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
