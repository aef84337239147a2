"""Records that PubMed merged: which of those it holds is the same publication as one that it holds no longer."""

from __future__ import annotations

from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.domain.resolution import judge
from monitor.sources.pubmed.citmatch import candidates
from monitor.sources.pubmed.eutils import Eutils


def merged_with(eutils: Eutils, gone: Publication) -> Identifier | Failure | None:
    """The identifier of the record that is left; None where none is certain."""
    citation = Citation(
        key="gone",
        text=gone.title,
        title=gone.title,
        journal=gone.journal_abbreviation or gone.journal,
        year=gone.year,
        volume=gone.volume,
        first_page=gone.pages.split("-")[0].strip(),
        first_author=gone.authors[0].split(" ")[0] if gone.authors else "",
        identifiers=_own_doi(gone),
    )
    found = candidates(eutils, citation)
    if not isinstance(found, tuple):
        return found
    judged = judge(citation, [record for record in found if record.identifier != gone.identifier])
    return judged.identifiers[0] if judged.status is Resolution.RESOLVED else None


def _own_doi(record: Publication) -> tuple[Identifier, ...]:
    try:
        return (Identifier.of(Scheme.DOI, record.doi),)
    except InvalidIdentifier:
        return ()
