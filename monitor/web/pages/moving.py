"""What editors do with reviews and findings, by forms on pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from monitor.web.forms.reviews import BulkForm, CloseForm, DecideForm, SnoozeForm, StartForm
from monitor.web.identity import Who
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk, Hands

REVIEW = "/articles/{article_id}/review"


def register(pages: APIRouter, desk: Desk, hands: Hands, article_page: ArticlePage, renderer: Renderer) -> None:
    """Add the routes."""
    own = [Depends(renderer.our_own_form)]
    moved = article_page.after

    @pages.post(f"{REVIEW}/start", dependencies=own)
    def start(request: Request, article_id: str, form: Annotated[StartForm, Form()], who: Who) -> Response:
        """Start the review."""
        return moved(
            request, article_id, "start", lambda: desk.start_review(article_id, by=who.name, version=form.version)
        )

    @pages.post(f"{REVIEW}/release", dependencies=own)
    def release(request: Request, article_id: str, form: Annotated[StartForm, Form()], who: Who) -> Response:
        """Hand the review back."""
        return moved(
            request, article_id, "release", lambda: desk.release_review(article_id, by=who.name, version=form.version)
        )

    @pages.post(f"{REVIEW}/close", dependencies=own)
    def close(request: Request, article_id: str, form: Annotated[CloseForm, Form()], who: Who) -> Response:
        """Close the review."""
        return moved(request, article_id, "close", lambda: desk.close_review(article_id, form.closing(by=who.name)))

    @pages.post(f"{REVIEW}/snooze", dependencies=own)
    def snooze(request: Request, article_id: str, form: Annotated[SnoozeForm, Form()], who: Who) -> Response:
        """Snooze the review."""
        return moved(
            request,
            article_id,
            "snooze",
            lambda: desk.snooze_review(
                article_id,
                by=who.name,
                version=form.version,
                until=form.moment,
                wakes_for=form.wakes,
                evidence=form.evidence,
            ),
        )

    @pages.post("/articles/{article_id}/findings/{finding_id}/decide", dependencies=own)
    def decide(
        request: Request, article_id: str, finding_id: str, form: Annotated[DecideForm, Form()], who: Who
    ) -> Response:
        """Decide one finding alone."""
        ruling = form.said(by=who.name, saw=form.saw)
        return moved(request, article_id, "decide", lambda: hands.decide_finding(article_id, finding_id, ruling))

    @pages.post("/queue/close", dependencies=own)
    def close_many(request: Request, form: Annotated[BulkForm, Form()], who: Who) -> Response:
        """Close many reviews with one reason, and tell of each what became of it."""
        outcomes = hands.close_many(form.reviews, form.said(by=who.name), start=True)
        return renderer.page(request, "outcomes.html", outcomes=outcomes, back="/", back_words="Back to the queue")
