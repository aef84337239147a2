"""Finding the records that a citation may mean. Which of them it does mean is decided by the domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.domain.resolution import judge
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, read_held
from monitor.sources.pubmed.words import rarest_first, title_words

MOST_CANDIDATES = 40
RARE_WORDS = 8
FEWEST_WORDS = 3
_KEY = "ref1"


def candidates(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """Records worth comparing with a citation, some tens, or why none could be looked up.

    Identifiers written in the citation decide alone when they lead to a record. Every version of a review that shares
    its title is among the candidates.
    """
    written = _by_identifier(eutils, citation)
    if not isinstance(written, tuple) or written:
        return written
    cited = _by_place(eutils, citation)
    if not isinstance(cited, tuple) or judge(citation, cited).status is Resolution.RESOLVED:
        return cited
    found = {record.identifier: record for record in cited}
    for look in (_by_title, _by_figures):
        more = look(eutils, citation)
        if not isinstance(more, tuple):
            return more
        found |= {record.identifier: record for record in more}
        if judge(citation, found.values()).status is Resolution.RESOLVED:
            break
    return tuple(found.values())


def _by_identifier(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """By PMID, else by DOI. A DOI is searched as words, so that only a hit's own DOI counts."""
    if pmids := [written.value for written in citation.identifiers if written.scheme is Scheme.PUBMED]:
        found = _fetch(eutils, pmids)
        if not isinstance(found, tuple) or found:
            return found
    for doi in (written.value for written in citation.identifiers if written.scheme is Scheme.DOI):
        found = _search(eutils, f'"{_unquoted(doi)}"[aid]')
        if not isinstance(found, tuple):
            return found
        if own := tuple(record for record in found if record.doi == doi):
            return own
    return ()


def _by_place(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """By journal, volume and page. NCBI weighs these loosely; the hit's own fields are compared afterwards."""
    if not citation.journal or not (citation.volume or citation.first_page):
        return ()
    year = str(citation.year or "")
    place = (citation.journal, year, citation.volume, citation.first_page, citation.first_author)
    pmids = eutils.match_citation(place, _KEY)
    if not isinstance(pmids, tuple):
        return pmids
    return _fetch(eutils, pmids) if pmids else ()


def _by_title(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """By the words of the title, ever fewer of them, until one of the records found may be the one that is meant."""
    found: dict[Identifier, Publication] = {}
    for term in _title_terms(citation):
        hits = _search(eutils, term)
        if not isinstance(hits, tuple):
            return hits
        found |= {record.identifier: record for record in hits}
        if judge(citation, found.values()).status is not Resolution.UNRESOLVED:
            break
    return tuple(found.values())


def _by_figures(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """By year, volume and page alone, for a journal whose name PubMed does not know as it is written."""
    if not (citation.year and citation.volume and citation.first_page):
        return ()
    figures = ((citation.volume, "vi"), (citation.first_page, "pg"), (str(citation.year), "dp"))
    return _search(eutils, " AND ".join(f'"{_unquoted(value)}"[{tag}]' for value, tag in figures))


def _title_terms(citation: Citation) -> Iterator[str]:
    """The whole title, then parts of it that share no word: a word that is wrong spoils one of them only."""
    words = title_words(citation.title)
    rare = rarest_first(words)[:RARE_WORDS]
    years = f' AND ("{citation.year - 1}"[dp] : "{citation.year + 1}"[dp])' if citation.year else ""
    halves = (rare[:4], rare[4:])
    thirds = (rare[:3], rare[3:6])
    terms = [*((some, limit) for some in (words, rare) for limit in (years, ""))]
    terms += [(some, years) for some in (*halves, *thirds)]
    tried: set[str] = set()
    for some, limit in terms:
        term = " AND ".join(f"{word}[ti]" for word in some) + limit
        if some and len(some) >= min(FEWEST_WORDS, len(words)) and term not in tried:
            tried.add(term)
            yield term


def _search(eutils: Eutils, term: str) -> tuple[Publication, ...] | Failure:
    """The best hits. Words that PubMed has in no record are complaints here that mean: not found."""
    found = eutils.search(term, size=MOST_CANDIDATES, sort="relevance")
    if not isinstance(found, Found):
        return found
    return _fetch(eutils, found.pmids) if found.pmids else ()


def _fetch(eutils: Eutils, pmids: Sequence[str]) -> tuple[Publication, ...] | Failure:
    haul = read_held(eutils, pmids)
    if not isinstance(haul, Haul):
        return haul
    return tuple(record.publication for record in haul.records.values())


def _unquoted(text: str) -> str:
    return text.replace('"', " ")
