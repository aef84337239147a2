"""Tokens of programs: ``fm_<id>_<secret>``, of which only a hash is kept."""

from __future__ import annotations

import hmac
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.domain.access import MOST_TOKEN_DAYS, Identity, Means, NotAccepted, Role, Scope, TokenLine
from monitor.domain.credentials import check_label
from monitor.store import Store
from monitor.wiring.accounts.digests import digest_of, new_secret
from monitor.wiring.accounts.limits import is_to_be_noted

LETTERS = string.ascii_lowercase + string.digits
NOBODYS_DIGEST = digest_of("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens and who comes with them."""

    store: Store
    clock: Clock

    def create(self, owner: str, *, label: str, scopes: Iterable[Scope], days: int, by: str) -> tuple[str, TokenLine]:
        """A new token of an account, in full this once, and its line. Raises NotAccepted, and KeyError for no account.

        A token may only be given what its owner may do.
        """
        label, wanted = check_label(label), frozenset(scopes)
        if not wanted:
            raise NotAccepted("scopes", "Choose what the token may be used for.")
        if not 1 <= days <= MOST_TOKEN_DAYS:
            raise NotAccepted("days", f"A token is good for 1 to {MOST_TOKEN_DAYS} days.")
        token_id, secret = "".join(secrets.choice(LETTERS) for _ in range(8)), new_secret()
        token = f"fm_{token_id}_{secret}"
        with self.store.begin() as tx:
            account = tx.access.accounts.hold(owner)
            if account is None:
                raise KeyError(owner)
            _check_scopes(wanted, account.role)
            line = tx.access.tokens.add(
                token_id,
                owner=owner,
                digest=digest_of(token),
                label=label,
                scopes=wanted,
                expires_at=self.clock.now() + timedelta(days=days),
                by=by,
            )
            tx.audit.add(
                actor=by,
                action="token_created",
                subject=f"token:{token_id}",
                owner=line.owner,
                label=label,
                scopes=sorted(wanted),
                expires_at=line.expires_at,
            )
        return token, line

    def identify(self, token: str) -> Identity | None:
        """Who comes with a token, which never can more than its owner can now; None when it does not work."""
        prefix, _, rest = token.partition("_")
        token_id, _, _ = rest.partition("_")
        if prefix != "fm" or len(token) > 200:
            return None
        with self.store.read() as reads:
            held = reads.access.token(token_id)
        is_right = hmac.compare_digest(held.digest if held else NOBODYS_DIGEST, digest_of(token))
        if held is None or not is_right or held.owner.is_disabled or held.line.state(self.clock.now()) != "valid":
            return None
        scopes = held.line.scopes
        return Identity(
            name=f"{held.owner.name} (token {held.line.label})",
            role=min(held.owner.role, max((scope.role for scope in scopes), key=_rank), key=_rank),
            means=Means.TOKEN,
            scopes=scopes,
            token_id=token_id,
            noted_at=held.line.used_at,
        )

    def note_use(self, token_id: str, *, noted_at: datetime | None) -> None:
        """Remember that the token was used; not again within a minute."""
        if not is_to_be_noted(noted_at, self.clock.now()):
            return
        with self.store.begin() as tx:
            tx.access.tokens.note_use(token_id)

    def all(self) -> tuple[TokenLine, ...]:
        """All tokens, the newest first."""
        with self.store.read() as reads:
            return reads.access.tokens()

    def of(self, owner: str) -> tuple[TokenLine, ...]:
        """The tokens of an account, the newest first."""
        with self.store.read() as reads:
            return reads.access.tokens(owner)

    def revoke(self, token_id: str, *, by: str, owner: str | None = None) -> TokenLine:
        """Make a token worthless at once. Raises KeyError when there is none such, or not of this owner."""
        with self.store.begin() as tx:
            line = tx.access.tokens.revoke(token_id, owner=owner)
            if line is None:
                raise KeyError(token_id)
            tx.audit.add(
                actor=by, action="token_revoked", subject=f"token:{token_id}", owner=line.owner, label=line.label
            )
        return line


def _check_scopes(wanted: frozenset[Scope], role: Role) -> None:
    for scope in sorted(wanted):
        if not role.may(scope.role):
            raise NotAccepted(
                "scopes", f"The owner is {role}; a token for {scope!s} needs an owner who is {scope.role}."
            )


def _rank(role: Role) -> int:
    return role.rank
