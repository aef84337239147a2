"""Templates to pages: everything is escaped, every page knows the time, its form token and what to credit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jinja2 import ChoiceLoader, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor import __version__
from monitor.clock import Clock
from monitor.domain.access import Identity, Role
from monitor.domain.decisions import DECISIONS, REASONS
from monitor.reports.environment import environment
from monitor.web.guards.forms import Forms

MOST_FIELDS = 21_000
"""A page may tick ten thousand articles, each with what it shows of them."""


class Renderer:
    """Renders the templates of this package, which may use those of the reports."""

    def __init__(self, *, clock: Clock, forms: Forms) -> None:
        self._clock = clock
        self._forms = forms
        self._engine = environment(ChoiceLoader([PackageLoader("monitor.web"), PackageLoader("monitor.reports")]))
        self._engine.globals.update(version=__version__, REASONS=REASONS, DECISIONS=DECISIONS)

    def now(self) -> datetime:
        """The business time of the pages."""
        return self._clock.today()

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; the browser is given a session when it has none, so that its forms can be told from others'."""
        session, who = self._forms.session_of(request), request.scope.get("identity")
        body = self._engine.get_template(template).render(
            now=self._clock.today(),
            here=request.scope["path"],
            who=who,
            can_edit=isinstance(who, Identity) and who.role.may(Role.EDITOR),
            status=status,
            token=self._forms.token(session),
            **values,
        )
        response = HTMLResponse(body, status_code=status)
        if request.cookies.get(self._forms.cookie) != session:
            self._forms.keep(response, session)
        return response

    async def our_own_form(self, request: Request) -> None:
        """Refuse with 403 a form that no page of this browser's session brought, before anything else is looked at."""
        token = (await request.form(max_fields=MOST_FIELDS)).get("token", "")
        self._forms.check(request, token if isinstance(token, str) else "")
