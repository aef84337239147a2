"""A world of the records of printed citations and their near misses, in the files that the replay servers read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from monitor.domain.identifiers import Scheme
from monitor.domain.publications import Publication


def write_world(folder: Path, records: Iterable[Publication]) -> None:
    """Write each record as PubMed holds it, where it has a PMID, and as Crossref does, where it has a DOI."""
    pubmed, crossref = folder / "pubmed", folder / "crossref"
    for path in (pubmed, crossref):
        path.mkdir(parents=True)
    with (
        gzip.open(pubmed / "records.xml.gz", "wt", encoding="utf-8", compresslevel=1) as papers,
        gzip.open(crossref / "works.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as works,
    ):
        papers.write("<PubmedArticleSet>")
        for record in records:
            if record.identifier.scheme is Scheme.PUBMED:
                papers.write(_as_xml(record))
            if record.doi:
                works.write(json.dumps(_as_work(record)) + "\n")
        papers.write("</PubmedArticleSet>")


def _as_xml(record: Publication) -> str:
    journal = "".join(
        f"<{tag}>{escape(text)}</{tag}>"
        for tag, text in (("Title", record.journal), ("ISOAbbreviation", record.journal_abbreviation))
    )
    authors = "".join(
        f"<Author><LastName>{escape(surname)}</LastName><Initials>{escape(initials)}</Initials></Author>"
        for surname, initials in map(_name, record.authors)
    )
    doi = f'<ArticleId IdType="doi">{escape(record.doi)}</ArticleId>' if record.doi else ""
    return (
        '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
        f'<PMID Version="1">{record.identifier.value}</PMID>'
        f"<Article><Journal><JournalIssue><Volume>{escape(record.volume)}</Volume><Issue>{escape(record.issue)}</Issue>"
        f"<PubDate><Year>{record.published or '1900'}</Year></PubDate></JournalIssue>{journal}</Journal>"
        f"<ArticleTitle>{escape(record.title)}</ArticleTitle><Pagination><MedlinePgn>{escape(record.pages)}</MedlinePgn>"
        f'</Pagination><AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language>'
        '<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>'
        f"</Article><MedlineJournalInfo><MedlineTA>{escape(record.journal_abbreviation)}</MedlineTA></MedlineJournalInfo>"
        "</MedlineCitation><PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{record.identifier.value}</ArticleId>{doi}</ArticleIdList></PubmedData>'
        "</PubmedArticle>\n"
    )


def _as_work(record: Publication) -> Mapping[str, Any]:
    return {
        "DOI": record.doi,
        "type": "journal-article",
        "title": [record.title.rstrip(".")],
        "container-title": [record.journal],
        "short-container-title": [record.journal_abbreviation],
        "published": {"date-parts": [[int(record.published or 1900)]]},
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "author": [{"family": surname, "given": initials} for surname, initials in map(_name, record.authors)],
        "indexed": {"date-time": "2026-01-01T00:00:00Z"},
    }


def _name(author: str) -> tuple[str, str]:
    """Surname and initials; a name without initials is all surname."""
    surname, _, initials = author.rpartition(" ")
    return (surname, initials) if surname and initials.isupper() and len(initials) <= 4 else (author, "")
