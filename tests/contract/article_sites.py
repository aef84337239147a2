"""A site of articles on loopback, followed poll by poll as the service does it, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.domain.article_sources import FAMILY, ArticleSource, HeldArticle, Way
from monitor.domain.articles import ParsedArticle
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.intake import read_article
from monitor.net import Client
from monitor.sources.articles import ArticleCollection, Folder, Site
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, status

HOST = "answers.example.org"
SITEMAP = f"/{HOST}/sitemap.xml"
KNEE, SOCKS, TEA = (f"/{HOST}/answers/{name}" for name in ("knee", "socks", "tea"))
SENTENCE = "Rest helps most people with pain."


def read(body: bytes, name: str, media_type: str) -> ParsedArticle:
    return read_article(body, name=name, media_type=media_type)


def source(way: Way = Way.SITEMAP, place: str = f"https://{HOST}/sitemap.xml", **more: object) -> ArticleSource:
    usual = {"title": "Site", "include": () if way is Way.FOLDER else ("^/answers/",)}
    return ArticleSource(key="site", way=way, place=place, **{**usual, **more})  # type: ignore[arg-type]


def sitemap(*paths: str, day: str = "2026-01-01", **days: str) -> bytes:
    """A sitemap of paths on the host; the last names of pages as keywords give them another day."""
    entries = "".join(
        f"<url><loc>https:/{path}</loc><lastmod>{days.get(path.rpartition('/')[2], day)}</lastmod></url>"
        for path in paths
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()


def xml(body: bytes, **headers: str) -> Reply:
    return status(200, body, Content_Type="application/xml", **headers)


def article(title: str, sentence: str = SENTENCE, *, frame: str = "", **headers: str) -> Reply:
    return status(200, article_page(title, sentence, frame=frame), Content_Type="text/html; charset=utf-8", **headers)


def article_page(title: str, sentence: str = SENTENCE, *, frame: str = "") -> bytes:
    return (
        f"<html><head><title>{title}</title></head><body><nav>{frame}</nav><main><h1>{title}</h1>"
        f"<p>{sentence} [1]</p><p>Warmth is pleasant for nearly everybody. [2]</p><h2>References</h2><ol>"
        "<li>Smith J. A trial of rest. Lancet. 2020;1:1-9.</li><li>Doe A. Warm rooms. BMJ. 2021;2:3-4.</li>"
        f"</ol></main><footer>{frame}</footer></body></html>"
    ).encode()


@dataclass
class Following:
    """One source of articles over several polls. ``held`` is what the store would hold."""

    server: FaultyServer | None
    source: ArticleSource
    held: dict[str, HeldArticle] = field(default_factory=dict)
    cursor: str = ""
    now: datetime = START
    at_a_time: int = 40
    client: Client | None = None
    clock: HandClock = field(default_factory=HandClock)

    def ask(self) -> PollOutcome:
        """One poll; nothing is remembered of it."""
        if self.source.way is Way.FOLDER:
            shelf: Folder | Site = Folder(self.source)
        else:
            assert self.server is not None
            self.client = self.client or Client(clock=self.clock, contact="tests@example.org")
            shelf = Site(self.client, self.source, clock=self.clock, pages_url=self.server.url("").rstrip("/"))
        collection = ArticleCollection(self.source, shelf, read=read, clock=self.clock, at_a_time=self.at_a_time)
        request = PollRequest(
            watch=FAMILY,
            target="",
            identifiers=(),
            unread=frozenset(),
            cursor=self.cursor,
            data_version="",
            now=self.now,
            articles=dict(self.held),
        )
        return collection.poll(request)

    def poll(self) -> Polled:
        """One poll that must come to an end, taken in as the pipeline would."""
        outcome = self.ask()
        assert isinstance(outcome, Polled), outcome
        for page in outcome.gathered.pages:
            self.held[page.article_id] = HeldArticle(origin=page.address, url=page.parsed.url or "")
        for gone in outcome.gathered.removed:
            self.held[gone.article_id] = HeldArticle(origin=self.held[gone.article_id].origin, is_removed=True)
        self.cursor = outcome.cursor
        self.now += timedelta(hours=12)
        self.clock.move(12 * 3600)
        return outcome

    def visits(self) -> list[str]:
        """The paths that were asked for since the last call."""
        assert self.server is not None
        heard = [target for target in self.server.targets if not target.endswith("robots.txt")]
        self.server.heard.clear()
        return heard


def ids(outcome: Polled) -> list[str]:
    """The articles that came or changed."""
    return [page.article_id for page in outcome.gathered.pages]
