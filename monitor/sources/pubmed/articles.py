"""A journal article's record. Each field is looked up where its own value stands: references carry the same tags."""

from __future__ import annotations

from monitor.domain.records import Link, MeshHeading, Publication
from monitor.sources.pubmed import vocabulary
from monitor.sources.pubmed.dates import iso_date
from monitor.sources.pubmed.elements import Element, all_at, attribute, text_at, text_of
from monitor.sources.pubmed.fields import (
    Notes,
    abstract_of,
    article_id,
    as_doi,
    as_pmid,
    cited_pmids,
    history_of,
    own_identifier,
    people_of,
    types_of,
    version_of,
)


def read_article(citation: Element, publisher_part: Element | None, notes: Notes) -> Publication:
    """Read a MedlineCitation with the PubmedData beside it, which old files lack. Raises ``UnreadableXml``."""
    article, pmid = citation.find("Article"), citation.find("PMID")
    authors, collectives = people_of(all_at(article, "AuthorList/Author"))
    links = _links(citation, notes)
    doi, pmc, pii = _identifiers(article, publisher_part)
    return Publication(
        identifier=own_identifier(pmid),
        version=version_of(pmid),
        status=notes.check("Status", attribute(citation, "Status"), vocabulary.STATUSES),
        owner=attribute(citation, "Owner"),
        indexing_method=attribute(citation, "IndexingMethod"),
        title=text_at(article, "ArticleTitle"),
        vernacular_title=text_at(article, "VernacularTitle"),
        abstract=abstract_of(article.find("Abstract") if article is not None else None),
        journal=text_at(article, "Journal/Title"),
        journal_abbreviation=text_at(citation, "MedlineJournalInfo/MedlineTA")
        or text_at(article, "Journal/ISOAbbreviation"),
        nlm_id=text_at(citation, "MedlineJournalInfo/NlmUniqueID"),
        issn=text_at(article, "Journal/ISSN") or text_at(citation, "MedlineJournalInfo/ISSNLinking"),
        volume=text_at(article, "Journal/JournalIssue/Volume"),
        issue=text_at(article, "Journal/JournalIssue/Issue"),
        pages=_pages(article),
        published=iso_date(article.find("Journal/JournalIssue/PubDate") if article is not None else None),
        published_electronically=_electronic_date(article),
        revised=iso_date(citation.find("DateRevised")),
        completed=iso_date(citation.find("DateCompleted")),
        languages=tuple(text_of(language).lower() for language in all_at(article, "Language")),
        authors=authors,
        collectives=collectives,
        publication_types=types_of(all_at(article, "PublicationTypeList/PublicationType"), notes),
        links=links,
        doi=doi,
        pmc=pmc,
        pii=pii,
        accessions=_texts(article, "DataBankList/DataBank/AccessionNumberList/AccessionNumber"),
        mesh=tuple(_heading(heading) for heading in all_at(citation, "MeshHeadingList/MeshHeading")),
        keywords=_texts(citation, "KeywordList/Keyword"),
        history=history_of(publisher_part.find("History") if publisher_part is not None else None, notes),
        cited_pmids=_cited(publisher_part, links),
        conflict_statement=text_at(citation, "CoiStatement"),
    )


def _links(citation: Element, notes: Notes) -> tuple[Link, ...]:
    return tuple(
        Link(
            ref_type=notes.check("RefType", attribute(element, "RefType"), vocabulary.REF_TYPES),
            source=text_at(element, "RefSource"),
            pmid=as_pmid(text_at(element, "PMID")),
            note=text_at(element, "Note"),
        )
        for element in citation.findall("CommentsCorrectionsList/CommentsCorrections")
    )


def _identifiers(article: Element | None, publisher_part: Element | None) -> tuple[str, str, str]:
    """DOI, PMCID and PII: the record's own list first, then the location the article itself states as valid."""
    own = [publisher_part.find("ArticleIdList") if publisher_part is not None else None]
    doi = as_doi(article_id(own, "doi")) or as_doi(_location(article, "doi"))
    return doi, article_id(own, "pmc"), article_id(own, "pii") or _location(article, "pii")


def _location(article: Element | None, kind: str) -> str:
    found = (
        text_of(element)
        for element in all_at(article, "ELocationID")
        if attribute(element, "EIdType") == kind and attribute(element, "ValidYN") != "N"
    )
    return next(filter(None, found), "")


def _pages(article: Element | None) -> str:
    if pages := text_at(article, "Pagination/MedlinePgn"):
        return pages
    return "-".join(filter(None, (text_at(article, f"Pagination/{end}Page") for end in ("Start", "End"))))


def _electronic_date(article: Element | None) -> str:
    """``ArticleDate`` is always the electronic one; old files leave out to say so."""
    dates = (iso_date(element) for element in all_at(article, "ArticleDate"))
    return next(filter(None, dates), "")


def _heading(heading: Element) -> MeshHeading:
    descriptor, qualifiers = heading.find("DescriptorName"), heading.findall("QualifierName")
    topics = [*([descriptor] if descriptor is not None else []), *qualifiers]
    return MeshHeading(
        ui=attribute(descriptor, "UI"),
        name=text_of(descriptor),
        major=any(attribute(topic, "MajorTopicYN") == "Y" for topic in topics),
        qualifiers=tuple(map(text_of, qualifiers)),
    )


def _cited(publisher_part: Element | None, links: tuple[Link, ...]) -> tuple[str, ...]:
    """From the reference list, and from the links of older records, which had no list."""
    listed = cited_pmids(all_at(publisher_part, "ReferenceList"))
    linked = (link.pmid for link in links if link.ref_type == "Cites" and link.pmid)
    return tuple(dict.fromkeys((*listed, *linked)))


def _texts(element: Element | None, path: str) -> tuple[str, ...]:
    return tuple(filter(None, map(text_of, all_at(element, path))))
