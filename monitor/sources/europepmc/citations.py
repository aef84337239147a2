"""Publications that a citation may mean, as Europe PMC holds them: preprints too, which PubMed mostly lacks.

Its fields are told in https://europepmc.org/searchsyntax; how a quoted title is matched is not, and is unverified.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.publications import Publication
from monitor.reading.sections import Section
from monitor.sources.europepmc.reader import names_of

LONGEST_TITLE = 300


def query_of(citation: Citation) -> str:
    """What to ask for: the title, else the place. Empty where the citation has neither."""
    if citation.title:
        return f'TITLE:"{_plain(citation.title)[:LONGEST_TITLE]}"'
    if not (citation.journal and citation.volume and citation.first_page):
        return ""
    year = f" AND PUB_YEAR:{citation.year}" if citation.year else ""
    journal, volume, page = map(_plain, (citation.journal, citation.volume, citation.first_page))
    return f'JOURNAL:"{journal}" AND VOLUME:"{volume}" AND PAGE_INFO:"{page}"{year}'


def publication_of(result: dict[str, Any]) -> Publication | None:
    """A result as a publication, under its PMID or else its DOI; None for one that has neither."""
    names = sorted(names_of(result), key=lambda name: name.scheme is not Scheme.PUBMED)
    if not names:
        return None
    root = Section(result, notes=[])
    journal = root.section("journalInfo")
    return Publication(
        identifier=names[0],
        title=root.text("title"),
        journal=journal.section("journal").text("title"),
        journal_abbreviation=journal.section("journal").text("medlineAbbreviation"),
        published=str(result.get("pubYear") or ""),
        volume=journal.text("volume"),
        issue=journal.text("issue"),
        pages=root.text("pageInfo"),
        authors=tuple(filter(None, re.split(r",\s*", root.text("authorString").rstrip(".")))),
        doi=_doi(names),
    )


def _doi(names: list[Identifier]) -> str:
    return next((name.value for name in names if name.scheme is Scheme.DOI), "")


def _plain(text: str) -> str:
    """Words without what has a meaning in a query."""
    return " ".join(re.sub(r'["\\():\[\]{}^~*?]', " ", text).split())
