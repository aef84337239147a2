"""What the head of an HTML page says of its article for machines: JSON-LD, and ``meta`` of Highwire and Dublin Core.

It is written by site software and often wrong: it only fills what the page's own text leaves open.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.intake.decoding import cleaned
from monitor.intake.lines import Cited, squeeze

MOST_SCRIPTS = 30
LONGEST_SCRIPT = 1_000_000
MOST_NODES = 10_000
MOST_CITATIONS = 500
LONGEST_TEXT = 2_000

ARTICLE_TYPES = frozenset(
    {
        *("medicalwebpage", "webpage", "article", "scholarlyarticle", "medicalscholarlyarticle", "newsarticle"),
        *("blogposting", "techarticle", "report", "healthtopiccontent", "qapage", "faqpage"),
    }
)
"""Types of schema.org that say something of the page itself."""

_JSON_LD = "application/ld+json"
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
_PAGES = ("pageStart", "pageEnd")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
_HIGHWIRE_PART = re.compile(r"(?:^|;)\s*citation_(\w+)\s*=\s*(.*?)\s*(?=;\s*citation_\w+\s*=|$)", re.S)
_DUBLIN_REFERENCES = frozenset({"dcterms.references", "dc.references", "dc.relation.references"})
_DUBLIN_DATES = ("dcterms.modified", "dc.date.modified", "dc.date", "dcterms.date")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """The title, the day of the last review or change as written, and what the page cites, in order."""

    title: str = ""
    reviewed: str = ""
    cited: tuple[Cited, ...] = ()


def read_metadata(root: HtmlElement, *, url: str | None) -> PageMetadata:
    """Read the head. What is malformed, too large or about another page is passed over; nothing is ever raised.

    ``url`` is the page's own address, where it is known. A head that lists its citations in two ways lists the same
    works twice: the fuller list counts.
    """
    nodes = [node for node in _nodes(root) if _is_own(node, url)]
    nodes.sort(key=lambda node: "medicalwebpage" not in _types(node))
    metas = [(name.lower(), content) for name, content in _metas(root)]
    told = [
        [one for one in islice(each, MOST_CITATIONS) if one.text] for each in (_cited_by(nodes), _cited_in_meta(metas))
    ]
    cited = max(told, key=lambda several: (len(several), sum(bool(one.links) for one in several)))
    return PageMetadata(
        title=_first(_text(node.get(key)) for node in nodes for key in ("name", "headline"))
        or _first(_text(content) for name, content in metas if name in {"citation_title", "dc.title"}),
        reviewed=_first(_text(node.get(key)) for key in ("lastReviewed", "dateModified") for node in nodes)
        or _first(_text(content) for wanted in _DUBLIN_DATES for name, content in metas if name == wanted),
        cited=tuple(dict.fromkeys(cited)),
    )


def _nodes(root: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The things that JSON-LD on the page describes, and that may be its article."""
    scripts = root.iterfind(".//script[@type]")
    linked = (one for one in scripts if (one.get("type") or "").partition(";")[0].strip().lower() == _JSON_LD)
    found: list[Mapping[str, Any]] = []
    for script in islice(linked, MOST_SCRIPTS):
        found += islice(_things(_parsed(script.text or "")), MOST_NODES)
    return (node for node in found if _types(node) & ARTICLE_TYPES)


