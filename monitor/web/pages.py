"""The editors' pages, made on the server; they work without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.domain.articles import Freshness
from monitor.domain.read_models import ArticleView
from monitor.domain.review import Refused
from monitor.reports import render_html, render_json, render_markdown
from monitor.web.forms import CloseForm, SnoozeForm, StartForm
from monitor.web.ports import Desk
from monitor.web.reading_order import blocks
from monitor.web.rendering import Renderer

PER_PAGE = 100
CHECKS_SHOWN = 50
DOWNLOADS = {
    "html": (render_html, "text/html"),
    "md": (render_markdown, "text/markdown"),
    "json": (render_json, "application/json"),
}
DONE = {
    "start": "The review is yours now.",
    "close": "The review is closed.",
    "snooze": "The review is out of the queue until then; the article stays stale.",
}


def router(desk: Desk, renderer: Renderer) -> APIRouter:
    """All pages over a desk."""
    pages = APIRouter(include_in_schema=False)
    _reading(pages, desk, renderer)
    _reports(pages, desk, renderer)
    _moving(pages, desk, renderer)
    return pages


def _reading(pages: APIRouter, desk: Desk, renderer: Renderer) -> None:
    @pages.get("/")
    def queue(request: Request) -> Response:
        """What to work on, the most urgent first."""
        return renderer.page(request, "queue.html", entries=desk.queue(), report=desk.report())

    @pages.get("/articles")
    def articles(
        request: Request, freshness: Freshness | None = None, page: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> Response:
        """All articles, stale first."""
        report = desk.report()
        rows = [row for row in report.articles if freshness in {None, row.freshness}]
        first = (page - 1) * PER_PAGE
        return renderer.page(
            request,
            "articles.html",
            report=report,
            rows=rows[first : first + PER_PAGE],
            total=len(rows),
            freshness=freshness,
            number=page,
            pages=-(-len(rows) // PER_PAGE) or 1,
        )

    @pages.get("/articles/{article_id}")
    def article(request: Request, article_id: str, done: str = "") -> Response:
        """One article: why it is here, the sentences concerned, and what to do."""
        return article_page(request, renderer, found(desk, article_id), notice=DONE.get(done, ""))

    @pages.get("/sources")
    def sources(request: Request) -> Response:
        """How well each source was reached, and the last polls."""
        return renderer.page(request, "sources.html", coverage=desk.coverage(), checks=desk.checks(CHECKS_SHOWN))


def _reports(pages: APIRouter, desk: Desk, renderer: Renderer) -> None:
    @pages.get("/report")
    def report(request: Request) -> Response:
        """The stale-article report."""
        return renderer.page(request, "report_page.html", report=desk.report())

    @pages.get("/report/stale-articles.{form}")
    def download(form: str) -> Response:
        """The report as a file."""
        if form not in DOWNLOADS:
            raise HTTPException(404, f"There is no report in that form; there are {', '.join(DOWNLOADS)}.")
        render, media_type = DOWNLOADS[form]
        return Response(
            render(desk.report()),
            media_type=media_type,
            headers={"Content-Disposition": f'attachment; filename="stale-articles.{form}"'},
        )


def _moving(pages: APIRouter, desk: Desk, renderer: Renderer) -> None:
    async def our_own_form(request: Request) -> None:
        """Before anything else of the form is looked at."""
        token = (await request.form()).get("token", "")
        renderer.check_form(request, token if isinstance(token, str) else "")

    def moved(request: Request, article_id: str, name: str, move: Callable[[], object]) -> Response:
        try:
            move()
        except KeyError:
            raise HTTPException(404, "There is no such article.") from None
        except Refused as refusal:
            return article_page(request, renderer, found(desk, article_id), refusal=str(refusal), status=409)
        return RedirectResponse(f"/articles/{quote(article_id, safe='')}?done={name}", status_code=303)

    own = [Depends(our_own_form)]

    @pages.post("/articles/{article_id}/review/start", dependencies=own)
    def start(request: Request, article_id: str, form: Annotated[StartForm, Form()]) -> Response:
        """Start the review."""
        return moved(
            request, article_id, "start", lambda: desk.start_review(article_id, by=form.by, version=form.version)
        )

    @pages.post("/articles/{article_id}/review/close", dependencies=own)
    def close(request: Request, article_id: str, form: Annotated[CloseForm, Form()]) -> Response:
        """Close the review."""
        return moved(request, article_id, "close", lambda: desk.close_review(article_id, form.closing()))

    @pages.post("/articles/{article_id}/review/snooze", dependencies=own)
    def snooze(request: Request, article_id: str, form: Annotated[SnoozeForm, Form()]) -> Response:
        """Snooze the review."""
        return moved(
            request,
            article_id,
            "snooze",
            lambda: desk.snooze_review(article_id, by=form.by, version=form.version, until=form.moment),
        )


def found(desk: Desk, article_id: str) -> ArticleView:
    """The article, or the answer 404."""
    view = desk.article(article_id)
    if view is None:
        raise HTTPException(404, "There is no such article.")
    return view


def article_page(
    request: Request, renderer: Renderer, view: ArticleView, *, status: int = 200, notice: str = "", refusal: str = ""
) -> Response:
    """The page of an article, with what came of the last move."""
    findings = {finding.id: finding for finding in view.row.findings}
    return renderer.page(
        request,
        "article.html",
        status=status,
        view=view,
        row=view.row,
        findings=findings,
        blocks=blocks(view.claims),
        notice=notice,
        refusal=refusal,
    )
