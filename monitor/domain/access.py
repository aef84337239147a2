"""Who may do what: roles, the scopes of tokens, and who somebody showed to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(hours=12)
"""A session that nobody used for so long is over."""
LONGEST = timedelta(days=7)
"""A session is over after this, however much it was used."""
MOST_TOKEN_DAYS = 366


class NotAccepted(Exception):
    """What somebody chose cannot be taken. The message says why and what to do; ``field`` says which of the fields."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Role(StrEnum):
    """What a person or a program is trusted with. Viewers read, editors decide, admins also say who else may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """1 for a viewer, more for whoever may do more."""
        return tuple(Role).index(self) + 1

    def may(self, needed: Role) -> bool:
        """Whether this role covers ``needed``."""
        return self.rank >= needed.rank


class Scope(StrEnum):
    """What a token may be used for. Every scope lets it read; admin covers the others."""

    READ = "read"
    REVIEW = "review"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def role(self) -> Role:
        """The least role that may have a token of this scope."""
        return {Scope.READ: Role.VIEWER, Scope.ADMIN: Role.ADMIN}.get(self, Role.EDITOR)

    def covers(self, needed: Scope) -> bool:
        """Whether a token of this scope may do what ``needed`` is asked for."""
        return needed in {self, Scope.READ} or self is Scope.ADMIN


class Means(StrEnum):
    """How somebody showed who they are."""

    OPEN = "open"
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the word, not one.
    PROXY = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whose name stands under what is done: a person who signed in, or a program by its token.

    ``scopes`` are those of the token; None for a person, who may do all that the role allows. ``session_id`` and
    ``token_id`` say by which session or token, and ``noted_at`` when its use was last written down.
    """

    name: str
    role: Role
    means: Means = Means.OPEN
    scopes: frozenset[Scope] | None = None
    session_id: int | None = None
    token_id: str = ""
    noted_at: datetime | None = None

    @property
    def is_person(self) -> bool:
        """Whether this is somebody with a page of their own, not a program."""
        return self.means in {Means.SESSION, Means.PROXY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may come in. Without a password only a trusted proxy lets them."""

    name: str
    role: Role
    is_disabled: bool
    has_password: bool
    created_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A browser in which somebody is signed in."""

    id: int
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token, without its secret, which nobody has but its owner."""

    id: str
    owner: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Whether it still works, in a word."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= now else "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in that worked. ``secret`` is for the browser alone."""

    name: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPassword:
    """No such account, a wrong password, or a disabled account: nobody is told which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """Too many sign-ins failed for this name or from this address; the next may be tried then."""

    again_at: datetime


SignIn = SignedIn | WrongPassword | Locked
"""What comes of a sign-in."""
