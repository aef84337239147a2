"""Findings of all articles, in pages and one by one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.slices import FindingFilter, FindingOrder
from monitor.web.api import listed, values
from monitor.web.api.answering import answer, reads
from monitor.web.api.paging import Listing, Paged, moment, number, several, word
from monitor.web.forms.moments import Day
from monitor.web.ports import Desk


class FindingStatus(StrEnum):
    """What became of a finding; ``joined`` is one that another finding of the article tells, too."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    JOINED = "joined"


class FindingQuery(Paged):
    """Which findings: of an article, about a record, at least so severe, detected in a period (days in UTC)."""

    article: str = Field(default="", max_length=200)
    record: str = Field(default="", max_length=500, description="An identifier, such as `pubmed:40169165`.")
    status: list[FindingStatus] = Field(default=[], max_length=10)
    severity: Severity | None = None
    kind: list[EventKind] = Field(default=[], max_length=60)
    since: Day | None = None
    until: Day | None = None
    sort: FindingOrder = FindingOrder.NEWEST

    @property
    def wanted(self) -> FindingFilter:
        """The filter in the words of the domain."""
        return FindingFilter(
            article=self.article,
            record=self.record,
            statuses=tuple(status.value for status in several(self.status)),
            severity=self.severity,
            kinds=several(self.kind),
            since=self.since,
            until=self.until,
            order=self.sort,
        )


FINDINGS = Listing(name="findings", place=(number, moment, word))


def register(api: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @api.get("/findings", **reads(listed.Findings))
    def findings(request: Request, query: Annotated[FindingQuery, Query()]) -> Response:
        """Findings of all articles, the newest first unless asked for otherwise."""
        after = FINDINGS.place_of(query.after, query.sort)
        page = desk.findings(query.wanted, after=after, limit=query.limit)
        return FINDINGS.answer(request, page, values.listed_finding, query.sort)

    @api.get("/findings/{finding_id}", **reads(listed.OneFinding, 404))
    def finding(request: Request, finding_id: str) -> Response:
        """One finding, with the article it concerns and what was decided about it."""
        item = desk.finding(finding_id)
        if item is None:
            raise HTTPException(404, "There is no such finding.")
        return answer(request, values.one_finding(item))
