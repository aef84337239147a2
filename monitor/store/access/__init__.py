"""Accounts, sessions, tokens and what may be tried only so often."""

from __future__ import annotations

from sqlmodel import Session

from monitor.clock import Clock
from monitor.store.access.accounts import Accounts
from monitor.store.access.attempts import Attempts, Bucket, Turn
from monitor.store.access.reads import AccessReads
from monitor.store.access.sessions import Sessions
from monitor.store.access.tokens import Tokens

__all__ = ["Access", "AccessReads", "Bucket", "Turn"]


class Access:
    """All of it in one transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.accounts = Accounts(session, clock)
        self.sessions = Sessions(session, clock)
        self.tokens = Tokens(session, clock)
        self.attempts = Attempts(session, clock)
