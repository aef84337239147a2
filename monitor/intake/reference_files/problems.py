"""What is wrong with a file of references, row by row; such a file is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.intake.errors import UnreadableArticle

MOST_TOLD = 20
"""So many problems are told at once; a file that has more is not read by eye."""

MOST_REFERENCES = 10_000
"""No article rests on more; a file that holds more is a whole library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong: at which line, with which record, and what to do."""

    line: int
    reason: str
    record: int | None = None

    @property
    def words(self) -> str:
        """The problem as it is told, without file and line."""
        return f"record {self.record}: {self.reason}" if self.record is not None else self.reason


class UnreadableReferences(UnreadableArticle):
    """A file of references in which something is wrong; ``problems`` are all of it, the message the first twenty."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        told = [f"{name}:{problem.line}: {problem.words}" for problem in problems[1:MOST_TOLD]]
        left = len(problems) - MOST_TOLD
        more = [f"and {left} more; nothing was taken from the file"] if left > 0 else []
        super().__init__(name, "\n".join([problems[0].words, *told, *more]), line=problems[0].line)
        self.problems = tuple(problems)


def too_many(count: int) -> list[Problem]:
    """What is wrong with a file of so many references, if anything; asked before they are read."""
    if count <= MOST_REFERENCES:
        return []
    return [Problem(line=1, reason=f"the file holds {count} references; give at most {MOST_REFERENCES}, in parts")]
