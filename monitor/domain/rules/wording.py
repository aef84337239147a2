"""When two wordings are the same, and how alike they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%<>≤≥=±]")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?"
_PASSING = re.compile(
    rf"\b(?:{_WEEKDAY}\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?:19|20)\d\d)?\b"
    rf"|\b(?:{_WEEKDAY}\s+)?{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+(?:19|20)\d\d)?\b"
    rf"|\b{_MONTH}\s+(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d-\d\d-\d\d(?:T[\d:.]+Z?)?\b|\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d\b"
    r"|\b\d{1,2}(?:[:.]\d\d)+\s*(?:[ap]\.?m\.?)?(?=\W|$)|\b\d{1,2}\s*[ap]\.?m\.?(?=\W|$)"
    r"|\b(?:\d+|an?)\s+(?:second|minute|hour|day|week|month)s?\s+ago\b"
    r"|\b\d+(?:[.,]\d+)*\s*(?:views?|downloads?|visits?|shares?|likes?|comments?|times viewed|[KMG]B)\b"
    r"|\b(?:views?|downloads?|visits?|shares?|likes?|comments?)\s*[(:]\s*\d+(?:[.,]\d+)*\)?",
    re.I,
)
"""Days, times, counters and sizes of files: what a page says anew on every day without saying anything."""

_FIGURE = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?:\s*(?:to|-|–)\s*\d+(?:[.,]\d+)*)?(?![\d.,]*\s*(?:%|mg|g|kg|µg|μg|mcg|ng|ml|l|dl|"
    r"iu|units?|mmhg|mmol|mol|cm|mm|m|kcal|years?|months?|weeks?|days?|hours?|minutes?|times|doses?|tablets?|puffs?|drops?"
    r")\b)(?!\s*%)(?![\d.,]*\d)",
    re.I,
)
"""A number, or a range of them, without a unit."""


def tokens(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text by which two wordings are compared; case and punctuation go."""
    return tuple(token.casefold() for token in _TOKENS.findall(text))


def lasting(text: str) -> tuple[str, ...]:
    """The same without days, times, counters and sizes of files."""
    return tokens(_PASSING.sub(" ", text))


def is_update_of_figures(before: str, after: str) -> bool:
    """Whether two wordings differ in figures alone that are brought up to date with their day, or fill a table's row.

    A figure with a unit (a dose, an age, a threshold) is never one of them.
    """
    if without_figures(before) != without_figures(after):
        return False
    has_new_day = _PASSING.findall(before) != _PASSING.findall(after)
    return has_new_day or (_is_row_of_figures(before) and _is_row_of_figures(after))


def without_figures(text: str) -> tuple[str, ...]:
    """The lasting words without numbers; numbers with a unit stay."""
    return lasting(_FIGURE.sub(" ", text))


def _is_row_of_figures(text: str) -> bool:
    """A label, and cells that hold no words."""
    _, *cells = text.split(" | ")
    return bool(cells) and all(not _FIGURE.sub(" ", cell).strip(" -–—,.") for cell in cells)


def likeness(left: Sequence[str], right: Sequence[str]) -> float:
    """How alike two wordings are, from 0 to 1."""
    return SequenceMatcher(None, left, right).ratio()
