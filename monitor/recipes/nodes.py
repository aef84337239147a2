"""A YAML file as typed values that know their line. Reading goes on after a mistake, so that all are told at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.recipes.errors import Complaints

SHORTEST_INTERVAL = timedelta(seconds=60)
LONGEST_INTERVAL = timedelta(days=36_500)
LARGEST_NUMBER = 1_000_000
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Node:
    """A mapping of the file. Every getter returns a value of its type, an empty one where it had to complain."""

    def __init__(self, values: CommentedMap, *, path: str, line: int, complaints: Complaints) -> None:
        self._values = values
        self._path = path
        self.line = line
        self._complaints = complaints

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def only(self, *known: str) -> None:
        """Complain about every key that is not known."""
        for key in self.names():
            if key not in known:
                close = difflib.get_close_matches(key, map(str, known), n=1)
                self.complain(key, f"unknown key; did you mean {close[0]!r}?" if close else "unknown key")

    def names(self) -> tuple[str, ...]:
        """The keys as text, in the order of the file."""
        return tuple(map(str, self._values))

    def complain(self, key: str, message: str) -> None:
        """Note a problem at a key's line."""
        self._complaints.add(self.line_of(key), self._at(key), message)

    def line_of(self, key: str) -> int:
        """The line a key stands on; that of the mapping for a key that is missing."""
        try:
            return int(self._values.lc.key(key)[0]) + 1
        except (KeyError, TypeError, AttributeError):
            return self.line

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required unless there is a default."""
        value = self._value(key, required=default is None)
        if value is None:
            return default or ""
        if isinstance(value, str) and (value.strip() or default is not None):
            return str(value)
        self.complain(key, f"must be a text, not {_named(value)}")
        return default or ""

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, required=required)
        if value is None:
            return ()
        if isinstance(value, CommentedSeq) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(map(str, value))
        self.complain(key, f"must be a list of texts, not {_named(value)}")
        return ()

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """A text, or a list of texts; required."""
        value = self._values.get(key)
        if isinstance(value, CommentedSeq):
            return self.texts(key, required=True)
        return tuple(filter(None, [self.text(key)]))

    def number(self, key: str, default: float, *, least: float) -> float:
        """A number that is at least ``least``."""
        value = self._value(key)
        if value is None:
            return default
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.complain(key, f"must be a number, not {_named(value)}")
        elif not least <= value <= LARGEST_NUMBER:
            self.complain(key, f"must be {least:g} to {LARGEST_NUMBER:g}, not {value:g}")
        else:
            return float(value)
        return default

    def whole(self, key: str, default: int, *, least: int) -> int:
        """A whole number that is at least ``least``."""
        value = self.number(key, default, least=least)
        if value != int(value):
            self.complain(key, f"must be a whole number, not {value:g}")
        return int(value)

    def duration(self, key: str, default: timedelta) -> timedelta:
        """A length of time such as ``12h`` or ``14d``, from a minute to a hundred years."""
        value = self._value(key)
        if value is None:
            return default
        match = _DURATION.fullmatch(str(value).strip())
        if match is None:
            self.complain(key, "must be a number with s, m, h, d or w, such as 12h")
            return default
        length = _length(int(match.group(1)[:12]), match.group(2))
        if not SHORTEST_INTERVAL <= length <= LONGEST_INTERVAL:
            self.complain(key, "must be 60 seconds or more, and a hundred years at most")
            return default
        return length

    def node(self, key: str, *, required: bool = False) -> Node:
        """A mapping; an empty one where there is none."""
        value = self._value(key, required=required)
        if value is not None and not isinstance(value, CommentedMap):
            self.complain(key, f"must be a mapping of keys, not {_named(value)}")
        return self._below(value, self._at(key), self.line_of(key))

    def nodes(self, key: str) -> Iterator[Node]:
        """The mappings of a list."""
        value = self._value(key)
        if value is None:
            return
        if not isinstance(value, CommentedSeq):
            self.complain(key, f"must be a list, not {_named(value)}")
            return
        for place, item in enumerate(value):
            line = int(value.lc.item(place)[0]) + 1
            if isinstance(item, CommentedMap):
                yield self._below(item, f"{self._at(key)}[{place}]", line)
            else:
                self._complaints.add(line, f"{self._at(key)}[{place}]", f"must be a mapping, not {_named(item)}")

    def plain(self, key: str) -> dict[str, Any]:
        """A mapping as a program would send it: JSON values, days and times as text; required."""
        value = self._value(key, required=True)
        if isinstance(value, CommentedMap):
            return {str(name): _as_json(item) for name, item in value.items()}
        if value is not None:
            self.complain(key, f"must be a mapping of keys, not {_named(value)}")
        return {}

    def plains(self, key: str) -> tuple[dict[str, Any], ...]:
        """A list of such mappings."""
        value = self._value(key)
        if value is None:
            return ()
        if isinstance(value, CommentedSeq) and all(isinstance(item, CommentedMap) for item in value):
            return tuple(_as_json(item) for item in value)
        self.complain(key, f"must be a list of mappings, not {_named(value)}")
        return ()

    def word_sets(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of words."""
        value = self._value(key)
        if value is None:
            return ()
        if isinstance(value, CommentedSeq) and all(_is_words(item) for item in value):
            return tuple(tuple(map(str, item)) for item in value)
        self.complain(key, "must be a list of lists of words, such as [[knee, osteoarthritis]]")
        return ()

    def _below(self, value: Any, path: str, line: int) -> Node:
        values = value if isinstance(value, CommentedMap) else CommentedMap()
        return Node(values, path=path, line=line, complaints=self._complaints)

    def _value(self, key: str, *, required: bool = False) -> Any:
        value = self._values.get(key)
        if value is None and required:
            self.complain(key, "is missing" if key not in self._values else "is empty")
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def open_file(path: Path, complaints: Complaints, *, may_be_empty: bool = False) -> Node:
    """The top mapping of a file; an empty one, with the reason noted, where the file cannot be read."""
    values: Any = None
    try:
        values = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        complaints.add(1, "", f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        complaints.add(1, "", "is not UTF-8 text")
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        complaints.add(line, "", f"is no YAML: {error.problem or error.context}".partition("\n")[0])
    except (YAMLError, RecursionError, ValueError) as error:
        complaints.add(1, "", f"is no YAML: {error}".partition("\n")[0])
    else:
        if not isinstance(values, CommentedMap) and not (may_be_empty and values is None):
            complaints.add(1, "", f"must hold keys with values, not {_named(values)}")
    top = values if isinstance(values, CommentedMap) else CommentedMap()
    return Node(top, path="", line=1, complaints=complaints)


def _length(number: int, unit: str) -> timedelta:
    try:
        return timedelta(**{_UNITS[unit]: number})
    except OverflowError:
        return timedelta.max


def _as_json(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _as_json(item) for name, item in value.items()}
        case list():
            return [_as_json(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _is_words(item: object) -> bool:
    return isinstance(item, CommentedSeq) and len(item) > 0 and all(isinstance(word, str) for word in item)


def _named(value: object) -> str:
    """The kind of a value in an editor's words. The value itself is never repeated."""
    match value:
        case None:
            return "nothing"
        case str():
            return "an empty text" if not value.strip() else "a text"
        case bool():
            return "yes or no"
        case int() | float():
            return "a number"
        case dict():
            return "a mapping"
        case list():
            return "a list of something else"
        case date():
            return "a date: put it in quotes"
        case _:
            return f"a {type(value).__name__}"
