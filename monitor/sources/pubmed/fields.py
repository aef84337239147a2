"""The fields of one PubMed record. Paths are spelled out: ``.//PMID`` would also find the notices' and references'."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from monitor.domain.identifiers import pubmed
from monitor.domain.records import HistoryDate, Link, MeshHeading, Publication, PublicationType
from monitor.sources.pubmed.dates import partial_date, whole_date
from monitor.sources.pubmed.vocabulary import PUB_STATUSES, REF_TYPES, STATUSES

Element = etree._Element


def read_citation(record: Element) -> Publication:
    """A journal article, from ``PubmedArticle`` or an old bare ``MedlineCitation``. Raises ValueError without a PMID."""
    citation = record if record.tag == "MedlineCitation" else record.find("MedlineCitation")
    if citation is None:
        raise ValueError("a PubmedArticle without MedlineCitation")
    article, data = citation.find("Article"), record.find("PubmedData")
    ids = own_ids(data)
    pmid = text_of(citation.find("PMID"))
    return Publication(
        identifier=pubmed(pmid), version=int(_attribute(citation.find("PMID"), "Version") or 1),
        status=citation.get("Status", ""), owner=citation.get("Owner", ""),
        indexing_method=citation.get("IndexingMethod", ""),
        title=text_of(_find(article, "ArticleTitle")), vernacular_title=text_of(_find(article, "VernacularTitle")),
        abstract=abstract(_find(article, "Abstract")), languages=texts(article, "Language"),
        published=partial_date(_find(article, "Journal/JournalIssue/PubDate")),
        published_electronically=partial_date(_find(article, "ArticleDate")),
        volume=text_of(_find(article, "Journal/JournalIssue/Volume")),
        issue=text_of(_find(article, "Journal/JournalIssue/Issue")),
        pages=pages(_find(article, "Pagination")), journal=text_of(_find(article, "Journal/Title")),
        journal_abbreviation=text_of(_find(article, "Journal/ISOAbbreviation"))
        or text_of(citation.find("MedlineJournalInfo/MedlineTA")),
        issn=text_of(_find(article, "Journal/ISSN")), nlm_id=text_of(citation.find("MedlineJournalInfo/NlmUniqueID")),
        revised=partial_date(citation.find("DateRevised")), completed=partial_date(citation.find("DateCompleted")),
        authors=authors(_find(article, "AuthorList")), collectives=collectives(_find(article, "AuthorList")),
        publication_types=publication_types(_find(article, "PublicationTypeList")), links=links(citation),
        doi=(ids.get("doi") or _location(article, "doi")).lower(), pmc=ids.get("pmc", ""),
        pii=ids.get("pii") or _location(article, "pii"), accessions=texts(article, "DataBankList//AccessionNumber"),
        mesh=mesh(citation), keywords=texts(citation, "KeywordList/Keyword"), history=history(data),
        cited_pmids=cited(data), conflict_statement=text_of(citation.find("CoiStatement")))


def read_book(record: Element) -> Publication:
    """A book or a chapter of one. Raises ValueError without a PMID."""
    document, data = record.find("BookDocument"), record.find("PubmedBookData")
    if document is None:
        raise ValueError("a PubmedBookArticle without BookDocument")
    ids = {item.get("IdType", ""): text_of(item) for item in document.findall("ArticleIdList/ArticleId")}
    return Publication(
        identifier=pubmed(text_of(document.find("PMID"))),
        version=int(_attribute(document.find("PMID"), "Version") or 1),
        title=text_of(document.find("ArticleTitle")) or text_of(document.find("Book/BookTitle")),
        vernacular_title=text_of(document.find("VernacularTitle")), abstract=abstract(document.find("Abstract")),
        journal=text_of(document.find("Book/BookTitle")), languages=texts(document, "Language"),
        published=partial_date(document.find("Book/PubDate")), pages=pages(document.find("Pagination")),
        authors=authors(document.find("AuthorList")), collectives=collectives(document.find("AuthorList")),
        publication_types=tuple(_type(item) for item in document.findall("PublicationType")),
        doi=ids.get("doi", "").lower(), pmc=ids.get("pmc", ""), keywords=texts(document, "KeywordList/Keyword"),
        revised=partial_date(document.find("DateRevised")), history=history(data))


def unknown_values(record: Element) -> Iterator[tuple[str, str]]:
    """(field, value) of every coded value that the vocabulary does not hold."""
    citation = record if record.tag == "MedlineCitation" else record.find("MedlineCitation")
    if citation is None:
        return
    if citation.get("Status", "") not in STATUSES:
        yield "status", citation.get("Status", "")
    for item in citation.findall("CommentsCorrectionsList/CommentsCorrections"):
        if item.get("RefType", "") not in REF_TYPES:
            yield "ref_type", item.get("RefType", "")
    for item in record.findall("PubmedData/History/PubMedPubDate"):
        if item.get("PubStatus", "") not in PUB_STATUSES:
            yield "pub_status", item.get("PubStatus", "")


def text_of(element: Element | None) -> str:
    """All text below an element, inline markup flattened, comments left out."""
    if element is None:
        return ""
    return "".join(element.xpath(".//text()")).strip()


def texts(element: Element | None, path: str) -> tuple[str, ...]:
    """The texts at a path, empty ones left out."""
    if element is None:
        return ()
    return tuple(text for item in element.findall(path) if (text := text_of(item)))


def abstract(element: Element | None) -> str:
    """The sections of an abstract, a line each, with their labels."""
    if element is None:
        return ""
    parts = ((item.get("Label", ""), text_of(item)) for item in element.findall("AbstractText"))
    return "\n".join(f"{label}: {text}" if label else text for label, text in parts if text)


def pages(element: Element | None) -> str:
    """The pages as NLM prints them, or first and last joined."""
    if element is None:
        return ""
    if printed := text_of(element.find("MedlinePgn")):
        return printed
    return "-".join(texts(element, "StartPage") + texts(element, "EndPage"))


def authors(element: Element | None) -> tuple[str, ...]:
    """Persons as "Lastname Initials"."""
    if element is None:
        return ()
    names = ((text_of(item.find("LastName")), text_of(item.find("Initials"))) for item in element.findall("Author"))
    return tuple(f"{last} {initials}".strip() for last, initials in names if last)


def collectives(element: Element | None) -> tuple[str, ...]:
    """Groups named as authors."""
    return texts(element, "Author/CollectiveName")


def publication_types(element: Element | None) -> tuple[PublicationType, ...]:
    """The types in their order."""
    return tuple(_type(item) for item in element.findall("PublicationType")) if element is not None else ()


def links(citation: Element) -> tuple[Link, ...]:
    """CommentsCorrections in full; a PMID is optional there."""
    return tuple(Link(ref_type=item.get("RefType", ""), source=text_of(item.find("RefSource")),
                      pmid=text_of(item.find("PMID")) or None, note=text_of(item.find("Note")))
                 for item in citation.findall("CommentsCorrectionsList/CommentsCorrections"))


def mesh(citation: Element) -> tuple[MeshHeading, ...]:
    """MeSH headings; major when descriptor or a qualifier is."""
    return tuple(_heading(item) for item in citation.findall("MeshHeadingList/MeshHeading"))


def own_ids(data: Element | None) -> dict[str, str]:
    """The record's own ids by type; those of its references stand elsewhere."""
    if data is None:
        return {}
    return {item.get("IdType", "pubmed"): text_of(item) for item in data.findall("ArticleIdList/ArticleId")}


