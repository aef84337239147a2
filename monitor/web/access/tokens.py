"""Tokens of programs, for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.access import MOST_TOKEN_DAYS, NotAccepted, Scope
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.forms import TokenForm
from monitor.web.access.own import said
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer

DONE = {"revoked": "That token is revoked; it works no more."}
MAY = {
    Scope.READ: "read everything that is shown",
    Scope.REVIEW: "start, close and snooze reviews",
    Scope.WRITE: "put articles and what they rest on",
    Scope.ADMIN: "all of that, and what admins may",
}


def register(pages: APIRouter, access: AccountAccess, renderer: Renderer) -> None:
    """Add the routes."""
    accounts = access.accounts
    own = [Depends(renderer.our_own_form)]

    def tokens_page(
        request: Request, *, form: TokenForm, problem: NotAccepted | None = None, done: str = "", made: str = ""
    ) -> Response:
        response = renderer.page(
            request,
            "access/tokens.html",
            status=422 if problem else 200,
            tokens=accounts.tokens.all(),
            owners=[account for account in accounts.people.all() if not account.is_disabled],
            may=MAY,
            most_days=MOST_TOKEN_DAYS,
            form=form,
            made=made,
            problems=said(problem),
            notice=DONE.get(done, ""),
        )
        if made:
            response.headers["Cache-Control"] = "no-store"
        return response

    @pages.get("/tokens")
    def tokens(request: Request, who: Who, done: str = "") -> Response:
        """All tokens."""
        return tokens_page(request, form=TokenForm(owner=who.name, scopes=[Scope.READ]), done=done)

    @pages.post("/tokens", dependencies=own)
    def create(request: Request, who: Who, form: Annotated[TokenForm, Form()]) -> Response:
        """Make a token; the answer is the one page that ever shows it."""
        try:
            token, _ = accounts.tokens.create(
                form.owner, label=form.label, scopes=form.scopes, days=form.days, by=who.name
            )
        except KeyError:
            return tokens_page(request, form=form, problem=NotAccepted("owner", "There is no account of this name."))
        except NotAccepted as problem:
            return tokens_page(request, form=form, problem=problem)
        return tokens_page(request, form=TokenForm(owner=who.name, scopes=[Scope.READ]), made=token)

    @pages.post("/tokens/{token_id}/revoke", dependencies=own)
    def revoke(token_id: str, who: Who) -> Response:
        """Revoke a token."""
        try:
            accounts.tokens.revoke(token_id, by=who.name)
        except KeyError:
            raise HTTPException(404, "There is no such token.") from None
        return RedirectResponse("/tokens?done=revoked", status_code=303)
