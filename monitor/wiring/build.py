"""``build(settings)``: the whole program, put together once and handed to whoever runs it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clock import Clock, MovedClock, SystemClock
from monitor.domain.policy import Policy
from monitor.domain.subjects import Subjects, WordSet
from monitor.intake import citation_of
from monitor.net import Client, Gates
from monitor.pipeline.assess import Assessor
from monitor.pipeline.correct import Corrector
from monitor.pipeline.deliver import PATIENCE_SECONDS, Deliverer
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.notify import Notifier
from monitor.pipeline.poll import Poller
from monitor.pipeline.ports import Probe, Source
from monitor.pipeline.recognise import Recogniser
from monitor.pipeline.register import Registrar, WatchSpec
from monitor.pipeline.remind import Reminder
from monitor.pipeline.resolve import Resolver
from monitor.pipeline.review import Editors
from monitor.pipeline.suggest import Suggester
from monitor.pipeline.sweep import Sweeper
from monitor.recipes import Watchlists, load_watchlists
from monitor.settings import Settings, builtin_path, environment
from monitor.sources.pubmed import UpdateFiles
from monitor.store import Collided, LeaseLost, Ownership, Store, StoreUnavailable
from monitor.telemetry import Telemetry
from monitor.wiring.accounts import Accounts, build_accounts
from monitor.wiring.desk import Desk
from monitor.wiring.explaining import Explainer, explainer
from monitor.wiring.hands import Hands, build_hands
from monitor.wiring.looking_up import build_resolver, europe_pmc
from monitor.wiring.notices import build_channels, lacking
from monitor.wiring.observer import MetricsObserver
from monitor.wiring.transport import PubMedChoice
from monitor.wiring.upstreams import build_upstreams, not_followed, watch_specs


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """The parts a face or the daemon works with."""

    settings: Settings
    clock: Clock
    store: Store
    client: Client
    watchlists: Watchlists
    telemetry: Telemetry
    sources: dict[str, Source]
    registrar: Registrar
    resolver: Resolver
    corrector: Corrector
    poller: Poller
    sweeper: Sweeper
    editors: Editors
    notifier: Notifier
    reminder: Reminder
    deliverer: Deliverer
    suggester: Suggester
    desk: Desk
    explainer: Explainer
    hands: Hands
    accounts: Accounts
    watch_specs: tuple[WatchSpec, ...]
    not_followed: dict[str, str]
    transport: PubMedChoice

    def prepare(self) -> None:
        """Check the schema, watch every configured source, and recall which hosts asked not to be called.

        How PubMed is watched is chosen here, as it depends on how much is watched.

        Raises ``WrongSchema``.
        """
        self.store.check_schema()
        self.registrar.ensure_watches(self.watch_specs)
        with self.store.begin() as tx:
            searched = self.transport.settle(tx)
            self.client.gates.recall(tx.watches.recall_gates())
        self.registrar.ensure_topics(self.watchlists.topics, searched=searched)

    def deliver(self, *, patience_seconds: float = PATIENCE_SECONDS) -> int:
        """Say to whom new messages go, and send what is due; returns how many were acknowledged."""
        while self.notifier.run():
            pass
        return self.deliverer.run(patience_seconds=patience_seconds)

    def channels_lack(self) -> dict[str, str]:
        """What the channels lack of the operator's before they can be used, by name."""
        return lacking(self.deliverer.channels)

    def remember_gates(self) -> None:
        """Keep until when hosts asked not to be called, so that a restart does not forget it."""
        if gates := self.client.gates.remembered():
            with self.store.begin() as tx:
                tx.watches.remember_gates(gates)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    probe: Probe | None = None,
    stopping: threading.Event | None = None,
    env: Mapping[str, str] | None = None,
) -> Monitor:
    """Put the program together. Opens no connection and reads nothing but the watchlists and the channels' secrets.

    These stand in ``env``, else in the environment, or in files that the policy names.

    Raises ``RecipeErrors`` when a watchlist is wrong.
    """
    clock = clock or _clock(settings, stopping)
    passing: Probe = probe or _pass_by
    watchlists = load_watchlists(settings.watchlists)
    policy = watchlists.policy
    telemetry = Telemetry()
    observer = MetricsObserver(telemetry)
    store = Store(settings.database_url, clock=clock, migrations=builtin_path("alembic"))
    upstreams = build_upstreams(settings, watchlists, clock=clock, on_request=telemetry.count_request)
    client, pubmed, sources = upstreams.client, upstreams.pubmed, upstreams.sources
    assessor = _assessor(watchlists, clock, observer, passing)
    further = europe_pmc(settings, client)
    editors = Editors(store=store, policy=policy, clock=clock, unavailable=(StoreUnavailable,))
    corrector = Corrector(store=store, assessor=assessor)
    registrar = Registrar(store=store, policy=policy, clock=clock, assessor=assessor)
    return Monitor(
        settings=settings,
        clock=clock,
        store=store,
        client=client,
        watchlists=watchlists,
        telemetry=telemetry,
        sources=sources,
        editors=editors,
        registrar=registrar,
        resolver=build_resolver(store, pubmed, upstreams.crossref, further, watchlists, assessor, passing),
        corrector=corrector,
        poller=_poller(store, sources, registrar, observer),
        sweeper=Sweeper(store=store, policy=policy, clock=clock, probe=passing),
        notifier=Notifier(store=store, policy=policy, clock=clock, probe=passing, pages=settings.public_url),
        reminder=Reminder(store=store, policy=policy, clock=clock, probe=passing, pages=settings.public_url),
        deliverer=_deliverer(settings, store, policy, clock, observer, passing, env),
        suggester=Suggester(store=store, source=pubmed, clock=clock),
        desk=Desk(store=store, editors=editors, policy=policy, registrar=registrar, ownership=Ownership(policy.owners)),
        explainer=explainer(store, policy, settings.watchlists, clock),
        hands=build_hands(store, editors, corrector, watchlists.publishers),
        accounts=build_accounts(store, clock),
        watch_specs=watch_specs(settings, watchlists),
        not_followed=not_followed(settings, watchlists),
        transport=PubMedChoice(
            pubmed=pubmed,
            files=UpdateFiles(client, settings.pubmed_updates_url),
            policy=policy,
            topics=watchlists.topics,
        ),
    )


