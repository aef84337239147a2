"""The shapes in which E-utilities answer, with the document types that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from monitor.replay.answers import Answer, Request, json_answer
from monitor.replay.pubmed_fields import FIELDS, Match
from monitor.replay.pubmed_search import Complaints, Found

_PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
_DOCTYPES: Mapping[str, str] = {
    "eSearchResult": f'"-//NLM//DTD esearch 20060628//EN" "{_DTD}/20060628/esearch.dtd"',
    "ePostResult": f'"-//NLM//DTD epost 20090526//EN" "{_DTD}/20090526/epost.dtd"',
    "eSummaryResult": f'"-//NLM//DTD esummary v1 20041029//EN" "{_DTD}/20041029/esummary-v1.dtd"',
    "eInfoResult": f'"-//NLM//DTD einfo 20190110//EN" "{_DTD}/20190110/einfo.dtd"',
    "eFetchResult": f'"-//NLM//DTD efetch 20131226//EN" "{_DTD}/20131226/efetch.dtd"',
    "PubmedArticleSet": '"-//NLM//DTD PubMedArticle, 1st January 2026//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd"',
}
_ROOTS = {
    "esearch.fcgi": "eSearchResult",
    "epost.fcgi": "ePostResult",
    "esummary.fcgi": "eSummaryResult",
    "einfo.fcgi": "eInfoResult",
    "efetch.fcgi": "eFetchResult",
    "ecitmatch.cgi": "eCitMatchResult",
}
_LINKS = ("pubmed_pubmed", "pubmed_pubmed_alsoviewed", "pubmed_pubmed_bookrecords", "pubmed_pubmed_refs")


def article_doctype(day: date) -> str:
    """The document type of records on a day: the next year's takes over in December."""
    year = day.year + (day.month == 12)
    return (
        f'"-//NLM//DTD PubMedArticle, 1st January {year}//EN" '
        f'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{year % 100}0101.dtd"'
    )


def document(root: str, inside: str, *, status: int = HTTPStatus.OK, doctype: str = "") -> Answer:
    """An XML document with the document type of its root."""
    named = doctype or _DOCTYPES.get(root, "")
    doctype = f"<!DOCTYPE {root} PUBLIC {named}>\n" if named else ""
    return Answer(
        status=status,
        body=f"{_PROLOG}{doctype}<{root}>{inside}</{root}>\n".encode(),
        content_type="text/xml; charset=UTF-8",
    )


def wants_json(request: Request) -> bool:
    """EPost, EFetch and ECitMatch have no JSON; the others write it on request."""
    return request.parameters.get("retmode") == "json" and not request.path.endswith(
        ("epost.fcgi", "efetch.fcgi", "ecitmatch.cgi")
    )


def error(request: Request, text: str, status: int = HTTPStatus.OK) -> Answer:
    """An error in words, inside the root that the client expects."""
    root = _ROOTS[request.path.rsplit("/", 1)[-1]]
    if not wants_json(request):
        return document(root, f"<ERROR>{escape(text)}</ERROR>", status=status)
    if root == "eSummaryResult":
        return json_answer({"header": _header("esummary"), "esummaryresult": [text]}, status=status)
    kind = root.removesuffix("Result").lower()
    return json_answer({"header": _header(kind), f"{kind}result": {"ERROR": text}}, status=status)


def prolog(request: Request) -> Answer:
    """The first line of an answer and no more."""
    if wants_json(request):
        return Answer(body=b"{", content_type="application/json; charset=UTF-8")
    root = _ROOTS.get(request.path.rsplit("/", 1)[-1], "eFetchResult").replace("eFetchResult", "PubmedArticleSet")
    return Answer(
        body=f"{_PROLOG}<!DOCTYPE {root} PUBLIC {_DOCTYPES.get(root, '')}>\n".encode(),
        content_type="text/xml; charset=UTF-8",
    )


def count(request: Request, number: int) -> Answer:
    """``rettype=count``."""
    if wants_json(request):
        return json_answer({"header": _header("esearch"), "esearchresult": {"count": str(number)}})
    return document("eSearchResult", f"<Count>{number}</Count>")


def search_result(
    request: Request,
    found: Found,
    total: int,
    start: int,
    pmids: Sequence[str],
    messages: Sequence[str],
    history: tuple[str, int] | None,
) -> Answer:
    """The result of a search. ErrorList and WarningList are there only when they have something to say."""
    if wants_json(request):
        return _search_json(found, total, start, pmids, messages, history)
    kept = f"<QueryKey>{history[1]}</QueryKey><WebEnv>{history[0]}</WebEnv>" if history else ""
    ids = f"<IdList>\n{''.join(f'<Id>{pmid}</Id>{chr(10)}' for pmid in pmids)}</IdList>" if pmids else "<IdList/>"
    return document(
        "eSearchResult",
        f"<Count>{total}</Count><RetMax>{len(pmids)}</RetMax><RetStart>{start}</RetStart>{kept}{ids}"
        f"<TranslationSet/>{_element('QueryTranslation', found.translation)}"
        f"{_complaints_xml(found.complaints, messages)}",
    )


