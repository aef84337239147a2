"""``create_app``: pages and API on one ASGI application, behind the same guards."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from monitor import __version__
from monitor.clock import Clock
from monitor.web import access as accounts
from monitor.web import api, errors, pages
from monitor.web.guards.addresses import PlainAddresses
from monitor.web.guards.forms import Forms
from monitor.web.guards.heads import HeadAsGet
from monitor.web.guards.json_bodies import ReadableJson
from monitor.web.guards.limits import BodyLimit
from monitor.web.guards.security import KnownHosts, SecurityHeaders
from monitor.web.guards.tracing import Tracing
from monitor.web.identity import Access
from monitor.web.pages.rendering import Renderer
from monitor.web.ports import Desk, Explainer, Hands

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
OPENAPI_URL = "/api/v1/openapi.json"


def create_app(
    *,
    desk: Desk,
    explainer: Explainer,
    hands: Hands,
    clock: Clock,
    access: Access,
    secret_key: str,
    is_tls: bool = False,
    allowed_hosts: Iterable[str] = (),
    public_url: str = "",
    unavailable: tuple[type[Exception], ...] = (),
) -> FastAPI:
    """The application. ``access`` tells who is asking; with accounts there are pages to sign in and to keep them.

    ``is_tls`` says that people reach us by https, through a proxy. ``public_url`` is where readers find the pages;
    without it, where they were asked for. ``allowed_hosts`` are host names answered to beside the loopback ones (the
    host of the public address). ``unavailable`` are the errors by which the desk says "try again later"; they are
    answered with 503. Raises ValueError for a secret key that is too short to sign with, and UnguardedRoutes when
    nobody said who may use a route.
    """
    if len(secret_key) < 32:
        raise ValueError("the secret key needs at least 32 characters")
    app = FastAPI(
        title="Freshness Monitor",
        version=__version__,
        openapi_url=OPENAPI_URL,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        description=api.DESCRIPTION,
    )
    forms = Forms(secret_key, is_tls=is_tls)
    renderer = Renderer(clock=clock, forms=forms)
    app.include_router(api.router(desk, hands))
    app.include_router(pages.router(desk, explainer, hands, renderer, public_url))
    if isinstance(access, accounts.AccountAccess):
        app.include_router(accounts.router(access, renderer, forms))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    answering = errors.Answering(renderer, is_tls=is_tls)
    answering.register(app, unavailable)
    app.add_middleware(ReadableJson, answer=answering.answer)
    app.add_middleware(BodyLimit, answer=answering.answer)
    app.add_middleware(
        accounts.Gate,
        access=access,
        routes=accounts.GuardedRoutes(app.routes),
        forms=forms,
        answering=answering,
        unavailable=unavailable,
    )
    app.add_middleware(PlainAddresses, answer=answering.answer)
    app.add_middleware(KnownHosts, hosts=frozenset((*LOOPBACK_HOSTS, *allowed_hosts)), answer=answering.answer)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, is_tls=is_tls)
    app.add_middleware(Tracing)
    return app
