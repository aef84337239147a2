"""What cited reviews list: which of those studies have fallen. The others are not read."""

from __future__ import annotations

from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, read_held, watched_pmids
from monitor.sources.pubmed.posted import among

FALLEN = (
    "(hasretractionin OR hasexpressionofconcernin OR hasretractedandrepublishedin"
    ' OR "Retracted Publication"[pt] OR withdrawn[ti] OR retracted[ti])'
)
"""Records that may show a retraction, a withdrawal or a concern; what they show is for the rules to say."""

SYNTHESES = '("Systematic Review"[pt] OR "Meta-Analysis"[pt] OR "Practice Guideline"[pt] OR Guideline[pt])'
"""Reviews and guidelines whose own lists are followed."""


def poll_included(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Read the fallen ones among the listed studies, and those read before, which may stand again.

    Where lists are followed further, the reviews among them are read, too.
    """
    build = eutils.build()
    if not isinstance(build, str):
        return build
    pmids = tuple(watched_pmids(request.identifiers))
    fallen = among(eutils, pmids, FALLEN)
    if not isinstance(fallen, set):
        return fallen
    wanted = fallen | set(watched_pmids(request.unread))
    if request.follow:
        reviews = among(eutils, pmids, SYNTHESES)
        if not isinstance(reviews, set):
            return reviews
        wanted |= reviews
    haul = read_held(eutils, sorted(wanted, key=int))
    if not isinstance(haul, Haul):
        return haul
    return Polled(
        readings=haul.readings(),
        covered=request.identifiers,
        cursor=request.now.date().isoformat(),
        data_version=build,
        unknown_values=tuple(haul.unknown),
    )
