"""From a citation to the records it may mean: written identifiers, ECitMatch, then title words, ever looser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.domain.citations import Citation
from monitor.domain.identifiers import Scheme
from monitor.domain.outcomes import Failure, Fetched, Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.reader import read_articles

MOST = 20
SMALL_WORDS = frozenset("a an and are as at by for from in is of on or the to versus with".split())


def candidates(eutils: Eutils, citation: Citation) -> tuple[Publication, ...] | Failure:
    """At most twenty records worth comparing. A title that finds nothing is tried with fewer of its words."""
    found: dict[str, None] = dict.fromkeys(item.value for item in citation.identifiers if item.scheme is Scheme.PUBMED)
    for step in () if found else _steps(eutils, citation):
        if isinstance(step, Throttled | Unreachable | Unreadable):
            return step
        found.update(dict.fromkeys(step))
        if step:
            break
    if not found:
        return ()
    answer = eutils.fetch(list(found)[:MOST])
    return tuple(read_articles(answer.body)) if isinstance(answer, Fetched) else answer


def _steps(eutils: Eutils, citation: Citation) -> Iterator[tuple[str, ...] | Failure]:
    for doi in (item.value for item in citation.identifiers if item.scheme is Scheme.DOI):
        yield _search(eutils, f'"{doi}"[aid]')
    if citation.journal and citation.volume and citation.first_page:
        yield _cited(eutils, citation)
    words = [word for word in re.findall(r"\w+", citation.title) if word.lower() not in SMALL_WORDS]
    years = f' AND ("{citation.year - 1}"[dp] : "{citation.year + 1}"[dp])' if citation.year else ""
    longest = sorted(words, key=len, reverse=True)[:8]
    for chosen, limit in ((words, years), (longest, years), (longest, "")):
        if len(chosen) >= 2:
            yield _search(eutils, " AND ".join(f"{word}[ti]" for word in dict.fromkeys(chosen)) + limit)


def _search(eutils: Eutils, term: str) -> tuple[str, ...] | Failure:
    found = eutils.search(term, retmax=MOST)
    return found.ids if not isinstance(found, Throttled | Unreachable | Unreadable) else found


def _cited(eutils: Eutils, citation: Citation) -> tuple[str, ...] | Failure:
    """ECitMatch, joined by key: lines may be dropped, and it tolerates wrong authors and years."""
    parts = (citation.journal, str(citation.year or ""), citation.volume, citation.first_page, citation.first_author, "cited")
    answer = eutils.match_citations(["|".join(part.replace("|", " ") for part in parts) + "|"])
    if not isinstance(answer, str):
        return answer
    line = next((line for line in answer.splitlines() if "|cited|" in line), "")
    last = line.rsplit("|", 1)[-1].strip()
    if last.isdigit():
        return (last,)
    return tuple(re.findall(r"\d+", last)) if re.fullmatch(r"AMBIGUOUS [\d,]+", last) else ()
