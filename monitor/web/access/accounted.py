"""Access by accounts: tokens of programs, sessions of people, and people whom a trusted proxy names."""

from __future__ import annotations

from starlette.requests import Request

from monitor.domain.access import Identity, Means
from monitor.web.access.peers import Peers, peer_of
from monitor.wiring.accounts import Accounts


class AccountAccess:
    """Tells who is asking by what they bring, in this order: a token, a proxy's word, a session.

    A token that does not work is not made up for by a session: what came with it was meant for a program.
    """

    def __init__(self, accounts: Accounts, *, peers: Peers, proxy_user_header: str = "") -> None:
        self.accounts = accounts
        self.peers = peers
        self.proxy_user_header = proxy_user_header

    def identify(self, request: Request) -> Identity | None:
        """Who sent this request."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.accounts.tokens.identify(token.strip())
        named = request.headers.getlist(self.proxy_user_header) if self.proxy_user_header else []
        if named and self.peers.is_trusted(request):
            return self.accounts.people.identify(named[0]) if len(named) == 1 else None
        if named:
            self.accounts.signing_in.note_foreign_header(peer_of(request))
        secret = request.scope["session"]
        return self.accounts.signing_in.identify(secret) if secret else None

    def note_use(self, identity: Identity) -> None:
        """Keep a session from ending as idle, and a token's last use; at most once a minute."""
        if identity.means is Means.SESSION and identity.session_id is not None:
            self.accounts.signing_in.note_use(identity.session_id, noted_at=identity.noted_at)
        elif identity.means is Means.TOKEN:
            self.accounts.tokens.note_use(identity.token_id, noted_at=identity.noted_at)
