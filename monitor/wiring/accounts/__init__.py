"""Who may come in, and what is done about it; every change is audited in the commit that makes it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock import Clock
from monitor.store import Store
from monitor.wiring.accounts.passwords import Passwords
from monitor.wiring.accounts.people import People
from monitor.wiring.accounts.signing_in import SigningIn
from monitor.wiring.accounts.tokens import Tokens

__all__ = ["Accounts", "build_accounts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """People, how they sign in, and the tokens of their programs."""

    people: People
    signing_in: SigningIn
    tokens: Tokens


def build_accounts(store: Store, clock: Clock, passwords: Passwords | None = None) -> Accounts:
    """All of it over a store."""
    passwords = passwords or Passwords()
    return Accounts(
        people=People(store=store, passwords=passwords),
        signing_in=SigningIn(store=store, passwords=passwords, clock=clock),
        tokens=Tokens(store=store, clock=clock),
    )
