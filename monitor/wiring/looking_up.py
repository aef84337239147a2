"""Who is asked what a reference means, in which order, and how sure they must be."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.citations import Candidate
from monitor.intake import citation_of
from monitor.net import Client
from monitor.pipeline.assess import Assessor
from monitor.pipeline.look_up import LookUp
from monitor.pipeline.ports import Probe
from monitor.pipeline.resolve import Resolver
from monitor.recipes import Watchlists
from monitor.settings import Settings
from monitor.sources.crossref import Crossref
from monitor.sources.europepmc import EuropePmc
from monitor.sources.guideline import identities
from monitor.sources.pubmed import PubMed
from monitor.store import Store


def europe_pmc(settings: Settings, client: Client) -> list[EuropePmc]:
    """Europe PMC, if the operator wants it asked."""
    return [EuropePmc(client, settings.europepmc_url)] if settings.europepmc_url else []


def build_resolver(
    store: Store,
    pubmed: PubMed,
    crossref: Crossref,
    further: Sequence[EuropePmc],
    watchlists: Watchlists,
    assessor: Assessor,
    probe: Probe,
) -> Resolver:
    """Who finds out what references mean, by asking PubMed and then the others in turn."""

    def named_guidelines(text: str, organisation: str, year: int | None, context: str) -> tuple[Candidate, ...]:
        return identities(watchlists.publishers, text, organisation, year, context)

    return Resolver(
        store=store,
        lookup=LookUp(
            citations=pubmed,
            works=crossref,
            guidelines=named_guidelines,
            read_citation=citation_of,
            finders=(crossref, *further),
            thresholds=watchlists.policy.resolution,
        ),
        assessor=assessor,
        clock=assessor.clock,
        probe=probe,
    )
