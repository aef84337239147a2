"""How PubMed is watched: chosen when the program starts, from what the operator wishes and how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from monitor.domain.policy import Policy
from monitor.domain.records import Publication
from monitor.domain.topics import Engine, Topic
from monitor.pipeline.ports import Tx
from monitor.sources.pubmed import PubMed, UpdateFiles

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EvidenceMatcher:
    """Matches records with topics, those only that would be told: most of a daily file is no evidence."""

    engine: Engine
    policy: Policy

    def wants(self, record: Publication) -> bool:
        """Whether the record is evidence of a design that is told."""
        return self.policy.weight_of(record) is not None

    def answered(self, records: Sequence[Publication]) -> list[tuple[str, ...]]:
        """For each record the names of the topics that it answers."""
        return self.engine.match(records)


@dataclass(frozen=True, slots=True, kw_only=True)
class PubMedChoice:
    """Chooses between E-utilities and the update files; ``topics`` are the standing queries."""

    pubmed: PubMed
    files: UpdateFiles
    policy: Policy
    topics: Sequence[Topic] = ()

    def settle(self, tx: Tx) -> frozenset[str]:
        """Set the source and its watches to the transport that fits now; returns the topics that PubMed must search.

        The stream begins anew whenever it was left: its first poll looks back thirty days.
        """
        ids = len(tx.references.watched("pubmed"))
        streams = self.policy.pubmed.streams(ids=ids, topics=len(self.topics))
        log.info("pubmed.transport", transport="updates" if streams else "eutils", ids=ids, topics=len(self.topics))
        if not streams:
            self.pubmed.follow(None)
            tx.watches.keep_only(kind="updates", source=self.pubmed.name, targets=())
            return frozenset(topic.name for topic in self.topics)
        engine, searched = self._engine()
        self.pubmed.follow(self.files, matcher=EvidenceMatcher(engine, self.policy) if len(engine) else None)
        tx.watches.ensure(kind="updates", source=self.pubmed.name)
        return searched

    def _engine(self) -> tuple[Engine, frozenset[str]]:
        """Our engine with the topics it runs exactly, and the names of the others."""
        engine, searched = Engine(), set()
        for topic in self.topics:
            tree = topic.tree()
            if tree is None:
                searched.add(topic.name)
            else:
                engine.put(topic.name, tree)
        return engine, frozenset(searched)
