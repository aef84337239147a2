"""What intake says when a page cannot be read as an article."""

from __future__ import annotations


class UnreadableArticle(ValueError):
    """The bytes are no article we can read. The message names file and line, and says what to do; show it as it is."""

    def __init__(self, name: str, reason: str, *, line: int = 1) -> None:
        super().__init__(f"{name}:{line}: {reason}")
        self.name = name
        self.line = line
        self.reason = reason
