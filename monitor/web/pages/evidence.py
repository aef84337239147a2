"""Evidence over all articles: entries nobody understands yet, and what rests on a record."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.identifiers import InvalidIdentifier
from monitor.domain.review import Refused
from monitor.pipeline.correct import UnknownReference
from monitor.web.forms.hands import ConfirmForm, EverywhereForm, UnwatchableForm
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Hands

PER_PAGE = 50
Identifier = Annotated[str, Query(max_length=2000)]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


def register(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    """Add the routes."""
    _confirming(pages, hands, renderer)
    _resting(pages, hands, renderer)


def _confirming(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    own = [Depends(renderer.our_own_form)]

    def to_confirm(
        request: Request, *, page: int = 1, refusal: str = "", status: int = 200, done: bool = False
    ) -> Response:
        entries = hands.references_to_confirm()
        last = max(1, -(-len(entries) // PER_PAGE))
        number = min(page, last)
        return renderer.page(
            request,
            "references.html",
            status=status,
            entries=entries[(number - 1) * PER_PAGE : number * PER_PAGE],
            total=len(entries),
            number=number,
            pages=last,
            refusal=refusal,
            done=done,
        )

    @pages.get("/references")
    def references(request: Request, page: Number = 1, done: bool = False) -> Response:
        """Every entry that is not understood, with what it may mean."""
        return to_confirm(request, page=page, done=done)

    @pages.post("/references/{article_id}/confirm", dependencies=own)
    def confirm(request: Request, article_id: str, form: Annotated[ConfirmForm, Form()], who: Who) -> Response:
        """Say what an entry means, for all articles that give it."""
        try:
            hands.confirm(article_id, form.number, [form.identifier], by=who.name, reason=form.reason, seen=form.seen)
        except (Refused, UnknownReference, InvalidIdentifier) as refusal:
            return to_confirm(request, refusal=str(refusal), status=409)
        return RedirectResponse("/references?done=1", status_code=303)

    @pages.post("/references/{article_id}/unwatchable", dependencies=own)
    def unwatchable(request: Request, article_id: str, form: Annotated[UnwatchableForm, Form()], who: Who) -> Response:
        """Accept that an entry cannot be watched, for all articles that give it."""
        try:
            hands.mark_unwatchable(article_id, form.number, by=who.name, reason=form.reason, seen=form.seen)
        except (Refused, UnknownReference) as refusal:
            return to_confirm(request, refusal=str(refusal), status=409)
        return RedirectResponse("/references?done=1", status_code=303)


def _resting(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    own = [Depends(renderer.our_own_form)]

    @pages.get("/rests-on")
    def rests_on(request: Request, identifier: Identifier = "") -> Response:
        """Every article and sentence that rests on a record."""
        resting, refusal = None, ""
        if identifier.strip():
            try:
                resting = hands.rests_on(identifier)
            except InvalidIdentifier as error:
                refusal = str(error)
        status = 422 if refusal else 200
        return renderer.page(
            request, "rests_on.html", status=status, asked=identifier, resting=resting, refusal=refusal
        )

    @pages.post("/rests-on/decide", dependencies=own)
    def decide(request: Request, form: Annotated[EverywhereForm, Form()], who: Who) -> Response:
        """Decide the open findings of a record in the articles that were chosen."""
        try:
            outcomes = hands.decide_everywhere(form.identifier, form.said(by=who.name), articles=form.articles)
        except Refused as refusal:
            raise HTTPException(409, str(refusal)) from None
        back = f"/rests-on?{urlencode({'identifier': form.identifier})}"
        return renderer.page(
            request, "outcomes.html", outcomes=outcomes, back=back, back_words="What rests on this record"
        )
