"""What is wrong with the watchlists, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: in which file, on which line, at which key, and what to do about it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}"
            if self.key
            else (f"{self.file}:{self.line}: {self.message}")
        )


class RecipeErrors(ValueError):
    """The watchlists are wrong. The message holds one line ``file:line: key: message`` for every mistake."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Complaints:
    """Collects the problems of one file while it is read."""

    def __init__(self, file: Path) -> None:
        self._file = str(file)
        self._problems: list[Problem] = []

    def add(self, line: int, key: str, message: str) -> None:
        """Note a problem."""
        self._problems.append(Problem(file=self._file, line=line, key=key, message=message))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything noted, by line."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.line, problem.key)))
