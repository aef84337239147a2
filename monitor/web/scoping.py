"""The part of the report that a request asks for, by the parameters that pages and API share."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from monitor.domain.articles import Freshness
from monitor.domain.as_of import NoSuchPast
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import Report
from monitor.domain.scope import ReportScope, ScopeError
from monitor.web.forms.moments import EMPTY, Day
from monitor.web.ports import Desk


class ScopeQuery(BaseModel):
    """A part of the report. A parameter that is not known is refused: a misspelt filter would leave nothing out."""

    model_config = ConfigDict(extra="forbid")

    as_of: str = Field(
        default="", max_length=40, description="As the report stood then: a day means its end in UTC, or a moment."
    )
    since: Annotated[Day | None, EMPTY] = Field(
        default=None, description="Findings detected or decided on this day (UTC) or later."
    )
    until: Annotated[Day | None, EMPTY] = Field(
        default=None, description="Findings detected or decided on this day (UTC) or earlier."
    )
    owner: str = Field(default="", max_length=200, description="Articles of an owner, as the policies name them.")
    specialty: str = Field(default="", max_length=200, description="Articles of a specialty.")
    severity: Annotated[Severity | None, EMPTY] = Field(default=None, description="Findings at least so severe.")
    freshness: Annotated[Freshness | None, EMPTY] = None
    kind: list[EventKind] = Field(default=[], max_length=60, description="Findings of these kinds.")


def scoped(desk: Desk, query: ScopeQuery) -> Report:
    """The report, as far as it is asked for; 422 for a past, an owner, a specialty or a period that cannot be."""
    try:
        scope = ReportScope(
            since=query.since,
            until=query.until,
            owner=query.owner,
            specialty=query.specialty,
            severity=query.severity,
            freshness=query.freshness,
            kinds=tuple(dict.fromkeys(query.kind)),
        )
        report = desk.report(as_of=desk.moment_of(query.as_of) if query.as_of else None)
        return report if scope.is_everything else desk.narrow(report, scope)
    except (ScopeError, NoSuchPast) as error:
        raise HTTPException(422, str(error)) from None
