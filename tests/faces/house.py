"""The pages with real accounts over a real store: people, their browsers, and a clock that a test moves."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.clock import SystemClock
from monitor.domain.access import NotAccepted, Role, Scope, SignedIn
from monitor.domain.review import Refused
from monitor.store import Store, StoreUnavailable
from monitor.web import AccountAccess, Peers, create_app
from monitor.web.guards.forms import Forms
from monitor.wiring.accounts import build_accounts
from monitor.wiring.accounts.passwords import Passwords
from tests.faces.browsing import SECRET
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.made_up_hands import MadeUpHands
from tests.faces.staged import MadeUpExplainer

MIGRATIONS = Path(__file__).parents[2] / "alembic"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "four words of no sense"
HOME = "203.0.113.9"
PEOPLE = {"vera": Role.VIEWER, "edna": Role.EDITOR, "ada": Role.ADMIN}


class ClockByHand(SystemClock):
    """Real time that goes on when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = NOON

    def now(self) -> datetime:
        """The moment a test chose."""
        return self.moment

    def go_on(self, time: timedelta) -> None:
        """Let time pass."""
        self.moment += time


def quick_passwords() -> Passwords:
    """Hashes that take no time: what they are worth is tested elsewhere."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class House:
    """A store with three people in it (a viewer, an editor, an admin), and browsers that reach it from an address."""

    def __init__(
        self,
        url: str,
        *,
        people: Iterable[str] = PEOPLE,
        passwords: Passwords | None = None,
        is_new: bool = True,
    ) -> None:
        self.clock = ClockByHand()
        self.store = Store(url, clock=self.clock, migrations=MIGRATIONS)
        self.accounts = build_accounts(self.store, self.clock, passwords or quick_passwords())
        if is_new:
            self.store.upgrade()
            for name in people:
                self.accounts.people.add(name, role=PEOPLE[name], password=PASSWORD, by="test")
        self.desk = MadeUpDesk()
        self._usual: FastAPI | None = None

    def application(self, *, trusted: Iterable[str] = (), proxy_user_header: str = "", **options: Any) -> FastAPI:
        """The application as ``monitor run`` makes it."""
        access = AccountAccess(self.accounts, peers=Peers(trusted), proxy_user_header=proxy_user_header)
        made = {
            "desk": self.desk,
            "access": access,
            "explainer": MadeUpExplainer(),
            "hands": MadeUpHands(),
            "secret_key": SECRET,
            "unavailable": (StoreUnavailable,),
            **options,
        }
        return create_app(clock=self.clock, **made)

    def browser(self, app: FastAPI | None = None, *, address: str = HOME, **options: Any) -> TestClient:
        """A browser in which nobody is signed in."""
        if app is None and not options:
            app = self._usual = self._usual or self.application()
        return TestClient(
            app or self.application(**options),
            base_url="http://127.0.0.1:8642",
            follow_redirects=False,
            raise_server_exceptions=False,
            client=(address, 50000),
        )

    def signed_in(self, name: str, app: FastAPI | None = None, **options: Any) -> TestClient:
        """A browser in which somebody has signed in."""
        client = self.browser(app, **options)
        bring(client, self.session(name))
        return client

    def session(self, name: str) -> str:
        """The secret of a new session."""
        outcome = self.accounts.signing_in.sign_in(name, PASSWORD, address=HOME, agent="a browser")
        assert isinstance(outcome, SignedIn)
        return outcome.secret

    def token(self, owner: str, *scopes: Scope, days: int = 1) -> dict[str, str]:
        """The header a program sends."""
        token, _ = self.accounts.tokens.create(owner, label="cms", scopes=scopes, days=days, by="test")
        return {"Authorization": f"Bearer {token}"}

    def audited(self, action: str) -> list[dict[str, Any]]:
        """What the audit log holds of an action, oldest first."""
        from sqlalchemy import create_engine, text

        engine = create_engine(self.store._url)
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT actor, subject, detail FROM audit WHERE action = :action ORDER BY id"), {"action": action}
            ).all()
        engine.dispose()
        return [row._asdict() for row in rows]


def try_at_once(tries: list[Callable[[], object]]) -> Counter[str]:
    """What comes of tries that all begin at the same moment."""
    gate = threading.Barrier(len(tries))

    def one(work: Callable[[], object]) -> str:
        gate.wait()
        try:
            return type(work()).__name__
        except (Refused, NotAccepted) as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(tries)) as pool:
        return Counter(pool.map(one, tries))


def bring(client: TestClient, secret: str) -> None:
    """Let the browser have this session."""
    client.cookies.set("session", secret, domain="127.0.0.1", path="/")


def form_token(client: TestClient) -> str:
    """What a form of this browser's session carries."""
    return Forms(SECRET, is_tls=False).token(client.cookies["session"])


def send(client: TestClient, path: str, **fields: Any) -> Any:
    """Send a form of our own."""
    return client.post(path, data={"token": form_token(client), **fields})


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Any:
    """Open the page and sign in on it."""
    client.get("/sign-in")
    return send(client, "/sign-in", name=name, password=password, **fields)


def is_known(client: TestClient) -> bool:
    """Whether somebody is signed in in this browser."""
    response = client.get("/account")
    assert response.status_code in {200, 303}
    return bool(response.status_code == 200)
