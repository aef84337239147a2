"""Finding the records that a citation may mean. Which of them it does mean is decided by the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.domain.resolution import is_written_in, judge
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, in_batches, read_held
from monitor.sources.pubmed.words import rarest_first, title_words

MOST_CANDIDATES = 40
RARE_WORDS = 8
FEWEST_WORDS = 3
LINES_AT_A_TIME = 100
NUMBERS_AT_A_TIME = 40


def candidates(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """Records worth comparing with a citation, some tens, or why none could be looked up.

    Identifiers written in the citation decide alone when they lead to a record. Every version of a review that shares
    its title is among the candidates.
    """
    found = candidates_of(eutils, [citation]).get(citation.key, ())
    if not isinstance(found, tuple):
        return found
    if any(is_written_in(citation, record) for record in found) or _is_clear(citation, found):
        return found
    return further_candidates(eutils, citation, found)


def further_candidates(
    eutils: Eutils, citation: Citation, known: Iterable[Publication]
) -> tuple[Publication, ...] | Failure:
    """What its title and its figures bring up beside the candidates that are known."""
    found = {record.identifier: record for record in known}
    for look in (_by_title, _by_figures):
        more = look(eutils, citation)
        if not isinstance(more, tuple):
            return more
        found |= {record.identifier: record for record in more}
        if _is_clear(citation, found.values()):
            break
    return tuple(found.values())


def candidates_of(eutils: Eutils, citations: Sequence[Citation]) -> dict[str, tuple[Publication, ...] | Failure]:
    """By key, what the PMIDs, DOIs and places of many citations bring up, or why they could not be looked up."""
    found: dict[str, tuple[Publication, ...] | Failure] = {}
    for look in (_by_pmids, _by_dois, _by_pmcs, _by_places):
        left = [citation for citation in citations if citation.key not in found]
        more = look(eutils, left)
        if not isinstance(more, dict):
            return {**found, **{citation.key: more for citation in left}}
        found |= more
    return found


def _by_pmids(eutils: Eutils, citations: Iterable[Citation]) -> dict[str, tuple[Publication, ...]] | Failure:
    return _held(eutils, {citation.key: _written(citation, Scheme.PUBMED) for citation in citations})


def _by_dois(eutils: Eutils, citations: Iterable[Citation]) -> dict[str, tuple[Publication, ...]] | Failure:
    """A DOI is searched as words, so that only a hit's own DOI counts."""
    return _by_numbers(eutils, citations, Scheme.DOI, '"{}"[aid]', lambda record: record.doi)


def _by_pmcs(eutils: Eutils, citations: Iterable[Citation]) -> dict[str, tuple[Publication, ...]] | Failure:
    """A number of PubMed Central is searched without a tag (https://pubmed.ncbi.nlm.nih.gov/help/)."""
    return _by_numbers(eutils, citations, Scheme.PMC, "{}", lambda record: record.pmc.upper())


def _by_numbers(
    eutils: Eutils, citations: Iterable[Citation], scheme: Scheme, term: str, own: Callable[[Publication], str]
) -> dict[str, tuple[Publication, ...]] | Failure:
    written = {citation.key: set(_written(citation, scheme)) for citation in citations}
    held: list[Publication] = []
    for some in in_batches(sorted(set().union(*written.values())), NUMBERS_AT_A_TIME):
        hits = _searched(eutils, [term.format(_unquoted(value)) for value in some])
        if not isinstance(hits, tuple):
            return hits
        held += hits
    found = {
        key: tuple(record for record in held if own(record) in values) for key, values in written.items() if values
    }
    return {key: records for key, records in found.items() if records}


def _searched(eutils: Eutils, terms: Sequence[str]) -> tuple[Publication, ...] | Failure:
    """What any of some terms brings up; each of them is asked for alone, where it is more than one answer holds."""
    found = eutils.search(" OR ".join(terms), size=MOST_CANDIDATES * len(terms))
    if not isinstance(found, Found):
        return found
    if found.count > len(found.pmids) and len(terms) > 1:
        alone = [_searched(eutils, [term]) for term in terms]
        failed = next((some for some in alone if not isinstance(some, tuple)), None)
        return failed or tuple(record for some in alone if isinstance(some, tuple) for record in some)
    return _fetch(eutils, found.pmids) if found.pmids else ()