def _deliverer(
    settings: Settings,
    store: Store,
    policy: Policy,
    clock: Clock,
    observer: MetricsObserver,
    probe: Probe,
    env: Mapping[str, str] | None,
) -> Deliverer:
    """Messages have a client of their own: a receiver that is down has waits of its own, and closes no gate of ours."""
    client = Client(
        clock=clock,
        contact=settings.ncbi_email or "",
        on_request=observer.telemetry.count_request,
        allow_private_hosts=frozenset(settings.allow_private_hosts),
        gates=Gates(clock=clock, breaks=False),
    )
    return Deliverer(
        store=store,
        channels=build_channels(
            policy.noticing, settings, client=client, clock=clock, env=environment() if env is None else env
        ),
        clock=clock,
        observer=observer,
        probe=probe,
        pages=settings.public_url,
    )


def _assessor(watchlists: Watchlists, clock: Clock, observer: MetricsObserver, probe: Probe) -> Assessor:
    policy = watchlists.policy
    return Assessor(
        policy=policy,
        clock=clock,
        observer=observer,
        probe=probe,
        subjects=_subjects(watchlists),
        recogniser=Recogniser(clock=clock, read_citation=citation_of, thresholds=policy.resolution),
    )


def _subjects(watchlists: Watchlists) -> Subjects:
    """What the watchlists say of the subjects of articles and of guidelines."""
    of_articles: dict[str, tuple[WordSet, ...]] = {}
    for topic in watchlists.topics:
        for name in topic.articles:
            of_articles[name] = (*of_articles.get(name, ()), *topic.subject)
    known = (guideline for publisher in watchlists.publishers for guideline in publisher.guidelines)
    return Subjects(of_articles=of_articles, of_guidelines={one.identity: one.match for one in known})


def _poller(store: Store, sources: dict[str, Source], registrar: Registrar, observer: MetricsObserver) -> Poller:
    assessor = registrar.assessor
    return Poller(
        store=store,
        sources=sources,
        assessor=assessor,
        policy=assessor.policy,
        clock=assessor.clock,
        observer=observer,
        probe=assessor.probe,
        holder=f"{socket.gethostname()}:{os.getpid()}",
        lease_lost=LeaseLost,
        collided=(Collided,),
        gatherer=Gatherer(registrar=registrar, probe=assessor.probe),
    )


def _clock(settings: Settings, stopping: threading.Event | None) -> Clock:
    return MovedClock(settings.now, stopping) if settings.now else SystemClock(stopping)


def _pass_by(point: str) -> None:
    """The probe of production: nothing happens at any point."""
