"""Which rows are about a watched publication: by its DOI, by its PMID, and by its title where a row gives neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.works import RetractionEntry
from monitor.sources.retraction_watch.reader import doi_in, pmid_in, title_key
from monitor.sources.retraction_watch.table import Row


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, by the three ways in which a row may name it."""

    identifiers: frozenset[Identifier]
    titles: Mapping[str, Identifier]

    def match(self, row: Row) -> tuple[Identifier, str] | None:
        """What a row is about, and by what it is known to be watched; None where it is not."""
        about, pmid = about_of(row), pmid_in(row["OriginalPaperPubMedID"])
        if about is None:
            named = self.titles.get(title_key(row["Title"]))
            return (named, "title") if named else None
        if about in self.identifiers:
            return about, "doi" if about.scheme is Scheme.DOI else "pmid"
        if pmid and Identifier.of(Scheme.PUBMED, pmid) in self.identifiers:
            return about, "pmid"
        return None


def about_of(row: Row) -> Identifier | None:
    """The paper of a row by its DOI, else by its PMID."""
    doi, pmid = doi_in(row["OriginalPaperDOI"]), pmid_in(row["OriginalPaperPubMedID"])
    if doi:
        return Identifier.of(Scheme.DOI, doi)
    return Identifier.of(Scheme.PUBMED, pmid) if pmid else None


def is_about_the_same(row: Row, entry: RetractionEntry) -> bool:
    """Whether a row is about what it was about when it was taken."""
    about = about_of(row)
    return about == entry.about if about else title_key(row["Title"]) == title_key(entry.title)


def by_title(titles: Mapping[Identifier, str]) -> dict[str, Identifier]:
    """Titles that name one watched publication; one that names two is no proof."""
    named: dict[str, set[Identifier]] = {}
    for identifier, title in titles.items():
        if key := title_key(title):
            named.setdefault(key, set()).add(identifier)
    return {key: next(iter(some)) for key, some in named.items() if len(some) == 1}
