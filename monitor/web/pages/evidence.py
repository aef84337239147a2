"""Evidence over all articles: entries nobody understands yet, and what rests on a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.identifiers import InvalidIdentifier
from monitor.domain.review import Refused
from monitor.pipeline.correct import UnknownReference
from monitor.web.forms.hands import EverywhereForm, ListedConfirmForm, ListedUnwatchableForm
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Hands

DONE = {
    "confirm": "Done. It is watched from the next check on.",
    "unwatchable": "It is accepted as not watchable, here and wherever the same entry stands.",
}
"""What is said after a move, by its name in the address."""
Identifier = Annotated[str, Query(max_length=2000)]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


def register(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    """Add the routes."""
    _confirming(pages, hands, renderer)
    _resting(pages, hands, renderer)


def _confirming(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    own = [Depends(renderer.our_own_form)]

    def to_confirm(request: Request, *, page: int, refusal: str = "", status: int = 200, done: str = "") -> Response:
        found = hands.references_to_confirm(page)
        return renderer.page(
            request, "references.html", status=status, found=found, refusal=refusal, done=DONE.get(done, "")
        )

    def after(request: Request, name: str, page: int, move: Callable[[], object]) -> Response:
        """Make a move and come back to the page on which it was made."""
        try:
            move()
        except (Refused, UnknownReference, InvalidIdentifier) as refusal:
            return to_confirm(request, page=page, refusal=str(refusal), status=409)
        return RedirectResponse(f"/references?page={page}&done={name}", status_code=303)

    @pages.get("/references")
    def references(request: Request, page: Number = 1, done: str = "") -> Response:
        """Every entry that is not understood, with what it may mean."""
        return to_confirm(request, page=page, done=done)

    @pages.post("/references/{article_id}/confirm", dependencies=own)
    def confirm(request: Request, article_id: str, form: Annotated[ListedConfirmForm, Form()], who: Who) -> Response:
        """Say what an entry means, for all articles that give it."""
        meant, seen = [form.identifier], form.seen
        return after(
            request,
            "confirm",
            form.page,
            lambda: hands.confirm(article_id, form.number, meant, by=who.name, reason=form.reason, seen=seen),
        )

    @pages.post("/references/{article_id}/unwatchable", dependencies=own)
    def unwatchable(
        request: Request, article_id: str, form: Annotated[ListedUnwatchableForm, Form()], who: Who
    ) -> Response:
        """Accept that an entry cannot be watched, for all articles that give it."""
        return after(
            request,
            "unwatchable",
            form.page,
            lambda: hands.mark_unwatchable(article_id, form.number, by=who.name, reason=form.reason, seen=form.seen),
        )


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
            outcomes = hands.decide_everywhere(
                form.identifier, form.said(by=who.name), articles=form.articles, saw=form.saw
            )
        except (Refused, InvalidIdentifier) as refusal:
            raise HTTPException(409, str(refusal)) from None
        back = f"/rests-on?{urlencode({'identifier': form.identifier})}"
        return renderer.page(
            request, "outcomes.html", outcomes=outcomes, back=back, back_words="What rests on this record"
        )
