"""The stale-article report, whole or in part."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.reports.values import report_values
from monitor.web.api import schemas
from monitor.web.api.answering import answer, reads
from monitor.web.ports import Desk
from monitor.web.scoping import ScopeQuery, scoped

MOMENTS = ("generated_at", "as_of")


def register(api: APIRouter, desk: Desk) -> None:
    """Add the route."""

    @api.get("/report", **reads(schemas.Report))
    def report(request: Request, query: Annotated[ScopeQuery, Query()]) -> Response:
        """The stale-article report: all articles, stale first. Asked for in part, it says so in ``scope``.

        Its ETag is a weak one that leaves out when the report was made.
        """
        return answer(request, report_values(scoped(desk, query)), moments=MOMENTS)
