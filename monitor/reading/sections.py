"""A JSON object read without trust: a missing part is empty, a part of the wrong type is empty and noted."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from typing import Any

LONGEST_NOTE = 80


class Section:
    """One object of a record. All sections of a record share one list of ``notes``: (path, value) we do not know."""

    def __init__(self, values: dict[str, Any], *, path: str = "", notes: list[tuple[str, str]]) -> None:
        self._values = values
        self._path = path
        self.notes = notes

    @property
    def names(self) -> tuple[str, ...]:
        """What the object holds something under."""
        return tuple(self._values)

    def section(self, name: str) -> Section:
        """The object under ``name``; an empty one when there is none."""
        value = self._typed(name, dict)
        return Section(value or {}, path=self._at(name), notes=self.notes)

    def sections(self, name: str) -> Iterator[Section]:
        """The objects of the list under ``name``."""
        for item in self._typed(name, list) or ():
            if isinstance(item, dict):
                yield Section(item, path=self._at(name), notes=self.notes)
            else:
                self.note(name, item)

    def items(self, name: str) -> tuple[object, ...]:
        """The list under ``name``, whatever is in it."""
        return tuple(self._typed(name, list) or ())

    def text(self, name: str) -> str:
        """The text under ``name``, with white space squeezed."""
        return cleaned(self._typed(name, str) or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under ``name``."""
        items = self._typed(name, list) or ()
        for item in items:
            if not isinstance(item, str):
                self.note(name, item)
        return tuple(cleaned(item) for item in items if isinstance(item, str))

    def listed(self, name: str) -> tuple[str, ...]:
        """The texts under ``name``, where a text by itself is a list of one; empty ones are left out."""
        found = (self.text(name),) if isinstance(self._values.get(name), str) else self.texts(name)
        return tuple(filter(None, found))

    def word(self, name: str, known: frozenset[str]) -> str:
        """A word of a fixed list. One that is not in it is kept as it came, and noted."""
        value = self.text(name)
        if value and value not in known:
            self.note(name, value)
        return value

    def number(self, name: str) -> int | None:
        """The whole number under ``name``."""
        value = self._values.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.note(name, value)
        return None

    def holds(self, name: str) -> bool:
        """The truth value under ``name``; False when there is none."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            self.note(name, value)
        return value is True

    def _typed(self, name: str, kind: type) -> Any:
        value = self._values.get(name)
        if value is None or isinstance(value, kind):
            return value
        self.note(name, value)
        return None

    def note(self, name: str, value: object) -> None:
        """Tell of a value under ``name`` that the reader does not know."""
        shown = value if isinstance(value, str) else f"{type(value).__name__} {reprlib.repr(value)}"
        self.notes.append((cleaned(self._at(name)), cleaned(shown)[:LONGEST_NOTE]))

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def cleaned(text: str) -> str:
    """With white space squeezed, and without what no database keeps: null characters, halves of surrogate pairs."""
    return " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").split())
