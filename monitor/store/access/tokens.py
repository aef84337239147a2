"""Tokens: how programs come in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.access import Scope, TokenLine
from monitor.store.access.accounts import row_of
from monitor.store.tables import AccountRow, TokenRow


class Tokens:
    """Writes of tokens. One that was revoked stays as a line of the past."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        token_id: str,
        *,
        owner: str,
        digest: str,
        label: str,
        scopes: Iterable[Scope],
        expires_at: datetime,
        by: str,
    ) -> TokenLine:
        """A new token of an account. Raises KeyError when there is no such account."""
        account = row_of(self._session, owner)
        if account is None:
            raise KeyError(owner)
        row = TokenRow(
            id=token_id,
            account_id=account.id or 0,
            digest=digest,
            label=label,
            scopes=sorted(scopes),
            created_at=self._clock.now(),
            created_by=by,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return token_of(row, account)

    def revoke(self, token_id: str, *, owner: str | None = None) -> TokenLine | None:
        """Make a token worthless; None when there is no such token (of this owner). Twice is as once."""
        found = self._session.exec(
            select(TokenRow, AccountRow).where(TokenRow.account_id == AccountRow.id, TokenRow.id == token_id)
        ).one_or_none()
        if found is None or (owner is not None and found[1].name != owner):
            return None
        row, account = found
        row.revoked_at = row.revoked_at or self._clock.now()
        self._session.flush()
        return token_of(row, account)

    def note_use(self, token_id: str) -> None:
        """Remember that the token was used now."""
        statement = update(TokenRow).where(col(TokenRow.id) == token_id).values(used_at=self._clock.now())
        self._session.connection().execute(statement)


def token_of(row: TokenRow, account: AccountRow) -> TokenLine:
    """The token without its secret's hash."""
    return TokenLine(
        id=row.id,
        owner=account.name,
        label=row.label,
        scopes=frozenset(map(Scope, row.scopes)),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
