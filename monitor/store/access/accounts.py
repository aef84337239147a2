"""Accounts: the people who may come in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.access import Account, NotAccepted, Role
from monitor.domain.credentials import key_of
from monitor.domain.review import Refused
from monitor.store.tables import AccountRow


class Accounts:
    """Reads and writes of accounts. A method that changes one raises KeyError when there is none of that name."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, name: str, *, role: Role, password_hash: str) -> Account:
        """A new account. Raises NotAccepted when there is one of this name, whatever its case."""
        if held := row_of(self._session, name):
            raise NotAccepted("name", f"There is an account {held.name} already.")
        row = AccountRow(
            name=name, key=key_of(name), role=role, password_hash=password_hash, created_at=self._clock.now()
        )
        self._session.add(row)
        self._session.flush()
        return account_of(row)

    def hold(self, name: str) -> Account | None:
        """The account of this name, whatever its case. Nobody else changes it until the transaction ends."""
        return self._held(name, AccountRow.key == key_of(name))

    def hold_with_admins(self, name: str) -> Account | None:
        """The same with all admins, in one order: who takes a role away counts them, and two could do so at once."""
        return self._held(name, or_(col(AccountRow.key) == key_of(name), col(AccountRow.role) == Role.ADMIN))

    def usable_hash(self, name: str) -> str:
        """The hash a password is compared with; empty for an account that is unknown, disabled or has none."""
        return usable_hash(self._session, name)

    def set_role(self, name: str, role: Role) -> None:
        """Give another role. Raises Refused when nobody would be left to say who may come in.

        Hold the account with the admins before, as for :meth:`disable`.
        """
        row = self._row(name)
        if role is not Role.ADMIN:
            self._keep_an_admin(row)
        row.role = role
        self._session.flush()

    def set_password_hash(self, name: str, password_hash: str) -> None:
        """Keep another hash."""
        self._row(name).password_hash = password_hash
        self._session.flush()

    def disable(self, name: str) -> None:
        """Let nobody in under this name. Raises Refused for the last admin."""
        row = self._row(name)
        self._keep_an_admin(row)
        row.disabled_at = row.disabled_at or self._clock.now()
        self._session.flush()

    def enable(self, name: str) -> None:
        """Let the person in again."""
        self._row(name).disabled_at = None
        self._session.flush()

    def note_sign_in(self, name: str) -> None:
        """Remember when somebody last signed in."""
        self._row(name).signed_in_at = self._clock.now()

    def _held(self, name: str, which: Any) -> Account | None:
        query = select(AccountRow).where(which).order_by(col(AccountRow.id)).with_for_update()
        rows = self._session.exec(query.execution_options(populate_existing=True)).all()
        return next((account_of(row) for row in rows if row.key == key_of(name)), None)

    def _keep_an_admin(self, row: AccountRow) -> None:
        admins = self._session.exec(
            select(AccountRow.id).where(AccountRow.role == Role.ADMIN, col(AccountRow.disabled_at).is_(None))
        ).all()
        if list(admins) == [row.id]:
            raise Refused(f"{row.name} is the last admin; make somebody else an admin first.")

    def _row(self, name: str) -> AccountRow:
        row = row_of(self._session, name)
        if row is None:
            raise KeyError(name)
        return row


def row_of(session: Session, name: str) -> AccountRow | None:
    """The row of an account by its name, whatever its case."""
    return session.exec(select(AccountRow).where(AccountRow.key == key_of(name))).one_or_none()


def usable_hash(session: Session, name: str) -> str:
    """See :meth:`Accounts.usable_hash`."""
    row = row_of(session, name)
    return row.password_hash if row and row.disabled_at is None else ""


def account_of(row: AccountRow) -> Account:
    """The account without what it is checked by."""
    return Account(
        name=row.name,
        role=Role(row.role),
        is_disabled=row.disabled_at is not None,
        has_password=bool(row.password_hash),
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
    )
