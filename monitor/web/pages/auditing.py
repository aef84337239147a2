"""Who did what: the audit log, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.audit import AuditFilter
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Hands

PER_PAGE = 100
Word = Annotated[str, Query(max_length=300)]


def register(pages: APIRouter, hands: Hands, renderer: Renderer) -> None:
    """Add the route."""

    @pages.get("/audit")
    def audit(
        request: Request,
        subject: Word = "",
        actor: Word = "",
        action: Word = "",
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> Response:
        """The log, narrowed to a thing, a person or a kind of act."""
        wanted = AuditFilter(subject=subject.strip(), actor=actor.strip(), action=action.strip())
        lines = hands.audit(wanted, before_id=before, limit=PER_PAGE)
        return renderer.page(
            request, "audit.html", lines=lines, wanted=wanted, more=lines[-1].id if len(lines) == PER_PAGE else None
        )
