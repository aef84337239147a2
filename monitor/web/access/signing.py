"""The page to sign in on, and signing out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.access import Locked, SignedIn
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.forms import SignInForm
from monitor.web.access.returning import SIGN_IN, own_path
from monitor.web.access.working import Hashing
from monitor.web.guards.forms import Forms
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer

DONE = {
    "out": "You are signed out.",
    "password": "Your password is changed, and you are signed out everywhere. Sign in with the new one.",
}
WRONG = "The name or the password is wrong."
LOCKED = "Too many sign-ins failed for this name or from this address. Try again after {:%H:%M} UTC."


def register(pages: APIRouter, access: AccountAccess, renderer: Renderer, forms: Forms, hashing: Hashing) -> None:
    """Add the routes."""
    signing_in, people = access.accounts.signing_in, access.accounts.people

    def sign_in_page(
        request: Request, form: SignInForm, *, status: int = 200, problem: str = "", done: str = ""
    ) -> Response:
        return renderer.page(
            request,
            "access/sign_in.html",
            status=status,
            form=form,
            problem=problem,
            notice=DONE.get(done, ""),
            nobody=people.is_empty(),
        )

    @pages.get(SIGN_IN)
    def ask(request: Request, next: str = "", done: str = "") -> Response:
        """The page to sign in on; who is signed in already goes on."""
        if request.scope["identity"] is not None:
            return RedirectResponse(own_path(next), status_code=303)
        return sign_in_page(request, SignInForm(next=own_path(next)), done=done)

    @pages.post(SIGN_IN, dependencies=[Depends(renderer.our_own_form)])
    async def sign_in(request: Request, form: Annotated[SignInForm, Form()]) -> Response:
        """Sign in: the browser gets a new session."""
        outcome = await hashing.run(
            partial(
                signing_in.sign_in,
                form.name.strip(),
                form.password,
                address=access.peers.address_of(request),
                agent=request.headers.get("user-agent", ""),
                before=request.scope["session"],
            )
        )
        if isinstance(outcome, SignedIn):
            response: Response = RedirectResponse(own_path(form.next), status_code=303)
            forms.keep(response, outcome.secret)
            return response
        is_locked = isinstance(outcome, Locked)
        problem = LOCKED.format(outcome.again_at) if isinstance(outcome, Locked) else WRONG
        return await run_in_threadpool(sign_in_page, request, form, status=429 if is_locked else 401, problem=problem)

    @pages.post("/sign-out", dependencies=[Depends(renderer.our_own_form)])
    def sign_out(who: Who) -> Response:
        """End this browser's session."""
        if who.session_id is not None:
            signing_in.end(who.session_id, name=who.name, action="signed_out")
        response = RedirectResponse(f"{SIGN_IN}?done=out", status_code=303)
        forms.forget(response)
        return response
