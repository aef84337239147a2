"""How PubMed is watched: chosen when the program starts, from what the operator wishes and how much there is."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from monitor.domain.policy import PubMedTransport
from monitor.pipeline.ports import Tx
from monitor.sources.pubmed import PubMed, UpdateFiles
from monitor.sources.pubmed.updates import Matcher

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class PubMedChoice:
    """Chooses between E-utilities and the update files. ``topics`` is the number of standing queries."""

    pubmed: PubMed
    files: UpdateFiles
    wish: PubMedTransport
    topics: int = 0
    matcher: Matcher | None = None

    def settle(self, tx: Tx) -> None:
        """Set the source and its watches to the transport that fits now.

        The stream begins anew whenever it was left: its first poll looks back thirty days.
        """
        ids = len(tx.references.watched("pubmed"))
        streams = self.wish.streams(ids=ids, topics=self.topics)
        log.info("pubmed.transport", transport="updates" if streams else "eutils", ids=ids, topics=self.topics)
        if streams:
            self.pubmed.follow(self.files, matcher=self.matcher)
            tx.watches.ensure(kind="updates", source=self.pubmed.name)
        else:
            self.pubmed.follow(None)
            tx.watches.keep_only(kind="updates", source=self.pubmed.name, targets=())
