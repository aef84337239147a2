"""Notices that name no PMID: which paper they mean, by the citation they give or by the title they quote.

Some notices link to a citation only, others have nothing but their title ("Retraction: …") or a DOI in their text. NLM
asks that a notice be citable, not that it names a PMID (https://www.nlm.nih.gov/bsd/policy/errata.html). A Cochrane
review says by its own DOI which version came before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, InvalidIdentifier
from monitor.domain.outcomes import Failure
from monitor.domain.records import Link, Publication
from monitor.domain.resolution import judge
from monitor.domain.rules.publication import COCHRANE, SHOWN_ON_THE_NOTICE, is_notice
from monitor.domain.titles import same_journal, title_similarity
from monitor.sources.pubmed.citmatch import candidates
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.reader import ReadRecord

UNKNOWN = "notice whose paper is not known"
"""Field of the unknown values under which an operator finds what could not be named."""

LINK_BY_TYPE: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"D016440", "retraction of publication", "retraction notice"}), "RetractionOf"),
    (frozenset({"D000075742", "expression of concern"}), "ExpressionOfConcernFor"),
    (frozenset({"D016425", "published erratum"}), "ErratumFor"),
)
"""Publication type of a notice, by UI or folded name → how it is linked to its paper."""

MOST_LOOKED_UP = 100
"""So many notices are looked up in one poll. There are a few a day."""

FEWEST_WORDS = 4
"""A shorter title may be that of many papers."""

SAME_TITLE = 0.97
"""Titles this alike are the same title, but for a slip of the pen."""

_ANNOUNCED = re.compile(
    r"""^\W*(?:
    this\ article\ has\ been\ (?:retracted|withdrawn)
    |(?:notice\ of\ |partial\ )?(?:retraction|withdrawal|removal|concern)(?:\ (?:notice|note))?
    |(?:retracted|withdrawn|removed)(?:\ article)?
    |statement\ of\ (?:retraction|concern)
    |(?:editorial\ )?expression\ of\ concern
    |(?:author\ |publisher\ )?(?:erratum|corrigendum|correction|addendum)
    )\b(?:\ (?:to|of|for|on|regarding))?\s*[:.\-–—]?\s*(?:(?:to|of|for)\b\s*[:.]?\s+)?""",
    re.I | re.X,
)
_ENDING = re.compile(r"[\s:.\-–—(\[]*(?:errata-)?(?:partial )?(?:retraction|retracted|withdrawal|withdrawn)\W*$", re.I)
_IN_BRACKETS = re.compile(r"\s*\[[^\]]*\d{4}[^\]]*\]?\W*$")
_PLACE = re.compile(
    r"(?P<journal>[^.;:]{3,}?)[.,]?\s+(?P<year>(?:19|20)\d\d)\b[^;]*;\s*(?P<volume>\w+)?\s*(?:\([^)]*\))?\s*"
    r"(?::\s*(?P<page>\w+))?"
)
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.I)
_SCHEMED = re.compile(r"\bpubmed: (\d{1,9})\b")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s;\]]+")
_SAID = re.compile(r"\[This (?:corrects|retracts|concerns)[^\]]*\]", re.I)
_COCHRANE_VERSION = re.compile(r"(?P<review>10\.1002/14651858\.cd\d{6})\.pub(?P<number>\d+)", re.I)


def may_be_unnamed(record: Publication) -> bool:
    """Whether a record, of which maybe only some fields were read, is of a kind that names others."""
    return is_notice(record) or record.journal_abbreviation == COCHRANE


def is_unnamed(record: Publication) -> bool:
    """Whether a notice, or a later version of a review, means a record that it does not name by its PMID."""
    return bool(_open_links(record))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Notices with the PMIDs of their papers, and in words those of which a paper is not known."""

    records: tuple[ReadRecord, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()


def name_all(eutils: Eutils, records: Iterable[ReadRecord]) -> Named | Failure:
    """Look up what the notices mean, :data:`MOST_LOOKED_UP` of them; a failure of one look-up is that of all."""
    named: list[ReadRecord] = []
    unknown: list[tuple[str, str]] = []
    for looked_up, record in enumerate(records):
        found = name(eutils, record.publication) if looked_up < MOST_LOOKED_UP else None
        if isinstance(found, Publication):
            named.append(replace(record, publication=found))
        elif found is not None:
            return found
        if found is None or is_unnamed(found):
            unknown.append((UNKNOWN, in_words(found or record.publication)))
    return Named(records=tuple(named), unknown=tuple(unknown))


def name(eutils: Eutils, notice: Publication) -> Publication | Failure | None:
    """The notice with the PMIDs of the papers it means; None where none of them could be told with certainty."""
    named: dict[Link, Link] = {}
    for link in _open_links(notice):
        found = _paper(eutils, notice, link)
        if isinstance(found, Identifier):
            named[link] = replace(link, pmid=found.value, looked_up=True)
        elif found is not None:
            return found
    if not named:
        return None
    stated = tuple(named.pop(link, link) for link in notice.links)
    return replace(notice, links=(*stated, *named.values()))


def in_words(notice: Publication) -> str:
    """The notice as an operator can look it up."""
    cited = "; ".join(link.source for link in _open_links(notice) if link.source)
    return f"{notice.identifier} “{notice.title}” {cited}".strip()[:200]


def cited_paper(notice: Publication, link: Link) -> Citation:
    """What a notice says of its paper: identifiers and place from the link, the title from its own title."""
    place = _PLACE.search(link.source.rpartition(". PMID")[0] or link.source)
    title = quoted_title(notice.title)
    journal = notice.journal_abbreviation or notice.journal
    return Citation(
        key="notice",
        text=link.source or notice.title,
        title=title,
        journal=_last_sentence(place["journal"]) if place else journal,
        year=int(place["year"]) if place else None,
        volume=(place["volume"] or "") if place else "",
        first_page=(place["page"] or "") if place else "",
        identifiers=tuple(_identifiers(link.source, notice)),
    )


def quoted_title(title: str) -> str:
    """The paper's title in a notice's, which adds a word like "Retraction" before or after, or nothing at all.

    Empty where too little is left to tell one paper from another.
    """
    quoted = title
    while (shorter := _ANNOUNCED.sub("", quoted, count=1)) != quoted:
        quoted = shorter
    quoted = _IN_BRACKETS.sub("", _ENDING.sub("", quoted)).strip(" \"“”'‘’[].:")
    return quoted if len(quoted.split()) >= FEWEST_WORDS else ""


def _paper(eutils: Eutils, notice: Publication, link: Link) -> Identifier | Failure | None:
    citation = cited_paper(notice, link)
    if not (citation.title or citation.identifiers or citation.volume or citation.first_page):
        return None
    found = candidates(eutils, citation)
    if not isinstance(found, tuple):
        return found
    papers = tuple(record for record in found if record.pmid != notice.pmid and not _is_notice_like(record))
    judged = judge(citation, papers)
    if judged.status is Resolution.RESOLVED:
        return judged.identifiers[0]
    meant = [record for record in papers if _is_quoted(record, citation, notice) or _stands_there(record, citation)]
    return meant[0].identifier if len(meant) == 1 else None


def _stands_there(paper: Publication, citation: Citation) -> bool:
    """Whether a paper stands where the notice says: in this journal, year and volume, from this page on."""
    page = paper.pages.split("-")[0].strip()
    years = {text[:4] for text in (paper.published, paper.published_electronically) if text}
    return (
        bool(citation.volume and citation.first_page)
        and (citation.volume, citation.first_page) == (paper.volume, page)
        and str(citation.year) in years
        and same_journal(citation.journal, paper.journal, paper.journal_abbreviation)
    )


def _is_quoted(paper: Publication, citation: Citation, notice: Publication) -> bool:
    """Whether a paper of the notice's journal, older than it, has the very title that the notice quotes."""
    older = paper.published[:4] <= (notice.published[:4] or "9999")
    return (
        older
        and title_similarity(citation.title, paper.title) >= SAME_TITLE
        and same_journal(citation.journal, paper.journal, paper.journal_abbreviation)
    )


def _open_links(notice: Publication) -> tuple[Link, ...]:
    """The links that give no PMID; for a notice without any, the one its publication type stands for."""
    linked = tuple(link for link in notice.links if link.ref_type in SHOWN_ON_THE_NOTICE)
    if linked:
        return tuple(link for link in linked if not link.pmid)
    if former := _former_version(notice.doi):
        return (Link(ref_type="UpdateOf", source=f"doi: {former}", note="the version before it, by its DOI"),)
    types = _types(notice)
    for known, ref_type in LINK_BY_TYPE:
        if types & known:
            said = [f"{identifier.scheme}: {identifier.value}" for identifier in _identifiers(_said(notice), notice)]
            return tuple(Link(ref_type=ref_type, source=source) for source in said or [""])
    return ()


def _former_version(doi: str) -> str:
    """The DOI of the version before this one of a Cochrane review: 10.1002/14651858.CD000001, then .pub2, .pub3 …"""
    version = _COCHRANE_VERSION.fullmatch(doi)
    if version is None:
        return ""
    number = int(version["number"])
    return version["review"] + (f".pub{number - 1}" if number > 2 else "")


def _said(notice: Publication) -> str:
    """What the abstract says of the paper: "[This corrects the article DOI: …]"."""
    return " ".join(_SAID.findall(notice.abstract))


def _is_notice_like(record: Publication) -> bool:
    return any(_types(record) & known for known, _ in LINK_BY_TYPE)


def _types(record: Publication) -> set[str]:
    return {word for kind in record.publication_types for word in (kind.ui, kind.name.casefold()) if word}


def _identifiers(source: str, notice: Publication) -> list[Identifier]:
    written = [f"pubmed:{pmid}" for pmid in _PMID.findall(source) + _SCHEMED.findall(source)]
    written += [f"doi:{doi.rstrip('.,)')}" for doi in _DOI.findall(source)]
    found = []
    for text in written:
        try:
            found.append(Identifier.parse(text))
        except InvalidIdentifier:
            continue
    return [item for item in found if item.value not in {notice.pmid, notice.doi}]


def _last_sentence(text: str) -> str:
    return text.rpartition(". ")[2].strip()
