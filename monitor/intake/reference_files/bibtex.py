"""BibTeX and BibLaTeX, split by bibtexparser; what LaTeX writes with commands becomes letters through pylatexenc."""

from __future__ import annotations

import logging
import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import BlockAbortedException
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock
from bibtexparser.model import Entry as BibtexEntry
from pylatexenc.latex2text import LatexNodes2Text

from monitor.intake.reference_files.entries import LONGEST_FIELD, MOST_AUTHORS, Entry
from monitor.intake.reference_files.names import person
from monitor.intake.reference_files.problems import Problem, too_many

_JOURNALS = ("journal", "journaltitle", "shortjournal", "booktitle")
_KINDS = {
    "book": "book",
    "inbook": "book",
    "incollection": "book",
    "online": "website",
    "guideline": "guideline",
}
_BLOCK = re.compile(r"@\w*[ \t]*[{(]")
_COMMAND = re.compile(r"[\\{}$~]|--")
_DEEPEST = 20
"""Braces nested deeper than this are taken out unread; no title needs them, and recursion is not free."""
_CONFUSED = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)
"""What pylatexenc raises for commands put together as nobody writes them; then they stay in the text as they are."""


def read_bibtex(text: str) -> tuple[list[Entry], list[Problem]]:
    """The entries of a BibTeX file, and what could not be split into entries and fields."""
    for library in ("bibtexparser", "pylatexenc"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # What they warn of we tell ourselves, with the line.
    if wrong := too_many(sum(1 for _ in _BLOCK.finditer(text))):
        return [], wrong
    found = parse_string(text)
    problems = [_problem(block) for block in found.failed_blocks]
    if problems:
        return [], problems
    return [_entry(block, number) for number, block in enumerate(found.entries, start=1)], []


def _problem(block: Block) -> Problem:
    line = (block.start_line or 0) + 1
    match block:
        case DuplicateBlockKeyBlock():
            return Problem(line=line, reason=f"the key {block.key!r} was used before; give each entry its own")
        case DuplicateFieldKeyBlock():
            twice = ", ".join(sorted(block.duplicate_keys))
            return Problem(line=line, reason=f"the entry gives {twice} twice; keep one of them")
        case _:
            error = getattr(block, "error", None)
            reason = error.abort_reason if isinstance(error, BlockAbortedException) else str(error)
            return Problem(line=line, reason=f"the entry cannot be read: {' '.join(reason.split())[:200]}")


def _entry(block: BibtexEntry, number: int) -> Entry:
    fields = {one.key.lower(): str(one.value) for one in block.fields}

    def text(*names: str) -> str:
        return next((words for name in names if (words := letters(fields.get(name, "")).strip())), "")

    is_pubmed = text("eprinttype", "archiveprefix").lower() in ("pubmed", "pmid")
    return Entry(
        record=number,
        line=(block.start_line or 0) + 1,
        key=block.key,
        authors=_authors(fields.get("author", "")),
        title=text("title"),
        journal=text(*_JOURNALS),
        year=text("year", "date"),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=text("pages", "eid"),
        pmid=text("pmid") or (text("eprint") if is_pubmed else ""),
        doi=fields.get("doi", "").replace("\\_", "_").strip(),
        pmcid=text("pmcid", "pmc"),
        address=fields.get("url", "").strip("{} "),
        more=tuple(fields[name] for name in ("url", "note", "howpublished") if name in fields),
        kinds=tuple(filter(None, (_KINDS.get(block.entry_type.lower(), ""),))),
    )


def _authors(text: str) -> tuple[str, ...]:
    """Names are parted before commands become letters, for braces keep the name of a group whole."""
    if len(text) > LONGEST_FIELD * 40:
        return (text,)
    names = split_multiple_persons_names(text)[: MOST_AUTHORS + 1]
    return tuple(name for one in names if one.lower() != "others" and (name := _name(one)))


def _name(text: str) -> str:
    if len(text) > LONGEST_FIELD:
        return text
    parts = parse_single_name_into_parts(text, strict=False)
    family = letters(" ".join((*parts.von, *parts.last)))
    return person(family, letters(" ".join(parts.first)))


def letters(text: str) -> str:
    """LaTeX as letters: commands and braces are gone. It reads no files, whatever the commands ask for."""
    if len(text) > LONGEST_FIELD or not _COMMAND.search(text):
        return text
    if _depth(text) <= _DEEPEST:
        try:
            return str(LatexNodes2Text(math_mode="text", strict_latex_spaces=False).latex_to_text(text))
        except _CONFUSED:
            pass
    return re.sub(r"[{}]", "", text)


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        depth = max(0, depth + (sign == "{") - (sign == "}"))
        deepest = max(deepest, depth)
    return deepest
