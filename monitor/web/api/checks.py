"""Sources and their polls."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.slices import CheckFilter, ListedCheck
from monitor.reports.values import attribution_values
from monitor.web.api import listed, schemas, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, number
from monitor.web.ports import Desk

CHECKS = Listing(name="checks", place=(number,))


class CheckQuery(Paged):
    """Which polls: of a source, and how they ended."""

    source: str = Field(default="", max_length=200)
    outcome: str = Field(default="", max_length=50)

    @property
    def wanted(self) -> CheckFilter:
        """The filter in the words of the domain."""
        return CheckFilter(source=self.source, outcome=self.outcome)


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @api.get("/checks", **reads(listed.Checks))
    def checks(request: Request, query: Annotated[CheckQuery, Query()]) -> Response:
        """Polls, the newest first, failed ones too."""
        page = desk.polls(query.wanted, after=CHECKS.place_of(query.after), limit=query.limit)
        return CHECKS.answer(request, page, _shown)

    @api.get("/sources", **reads(schemas.Sources))
    def sources(request: Request, limit: Annotated[int, Query(ge=0, le=500)] = 50) -> Response:
        """How well each source was reached, and the newest polls. There are as many sources as are configured."""
        return answer(
            request,
            {
                "sources": [values.source(item) for item in desk.coverage()],
                "checks": [values.check(line) for line in desk.checks(limit)],
                "attribution": attribution_values(),
            },
        )


def _shown(item: ListedCheck) -> dict[str, object]:
    return {"id": item.id, **values.check(item.line)}
