"""CSL-JSON, the format in which Zotero, Pandoc and Crossref hand citations on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.intake.reference_files.entries import Entry
from monitor.intake.reference_files.names import person, written
from monitor.intake.reference_files.problems import Problem, too_many

_KINDS = {"book": "book", "chapter": "book", "webpage": "website", "post-weblog": "website"}
_TEXTS = ("title", "container-title", "DOI", "PMID", "PMCID", "volume", "issue", "page", "number", "URL", "note")


def read_csl_json(text: str) -> tuple[list[Entry], list[Problem]]:
    """The items of a CSL-JSON file, and which of them are none."""
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        return [], [Problem(line=error.lineno, reason=f"this is no JSON: {error.msg}; export the list again")]
    except (RecursionError, ValueError):
        return [], [
            Problem(line=1, reason="this JSON is no list of citations: it is nested too deep or holds huge numbers")
        ]
    if isinstance(items, Mapping):
        items = items.get("items", [items])
    if not isinstance(items, list):
        return [], [Problem(line=1, reason="this JSON is no list of citations; export the list as CSL-JSON")]
    if wrong := too_many(len(items)):
        return [], wrong
    problems = [problem for number, item in enumerate(items, start=1) if (problem := _problem(item, number))]
    return [] if problems else [_entry(item, number) for number, item in enumerate(items, start=1)], problems


def _problem(item: Any, number: int) -> Problem | None:
    if not isinstance(item, Mapping):
        return Problem(line=1, record=number, reason=f"{str(item)[:40]!r} is no citation; it has to be an object")
    for key in _TEXTS:
        if not isinstance(item.get(key), str | int | float | None):
            return Problem(line=1, record=number, reason=f"{key} is no text: {str(item[key])[:40]!r}")
    authors = item.get("author")
    if not isinstance(authors, list | None) or not all(isinstance(one, Mapping) for one in authors or ()):
        return Problem(line=1, record=number, reason="author is no list of names with family and given")
    return None


def _entry(item: Mapping[str, Any], number: int) -> Entry:
    return Entry(
        record=number,
        line=1,
        key=_text(item, "id"),
        number=_text(item, "citation-number"),
        authors=tuple(name for one in item.get("author") or () if (name := _name(one))),
        title=_text(item, "title"),
        journal=_text(item, "container-title") or _text(item, "container-title-short"),
        year=_year(item.get("issued")),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=_text(item, "page") or _text(item, "number"),
        pmid=_text(item, "PMID"),
        doi=_text(item, "DOI"),
        pmcid=_text(item, "PMCID"),
        address=_text(item, "URL"),
        more=(_text(item, "URL"), _text(item, "note")),
        kinds=tuple(filter(None, (_KINDS.get(_text(item, "type"), ""), _text(item, "genre")))),
    )


def _name(author: Mapping[str, Any]) -> str:
    if literal := _text(author, "literal"):
        return " ".join(literal.split())
    particles = [_text(author, key) for key in ("dropping-particle", "non-dropping-particle")]
    family = " ".join(part for part in (*particles, _text(author, "family")) if part)
    return person(family, _text(author, "given")) if family else written(_text(author, "given"))


def _year(issued: Any) -> str:
    """The year of a date: its parts, or the date as somebody wrote it."""
    if not isinstance(issued, Mapping):
        return str(issued or "")
    parts = issued.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return str(parts) if isinstance(parts, str | int) else _text(issued, "raw") or _text(issued, "literal")


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
