"""Who may do what: three roles, each of which may do all that the one below may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whose name stands under what is done: a person who signed in, or a program by its token."""

    name: str
    role: Role
