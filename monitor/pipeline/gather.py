"""What a source of articles had of new, changed and removed ones, in the transaction that moves its cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from monitor.domain.article_sources import Gathered, HeldArticle, ReadPage
from monitor.pipeline.ports import Probe, Tx
from monitor.pipeline.register import Registrar

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Registers what was read and removes what is gone. What a poll visited and what came of it are one commit."""

    registrar: Registrar
    probe: Probe

    def known(self, tx: Tx) -> Mapping[str, HeldArticle]:
        """Every article by id, with where its text came from: those too that were removed."""
        return tx.articles.held()

    def take_in(self, tx: Tx, source: str, gathered: Gathered) -> tuple[str, ...]:
        """Register and remove; returns the articles that came or changed, in the order of their ids.

        All of them are taken first, in that order, so that two processes never wait for each other. An article that
        somebody removed while its page was read stays removed.
        """
        pages = sorted(gathered.pages, key=lambda page: page.article_id)
        for article_id in sorted({page.article_id for page in pages} | {gone.article_id for gone in gathered.removed}):
            tx.articles.take(article_id)
        done = tuple(page.article_id for page in pages if self._registered(tx, source, page))
        for gone in gathered.removed:
            if tx.articles.get(gone.article_id) is not None:
                self.registrar.remove_within(tx, gone.article_id, by=source, because=gone.because)
                log.info("articles.removed", source=source, article=gone.article_id, because=gone.because)
            self.probe("gather.after_article")
        return done

    def _registered(self, tx: Tx, source: str, page: ReadPage) -> bool:
        if page.is_known and tx.articles.get(page.article_id) is None:
            log.info("articles.let_go", source=source, article=page.article_id)
            return False
        revision = self.registrar.register_within(tx, page.article_id, page.parsed, origin=page.address, by=source)
        log.info(
            "articles.registered",
            source=source,
            article=page.article_id,
            is_new=revision.is_new,
            answered=[one.id for one in revision.answered],
        )
        self.probe("gather.after_article")
        return True
