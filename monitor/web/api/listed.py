"""The answers of lists as the OpenAPI document declares them."""

from __future__ import annotations

from datetime import datetime

from monitor.web.api.schemas import Answer, Check, Credit, Finding, Reference, Review


class ListedFinding(Finding):
    """A finding with the article it concerns and what was decided about it."""

    article_id: str
    article_title: str
    decision: str
    decided_by: str
    decided_at: datetime | None
    reopened_at: datetime | None
    reason: str


class OneFinding(ListedFinding):
    """The same, by itself."""

    attribution: list[Credit]


class Findings(Answer):
    """A page of findings."""

    findings: list[ListedFinding]
    next: str | None
    attribution: list[Credit]


class ListedReview(Review):
    """A review with how it was closed."""

    closed_at: datetime | None
    closed_by: str
    decision: str
    reason: str


class Reviews(Answer):
    """A page of reviews."""

    reviews: list[ListedReview]
    next: str | None
    attribution: list[Credit]


class ListedReference(Reference):
    """A thing the article rests on, by its number in the store."""

    id: int


class References(Answer):
    """A page of what an article rests on."""

    references: list[ListedReference]
    next: str | None
    attribution: list[Credit]


class ListedCheck(Check):
    """A poll by its number."""

    id: int


class Checks(Answer):
    """A page of polls."""

    checks: list[ListedCheck]
    next: str | None
    attribution: list[Credit]
