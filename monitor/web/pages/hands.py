"""Hands on the evidence of an article, by forms on its page: each comes back to it with what was done or refused."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from monitor.web.forms.hands import (
    AddForm,
    ConfirmForm,
    MuteForm,
    TakeBackForm,
    UnmuteForm,
    UnwatchableForm,
    WatchPageForm,
)
from monitor.web.identity import Who
from monitor.web.pages.article import ArticlePage
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Hands

EVIDENCE, TOPICS = "/articles/{article_id}/evidence", "/articles/{article_id}/topics"


def register(pages: APIRouter, hands: Hands, article_page: ArticlePage, renderer: Renderer) -> None:
    """Add the routes."""
    own = [Depends(renderer.our_own_form)]
    _understanding(pages, hands, article_page, own)
    _adding(pages, hands, article_page, own)
    _muting(pages, hands, article_page, own)


def _understanding(pages: APIRouter, hands: Hands, article_page: ArticlePage, own: list[Any]) -> None:
    @pages.post(f"{EVIDENCE}/confirm", dependencies=own)
    def confirm(request: Request, article_id: str, form: Annotated[ConfirmForm, Form()], who: Who) -> Response:
        """Say what an entry means."""
        return article_page.after(
            request,
            article_id,
            "confirm",
            lambda: hands.confirm(
                article_id, form.number, [form.identifier], by=who.name, reason=form.reason, seen=form.seen
            ),
        )

    @pages.post(f"{EVIDENCE}/unwatchable", dependencies=own)
    def unwatchable(request: Request, article_id: str, form: Annotated[UnwatchableForm, Form()], who: Who) -> Response:
        """Accept that an entry cannot be watched."""
        return article_page.after(
            request,
            article_id,
            "unwatchable",
            lambda: hands.mark_unwatchable(article_id, form.number, by=who.name, reason=form.reason, seen=form.seen),
        )

    @pages.post(f"{EVIDENCE}/take-back", dependencies=own)
    def take_back(request: Request, article_id: str, form: Annotated[TakeBackForm, Form()], who: Who) -> Response:
        """Undo what was said of an entry."""
        return article_page.after(
            request,
            article_id,
            "take-back",
            lambda: hands.take_back(article_id, form.number, by=who.name, reason=form.reason, seen=form.seen),
        )


def _adding(pages: APIRouter, hands: Hands, article_page: ArticlePage, own: list[Any]) -> None:
    @pages.post(f"{EVIDENCE}/add", dependencies=own)
    def add(request: Request, article_id: str, form: Annotated[AddForm, Form()], who: Who) -> Response:
        """Add a reference, trial or guideline."""
        given = [form.identifier] if form.identifier else []
        return article_page.after(
            request,
            article_id,
            "add",
            lambda: hands.add_reference(article_id, form.text, identifiers=given, number=form.number, by=who.name),
        )

    @pages.post(f"{EVIDENCE}/watch-page", dependencies=own)
    def watch_page(request: Request, article_id: str, form: Annotated[WatchPageForm, Form()], who: Who) -> Response:
        """Add a page."""
        return article_page.after(
            request,
            article_id,
            "add",
            lambda: hands.add_page(article_id, form.url, title=form.title, by=who.name),
        )

    @pages.post(f"{EVIDENCE}/remove", dependencies=own)
    def remove(request: Request, article_id: str, form: Annotated[TakeBackForm, Form()], who: Who) -> Response:
        """Take out what was added by hand."""
        return article_page.after(
            request,
            article_id,
            "remove",
            lambda: hands.remove_reference(article_id, form.number, by=who.name, reason=form.reason, seen=form.seen),
        )


def _muting(pages: APIRouter, hands: Hands, article_page: ArticlePage, own: list[Any]) -> None:
    @pages.post(f"{TOPICS}/mute", dependencies=own)
    def mute(request: Request, article_id: str, form: Annotated[MuteForm, Form()], who: Who) -> Response:
        """Mute a topic for the article."""
        return article_page.after(
            request,
            article_id,
            "mute",
            lambda: hands.mute_topic(article_id, form.topic, by=who.name, reason=form.reason, until=form.until),
        )

    @pages.post(f"{TOPICS}/unmute", dependencies=own)
    def unmute(request: Request, article_id: str, form: Annotated[UnmuteForm, Form()], who: Who) -> Response:
        """Hear of it again."""
        return article_page.after(
            request, article_id, "unmute", lambda: hands.unmute_topic(article_id, form.topic, by=who.name)
        )
