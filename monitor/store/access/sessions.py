"""Sessions: browsers in which somebody is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col

from monitor.clock import Clock
from monitor.domain.access import IDLE, LONGEST
from monitor.store.access.accounts import row_of
from monitor.store.tables import SessionRow


class Sessions:
    """Writes of sessions. A session that ended is deleted, so that nothing can bring it back."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def open(self, name: str, *, digest: str, address: str, agent: str) -> int:
        """A new session of an account; what is over, of anybody, is cleared away. Raises KeyError."""
        now = self._clock.now()
        self._delete(or_(*is_over(now)))
        row = SessionRow(
            account_id=self._account_id(name),
            digest=digest,
            address=address[:64],
            agent=agent[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def end(self, session_id: int, *, name: str) -> bool:
        """End a session of this account; False when it has no such session."""
        return self._delete(col(SessionRow.id) == session_id, col(SessionRow.account_id) == self._account_id(name)) > 0

    def end_held_by(self, digest: str) -> None:
        """End the session whose secret has this digest, whoever's it is."""
        self._delete(col(SessionRow.digest) == digest)

    def end_all(self, name: str, *, but: int | None = None) -> int:
        """End all sessions of an account, save perhaps one; says how many."""
        return self._delete(col(SessionRow.account_id) == self._account_id(name), col(SessionRow.id) != (but or 0))

    def note_use(self, session_id: int) -> None:
        """Remember that the session was used now."""
        statement = update(SessionRow).where(col(SessionRow.id) == session_id).values(seen_at=self._clock.now())
        self._session.connection().execute(statement)

    def _delete(self, *conditions: Any) -> int:
        return self._session.connection().execute(delete(SessionRow).where(*conditions)).rowcount

    def _account_id(self, name: str) -> int:
        row = row_of(self._session, name)
        if row is None:
            raise KeyError(name)
        return row.id or 0


def is_over(now: datetime) -> tuple[Any, Any]:
    """The two ways in which a session ends by itself."""
    return col(SessionRow.expires_at) <= now, col(SessionRow.seen_at) <= now - IDLE
