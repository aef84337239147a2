"""What standing queries can ask of a record, and what names other records; the rest of it is left unread.

A daily file holds tens of thousands of records, of which a few are handed out: those are read in full afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.identifiers import Identifier
from monitor.domain.publications import HistoryDate, Publication
from monitor.domain.topics.days import ENTRY
from monitor.sources.pubmed.articles import electronic_date, items_in, links_of
from monitor.sources.pubmed.dates import full_date, iso_date, stated_in
from monitor.sources.pubmed.elements import Children, Element, children_of, text_of
from monitor.sources.pubmed.fields import Notes, abstract_of, types_of
from monitor.sources.pubmed.indexing import keywords_of, mesh_of

SEARCHED = (
    "identifier",
    "version",
    "title",
    "abstract",
    "journal",
    "journal_abbreviation",
    "nlm_id",
    "issn",
    "published",
    "published_electronically",
    "languages",
    "publication_types",
    "links",
    "mesh",
    "keywords",
)
"""The fields that are as in the whole record; of its history only the days of entry are there."""


def read_searched(
    element: Element, publisher_part: Element | None, notes: Notes, *, identifier: Identifier, version: int
) -> Publication:
    """Read these fields of a MedlineCitation with the PubmedData beside it; whose record it is was read before."""
    citation = children_of(element)
    article = children_of(citation.first("Article"))
    journal, listed = children_of(article.first("Journal")), children_of(citation.first("MedlineJournalInfo"))
    issue = children_of(journal.first("JournalIssue"))
    return Publication(
        identifier=identifier,
        version=version,
        title=article.text("ArticleTitle"),
        abstract=abstract_of(children_of(article.first("Abstract")).all("AbstractText")),
        journal=journal.text("Title"),
        journal_abbreviation=listed.text("MedlineTA") or journal.text("ISOAbbreviation"),
        nlm_id=listed.text("NlmUniqueID"),
        issn=journal.text("ISSN") or listed.text("ISSNLinking"),
        published=iso_date(stated_in(issue.first("PubDate"))),
        published_electronically=electronic_date(article),
        languages=tuple(text_of(language).lower() for language in article.all("Language")),
        publication_types=types_of(items_in(article, "PublicationTypeList"), notes),
        links=links_of(citation, notes),
        mesh=mesh_of(items_in(citation, "MeshHeadingList")),
        keywords=keywords_of(citation.all("KeywordList")),
        history=tuple(_entries(children_of(publisher_part))),
    )


def _entries(data: Children) -> Iterator[HistoryDate]:
    for history in data.all("History"):
        for element in history:
            status = element.get("PubStatus", "")
            if status in ENTRY and (day := full_date(stated_in(element))):
                yield HistoryDate(status=status, day=day)
