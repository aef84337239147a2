"""The badge of an article for its public page: as JSON, or as a picture where a picture is asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException, Query
from jinja2 import Environment, PackageLoader
from starlette.responses import JSONResponse, Response

from monitor.domain.articles import Freshness
from monitor.domain.resting import Badge
from monitor.reports.values import iso
from monitor.web.api import schemas
from monitor.web.ports import Hands

EMBEDDED = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=3600",
    "Vary": "Accept",
}
"""A public page of another site shows it, and caches may keep it for an hour."""
LETTER = 6.6
"""How wide a letter of the badge is, in pixels, at most."""

_engine = Environment(loader=PackageLoader("monitor.web"), autoescape=True)


def register(api: APIRouter, hands: Hands) -> None:
    """Add the route."""

    @api.get(
        "/articles/{article_id}/badge",
        responses={
            200: {"model": schemas.Badge, "content": {"image/svg+xml": {}}},
            **schemas.problems(404, 422),
        },
    )
    def badge(
        article_id: str,
        form: Annotated[Literal["json", "svg"] | None, Query(alias="format")] = None,
        accept: Annotated[str, Header()] = "",
    ) -> Response:
        """When the evidence was checked and when it is reviewed next, never more than is so; needs no sign-in."""
        found = hands.badge(article_id)
        if found is None:
            raise HTTPException(404, "There is no such article.")
        if form == "svg" or (form is None and "image/" in accept and "json" not in accept):
            return Response(picture(found), media_type="image/svg+xml", headers=EMBEDDED)
        return JSONResponse(values(found), headers=EMBEDDED)


def values(badge: Badge) -> dict[str, object]:
    """The badge as JSON values."""
    return {
        "article": badge.article_id,
        "says": badge.says,
        "freshness": badge.state.value,
        "checked_on": iso(badge.checked_on),
        "partly_checked_on": iso(badge.partly_checked_on),
        "next_review_by": iso(badge.next_review_by),
        "references": badge.references,
        "watched": badge.watched,
    }


def picture(badge: Badge) -> str:
    """The badge as an SVG picture without scripts, styles or anything from elsewhere."""
    colour = {Freshness.FRESH: "#1d6b3a", Freshness.UNVERIFIED: "#8a4b00", Freshness.STALE: "#a3161f"}[badge.state]
    width = round(len(badge.says) * LETTER) + 44
    return _engine.get_template("badge.svg").render(says=badge.says, colour=colour, width=width)
