"""The sources of articles that the watchlists declare, put together."""

from __future__ import annotations

from monitor.clock import Clock
from monitor.domain.article_sources import FAMILY, ArticleSource, Way
from monitor.domain.articles import ParsedArticle
from monitor.intake import read_article
from monitor.net import Client
from monitor.pipeline.register import WatchSpec
from monitor.recipes import Watchlists
from monitor.sources.articles import ArticleCollection, Folder, Site


def article_collections(
    watchlists: Watchlists, client: Client, *, pages_url: str | None, clock: Clock
) -> dict[str, ArticleCollection]:
    """Every source of articles by its name, each followed in its way."""

    def shelf(source: ArticleSource) -> Folder | Site:
        return Folder(source) if source.way is Way.FOLDER else Site(client, source, clock=clock, pages_url=pages_url)

    return {
        source.name: ArticleCollection(source, shelf(source), read=_read, clock=clock)
        for source in watchlists.article_sources
    }


def article_watches(watchlists: Watchlists) -> tuple[WatchSpec, ...]:
    """One watch for each of them."""
    return tuple(WatchSpec(kind=FAMILY, source=source.name) for source in watchlists.article_sources)


def _read(body: bytes, name: str, media_type: str) -> ParsedArticle:
    return read_article(body, name=name, media_type=media_type)
