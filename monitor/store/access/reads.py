"""What is asked with every request, and shown on the pages of accounts. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import not_
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.access import Account, SessionLine, TokenLine
from monitor.store.access.accounts import account_of, row_of, usable_hash
from monitor.store.access.attempts import Bucket, when_again
from monitor.store.access.sessions import is_over
from monitor.store.access.tokens import token_of
from monitor.store.tables import AccountRow, SessionRow, TokenRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSession:
    """A session that is alive, and whose it is."""

    id: int
    account: Account
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldToken:
    """A token, whether it still works or not, with the hash of its secret and its owner as they are now."""

    line: TokenLine
    digest: str
    owner: Account


class AccessReads:
    """Who comes with a secret, and lists for the pages."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def account(self, name: str) -> Account | None:
        """The account of this name, whatever its case."""
        row = row_of(self._session, name)
        return account_of(row) if row else None

    def accounts(self) -> tuple[Account, ...]:
        """All accounts by name."""
        return tuple(map(account_of, self._session.exec(select(AccountRow).order_by(col(AccountRow.key))).all()))

    def is_empty(self) -> bool:
        """Whether there is no account at all."""
        return self._session.exec(select(AccountRow.id).limit(1)).first() is None

    def usable_hash(self, name: str) -> str:
        """The hash a password is compared with; empty for an account that is unknown, disabled or has none."""
        return usable_hash(self._session, name)

    def session(self, digest: str) -> HeldSession | None:
        """The living session whose secret has this digest."""
        found = self._session.exec(
            select(SessionRow, AccountRow).where(
                SessionRow.account_id == AccountRow.id,
                SessionRow.digest == digest,
                col(AccountRow.disabled_at).is_(None),
                *map(not_, is_over(self._clock.now())),
            )
        ).one_or_none()
        return (
            HeldSession(id=found[0].id or 0, account=account_of(found[1]), seen_at=found[0].seen_at) if found else None
        )

    def sessions(self, name: str) -> tuple[SessionLine, ...]:
        """The living sessions of an account, the last used first."""
        rows = self._session.exec(
            select(SessionRow)
            .join(AccountRow, col(AccountRow.id) == SessionRow.account_id)
            .where(AccountRow.name == name, *map(not_, is_over(self._clock.now())))
            .order_by(col(SessionRow.seen_at).desc())
        ).all()
        return tuple(map(_session_line, rows))

    def token(self, token_id: str) -> HeldToken | None:
        """A token by its id."""
        found = self._session.exec(
            select(TokenRow, AccountRow).where(TokenRow.account_id == AccountRow.id, TokenRow.id == token_id)
        ).one_or_none()
        if found is None:
            return None
        row, account = found
        return HeldToken(line=token_of(row, account), digest=row.digest, owner=account_of(account))

    def tokens(self, owner: str | None = None) -> tuple[TokenLine, ...]:
        """All tokens, or those of an account, the newest first."""
        query = select(TokenRow, AccountRow).where(TokenRow.account_id == AccountRow.id)
        if owner is not None:
            query = query.where(AccountRow.name == owner)
        rows = self._session.exec(query.order_by(col(TokenRow.created_at).desc(), col(TokenRow.id))).all()
        return tuple(token_of(row, account) for row, account in rows)

    def when_again(self, buckets: Iterable[Bucket]) -> datetime | None:
        """From when on something may be tried again; None for now."""
        return when_again(self._session, buckets, self._clock.now())


def _session_line(row: SessionRow) -> SessionLine:
    return SessionLine(
        id=row.id or 0,
        address=row.address,
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )
