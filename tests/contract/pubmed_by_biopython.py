"""PubMed records as Biopython reads them, in the words of our own records: the second opinion on our reader.

Nothing here may use what it checks: only the domain's types and Biopython.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from Bio import Entrez

from monitor.domain.records import Publication

SHIPPED = Path(Entrez.__path__[0]) / "DTDs"
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+(\w+)[^>]*?([\w.-]+\.dtd)\"\s*>")
_STAND_INS = {
    b"PubmedArticleSet": (b"pubmed_190101.dtd", b"pubmed_130501.dtd", b"pubmed_250101.dtd"),
    b"MedlineCitationSet": (b"nlmmedlinecitationset_150101.dtd",),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Facts = dict[str, Any]


def facts_by_biopython(body: bytes) -> Iterator[Facts]:
    """What Biopython finds in each record of a set, without the network."""
    answer = _read(body)
    parts = answer if isinstance(answer, dict) else _sorted_out(answer)
    for entry in parts.get("PubmedArticle", ()):
        yield _article(entry["MedlineCitation"], entry.get("PubmedData", {}))
    for citation in parts.get("MedlineCitation", ()):
        yield _article(citation, {})
    for entry in parts.get("PubmedBookArticle", ()):
        yield _book(entry["BookDocument"], entry.get("PubmedBookData", {}))


def facts_by_us(record: Publication) -> Facts:
    """The same facts of a record of ours."""
    return {
        "pmid": record.pmid,
        "version": record.version,
        "status": record.status,
        "owner": record.owner,
        "indexing": record.indexing_method,
        "title": record.title,
        "vernacular": record.vernacular_title,
        "abstract": record.abstract,
        "journal": record.journal,
        "abbreviation": record.journal_abbreviation,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "published": record.published,
        "electronic": record.published_electronically,
        "revised": record.revised,
        "completed": record.completed,
        "languages": record.languages,
        "authors": record.authors,
        "collectives": record.collectives,
        "types": tuple((kind.ui, kind.name) for kind in record.publication_types),
        "links": tuple((link.ref_type, link.source, link.pmid) for link in record.links),
        "ids": (record.doi, record.pmc, record.pii),
        "accessions": record.accessions,
        "banks": tuple((one.name, one.accessions) for one in record.data_banks),
        "mesh": tuple((one.ui, one.name, one.major, one.qualifiers, one.qualifier_uis) for one in record.mesh),
        "keywords": record.keywords,
        "history": tuple((one.status, one.day) for one in record.history),
        "cited": record.cited_pmids,
        "references": len(record.references),
        "grants": tuple((one.agency, one.number, one.acronym, one.country) for one in record.grants),
        "others": tuple((one.language, one.text) for one in record.other_abstracts),
        "linking": record.issn_linking,
        "conflicts": record.conflict_statement,
    }


def _read(body: bytes) -> Any:
    """Read by the first document type that fits: sets were put together from records of several eras."""
    refusals = []
    for spelled in _with_shipped_doctypes(body):
        try:
            return Entrez.read(io.BytesIO(spelled), validate=False, escape=True)  # type: ignore[no-untyped-call]  # Untyped library.
        except ValueError as refusal:
            refusals.append(refusal)
    raise ExceptionGroup("no document type fits", refusals)


def _sorted_out(entries: Iterable[Any]) -> dict[str, list[Any]]:
    """Articles and books, which by the document types before 2015 come in one list."""
    parts: dict[str, list[Any]] = {"PubmedArticle": [], "PubmedBookArticle": []}
    for entry in entries:
        parts["PubmedBookArticle" if "BookDocument" in entry else "PubmedArticle"].append(entry)
    return parts


def _with_shipped_doctypes(body: bytes) -> Iterator[bytes]:
    """Biopython downloads a document type it lacks, so that only those that it ships are named.

    That of 2019 comes first: the one of 2018 does not know the lists of references that its records have.
    """
    root = next((root for root in _STAND_INS if b"<" + root in body[:2000]), b"")
    if not root:
        root, body = b"PubmedArticleSet", b"<PubmedArticleSet>%s</PubmedArticleSet>" % body
    rest = body[body.index(b"<" + root) :]
    found = _DOCTYPE.search(body[:2000])
    named = [found.group(2)] if found and (SHIPPED / found.group(2).decode()).is_file() else []
    for name in dict.fromkeys((_STAND_INS[root][0], *named, *_STAND_INS[root])):
        yield b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE %s SYSTEM "%s">\n%s' % (root, name, rest)


def _article(citation: Any, more: Any) -> Facts:
    article = citation["Article"]
    issue = article["Journal"]["JournalIssue"]
    links = tuple(
        (one.attributes["RefType"], _flat(one.get("RefSource", "")), _flat(one.get("PMID", "")) or None)
        for one in citation.get("CommentsCorrectionsList", ())
    )
    return {
        **_common(article, citation, more),
        "status": citation.attributes["Status"],
        "owner": citation.attributes.get("Owner", ""),
        "indexing": citation.attributes.get("IndexingMethod", ""),
        "title": _flat(article.get("ArticleTitle", "")),
        "journal": _flat(article["Journal"].get("Title", "")),
        "abbreviation": _flat(citation["MedlineJournalInfo"]["MedlineTA"]),
        "volume": _flat(issue.get("Volume", "")),
        "issue": _flat(issue.get("Issue", "")),
        "pages": _flat(article.get("Pagination", {}).get("MedlinePgn", "")),
        "published": _day(issue["PubDate"]),
        "electronic": next((_day(one) for one in article.get("ArticleDate", ())), ""),
        "completed": _day(citation.get("DateCompleted", {})),
        **_people(article.get("AuthorList", ())),
        "types": tuple((one.attributes.get("UI", ""), _flat(one)) for one in article["PublicationTypeList"]),
        "links": links,
        "ids": _article_ids(article, more),
        "accessions": tuple(
            _flat(number) for bank in article.get("DataBankList", ()) for number in bank.get("AccessionNumberList", ())
        ),
        "banks": tuple(
            (_flat(bank["DataBankName"]), tuple(_flat(number) for number in bank.get("AccessionNumberList", ())))
            for bank in article.get("DataBankList", ())
        ),
        "mesh": tuple(_heading(one) for one in citation.get("MeshHeadingList", ())),
        "references": _references(more),
        "grants": _grants(article),
        "others": tuple(
            (one.attributes.get("Language", ""), _abstract(one)) for one in citation.get("OtherAbstract", ())
        ),
        "linking": _flat(citation["MedlineJournalInfo"].get("ISSNLinking", "")),
        "cited": tuple(dict.fromkeys((*_cited(more), *(pmid for kind, _, pmid in links if kind == "Cites" and pmid)))),
        "conflicts": _flat(citation.get("CoiStatement", "")),
    }


def _book(document: Any, more: Any) -> Facts:
    book = document["Book"]
    ids = {one.attributes["IdType"]: _flat(one) for one in document.get("ArticleIdList", ())}
    lists = [*document.get("AuthorList", ()), *book.get("AuthorList", ())]
    authors = next((people for people in lists if people and people.attributes.get("Type") == "authors"), ())
    return {
        **_common(document, document, more),
        "status": "",
        "owner": "",
        "indexing": "",
        "title": _flat(document.get("ArticleTitle", "")) or _flat(book["BookTitle"]),
        "journal": _flat(book["BookTitle"]),
        "abbreviation": "",
        "volume": _flat(book.get("Volume", "")),
        "issue": "",
        "pages": _flat(document.get("Pagination", {}).get("MedlinePgn", "")),
        "published": _day(book["PubDate"]),
        "electronic": _day(document.get("ContributionDate", {})),
        "completed": "",
        **_people(authors),
        "types": tuple((one.attributes.get("UI", ""), _flat(one)) for one in document.get("PublicationType", ())),
        "links": (),
        "ids": (ids.get("doi", "").lower(), ids.get("pmc", ""), ids.get("pii", "")),
        "accessions": (),
        "banks": (),
        "mesh": (),
        "references": _references(document),
        "grants": _grants(document),
        "others": (),
        "linking": "",
        "cited": tuple(dict.fromkeys(_cited(document))),
        "conflicts": "",
    }


def _common(part: Any, top: Any, more: Any) -> Facts:
    return {
        "pmid": str(top["PMID"]),
        "version": int(top["PMID"].attributes["Version"]) if "Version" in top["PMID"].attributes else 1,
        "vernacular": _flat(part.get("VernacularTitle", "")),
        "abstract": _abstract(part.get("Abstract", {})),
        "revised": _day(top.get("DateRevised", {})),
        "languages": tuple(_flat(one).lower() for one in part.get("Language", ())),
        "keywords": tuple(filter(None, (_flat(word) for words in top.get("KeywordList", ()) for word in words))),
        "history": tuple(_dated(one) for one in more.get("History", ())),
    }


def _flat(text: str) -> str:
    """Biopython leaves inline markup in the string, and the text around it escaped."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


