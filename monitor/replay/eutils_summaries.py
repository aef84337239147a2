"""ESummary: a third rendering of a record, in XML (version 1) and JSON."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from monitor.replay.answers import Answer, json_answer
from monitor.replay.eutils_answers import document
from monitor.replay.pubmed_index import Article

_MISSING = "cannot get document summary"
_STATUS = {
    "MEDLINE": "PubMed - indexed for MEDLINE",
    "Publisher": "PubMed - as supplied by publisher",
    "In-Process": "PubMed - in process",
    "PubMed-not-MEDLINE": "PubMed",
}
_PLAIN = {
    "title": ".//ArticleTitle",
    "volume": ".//JournalIssue/Volume",
    "issue": ".//JournalIssue/Issue",
    "pages": ".//MedlinePgn",
    "nlmuniqueid": "MedlineCitation/MedlineJournalInfo/NlmUniqueID",
    "pubstatus": "PubmedData/PublicationStatus",
    "fulljournalname": ".//Journal/Title",
    "elocationid": ".//ELocationID",
}


def summaries_json(found: Sequence[tuple[str, Article | None]]) -> Answer:
    """Summaries by PMID; a record that does not exist has an ``error`` under its number, with HTTP 200."""
    result: dict[str, Any] = {"uids": [pmid for pmid, _ in found]}
    for pmid, article in found:
        result[pmid] = {"uid": pmid, "error": _MISSING} if article is None else {"uid": pmid, **_summary(article)}
    return json_answer({"header": {"type": "esummary", "version": "0.3"}, "result": result})


def summaries_xml(found: Sequence[tuple[str, Article | None]]) -> Answer:
    """Summaries as ``DocSum`` elements; a record that does not exist is an ERROR element between them."""
    return document("eSummaryResult", "".join(f"\n{_document_summary(pmid, article)}" for pmid, article in found))


def _document_summary(pmid: str, article: Article | None) -> str:
    if article is None:
        return f"<ERROR>UID={pmid}: {_MISSING}</ERROR>"
    told = _summary(article)
    items = [
        _item("PubDate", "Date", told["pubdate"]),
        _item("EPubDate", "Date", told["epubdate"]),
        _item("Source", "String", told["source"]),
        _items("AuthorList", "Author", [one["name"] for one in told["authors"]]),
        _item("LastAuthor", "String", told["lastauthor"]),
        _item("Title", "String", told["title"]),
        _item("Volume", "String", told["volume"]),
        _item("Issue", "String", told["issue"]),
        _item("Pages", "String", told["pages"]),
        _items("LangList", "Lang", told["lang"]),
        _item("RecordStatus", "String", told["recordstatus"]),
        _items("PubTypeList", "PubType", told["pubtype"]),
        _item("FullJournalName", "String", told["fulljournalname"]),
        _item("DOI", "String", told["doi"]),
    ]
    return f"<DocSum><Id>{pmid}</Id>{''.join(items)}</DocSum>"


def _item(name: str, kind: str, text: str) -> str:
    return f"<Item Name={quoteattr(name)} Type={quoteattr(kind)}>{escape(text)}</Item>"


def _items(name: str, inner: str, texts: Sequence[str]) -> str:
    inside = "".join(_item(inner, "String", text) for text in texts)
    return f'<Item Name={quoteattr(name)} Type="List">{inside}</Item>'


def _summary(article: Article) -> dict[str, Any]:
    root = ET.fromstring(article.xml)  # noqa: S314 - our own serialisation of a record that was read before
    authors = [{"name": name, "authtype": "Author"} for name in _authors(root)]
    ids = [(one.get("IdType", ""), one.text or "") for one in root.iterfind("PubmedData/ArticleIdList/ArticleId")]
    return {name: _text(root, path) for name, path in _PLAIN.items()} | {
        "source": _text(root, "MedlineCitation/MedlineJournalInfo/MedlineTA") or _text(root, ".//ISOAbbreviation"),
        "pubdate": _spoken(root.find(".//JournalIssue/PubDate")),
        "epubdate": _spoken(root.find(".//Article/ArticleDate")),
        "sortpubdate": f"{max(article.days.get('PDAT', ()), default='')} 00:00".replace("-", "/"),
        "authors": authors,
        "lastauthor": authors[-1]["name"] if authors else "",
        "lang": [one.text or "" for one in root.iterfind(".//Language")],
        "pubtype": [one.text or "" for one in root.iterfind(".//PublicationType")],
        "recordstatus": _STATUS.get(article.status, "PubMed"),
        "articleids": [{"idtype": kind, "value": value} for kind, value in ids],
        "doi": dict(ids).get("doi", ""),
        "history": [
            {"pubstatus": one.get("PubStatus", ""), "date": f"{_numbers(one)} 00:00"}
            for one in root.iterfind("PubmedData/History/PubMedPubDate")
        ],
        "references": [],
        "attributes": ["Has Abstract"] if root.find(".//AbstractText") is not None else [],
    }


def _text(root: ET.Element, path: str) -> str:
    found = root.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _authors(root: ET.Element) -> list[str]:
    named = (one for one in root.iterfind(".//AuthorList/Author") if one.find("LastName") is not None)
    return [f"{one.findtext('LastName', '')} {one.findtext('Initials', '')}".strip() for one in named]


def _spoken(element: ET.Element | None) -> str:
    if element is None:
        return ""
    return " ".join(
        part for name in ("Year", "Month", "Day", "Season", "MedlineDate") if (part := element.findtext(name, ""))
    )


def _numbers(element: ET.Element) -> str:
    return "/".join(element.findtext(name, "1").zfill(2) for name in ("Year", "Month", "Day"))
