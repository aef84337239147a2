"""Signing in and out, and the sessions between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from monitor.clock import Clock
from monitor.domain.access import Identity, Locked, Means, SessionLine, SignedIn, SignIn, WrongPassword
from monitor.store import Store
from monitor.store.access import Turn
from monitor.wiring.accounts.digests import digest_of, new_secret
from monitor.wiring.accounts.limits import (
    AUDITED,
    account_bucket,
    address_bucket,
    foreign_header_buckets,
    is_to_be_noted,
)
from monitor.wiring.accounts.passwords import Passwords

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """Sign-ins, counted before the password is looked at, and sessions by the hash of their secret."""

    store: Store
    passwords: Passwords
    clock: Clock

    def sign_in(self, name: str, password: str, *, address: str, agent: str = "", before: str = "") -> SignIn:
        """Try to sign in from an address. ``before`` is the secret the browser came with, whose session ends.

        An unknown, a disabled and a known name take the same work and get the same answers.
        """
        with self.store.begin() as tx:
            turn = tx.access.attempts.take([address_bucket(address), account_bucket(name)])
        if turn.again_at is not None:
            log.warning("sign_in.locked", address=address)
            return Locked(again_at=turn.again_at)
        with self.store.read() as reads:
            kept = reads.access.usable_hash(name)
        if not self.passwords.is_right(password, kept):
            return self._failed(name, address)
        renewed = self.passwords.hash(password) if self.passwords.is_outdated(kept) else kept
        return self._open(name, kept, renewed, turn, address=address, agent=agent, before=before)

    def identify(self, secret: str) -> Identity | None:
        """Whose session a browser's secret is of, as they are now; None for one that is over or unknown."""
        with self.store.read() as reads:
            held = reads.access.session(digest_of(secret))
        if held is None:
            return None
        return Identity(
            name=held.account.name,
            role=held.account.role,
            means=Means.SESSION,
            session_id=held.id,
            noted_at=held.seen_at,
        )

    def note_use(self, session_id: int, *, noted_at: datetime | None) -> None:
        """Remember that the session is in use, so that it does not end as idle; not again within a minute."""
        if not is_to_be_noted(noted_at, self.clock.now()):
            return
        with self.store.begin() as tx:
            tx.access.sessions.note_use(session_id)

    def of(self, name: str) -> tuple[SessionLine, ...]:
        """Where somebody is signed in, the last used first."""
        with self.store.read() as reads:
            return reads.access.sessions(name)

    def end(self, session_id: int, *, name: str, action: str = "session_ended") -> bool:
        """End a session of this account; False when it has no such session."""
        with self.store.begin() as tx:
            ended = tx.access.sessions.end(session_id, name=name)
            if ended:
                tx.audit.add(actor=name, action=action, subject=f"account:{name}", session=session_id)
        return ended

    def end_others(self, name: str, *, but: int | None) -> int:
        """End all sessions of an account save this one; says how many."""
        with self.store.begin() as tx:
            ended = tx.access.sessions.end_all(name, but=but)
            if ended:
                tx.audit.add(actor=name, action="sessions_ended", subject=f"account:{name}", sessions=ended)
        return ended

    def note_foreign_header(self, address: str) -> None:
        """Audit that an address which is no trusted proxy sent the header by which proxies name people."""
        buckets = foreign_header_buckets(address)
        with self.store.read() as reads:
            if reads.access.when_again(buckets):
                return
        with self.store.begin() as tx:
            if tx.access.attempts.take(buckets).again_at is None:
                tx.audit.add(actor="unknown", action="foreign_proxy_header", subject=f"address:{address}")

    def _failed(self, name: str, address: str) -> WrongPassword:
        """Audit it. What is no account's name is not written down: people type their password there."""
        log.warning("sign_in.failed", address=address)
        with self.store.begin() as tx:
            account = tx.access.accounts.hold(name)
            subject = f"account:{account.name}" if account else "account"
            if tx.access.attempts.take([AUDITED]).again_at is None:
                tx.audit.add(actor="unknown", action="sign_in_failed", subject=subject, address=address)
        return WrongPassword()

    def _open(
        self, name: str, kept: str, renewed: str, turn: Turn, *, address: str, agent: str, before: str
    ) -> SignedIn | WrongPassword:
        """A new session, unless the password was changed or the account disabled while we compared."""
        secret = new_secret()
        with self.store.begin() as tx:
            accounts, sessions = tx.access.accounts, tx.access.sessions
            account = accounts.hold(name)
            if account is None or accounts.usable_hash(name) != kept:
                return WrongPassword()
            if renewed != kept:
                accounts.set_password_hash(name, renewed)
            tx.access.attempts.give_back(turn.ids)
            if before:
                sessions.end_held_by(digest_of(before))
            session_id = sessions.open(name, digest=digest_of(secret), address=address, agent=agent)
            accounts.note_sign_in(name)
            subject = f"account:{account.name}"
            tx.audit.add(actor=account.name, action="signed_in", subject=subject, address=address, session=session_id)
        return SignedIn(name=account.name, secret=secret)
