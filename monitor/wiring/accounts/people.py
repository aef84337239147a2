"""The people who may come in: added, given roles and passwords, disabled."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.access import Account, Identity, Means, NotAccepted, Role
from monitor.domain.credentials import check_name, check_password
from monitor.store import Store, Transaction
from monitor.wiring.accounts.limits import account_bucket
from monitor.wiring.accounts.passwords import Passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Accounts and what admins do with them. ``by`` is who does it.

    What concerns one account raises KeyError when there is none of that name.
    """

    store: Store
    passwords: Passwords

    def is_empty(self) -> bool:
        """Whether nobody may come in yet."""
        with self.store.read() as reads:
            return reads.access.is_empty()

    def all(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with self.store.read() as reads:
            return reads.access.accounts()

    def get(self, name: str) -> Account:
        """The account of this name, whatever its case."""
        with self.store.read() as reads:
            found = reads.access.account(name)
        if found is None:
            raise KeyError(name)
        return found

    def identify(self, name: str) -> Identity | None:
        """Somebody whom a trusted proxy names; None when there is no such account or it is disabled."""
        with self.store.read() as reads:
            found = reads.access.account(name)
        if found is None or found.is_disabled:
            return None
        return Identity(name=found.name, role=found.role, means=Means.PROXY)

    def add(self, name: str, *, role: Role, password: str | None, by: str) -> Account:
        """A new account; without a password only a trusted proxy lets its owner in. Raises NotAccepted."""
        check_name(name)
        kept = "" if password is None else self.passwords.hash(check_password(password, name=name))
        with self.store.begin() as tx:
            account = tx.access.accounts.add(name, role=role, password_hash=kept)
            tx.audit.add(
                actor=by,
                action="account_created",
                subject=f"account:{account.name}",
                role=role,
                has_password=bool(kept),
            )
        return account

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Give another role; the person has to sign in again. Raises Refused for the last admin."""
        with self.store.begin() as tx:
            account = _found(tx.access.accounts.hold_with_admins(name), name)
            if account.role is role:
                return
            tx.access.accounts.set_role(name, role)
            tx.access.sessions.end_all(name)
            tx.audit.add(
                actor=by, action="role_changed", subject=f"account:{account.name}", before=account.role, after=role
            )

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give another password; whoever is signed in under this name is out. Raises NotAccepted."""
        account = self.get(name)
        kept = self.passwords.hash(check_password(password, name=account.name))
        with self.store.begin() as tx:
            _change_password(tx, account.name, kept, by=by)

    def change_password(self, name: str, *, current: str, new: str) -> None:
        """Somebody changes their own password; all their sessions end. Raises NotAccepted.

        Wrong ones are counted with the sign-ins: a browser left open is no place to guess.
        """
        with self.store.begin() as tx:
            turn = tx.access.attempts.take([account_bucket(name)])
            before = tx.access.accounts.usable_hash(name)
        if turn.again_at is not None:
            raise NotAccepted("current", f"That was wrong too often; try again after {turn.again_at:%H:%M} UTC.")
        if not self.passwords.is_right(current, before):
            raise NotAccepted("current", "That is not your password now.")
        kept = self.passwords.hash(check_password(new, name=name))
        with self.store.begin() as tx:
            _found(tx.access.accounts.hold(name), name)
            if tx.access.accounts.usable_hash(name) != before:
                raise NotAccepted("current", "Your password was changed meanwhile; sign in again.")
            tx.access.attempts.give_back(turn.ids)
            _change_password(tx, name, kept, by=name)

    def disable(self, name: str, *, by: str) -> None:
        """Let nobody in under this name, at once; tokens rest, too. Raises Refused for the last admin."""
        with self.store.begin() as tx:
            account = _found(tx.access.accounts.hold_with_admins(name), name)
            if account.is_disabled:
                return
            tx.access.accounts.disable(name)
            tx.access.sessions.end_all(name)
            tx.audit.add(actor=by, action="account_disabled", subject=f"account:{account.name}")

    def enable(self, name: str, *, by: str) -> None:
        """Let the person in again, with the password and the tokens they had."""
        with self.store.begin() as tx:
            account = _found(tx.access.accounts.hold(name), name)
            if not account.is_disabled:
                return
            tx.access.accounts.enable(name)
            tx.audit.add(actor=by, action="account_enabled", subject=f"account:{account.name}")


def _found(account: Account | None, name: str) -> Account:
    if account is None:
        raise KeyError(name)
    return account


def _change_password(tx: Transaction, name: str, kept: str, *, by: str) -> None:
    tx.access.accounts.set_password_hash(name, kept)
    tx.access.sessions.end_all(name)
    tx.audit.add(actor=by, action="password_changed", subject=f"account:{name}")
