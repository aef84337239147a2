"""ECitMatch, as loose as the real one (upstreams.md 2.6).

It weighs journal, volume and first page; a wrong author or year does not stop it from naming a record.
Whoever asks has to check what was hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.replay.pubmed_index import Article, Words, split_words

_MOST_LISTED = 10
_ENOUGH = 2
"""Of volume, page, author and year, a hit shares at least two besides the journal."""
_FIELDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Citation:
    line: str
    journal: Words
    year: str
    volume: Words
    page: str
    author: Words


class Journals:
    """Articles by the names of their journals."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.all = tuple(articles)
        self._named: dict[Words, list[Article]] = {}
        for article in self.all:
            for name in dict.fromkeys(article.fields.get("JOUR", ())):
                self._named.setdefault(name, []).append(article)

    def named(self, name: Words) -> Sequence[Article]:
        """The articles of a journal, by its title, an abbreviation or its ISSN."""
        return self._named.get(name, ())


def match_citations(lines: str, journals: Journals) -> str:
    """Answer one line per citation, with the PMID or what went wrong behind it.

    Lines that are no citation are dropped, a miss may lose its author, and everything ends at a line without a journal
    that fits nothing: an answer is joined by its key, never by its place.
    """
    answered: list[str] = []
    for line in re.split(r"[\r\n]+", lines):
        citation = _read(line)
        if citation is None:
            continue
        verdict = _verdict(citation, journals)
        if verdict == "NOT_FOUND" and not citation.journal:
            break
        answered.append(f"{_echoed(citation.line, verdict)}|{verdict}")
    return "".join(f"{line}\n" for line in answered)


def _read(line: str) -> _Citation | None:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) < _FIELDS or not parts[5]:
        return None
    journal, year, volume, page, author, _key = parts[:_FIELDS]
    return _Citation(
        line="|".join(parts[:_FIELDS]),
        journal=split_words(journal),
        year=year,
        volume=split_words(volume),
        page=_first_page(page),
        author=split_words(author),
    )


def _echoed(line: str, verdict: str) -> str:
    """A miss comes back without its author."""
    if not verdict.startswith("NOT_FOUND"):
        return line
    parts = line.split("|")
    return "|".join([*parts[:4], "", parts[5]])


def _verdict(citation: _Citation, journals: Journals) -> str:
    in_journal = journals.named(citation.journal)
    if citation.journal and not in_journal:
        return "NOT_FOUND;INVALID_JOURNAL"
    scored = [(_score(citation, article), article.pmid) for article in (in_journal or journals.all)]
    best = max((score for score, _ in scored), default=(0, 0))
    if best[0] < 1 or sum(best) < _ENOUGH:
        return "NOT_FOUND"
    hits = sorted((pmid for score, pmid in scored if score == best), key=int)
    if len(hits) == 1:
        return hits[0]
    return f"AMBIGUOUS {','.join(hits)}" if len(hits) <= _MOST_LISTED else f"AMBIGUOUS ({len(hits)} citations)"


def _score(citation: _Citation, article: Article) -> tuple[int, int]:
    """Volume and page weigh first, author and year only decide between equals."""
    fields = article.fields
    volume = bool(citation.volume) and citation.volume in fields.get("VOL", ())
    page = bool(citation.page) and citation.page in {_first_page(" ".join(words)) for words in fields.get("PAGE", ())}
    author = bool(citation.author) and any(words[:1] == citation.author[:1] for words in fields.get("AUTH", ()))
    year = any(str(day.year) == citation.year for day in article.days.get("PDAT", ()))
    return volume + page, author + year


def _first_page(text: str) -> str:
    found = re.match(r"[a-z]*\d+[a-z]*", text.strip().lower())
    return found.group(0) if found else ""