def _by_places(eutils: Eutils, citations: Iterable[Citation]) -> dict[str, tuple[Publication, ...]] | Failure:
    """By journal, volume and page. NCBI weighs these loosely; a hit's own fields are compared afterwards."""
    placed = _placed(eutils, citations)
    return _held(eutils, placed) if isinstance(placed, dict) else placed


def _held(eutils: Eutils, wanted: Mapping[str, Sequence[str]]) -> dict[str, tuple[Publication, ...]] | Failure:
    """By key, the records of PMIDs; of what PubMed does not hold there is none."""
    haul = read_held(eutils, list(dict.fromkeys(pmid for some in wanted.values() for pmid in some)))
    if not isinstance(haul, Haul):
        return haul
    found = {
        key: tuple(haul.records[pmid].publication for pmid in some if pmid in haul.records)
        for key, some in wanted.items()
    }
    return {key: records for key, records in found.items() if records}


def _placed(eutils: Eutils, citations: Iterable[Citation]) -> dict[str, tuple[str, ...]] | Failure:
    """By key, the PMIDs at the citations' places. What an answer leaves out is asked for once more, on its own."""
    placed = {f"ref{at}": citation for at, citation in enumerate(citations, start=1) if _has_place(citation)}
    found: dict[str, tuple[str, ...]] = {}
    left: list[str] = []
    for some in in_batches(tuple(placed), LINES_AT_A_TIME):
        matched = eutils.match_citations({name: _place(placed[name]) for name in some})
        if not isinstance(matched, dict):
            return matched
        found |= {placed[name].key: pmids for name, pmids in matched.items()}
        left += [name for name in some if name not in matched] if len(some) > 1 else []
    for name in left:
        matched = eutils.match_citations({name: _place(placed[name])})
        if not isinstance(matched, dict):
            return matched
        found |= {placed[name].key: pmids for name, pmids in matched.items()}
    return found


def _written(citation: Citation, scheme: Scheme) -> tuple[str, ...]:
    return tuple(item.value for item in citation.identifiers if item.scheme is scheme)


def _is_clear(citation: Citation, records: Iterable[Publication]) -> bool:
    return judge(citation, records).status is Resolution.RESOLVED


def _has_place(citation: Citation) -> bool:
    return bool(citation.journal and (citation.volume or citation.first_page))


def _place(citation: Citation) -> tuple[str, ...]:
    year = str(citation.year or "")
    return (citation.journal, year, citation.volume, citation.first_page, citation.first_author)


def _by_title(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """By all the words of the title; where no record found is clearly meant, by parts of it at once."""
    words = title_words(citation.title)
    if not words:
        return ()
    found: dict[Identifier, Publication] = {}
    for term in _title_terms(words, citation.year):
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


def _title_terms(words: Sequence[str], year: int | None) -> Iterator[str]:
    """The whole title, then parts of it that share no word, any of which will do: a wrong word spoils one of them."""
    rare = rarest_first(words)[:RARE_WORDS]
    years = f' AND ("{year - 1}"[dp] : "{year + 1}"[dp])' if year else ""
    yield _all_of(words) + years
    parts = [words, rare, rare[:4], rare[4:], rare[:3], rare[3:6]]
    enough = dict.fromkeys(_all_of(some) for some in parts if len(some) >= min(FEWEST_WORDS, len(words)) and some)
    yield f"({' OR '.join(f'({term})' for term in enough)}){years}"
    if years:
        yield " OR ".join(f"({term})" for term in dict.fromkeys((_all_of(words), _all_of(rare))))


def _all_of(words: Sequence[str]) -> str:
    return " AND ".join(f"{word}[ti]" for word in words)


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
