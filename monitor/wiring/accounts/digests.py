"""Secrets that we make: long, random, and kept by their hash only."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that a fast hash does."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
