"""Who may go where: one line for each route. What is not in the table is refused, and keeps the pages from starting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount, compile_path

from monitor.domain.access import Identity, Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a route asks of whoever comes: the least role, and of a program the scope; no scope is for people only."""

    role: Role
    scope: Scope | None

    def refusal(self, who: Identity) -> str:
        """Why this is not for them; empty when it is."""
        if who.scopes is not None and self.scope is None:
            return "This is for people who sign in, not for programs with a token."
        if who.scopes is not None and self.scope and not any(scope.covers(self.scope) for scope in who.scopes):
            return f"This token may not do that; it takes one with the scope {self.scope!s}."
        if not who.role.may(self.role):
            return f"Your role is {who.role}; this takes {'an' if self.role is not Role.VIEWER else 'a'} {self.role}."
        return ""


READ = Needs(role=Role.VIEWER, scope=Scope.READ)
REVIEW = Needs(role=Role.EDITOR, scope=Scope.REVIEW)
WRITE = Needs(role=Role.EDITOR, scope=Scope.WRITE)
ADMIN = Needs(role=Role.ADMIN, scope=Scope.ADMIN)
OWN = Needs(role=Role.VIEWER, scope=None)
AUDIT = Needs(role=Role.EDITOR, scope=Scope.ADMIN)
PUBLIC = None
"""For everybody, signed in or not."""

TABLE: dict[str, Needs | None] = {
    # Signing in, and what its page looks like.
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /static": PUBLIC,
    # Pages to read.
    "GET /": READ,
    "GET /articles": READ,
    "GET /articles/{article_id}": READ,
    "GET /findings/{finding_id}": READ,
    "GET /references": READ,
    "GET /rests-on": READ,
    "GET /sources": READ,
    "GET /watchlists": READ,
    "GET /watchlists/{name:path}": READ,
    "GET /audit": AUDIT,
    "GET /report": READ,
    "GET /report/stale-articles.{form}": READ,
    # What editors do.
    "POST /articles/{article_id}/review/start": REVIEW,
    "POST /articles/{article_id}/review/close": REVIEW,
    "POST /articles/{article_id}/review/snooze": REVIEW,
    "POST /articles/{article_id}/review/release": REVIEW,
    "POST /articles/{article_id}/findings/{finding_id}/decide": REVIEW,
    "POST /queue/close": REVIEW,
    "POST /rests-on/decide": REVIEW,
    "POST /references/{article_id}/confirm": REVIEW,
    "POST /references/{article_id}/unwatchable": REVIEW,
    "POST /articles/{article_id}/evidence/confirm": REVIEW,
    "POST /articles/{article_id}/evidence/unwatchable": REVIEW,
    "POST /articles/{article_id}/evidence/take-back": REVIEW,
    "POST /articles/{article_id}/evidence/add": REVIEW,
    "POST /articles/{article_id}/evidence/watch-page": REVIEW,
    "POST /articles/{article_id}/evidence/remove": REVIEW,
    "POST /articles/{article_id}/topics/mute": REVIEW,
    "POST /articles/{article_id}/topics/unmute": REVIEW,
    # The API.
    "GET /api/v1/openapi.json": READ,
    "GET /api/v1/report": READ,
    "GET /api/v1/articles": READ,
    "GET /api/v1/articles/{article_id}": READ,
    "PUT /api/v1/articles/{article_id}": WRITE,
    "GET /api/v1/articles/{article_id}/badge": PUBLIC,
    "GET /api/v1/articles/{article_id}/references": READ,
    "GET /api/v1/findings": READ,
    "GET /api/v1/findings/{finding_id}": READ,
    "GET /api/v1/queue": READ,
    "GET /api/v1/reviews": READ,
    "GET /api/v1/reviews/{review_id}": READ,
    "POST /api/v1/reviews/{review_id}/start": REVIEW,
    "POST /api/v1/reviews/{review_id}/close": REVIEW,
    "POST /api/v1/reviews/{review_id}/snooze": REVIEW,
    "GET /api/v1/checks": READ,
    "GET /api/v1/sources": READ,
    "POST /api/v1/articles/{article_id}/review/start": REVIEW,
    "POST /api/v1/articles/{article_id}/review/close": REVIEW,
    "POST /api/v1/articles/{article_id}/review/snooze": REVIEW,
    # One's own account.
    "POST /sign-out": OWN,
    "GET /account": OWN,
    "POST /account/password": OWN,
    "POST /account/sessions/end-others": OWN,
    "POST /account/sessions/{session_id}/end": OWN,
    "POST /account/tokens/{token_id}/revoke": OWN,
    # Everybody's.
    "GET /users": ADMIN,
    "POST /users": ADMIN,
    "GET /users/{name}": ADMIN,
    "POST /users/{name}/role": ADMIN,
    "POST /users/{name}/password": ADMIN,
    "POST /users/{name}/disable": ADMIN,
    "POST /users/{name}/enable": ADMIN,
    "GET /tokens": ADMIN,
    "POST /tokens": ADMIN,
    "POST /tokens/{token_id}/revoke": ADMIN,
}
"""By method and the route's template. HEAD is as GET."""


class UnguardedRoutes(Exception):
    """There are routes of which nobody said who may use them. The message is the lines to add, to be thought over."""

    def __init__(self, names: Iterable[str]) -> None:
        lines = "\n".join(f'    "{name}": ADMIN,' for name in names)
        super().__init__(
            "say in TABLE of monitor/web/access/routes.py who may use these routes, "
            f"by one of PUBLIC, READ, REVIEW, WRITE, ADMIN, OWN:\n{lines}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A route and what it needs."""

    name: str
    method: str
    path: re.Pattern[str]
    needs: Needs | None


class GuardedRoutes:
    """The routes of an application in the order in which they are tried."""

    def __init__(self, routes: Sequence[BaseRoute], table: dict[str, Needs | None] = TABLE) -> None:
        """Raises UnguardedRoutes when the table says nothing of a route."""
        found = list(named_routes(routes))
        if missing := [f"{method} {path}" for method, path, _ in found if f"{method} {path}" not in table]:
            raise UnguardedRoutes(missing)
        self.all = tuple(
            Guarded(name=f"{method} {path}", method=method, path=pattern, needs=table[f"{method} {path}"])
            for method, path, pattern in found
        )

    def find(self, method: str, path: str) -> Guarded | None:
        """The route that will answer; None when none will."""
        method = "GET" if method == "HEAD" else method
        return next((route for route in self.all if route.method == method and route.path.match(path)), None)


def named_routes(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Method, template and pattern of every route; what is mounted counts as one that is read."""
    for route in iter_route_contexts(routes):
        path = route.path or ""
        if isinstance(route.original_route, Mount):
            yield "GET", path, re.compile(rf"{re.escape(path)}/")
            continue
        pattern, _, _ = compile_path(path)
        for method in sorted(set(route.methods or {"GET"}) - {"HEAD"}):
            yield method, path, pattern
