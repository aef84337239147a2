"""A file of references alone as an article: it says nothing, but what it lists is watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from monitor.domain.articles import ParsedArticle, Reference
from monitor.intake.decoding import cleaned
from monitor.intake.lists.references import told_apart


def library(references: Sequence[Reference], *, name: str, title: str = "") -> ParsedArticle:
    """The references as an article without claims, under its title or the file's name.

    A reference that the file holds twice, word for word, is one.
    """
    distinct = dict[str, Reference]()
    for reference in references:
        known = distinct.setdefault(reference.key, reference)
        identifiers = tuple(dict.fromkeys((*known.identifiers, *reference.identifiers)))
        distinct[reference.key] = replace(known, identifiers=identifiers)
    path = PurePosixPath(name)
    words = " ".join(cleaned(title).split()) or path.stem.replace("_", " ").strip() or path.name
    return ParsedArticle(
        title=words or "References",
        text="",
        references=told_apart(distinct.values()),
    )