def posted(web_env: str, query_key: int, invalid: Sequence[str]) -> Answer:
    """The result of an EPost; ids that are no numbers are named."""
    named = f"<InvalidIdList>{''.join(_element('Id', one) for one in invalid)}</InvalidIdList>" if invalid else ""
    return document("ePostResult", f"\n\t{named}<QueryKey>{query_key}</QueryKey>\n\t<WebEnv>{web_env}</WebEnv>\n")


def post_refused(*, omitted: bool) -> Answer:
    """An EPost without a usable id: HTTP 200 and one or two ERROR elements."""
    texts = ["Empty ID list; Nothing to store"]
    if omitted:
        texts.append("Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615")
    return document("ePostResult", "".join(f"\n\t{_element('ERROR', text)}" for text in texts))


def articles(records: Sequence[str], *, day: date) -> Answer:
    """The result of an EFetch on a day; without records the set is empty."""
    return document("PubmedArticleSet", "".join(f"\n{record}" for record in records), doctype=article_doctype(day))


def databases(request: Request) -> Answer:
    """EInfo without a database: the ones there are."""
    if wants_json(request):
        return json_answer({"header": _header("einfo"), "einforesult": {"dblist": ["pubmed"]}})
    return document("eInfoResult", "<DbList><DbName>pubmed</DbName></DbList>")


def information(request: Request, today: date, number: int) -> Answer:
    """EInfo about PubMed: one build a day, early in the morning."""
    told = {
        "dbname": "pubmed",
        "menuname": "PubMed",
        "description": "PubMed bibliographic record",
        "dbbuild": f"Build-{today:%Y.%m.%d}.06.33",
        "count": str(number),
        "lastupdate": f"{today:%Y/%m/%d} 06:33",
    }
    lists = {
        "fieldlist": [_field_told(field.name, field.title, field.match is Match.DATE) for field in FIELDS],
        "linklist": [{"name": link, "menu": link, "description": link, "dbto": "pubmed"} for link in _LINKS],
    }
    if wants_json(request):
        return json_answer({"header": _header("einfo"), "einforesult": {"dbinfo": [{**told, **lists}]}})
    names = ("DbName", "MenuName", "Description", "DbBuild", "Count", "LastUpdate")
    flat = "".join(_element(name, text) for name, text in zip(names, told.values(), strict=True))
    fields = "".join(f"<Field>{_elements(entry, _FIELD_NAMES)}</Field>" for entry in lists["fieldlist"])
    links = "".join(f"<Link>{_elements(entry, _LINK_NAMES)}</Link>" for entry in lists["linklist"])
    return document(
        "eInfoResult", f"<DbInfo>{flat}<FieldList>{fields}</FieldList><LinkList>{links}</LinkList></DbInfo>"
    )


_FIELD_NAMES = {
    "name": "Name",
    "fullname": "FullName",
    "description": "Description",
    "termcount": "TermCount",
    "isdate": "IsDate",
    "isnumerical": "IsNumerical",
    "singletoken": "SingleToken",
    "hierarchy": "Hierarchy",
    "ishidden": "IsHidden",
}
_LINK_NAMES = {"name": "Name", "menu": "Menu", "description": "Description", "dbto": "DbTo"}


def _field_told(name: str, title: str, is_date: bool) -> dict[str, str]:
    return {
        "name": name,
        "fullname": title,
        "description": title,
        "termcount": "",
        "isdate": "Y" if is_date else "N",
        "isnumerical": "N",
        "singletoken": "N",
        "hierarchy": "N",
        "ishidden": "N",
    }


def _elements(entry: Mapping[str, str], names: Mapping[str, str]) -> str:
    return "".join(_element(names[key], value) for key, value in entry.items())


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _header(kind: str) -> dict[str, str]:
    return {"type": kind, "version": "0.3"}


def _complaints_xml(complaints: Complaints, messages: Sequence[str]) -> str:
    errors = "".join(
        [
            *(_element("PhraseNotFound", text) for text in complaints.phrases_not_found),
            *(_element("FieldNotFound", text) for text in complaints.fields_not_found),
        ]
    )
    warnings = "".join(
        [
            *(_element("QuotedPhraseNotFound", text) for text in complaints.quoted_phrases_not_found),
            *(_element("OutputMessage", text) for text in messages),
        ]
    )
    return (f"<ErrorList>{errors}</ErrorList>" if errors else "") + (
        f"<WarningList>{warnings}</WarningList>" if warnings else ""
    )


def _search_json(
    found: Found, total: int, start: int, pmids: Sequence[str], messages: Sequence[str], history: tuple[str, int] | None
) -> Answer:
    result: dict[str, Any] = {"count": str(total), "retmax": str(len(pmids)), "retstart": str(start)}
    if history:
        result |= {"querykey": str(history[1]), "webenv": history[0]}
    result |= {"idlist": list(pmids), "translationset": [], "querytranslation": found.translation}
    told = found.complaints
    if told.phrases_not_found or told.fields_not_found:
        result["errorlist"] = {"phrasesnotfound": told.phrases_not_found, "fieldsnotfound": told.fields_not_found}
    if told.quoted_phrases_not_found or messages:
        result["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": told.quoted_phrases_not_found,
            "outputmessages": list(messages),
        }
    return json_answer({"header": _header("esearch"), "esearchresult": result})
