"""PubMed's own format (nbib, MEDLINE), read by Biopython. The frame of the file is checked before, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from Bio import Medline

from monitor.intake.reference_files.entries import LONGEST_FIELD, Entry
from monitor.intake.reference_files.names import person, written
from monitor.intake.reference_files.problems import Problem, too_many

_FIELD = re.compile(r"[A-Z][A-Z0-9]{1,3} {0,2}- ?.*")
_CONTINUED = "      "
_READ = frozenset("PMID LID AID TI BTI TT TA JT DP DEP VI IP PG PMC SI PT AU FAU CN".split())  # noqa: SIM905 - reads as words
_PUBLISHED = re.compile(r"(?<!\S)(?P<value>\S+)\s+\[(?P<kind>doi|pii|pmc|pmcid)\]", re.I)


def read_nbib(text: str) -> tuple[list[Entry], list[Problem]]:
    """The records of an nbib file, and what is wrong with its frame."""
    lines = [line.rstrip() if line.strip() else "" for line in text.split("\n")]
    begins = [at for at, line in enumerate(lines, start=1) if line and (at == 1 or not lines[at - 2])]
    if problems := too_many(len(begins)) or list(_problems(lines)):
        return [], problems
    records = Medline.parse(_wanted(lines))  # type: ignore[no-untyped-call]  # Biopython has no types.
    numbered = enumerate(zip(records, begins, strict=True), start=1)
    return [_entry(record, number, line) for number, (record, line) in numbered], []


def _wanted(lines: list[str]) -> Iterator[str]:
    """The lines of the fields that are read, for the others can be long: abstracts, keywords, addresses.

    The first line of a record is there in any case, so that none is lost.
    """
    wanted, before = False, ""
    for line in lines:
        wanted = wanted if line.startswith(_CONTINUED) else not before or line[:4].rstrip() in _READ
        before = line
        if wanted or not line:
            yield f"{line}\n"


def _problems(lines: list[str]) -> Iterator[Problem]:
    inside = False
    for number, line in enumerate(lines, start=1):
        if not line:
            inside = False
        elif line.startswith(_CONTINUED) and not inside:
            yield Problem(line=number, reason="the line goes on with a field, but none stands above it")
        elif not line.startswith(_CONTINUED) and not (_FIELD.fullmatch(line) and line[4:5] in ("-", "")):
            yield Problem(
                line=number, reason=f"{line[:40]!r} is no field; a line begins with a name, as in PMID- , or 6 spaces"
            )
        else:
            inside = True


def _entry(record: Mapping[str, Any], number: int, line: int) -> Entry:
    published = [
        found
        for text in _list(record, "LID") + _list(record, "AID")
        if (found := _PUBLISHED.search(text[:LONGEST_FIELD]))
    ]
    return Entry(
        record=number,
        line=line,
        authors=tuple(_authors(record)),
        title=_text(record, "TI") or _text(record, "BTI") or _text(record, "TT"),
        journal=_text(record, "TA") or _text(record, "JT"),
        year=_text(record, "DP") or _text(record, "DEP"),
        volume=_text(record, "VI"),
        issue=_text(record, "IP"),
        pages=_text(record, "PG"),
        pmid=_text(record, "PMID"),
        doi=next((found["value"] for found in published if found["kind"].lower() == "doi"), ""),
        pmcid=_text(record, "PMC"),
        more=tuple(text for text in _list(record, "SI") if "NCT" in text),
        kinds=tuple(_list(record, "PT")),
    )


def _authors(record: Mapping[str, Any]) -> list[str]:
    """Names as PubMed abbreviates them; a group is an author of its own."""
    names = _list(record, "AU") or [written(name) for name in _list(record, "FAU")]
    return [person(name) for name in (*names, *_list(record, "CN"))]


def _text(record: Mapping[str, Any], key: str) -> str:
    return (
        " ".join(" ".join(_list(record, key)).split())
        if key in ("TI", "TT", "BTI")
        else next(iter(_list(record, key)), "")
    )


def _list(record: Mapping[str, Any], key: str) -> list[str]:
    value = record.get(key, "")
    return [str(item).strip() for item in value] if isinstance(value, list) else [str(value).strip()] if value else []
