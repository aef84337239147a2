"""A JSON object read without trust: a missing part is empty, a part of the wrong type is empty and noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LONGEST_NOTE = 80


class Section:
    """One object of a study. All sections of a study share one list of ``notes``: (path, value) we do not know."""

    def __init__(self, values: dict[str, Any], *, path: str = "", notes: list[tuple[str, str]]) -> None:
        self._values = values
        self._path = path
        self.notes = notes

    @property
    def path(self) -> str:
        """Where in the study this object stands."""
        return self._path

    def expect(self, name: str, missing: str) -> None:
        """Note when a part is not there at all."""
        if name not in self._values:
            self.notes.append((self._at(name), missing))

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
                self._note(name, item)

    def text(self, name: str) -> str:
        """The text under ``name``, with white space squeezed."""
        return _clean(self._typed(name, str) or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under ``name``."""
        items = self._typed(name, list) or ()
        for item in items:
            if not isinstance(item, str):
                self._note(name, item)
        return tuple(_clean(item) for item in items if isinstance(item, str))

    def word(self, name: str, known: frozenset[str]) -> str:
        """A word of a fixed list. One that is not in it is kept as it came, and noted."""
        value = self.text(name)
        if value and value not in known:
            self._note(name, value)
        return value

    def number(self, name: str) -> int | None:
        """The whole number under ``name``."""
        value = self._values.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._note(name, value)
        return None

    def holds(self, name: str) -> bool:
        """The truth value under ``name``; False when there is none."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            self._note(name, value)
        return value is True

    def _typed(self, name: str, kind: type) -> Any:
        value = self._values.get(name)
        if value is None or isinstance(value, kind):
            return value
        self._note(name, value)
        return None

    def _note(self, name: str, value: object) -> None:
        shown = value if isinstance(value, str) else f"{type(value).__name__} {value!r}"
        self.notes.append((self._at(name), _clean(shown)[:LONGEST_NOTE]))

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def _clean(text: str) -> str:
    """Without what no database keeps: null characters and halves of surrogate pairs."""
    return " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").split())
