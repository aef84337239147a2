"""A field before and after, as lines a person can compare. Values are any JSON; big ones are cut and said to be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from monitor.domain.read_models import DiffLine
from monitor.reports.links import plain

LONGEST = 2000
"""Characters of one value that are shown; comparing more would make a page slow and help nobody."""

LARGEST = 20_000
"""Characters of one value in an answer to a program, as JSON; a larger one is cut and becomes a text that says so."""

MOST_ITEMS = 2000
"""Items of a list that are compared; longer ones are cut."""

MOST_WORDS = 400
"""Values with more words are shown whole, without marking which words differ."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words; ``changed`` when the other side does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field, with the parts of each side in order. An empty side is no value."""

    field: str
    before: tuple[Part, ...]
    after: tuple[Part, ...]


def change(line: DiffLine) -> Change:
    """One line of a difference, with the words that differ marked."""
    before, after = _without_common(_bounded(line.before), _bounded(line.after))
    left, right = marked(as_text(before), as_text(after))
    return Change(field=plain(line.field).replace("_", " "), before=left, after=right)


def as_text(value: Any) -> str:
    """A JSON value in plain words: lists line by line, mappings as ``key: value``, nothing as an empty text.

    Mappings in a list are rows of one shape; their values alone are easier to compare.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return "; ".join(f"{key}: {as_text(item)}" for key, item in value.items() if as_text(item))
        case list() | tuple():
            return "\n".join(map(_item, value))
        case _:
            return plain(str(value))


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(text for item in value.values() if (text := as_text(item)))
    return as_text(value)


def marked(before: str, after: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both sides as runs of words, those that differ marked; too large texts are cut and left unmarked."""
    if max(len(before), len(after)) > LONGEST:
        return _whole(before), _whole(after)
    old, new = before.split(" "), after.split(" ")
    if max(len(old), len(new)) > MOST_WORDS:
        return _whole(before), _whole(after)
    left: list[Part] = []
    right: list[Part] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        left.append(Part(" ".join(old[old_from:old_to]), tag != "equal"))
        right.append(Part(" ".join(new[new_from:new_to]), tag != "equal"))
    return tuple(part for part in left if part.text), tuple(part for part in right if part.text)


def _bounded(value: Any) -> Any:
    """A list that is too long to be compared item by item is cut, and says so at its end."""
    if not isinstance(value, list | tuple) or len(value) <= MOST_ITEMS:
        return value
    return [*value[:MOST_ITEMS], f"… (too large to show: {len(value)} items)"]


def shortened(value: Any) -> Any:
    """A value as programs get it: as it is, or the beginning of its text, cut and said to be too large."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= LARGEST else _cut(text, LARGEST)


def _sameness(item: Any) -> str:
    """The same text for the same JSON value: lists of any length are compared in one pass."""
    return json.dumps(item, sort_keys=True, default=str)


def _without_common(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two lists, the items only one of them has, with a count of what stayed."""
    if not (isinstance(before, list | tuple) and isinstance(after, list | tuple)):
        return before, after
    ours, theirs = {_sameness(item) for item in before}, {_sameness(item) for item in after}
    gone = [item for item in before if _sameness(item) not in theirs]
    came = [item for item in after if _sameness(item) not in ours]
    stayed = len(before) - len(gone)
    note = [f"(and {stayed} unchanged)"] if stayed and (gone or came) else []
    return [*gone, *note], [*came, *note]


def _whole(text: str) -> tuple[Part, ...]:
    if not text:
        return ()
    if len(text) <= LONGEST:
        return (Part(text, False),)
    return (Part(_cut(text, LONGEST), False),)


def _cut(text: str, longest: int) -> str:
    return f"{text[:longest]} … (too large to show: {len(text)} characters)"
