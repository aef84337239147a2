"""One account, for admins: its role, its password, and whether its owner may come in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.access import NotAccepted, Role
from monitor.domain.review import Refused
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.forms import NewPasswordForm, RoleForm
from monitor.web.access.own import check_repeated, said
from monitor.web.access.working import Hashing
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer
from monitor.wiring.accounts import Accounts

DONE = {
    "role": "The role is changed; the person has to sign in again.",
    "password": "The password is changed; the person is signed out everywhere.",
    "disabled": "The account is disabled: nobody comes in under this name, and its tokens rest.",
    "enabled": "The account is enabled again, with its password and its tokens.",
}


def register(pages: APIRouter, access: AccountAccess, renderer: Renderer, hashing: Hashing) -> None:
    """Add the routes."""
    people, person = access.accounts.people, PersonPage(access.accounts, renderer)
    own = [Depends(renderer.our_own_form)]

    @pages.get("/users/{name}")
    def user(request: Request, name: str, done: str = "") -> Response:
        """One account."""
        return person.shown(request, name, done=done)

    @pages.post("/users/{name}/role", dependencies=own)
    def role(request: Request, name: str, who: Who, form: Annotated[RoleForm, Form()]) -> Response:
        """Give another role."""
        return person.changed(request, name, "role", lambda: people.set_role(name, form.role, by=who.name))

    @pages.post("/users/{name}/password", dependencies=own)
    async def password(request: Request, name: str, who: Who, form: Annotated[NewPasswordForm, Form()]) -> Response:
        """Give another password."""
        try:
            check_repeated(form)
            change = partial(people.set_password, name, form.password, by=who.name)
            return await hashing.run(lambda: person.changed(request, name, "password", change))
        except NotAccepted as problem:
            return await run_in_threadpool(person.shown, request, name, problem=problem)

    @pages.post("/users/{name}/disable", dependencies=own)
    def disable(request: Request, name: str, who: Who) -> Response:
        """Let nobody in under this name."""
        return person.changed(request, name, "disabled", lambda: people.disable(name, by=who.name))

    @pages.post("/users/{name}/enable", dependencies=own)
    def enable(request: Request, name: str, who: Who) -> Response:
        """Let the person in again."""
        return person.changed(request, name, "enabled", lambda: people.enable(name, by=who.name))


class PersonPage:
    """The page of one account, with what came of the last change."""

    def __init__(self, accounts: Accounts, renderer: Renderer) -> None:
        self._accounts = accounts
        self._renderer = renderer

    def shown(
        self, request: Request, name: str, *, problem: NotAccepted | None = None, refusal: str = "", done: str = ""
    ) -> Response:
        """The page; 404 when there is no such account."""
        try:
            account = self._accounts.people.get(name)
        except KeyError:
            raise HTTPException(404, "There is no account of this name.") from None
        return self._renderer.page(
            request,
            "access/user.html",
            status=409 if refusal else 422 if problem else 200,
            account=account,
            roles=tuple(Role),
            tokens=self._accounts.tokens.of(account.name),
            problems=said(problem),
            refusal=refusal,
            notice=DONE.get(done, ""),
        )

    def changed(self, request: Request, name: str, done: str, change: Callable[[], None]) -> Response:
        """Make the change, then show the page; a refusal is said on it."""
        try:
            change()
        except KeyError:
            raise HTTPException(404, "There is no account of this name.") from None
        except Refused as refusal:
            return self.shown(request, name, refusal=str(refusal))
        return RedirectResponse(f"/users/{quote(name, safe='')}?done={done}", status_code=303)
