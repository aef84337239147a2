"""One's own account: the password, where one is signed in, and one's tokens."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.access import Identity, NotAccepted
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.forms import NewPasswordForm, OwnPasswordForm
from monitor.web.access.returning import SIGN_IN
from monitor.web.access.working import Hashing
from monitor.web.guards.forms import Forms
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer

DONE = {
    "ended": "That session is over.",
    "others": "You are signed in here only.",
    "revoked": "That token is revoked; it works no more.",
}


def register(pages: APIRouter, access: AccountAccess, renderer: Renderer, forms: Forms, hashing: Hashing) -> None:
    """Add the routes."""
    accounts = access.accounts
    own = [Depends(renderer.our_own_form)]

    def account_page(
        request: Request, who: Identity, *, problem: NotAccepted | None = None, done: str = ""
    ) -> Response:
        return renderer.page(
            request,
            "access/account.html",
            status=422 if problem else 200,
            account=accounts.people.get(who.name),
            sessions=accounts.signing_in.of(who.name),
            tokens=accounts.tokens.of(who.name),
            problems=said(problem),
            notice=DONE.get(done, ""),
        )

    @pages.get("/account")
    def account(request: Request, who: Who, done: str = "") -> Response:
        """One's own account."""
        return account_page(request, who, done=done)

    @pages.post("/account/password", dependencies=own)
    async def password(request: Request, who: Who, form: Annotated[OwnPasswordForm, Form()]) -> Response:
        """Change one's own password; all sessions end."""
        try:
            check_repeated(form)
            change = partial(accounts.people.change_password, who.name, current=form.current, new=form.password)
            await hashing.run(change)
        except NotAccepted as problem:
            return await run_in_threadpool(account_page, request, who, problem=problem)
        response = RedirectResponse(f"{SIGN_IN}?done=password", status_code=303)
        forms.forget(response)
        return response

    @pages.post("/account/sessions/end-others", dependencies=own)
    def end_others(who: Who) -> Response:
        """End all sessions but this one."""
        accounts.signing_in.end_others(who.name, but=who.session_id)
        return RedirectResponse("/account?done=others", status_code=303)

    @pages.post("/account/sessions/{session_id}/end", dependencies=own)
    def end(session_id: int, who: Who) -> Response:
        """End one of one's own sessions."""
        if not accounts.signing_in.end(session_id, name=who.name):
            raise HTTPException(404, "You have no such session; it may be over already.")
        return RedirectResponse("/account?done=ended", status_code=303)

    @pages.post("/account/tokens/{token_id}/revoke", dependencies=own)
    def revoke(token_id: str, who: Who) -> Response:
        """Revoke one of one's own tokens."""
        try:
            accounts.tokens.revoke(token_id, by=who.name, owner=who.name)
        except KeyError:
            raise HTTPException(404, "You have no such token.") from None
        return RedirectResponse("/account?done=revoked", status_code=303)


def check_repeated(form: NewPasswordForm) -> None:
    """Raise NotAccepted when the second time reads otherwise."""
    if form.password != form.repeated:
        raise NotAccepted("repeated", "The two passwords differ.")


def said(problem: NotAccepted | None) -> dict[str, str]:
    """What is wrong, by the field it is said beside."""
    return {problem.field: str(problem)} if problem else {}
