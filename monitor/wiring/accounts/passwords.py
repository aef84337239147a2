"""Passwords: argon2id, with the same work for who is known and who is not."""

from __future__ import annotations

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.domain.credentials import password_bytes

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""What OWASP recommends: about 75 ms of one core."""
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$HnLNznysN//R6rgeK3q23w$IaA9twLBQD2vIYBRoJuGo8jHpXCBYT1JbTt5NF7AGRU"
"""The hash of a forgotten password: what somebody's is compared with who has none, so that it takes as long."""


class Passwords:
    """Hashes and compares. It takes a core for some 75 ms and 19 MiB: callers with many visitors limit how many do."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(password_bytes(password))

    def is_right(self, password: str, kept: str) -> bool:
        """Whether this is the password of which ``kept`` is the hash; never for an empty one, and no sooner."""
        try:
            return self._hasher.verify(kept or NOBODYS_HASH, password_bytes(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Whether we would hash with more work today."""
        return self._hasher.check_needs_rehash(kept)
