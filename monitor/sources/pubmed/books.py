"""A record of a book, or of a chapter of one, in PubMed. The book stands where an article has its journal."""

from __future__ import annotations

from monitor.domain.publications import Publication
from monitor.sources.pubmed import shapes, vocabulary
from monitor.sources.pubmed.cited import cited_pmids, references_of
from monitor.sources.pubmed.dates import date_in_words, iso_date, stated_in
from monitor.sources.pubmed.elements import (
    Children,
    Element,
    UnreadableXml,
    attribute,
    children_of,
    text_of,
)
from monitor.sources.pubmed.fields import (
    Ids,
    Notes,
    abstract_of,
    as_doi,
    history_of,
    own_identifier,
    types_of,
    version_of,
)
from monitor.sources.pubmed.indexing import grants_of, keywords_of
from monitor.sources.pubmed.people import people_of


def read_book(record: Element, notes: Notes) -> Publication:
    """Read a PubmedBookArticle. The chapter's title where there is one, else the book's. Raises ``UnreadableXml``."""
    parts = children_of(record)
    if not parts.all("BookDocument"):
        raise UnreadableXml("a book record without a BookDocument")
    document, more = children_of(parts.first("BookDocument")), children_of(parts.first("PubmedBookData"))
    book = children_of(document.first("Book"))
    notes.check_parts("BookDocument", document, shapes.BOOK_DOCUMENT)
    notes.check_parts("Book", book, shapes.BOOK)
    notes.check_parts("PubmedBookData", more, shapes.PUBMED_DATA)
    pmid, dated = document.first("PMID"), stated_in(book.first("PubDate"))
    ids = Ids([*document.all("ArticleIdList"), *more.all("ArticleIdList")])
    authors, collectives = people_of(_authors(document, book))
    references = references_of(document.all("ReferenceList"))
    return Publication(
        identifier=own_identifier(pmid),
        version=version_of(pmid),
        publication_status=notes.check("PublicationStatus", more.text("PublicationStatus"), vocabulary.PUB_STATUSES),
        title=document.text("ArticleTitle") or book.text("BookTitle"),
        vernacular_title=document.text("VernacularTitle"),
        abstract=abstract_of(children_of(document.first("Abstract")).all("AbstractText")),
        journal=book.text("BookTitle"),
        volume=book.text("Volume"),
        edition=book.text("Edition"),
        pages=children_of(document.first("Pagination")).text("MedlinePgn"),
        published=iso_date(dated),
        published_in_words=date_in_words(dated),
        published_electronically=iso_date(stated_in(document.first("ContributionDate"))),
        revised=iso_date(stated_in(document.first("DateRevised"))),
        languages=tuple(text_of(language).lower() for language in document.all("Language")),
        authors=authors,
        collectives=collectives,
        publication_types=types_of(document.all("PublicationType"), notes),
        doi=as_doi(ids.get("doi", "")),
        pmc=ids.get("pmc", ""),
        pii=ids.get("pii", ""),
        other_ids=ids.others,
        keywords=keywords_of(document.all("KeywordList")),
        history=history_of(more.all("History"), notes),
        cited_pmids=cited_pmids(references, ()),
        references=references,
        grants=grants_of(document.all("GrantList")),
    )


def _authors(document: Children, book: Children) -> list[Element]:
    """The lists of who wrote the chapter, else of who wrote the book; editors are no authors."""
    for part in (document, book):
        lists = [people for people in part.all("AuthorList") if attribute(people, "Type") != "editors"]
        if any(len(people) for people in lists):
            return lists
    return []
