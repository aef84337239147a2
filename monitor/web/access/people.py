"""Who may come in, for admins: all accounts, and adding one."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.access import NotAccepted, Role
from monitor.web.access.accounted import AccountAccess
from monitor.web.access.forms import AccountForm
from monitor.web.access.own import check_repeated, said
from monitor.web.access.working import Hashing
from monitor.web.identity import Who
from monitor.web.pages.rendering import Renderer

DONE = {"added": "The account is there."}


def register(pages: APIRouter, access: AccountAccess, renderer: Renderer, hashing: Hashing) -> None:
    """Add the routes."""
    people = access.accounts.people

    def users_page(
        request: Request, form: AccountForm, *, problem: NotAccepted | None = None, done: str = ""
    ) -> Response:
        return renderer.page(
            request,
            "access/users.html",
            status=422 if problem else 200,
            accounts=people.all(),
            roles=tuple(Role),
            form=form,
            problems=said(problem),
            notice=DONE.get(done, ""),
        )

    @pages.get("/users")
    def users(request: Request, done: str = "") -> Response:
        """All accounts."""
        return users_page(request, AccountForm(role=Role.EDITOR), done=done)

    @pages.post("/users", dependencies=[Depends(renderer.our_own_form)])
    async def add(request: Request, who: Who, form: Annotated[AccountForm, Form()]) -> Response:
        """Add an account."""
        try:
            check_repeated(form)
            adding = partial(people.add, form.name.strip(), role=form.role, password=form.password, by=who.name)
            await hashing.run(adding)
        except NotAccepted as problem:
            return await run_in_threadpool(users_page, request, form, problem=problem)
        return RedirectResponse("/users?done=added", status_code=303)