def _parsed(text: str) -> Any:
    if len(text) > LONGEST_SCRIPT:
        return None
    try:
        return json.loads(_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _things(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case list() as several:
                waiting.extend(reversed(several))
            case dict() as thing:
                yield thing
                waiting.extend(thing[key] for key in reversed(_INSIDE) if key in thing)


def _types(node: Mapping[str, Any]) -> set[str]:
    return {name.rpartition("/")[2].lower() for name in _list(node.get("@type")) if isinstance(name, str)}


def _is_own(node: Mapping[str, Any], url: str | None) -> bool:
    """Whether a thing is this page: of teasers for other pages nothing is taken."""
    named = [*_list(node.get("url")), *_list(node.get("@id")), *_list(node.get("mainEntityOfPage"))]
    texts = [one.get("@id") if isinstance(one, dict) else one for one in named]
    addresses = {_place(one) for one in texts if isinstance(one, str) and one.startswith(("http://", "https://"))}
    return not url or not addresses or _place(url) in addresses


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _cited_by(nodes: Iterable[Mapping[str, Any]]) -> Iterator[Cited]:
    for node in nodes:
        for citation in islice(_list(node.get("citation")), MOST_CITATIONS):
            if isinstance(citation, dict):
                yield _work(citation)
            else:
                yield Cited(text=_text(citation))


def _work(work: Mapping[str, Any]) -> Cited:
    """A cited work that is described by its parts."""
    title = _first(_text(work.get(key)) for key in ("name", "headline", "alternateName"))
    ids = " ".join(_texts(work, "doi", "identifier", "sameAs", "@id", "url"))
    issue, journal = _issue(work.get("isPartOf"))
    pages = _text(work.get("pagination")) or "-".join(filter(None, (_text(work.get(k)) for k in _PAGES)))
    return _cited(
        authors=[_name(author) for author in _list(work.get("author"))],
        title=title or _first(_text(work.get(key)) for key in ("text", "description")),
        journal=journal,
        date=_text(work.get("datePublished")),
        place=issue + (f":{pages}" if pages else ""),
        links=ids,
    )


def _issue(part: Any) -> tuple[str, str]:
    """The volume with its issue, and the journal that they are parts of."""
    volume = issue = journal = ""
    for _ in range(4):
        if not isinstance(part, dict):
            return _spelt(volume, issue), journal or _text(part)
        volume, issue = volume or _text(part.get("volumeNumber")), issue or _text(part.get("issueNumber"))
        if "publicationvolume" not in _types(part) and "publicationissue" not in _types(part):
            journal = journal or _text(part.get("name"))
        part = part.get("isPartOf")
    return _spelt(volume, issue), journal


def _spelt(volume: str, issue: str) -> str:
    return f"{volume}({issue})" if issue else volume


def _cited_in_meta(metas: Iterable[tuple[str, str]]) -> Iterator[Cited]:
    for name, content in metas:
        if name == "citation_reference":
            yield _highwire(squeeze(content[: 4 * LONGEST_TEXT]))
        elif name in _DUBLIN_REFERENCES:
            yield Cited(text=_text(content))


def _highwire(content: str) -> Cited:
    """``citation_title=…; citation_doi=…``, or the citation as one text."""
    parts: dict[str, list[str]] = {}
    for key, value in _HIGHWIRE_PART.findall(content):
        parts.setdefault(key.lower(), []).append(_text(value))
    if not parts:
        return Cited(text=_text(content))

    def first(*keys: str) -> str:
        return _first(value for key in keys for value in parts.get(key, ()))

    pages = "-".join(filter(None, (first("firstpage"), first("lastpage"))))
    return _cited(
        authors=parts.get("author", []),
        title=first("title"),
        journal=first("journal_title", "journal_abbrev", "inbook_title", "conference_title"),
        date=first("publication_date", "date", "year"),
        place=_spelt(first("volume"), first("issue")) + (f":{pages}" if pages else ""),
        links=" ".join(f"{key}: {value}" for key in ("doi", "pmid") for value in parts.get(key, ())),
    )


def _cited(*, authors: list[str], title: str, journal: str, date: str, place: str, links: str) -> Cited:
    """A citation as it would be printed."""
    year = re.search(r"\b(?:19|20)\d\d\b", date)
    source = ";".join(filter(None, (year.group() if year else "", place.lstrip(":"))))
    named = [", ".join(filter(None, authors[:6])), title, journal, source]
    text = " ".join(f"{part.rstrip('. ')}." for part in named if part.strip(". "))
    return Cited(text=(text or links)[:LONGEST_TEXT], title=title, links=links)


def _texts(work: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """The identifiers and addresses under some keys; one that is described says of which kind it is."""
    for key in keys:
        for value in islice(_list(work.get(key)), 20):
            if isinstance(value, dict):
                yield f"{_text(value.get('propertyID'))}: {_text(value.get('value')) or _text(value.get('@id'))}"
            elif text := _text(value):
                yield f"doi: {text}" if key == "doi" else text


def _name(author: Any) -> str:
    if not isinstance(author, dict):
        return _text(author)
    return _text(author.get("name")) or squeeze(f"{_text(author.get('familyName'))} {_text(author.get('givenName'))}")


def _metas(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in islice(root.iter("meta"), MOST_NODES):
        name, content = meta.get("name") or meta.get("property") or "", meta.get("content")
        if name and content:
            yield name, content


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A text without markup, controls and characters that nobody can store; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    plain = html.unescape(str(value)[: 4 * LONGEST_TEXT])
    storable = _TAG.sub("", plain).encode("utf-8", "ignore").decode().replace("\0", "")
    return squeeze(cleaned(storable))[:LONGEST_TEXT]


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
