"""A journal article's record. Each field is looked up where its own value stands: references carry the same tags."""

from __future__ import annotations

from monitor.domain.publications import Link, OtherAbstract, Publication
from monitor.sources.pubmed import shapes, vocabulary
from monitor.sources.pubmed.cited import cited_pmids, references_of
from monitor.sources.pubmed.dates import iso_date, stated_in
from monitor.sources.pubmed.elements import Children, Element, attribute, children_of, rows_of, text_of
from monitor.sources.pubmed.fields import (
    Ids,
    Notes,
    abstract_of,
    as_doi,
    as_pmid,
    history_of,
    own_identifier,
    types_of,
    version_of,
)
from monitor.sources.pubmed.indexing import data_banks_of, grants_of, keywords_of, mesh_of, substances_of
from monitor.sources.pubmed.journals import place_of
from monitor.sources.pubmed.people import people_of


def read_article(element: Element, publisher_part: Element | None, notes: Notes) -> Publication:
    """Read a MedlineCitation with the PubmedData beside it, which old files lack. Raises ``UnreadableXml``."""
    citation, more = children_of(element), children_of(publisher_part)
    article = children_of(citation.first("Article"))
    notes.check_parts("MedlineCitation", citation, shapes.MEDLINE_CITATION)
    notes.check_parts("Article", article, shapes.ARTICLE)
    notes.check_parts("PubmedData", more, shapes.PUBMED_DATA)
    pmid = citation.first("PMID")
    authors, collectives = people_of(article.all("AuthorList"))
    links = links_of(citation, notes)
    ids = Ids(more.all("ArticleIdList"))
    references = references_of(more.all("ReferenceList"))
    banks = data_banks_of(article.all("DataBankList"))
    return Publication(
        identifier=own_identifier(pmid),
        version=version_of(pmid),
        version_id=attribute(element, "VersionID"),
        version_date=attribute(element, "VersionDate").replace("/", "-"),
        status=notes.check("Status", attribute(element, "Status"), vocabulary.STATUSES),
        owner=notes.check("Owner", attribute(element, "Owner"), vocabulary.OWNERS),
        indexing_method=notes.check(
            "IndexingMethod", attribute(element, "IndexingMethod"), vocabulary.INDEXING_METHODS
        ),
        publication_model=notes.check(
            "PubModel", attribute(citation.first("Article"), "PubModel"), vocabulary.PUB_MODELS
        ),
        publication_status=notes.check("PublicationStatus", more.text("PublicationStatus"), vocabulary.PUB_STATUSES),
        title=article.text("ArticleTitle"),
        vernacular_title=article.text("VernacularTitle"),
        abstract=abstract_of(children_of(article.first("Abstract")).all("AbstractText")),
        other_abstracts=tuple(map(_other_abstract, citation.all("OtherAbstract"))),
        **place_of(article, citation),
        pages=_pages(article),
        published_electronically=electronic_date(article),
        created=iso_date(stated_in(citation.first("DateCreated"))),
        revised=iso_date(stated_in(citation.first("DateRevised"))),
        completed=iso_date(stated_in(citation.first("DateCompleted"))),
        languages=tuple(text_of(language).lower() for language in article.all("Language")),
        authors=authors,
        collectives=collectives,
        publication_types=types_of(items_in(article, "PublicationTypeList"), notes),
        links=links,
        doi=as_doi(ids.get("doi", "")) or as_doi(_location(article, "doi")),
        pmc=ids.get("pmc", ""),
        pii=ids.get("pii") or _location(article, "pii"),
        other_ids=ids.others,
        accessions=tuple(number for bank in banks for number in bank.accessions),
        data_banks=banks,
        mesh=mesh_of(items_in(citation, "MeshHeadingList")),
        substances=substances_of(citation),
        keywords=keywords_of(citation.all("KeywordList")),
        history=history_of(more.all("History"), notes),
        cited_pmids=cited_pmids(references, links),
        references=references,
        grants=grants_of(article.all("GrantList")),
        conflict_statement=citation.text("CoiStatement"),
    )


def items_in(parts: Children, tag: str) -> list[Element]:
    """What is in the lists of a tag. Records with two lists of a kind have been seen."""
    return [item for items in parts.all(tag) for item in items]


def links_of(citation: Children, notes: Notes) -> tuple[Link, ...]:
    """The records that a record comments on or that comment on it, each with the kind of the link."""
    rows = rows_of(citation.all("CommentsCorrectionsList"), "CommentsCorrections", "RefSource", "PMID", "Note")
    return tuple(
        Link(
            ref_type=notes.check("RefType", attribute(element, "RefType"), vocabulary.REF_TYPES),
            source=texts.get("RefSource", ""),
            pmid=as_pmid(texts.get("PMID", "")),
            note=texts.get("Note", ""),
        )
        for element, texts in rows
    )


def _location(article: Children, kind: str) -> str:
    """The DOI or PII that the article itself states as valid."""
    found = (
        text_of(element)
        for element in article.all("ELocationID")
        if element.get("EIdType") == kind and element.get("ValidYN") != "N"
    )
    return next(filter(None, found), "")


def _pages(article: Children) -> str:
    pages = children_of(article.first("Pagination"))
    return pages.text("MedlinePgn") or "-".join(filter(None, (pages.text("StartPage"), pages.text("EndPage"))))


def electronic_date(article: Children) -> str:
    """``ArticleDate`` is always the electronic one; old files leave out to say so."""
    dates = (iso_date(stated_in(element)) for element in article.all("ArticleDate"))
    return next(filter(None, dates), "")


def _other_abstract(element: Element) -> OtherAbstract:
    return OtherAbstract(
        text=abstract_of(children_of(element).all("AbstractText")),
        language=attribute(element, "Language") or "eng",
        kind=attribute(element, "Type"),
    )
