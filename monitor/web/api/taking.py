"""The way in: a program puts an article's page under its id, as often as it likes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as PathParameter
from starlette.responses import JSONResponse, Response

from monitor.domain.articles import ParsedArticle
from monitor.domain.revision import Revision
from monitor.intake import UnreadableArticle
from monitor.web.api import schemas
from monitor.web.api.once import Keyed
from monitor.web.forms.articles import Page
from monitor.web.guards.security import check_own_json
from monitor.web.identity import Who
from monitor.web.ports import Desk

ArticleId = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


def register(api: APIRouter, desk: Desk) -> None:
    """Add the route."""

    @api.put(
        "/articles/{article_id}",
        dependencies=[Depends(check_own_json)],
        responses={
            200: {"model": schemas.Taken},
            201: {"model": schemas.Taken, "description": "The article is new."},
            **schemas.problems(408, 409, 413, 415),
        },
    )
    def put(article_id: ArticleId, page: Page, who: Who, once: Keyed) -> Response:
        """Take in an article's page, new or changed; the same page again changes nothing.

        The text is a page (HTML, Markdown, plain text, JATS), or a list of references (RIS, BibTeX, CSL-JSON, nbib),
        which is an article without claims. What it rests on is looked up by the service afterwards.
        """
        return once.answer(desk, lambda: _put(desk, article_id, page, by=who.name))


def _put(desk: Desk, article_id: str, page: Page, *, by: str) -> Response:
    try:
        revision, parsed = desk.put_article(
            article_id, page.text, form=page.format, url=page.url, title=page.title, by=by
        )
    except UnreadableArticle as error:
        raise HTTPException(422, str(error)) from None
    return JSONResponse(_taken(article_id, revision, parsed), status_code=201 if revision.is_new else 200)


def _taken(article_id: str, revision: Revision, parsed: ParsedArticle) -> dict[str, Any]:
    return {
        "id": article_id,
        "title": parsed.title,
        "is_new": revision.is_new,
        "is_changed": not revision.is_empty,
        "claims": len(parsed.claims),
        "references": len(parsed.references),
        "missing_markers": list(parsed.missing_markers),
        "uncited_numbers": list(parsed.uncited_numbers),
        "claims_kept": revision.kept,
        "claims_added": revision.added,
        "claims_reworded": list(revision.reworded),
        "claims_removed": list(revision.removed),
        "references_added": revision.references_added,
        "references_removed": list(revision.references_removed),
        "answered": [{"id": item.id, "because": item.because} for item in revision.answered],
    }