def _abstract(abstract: Any) -> str:
    labelled = ((one.attributes.get("Label", "").strip(), _flat(one)) for one in abstract.get("AbstractText", ()))
    return "\n".join(f"{label}: {text}" if label else text for label, text in labelled if text)


def _people(authors: Iterable[Any]) -> Facts:
    valid = [one for one in authors if one.attributes.get("ValidYN", "Y") == "Y"]
    named = [one for one in valid if "LastName" in one]
    return {
        "authors": tuple(f"{_flat(one['LastName'])} {_flat(one.get('Initials', ''))}".strip() for one in named),
        "collectives": tuple(_flat(one["CollectiveName"]) for one in valid if "CollectiveName" in one),
    }


def _article_ids(article: Any, more: Any) -> tuple[str, str, str]:
    own = [(one.attributes.get("IdType", "pubmed"), _flat(one)) for one in more.get("ArticleIdList", ())]
    stated = [
        (one.attributes["EIdType"], _flat(one))
        for one in article.get("ELocationID", ())
        if one.attributes.get("ValidYN", "Y") == "Y"
    ]

    def first(kind: str) -> str:
        return next((text for found, text in (*own, *stated) if found == kind and text), "")

    return first("doi").lower(), first("pmc"), first("pii")


def _grants(part: Any) -> tuple[tuple[str, ...], ...]:
    names = ("Agency", "GrantID", "Acronym", "Country")
    return tuple(tuple(_flat(grant.get(name, "")) for name in names) for grant in part.get("GrantList", ()))