def history(data: Element | None) -> tuple[HistoryDate, ...]:
    """The whole dates of a record's history."""
    if data is None:
        return ()
    dated = ((item.get("PubStatus", ""), whole_date(item)) for item in data.findall("History/PubMedPubDate"))
    return tuple(HistoryDate(status=status, day=day) for status, day in dated if day is not None)


def cited(data: Element | None) -> tuple[str, ...]:
    """PMIDs of the reference list; junk that stands in their place is left out."""
    if data is None:
        return ()
    found = (text_of(item) for item in data.iterfind("ReferenceList//Reference/ArticleIdList/ArticleId")
             if item.get("IdType") == "pubmed")
    return tuple(pmid for pmid in found if pmid.isdigit())


def _type(item: Element) -> PublicationType:
    return PublicationType(ui=item.get("UI", ""), name=text_of(item))


def _heading(item: Element) -> MeshHeading:
    descriptor, qualifiers = item.find("DescriptorName"), item.findall("QualifierName")
    marked = [descriptor, *qualifiers]
    return MeshHeading(
        ui=_attribute(descriptor, "UI"), name=text_of(descriptor),
        major=any(_attribute(part, "MajorTopicYN") == "Y" for part in marked), qualifiers=tuple(map(text_of, qualifiers)))


def _location(article: Element | None, kind: str) -> str:
    if article is None:
        return ""
    return next((text_of(item) for item in article.findall("ELocationID")
                 if item.get("EIdType") == kind and item.get("ValidYN", "Y") != "N"), "")


def _find(element: Element | None, path: str) -> Element | None:
    return element.find(path) if element is not None else None


def _attribute(element: Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""
