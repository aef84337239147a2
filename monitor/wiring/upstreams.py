"""Every upstream, and what is watched of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from monitor.clock import Clock
from monitor.domain.channels import ListChannel, LiteratureChannel, PageChannel
from monitor.domain.publishers import Publisher
from monitor.net import Client
from monitor.pipeline.ports import Source
from monitor.pipeline.register import WatchSpec
from monitor.recipes import Watchlists
from monitor.settings import Settings
from monitor.sources.clinicaltrials import ClinicalTrials
from monitor.sources.crossref import Crossref
from monitor.sources.guideline import Access, GuidelinePublisher, ListedPublisher, LiteraturePublisher, nice, uspstf
from monitor.sources.pubmed import Eutils, Literature, PubMed
from monitor.sources.retraction_watch import RetractionWatch
from monitor.wiring.articles import article_collections, article_watches
from monitor.wiring.looking_up import europe_pmc


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstreams:
    """The one client that asks them all, and each by its name; PubMed and Crossref look references up, too."""

    client: Client
    pubmed: PubMed
    crossref: Crossref
    sources: dict[str, Source]


def build_upstreams(
    settings: Settings, watchlists: Watchlists, *, clock: Clock, on_request: Callable[[str, str], None]
) -> Upstreams:
    """Put them together."""
    client = Client(
        clock=clock,
        contact=settings.ncbi_email or "",
        on_request=on_request,
        allow_private_hosts=frozenset(settings.allow_private_hosts),
    )
    eutils = _eutils(settings, client)
    pubmed = PubMed(eutils, queries={topic.name: topic.query for topic in watchlists.topics})
    crossref = Crossref(client, settings.crossref_url, contact=settings.ncbi_email or "")
    sources = {
        **_sources(settings, client, eutils, [pubmed, crossref], watchlists),
        **article_collections(watchlists, client, pages_url=settings.pages_url, clock=clock),
    }
    return Upstreams(client=client, pubmed=pubmed, crossref=crossref, sources=sources)


def _eutils(settings: Settings, client: Client) -> Eutils:
    return Eutils(client, settings.eutils_url, email=settings.ncbi_email or "", api_key=_secret(settings.ncbi_api_key))


def _sources(
    settings: Settings, client: Client, eutils: Eutils, literature: list[Source], watchlists: Watchlists
) -> dict[str, Source]:
    """Every upstream by its name, one line each; a publisher is one YAML file."""
    journals = Literature(eutils)
    searches = {topic.name: topic.trials for topic in watchlists.topics if topic.trials}
    sources: list[Source] = [
        *literature,
        ClinicalTrials(
            client, settings.clinicaltrials_url, searches=searches, with_history=settings.clinicaltrials_history
        ),
        RetractionWatch(client, settings.retraction_watch_url, cache=settings.data_dir / "cache"),
        *europe_pmc(settings, client),
        *(_publisher(settings, client, journals, publisher) for publisher in watchlists.publishers),
    ]
    return {source.name: source for source in sources}


def _publisher(settings: Settings, client: Client, journals: Literature, publisher: Publisher) -> Source:
    """A publisher by the kind of its channel."""
    match publisher.channel:
        case ListChannel(credentials=credentials):
            access = _access(settings).get(credentials)
            return ListedPublisher(client, publisher, access=access, pages_url=settings.pages_url)
        case LiteratureChannel():
            return LiteraturePublisher(journals, publisher)
        case PageChannel():
            return GuidelinePublisher(client, publisher, pages_url=settings.pages_url)


def _access(settings: Settings) -> dict[str, Access]:
    """What the operator has of the lists that want a key, by the word that recipes use."""
    return {
        "nice": nice(settings.nice_url, _secret(settings.nice_api_key)),
        "uspstf": uspstf(settings.uspstf_url, _secret(settings.uspstf_key)),
    }


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def not_followed(settings: Settings, watchlists: Watchlists) -> dict[str, str]:
    """The publishers that want a key which the operator has not given, with the setting that is missing.

    They are asked about only once an article rests on one of their guidelines, and then it shows that they cannot be.
    """
    access = _access(settings)
    return {
        publisher.key: access[publisher.channel.credentials].lacks
        for publisher in watchlists.publishers
        if isinstance(publisher.channel, ListChannel)
        and publisher.channel.credentials
        and access[publisher.channel.credentials].lacks
    }


def watch_specs(settings: Settings, watchlists: Watchlists) -> tuple[WatchSpec, ...]:
    """What is watched from the start, whatever articles rest on."""
    lacking = not_followed(settings, watchlists)
    followed = (publisher.key for publisher in watchlists.publishers if publisher.key not in lacking)
    return (
        WatchSpec(kind="cited_set", source="pubmed"),
        WatchSpec(kind="notices", source="pubmed"),
        WatchSpec(kind="included", source="pubmed"),
        WatchSpec(kind="cited_set", source="clinicaltrials"),
        WatchSpec(kind="cited_set", source="crossref"),
        WatchSpec(kind="notices", source="crossref"),
        WatchSpec(kind="cited_set", source="retraction_watch"),
        *((WatchSpec(kind="cited_set", source="europepmc"),) if settings.europepmc_url else ()),
        *(WatchSpec(kind="list", source=f"guideline:{key}") for key in followed),
        *article_watches(watchlists),
    )