def _references(part: Any) -> int:
    """How many entries the lists have, and the lists within them."""
    lists = part.get("ReferenceList", ())
    return sum(len(references.get("Reference", ())) + _references(references) for references in lists)


def _heading(heading: Any) -> tuple[str, str, bool, tuple[str, ...], tuple[str, ...]]:
    name, qualifiers = heading["DescriptorName"], heading.get("QualifierName", ())
    major = any(one.attributes.get("MajorTopicYN", "N") == "Y" for one in (name, *qualifiers))
    uis = tuple(one.attributes.get("UI", "") for one in qualifiers)
    return name.attributes.get("UI", ""), _flat(name), major, tuple(_flat(one) for one in qualifiers), uis


def _cited(part: Any) -> Iterator[str]:
    for references in part.get("ReferenceList", ()):
        for reference in references.get("Reference", ()):
            for one in reference.get("ArticleIdList", ()):
                if one.attributes.get("IdType", "pubmed") == "pubmed" and re.fullmatch(r"[1-9][0-9]{0,8}", one.strip()):
                    yield str(one).strip()
        yield from _cited(references)


def _dated(one: Any) -> tuple[str, date]:
    day = date(int(one["Year"]), int(one.get("Month", 1)), int(one.get("Day", 1)))
    return one.attributes["PubStatus"], day


def _day(parts: Any) -> str:
    """ISO text as far as the parts go; a season or free text is its leading year."""
    if "MedlineDate" in parts:
        years = re.findall(r"\d{4}", parts["MedlineDate"])
        return years[0] if years else ""
    if not parts:
        return ""
    stated = [str(parts["Year"])]
    if "Month" in parts:
        month = parts["Month"]
        stated.append(f"{int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1:02d}")
        stated.extend(f"{int(parts[name]):02d}" for name in ("Day",) if name in parts)
    return "-".join(stated)
