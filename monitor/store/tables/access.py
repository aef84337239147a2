"""Who may come in: accounts, their sessions and tokens, and the sign-ins that are counted. No secret is in clear."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from monitor.store.tables.base import Table, json_list, when


class AccountRow(Table, table=True):
    """A person who may come in. ``key`` is the name without its case; without a hash only a proxy lets them in."""

    __tablename__ = "account"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    key: str = Field(unique=True)
    role: str
    password_hash: str = ""
    created_at: datetime = when()
    disabled_at: datetime | None = when(nullable=True)
    signed_in_at: datetime | None = when(nullable=True)


class SessionRow(Table, table=True):
    """A browser in which somebody is signed in; the row goes when the session ends."""

    __tablename__ = "session"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str = Field(unique=True)
    address: str = ""
    agent: str = ""
    created_at: datetime = when()
    seen_at: datetime = when()
    expires_at: datetime = when()


class TokenRow(Table, table=True):
    """A program's token; only the hash of its secret is kept."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str
    label: str
    scopes: list[str] = json_list()
    created_at: datetime = when()
    created_by: str
    expires_at: datetime = when()
    used_at: datetime | None = when(nullable=True)
    revoked_at: datetime | None = when(nullable=True)


class AttemptRow(Table, table=True):
    """Something that may be tried only so often, counted by kind and key; the key of a name is its hash."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_kind_key", "kind", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str
    at: datetime = when()
