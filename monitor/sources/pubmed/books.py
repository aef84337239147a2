"""A record of a book, or of a chapter of one, in PubMed. The book stands where an article has its journal."""

from __future__ import annotations

from monitor.domain.records import Publication
from monitor.sources.pubmed.dates import iso_date
from monitor.sources.pubmed.elements import Element, UnreadableXml, all_at, attribute, text_at, text_of
from monitor.sources.pubmed.fields import (
    Notes,
    abstract_of,
    article_id,
    as_doi,
    cited_pmids,
    history_of,
    own_identifier,
    people_of,
    types_of,
    version_of,
)


def read_book(record: Element, notes: Notes) -> Publication:
    """Read a PubmedBookArticle. The chapter's title where there is one, else the book's. Raises ``UnreadableXml``."""
    document, publisher_part = record.find("BookDocument"), record.find("PubmedBookData")
    if document is None:
        raise UnreadableXml("a book record without a BookDocument")
    pmid, book = document.find("PMID"), document.find("Book")
    ids = [document.find("ArticleIdList"), publisher_part.find("ArticleIdList") if publisher_part is not None else None]
    authors, collectives = people_of(_authors(document, book))
    return Publication(
        identifier=own_identifier(pmid),
        version=version_of(pmid),
        title=text_at(document, "ArticleTitle") or text_at(book, "BookTitle"),
        vernacular_title=text_at(document, "VernacularTitle"),
        abstract=abstract_of(document.find("Abstract")),
        journal=text_at(book, "BookTitle"),
        volume=text_at(book, "Volume"),
        pages=text_at(document, "Pagination/MedlinePgn"),
        published=iso_date(book.find("PubDate") if book is not None else None),
        published_electronically=iso_date(document.find("ContributionDate")),
        revised=iso_date(document.find("DateRevised")),
        languages=tuple(text_of(language).lower() for language in document.findall("Language")),
        authors=authors,
        collectives=collectives,
        publication_types=types_of(document.findall("PublicationType"), notes),
        doi=as_doi(article_id(ids, "doi")),
        pmc=article_id(ids, "pmc"),
        pii=article_id(ids, "pii"),
        keywords=tuple(filter(None, map(text_of, document.findall("KeywordList/Keyword")))),
        history=history_of(publisher_part.find("History") if publisher_part is not None else None, notes),
        cited_pmids=cited_pmids(document.findall("ReferenceList")),
    )


def _authors(document: Element, book: Element | None) -> list[Element]:
    """Who wrote the chapter, else who wrote the book; editors are no authors."""
    for part in (document, book):
        lists = [people for people in all_at(part, "AuthorList") if attribute(people, "Type") != "editors"]
        if authors := [author for people in lists for author in people.findall("Author")]:
            return authors
    return []
