"""Where one sentence ends and the next begins, with citation markers counted to the sentence before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

ABBREVIATIONS = frozenset(
    [
        "vs",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "al",
        "dr",
        "prof",
        "fig",
        "figs",
        "approx",
        "no",
        "nos",
        "p",
        "pp",
        "vol",
        "ed",
        "eds",
        "st",
        "mr",
        "mrs",
        "ms",
        "ca",
        "cf",
        "resp",
        "incl",
        "ref",
        "refs",
        "tab",
        "sect",
        "dept",
        "univ",
        "est",
        "max",
        "min",
    ]
)
"""Words whose full stop ends no sentence."""

_OPENERS = re.compile(r"\s+[\"“‘'(\[«•]*[^\Wa-z_]")


def sentences(text: str, closing: str) -> Iterator[str]:
    """The sentences of a paragraph, in order, each a piece of the text as it stands.

    ``closing`` is the pattern of a marker that may follow the full stop.
    """
    ends = re.compile(
        rf"(?:[.!?…]{{1,3}}[\"”’')]{{0,2}}(?P<mark>(?:{closing}){{0,9}})(?=\s|$))"
        rf"|[。！？](?:{closing}){{0,9}}"
    )
    begin = 0
    for match in ends.finditer(text):
        if match.group()[0] not in "。！？" and not _ends_here(text, match):
            continue
        if piece := text[begin : match.end()].strip():
            yield piece
        begin = match.end()
    if rest := text[begin:].strip():
        yield rest


def _ends_here(text: str, match: re.Match[str]) -> bool:
    if match.end() < len(text) and not _OPENERS.match(text, match.end()):
        return False
    if match["mark"] or match.group()[0] != ".":
        return True
    word = re.search(r"[\w.]+$", text[max(0, match.start() - 16) : match.start()])
    if word is None:
        return True
    return word.group().casefold() not in ABBREVIATIONS and not re.fullmatch(r"[A-Z]", word.group())
