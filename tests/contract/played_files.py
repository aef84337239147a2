"""NLM's file server on loopback, with files that a test puts there, replaces, hides and spoils."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.domain.records import Publication
from monitor.net import Client
from monitor.sources.pubmed import UpdateFiles
from monitor.sources.pubmed.naming import Named
from monitor.sources.pubmed.updates import Matcher, Name, poll_updates
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, status

UPDATES, BASELINE = "/pubmed/updatefiles/", "/pubmed/baseline/"


def packed_set(*parts: str, deleted: tuple[str, ...] = ()) -> bytes:
    """An update file: records, and the PMIDs (with ``.version`` where it is not 1) that are gone."""
    gone = "".join('<PMID Version="{1}">{0}</PMID>'.format(*f"{pmid}.1".split(".")[:2]) for pmid in deleted)
    end = f"<DeleteCitation>{gone}</DeleteCitation>" if deleted else ""
    doctype = '<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">'
    inside = f"<PubmedArticleSet>\n{''.join(parts)}{end}\n</PubmedArticleSet>"
    return gzip.compress(f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}\n{inside}'.encode(), mtime=0)


@dataclass(frozen=True, slots=True)
class Matching:
    """Standing queries as a function of some records; it wants those of a title that holds a word."""

    answered: Callable[[Sequence[Publication]], Sequence[tuple[str, ...]]]
    wanted: str = ""

    def wants(self, record: Publication) -> bool:
        """Whether the title holds the word."""
        return self.wanted in record.title


def days_ago(days: float) -> datetime:
    return (START - timedelta(days=days)).replace(second=0)


@dataclass
class PlayedFiles:
    """Files by folder and name with their times; ``sums`` are the stated ones, ``hidden`` is not listed."""

    server: FaultyServer
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    without_sum: set[str] = field(default_factory=set)
    matcher: Matcher | None = None
    name: Name = field(default=lambda _records: Named())

    def __post_init__(self) -> None:
        self.client = Client(clock=HandClock(), contact="ops@example.org")
        self.source = UpdateFiles(self.client, self.server.url(UPDATES))
        self.list_all()

    def put(self, name: str, body: bytes, *, days: float = 1, folder: str = UPDATES) -> None:
        """Publish a file, or publish it anew."""
        published = days_ago(days)
        self.files[folder + name] = (body, published)
        stated = published.strftime("%a, %d %b %Y %H:%M:%S GMT")
        self.server.on(folder + name, status(200, body, Content_Type="application/x-gzip", Last_Modified=stated))
        told = self.sums.get(name, hashlib.md5(body, usedforsecurity=False).hexdigest())
        self.server.on(f"{folder}{name}.md5", status(200, f"MD5({name})= {told}\n".encode()))
        self.list_all()

    def take_away(self, beginning: str) -> None:
        """Let files vanish, by the beginning of folder and name."""
        self.files = {path: held for path, held in self.files.items() if not path.startswith(beginning)}
        self.list_all()

    def answer(self, path: str, reply: Reply) -> None:
        """Answer an address otherwise."""
        self.server.on(path, reply)

    def list_all(self) -> None:
        """Write the directory pages."""
        for folder in (UPDATES, BASELINE):
            self.server.on(folder, status(200, self.page(folder).encode(), Content_Type="text/html"))

    def page(self, folder: str) -> str:
        """A directory page as Apache writes it."""
        rows = []
        for path, (body, published) in sorted(self.files.items()):
            name = path.removeprefix(folder)
            if path.startswith(folder) and name not in self.hidden:
                rows.append(f'<a href="{name}">{name}</a>  {published:%Y-%m-%d %H:%M}  {len(body) // 1000}K')
                if name not in self.without_sum:
                    rows.append(f'<a href="{name}.md5">{name}.md5</a>  {published:%Y-%m-%d %H:%M}   60 ')
        listed = "\n".join(rows)
        title = f"Index of {folder.rstrip('/')}"
        return (
            f"<!DOCTYPE HTML>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><pre>Name Last modified"
            f'<hr><a href="/pubmed/">Parent Directory</a>   -\n{listed}\n<hr></pre></body></html>'
        )

    def poll(
        self, cursor: str = "", *, watched: tuple[str, ...] = ("1", "2", "3"), now: datetime = START
    ) -> PollOutcome:
        """One poll for some PMIDs."""
        request = PollRequest(
            watch="updates",
            target="",
            identifiers=tuple(map(pubmed, watched)),
            unread=frozenset(),
            cursor=cursor,
            data_version="",
            now=now.astimezone(UTC),
        )
        return poll_updates(self.source, request, matcher=self.matcher, name=self.name)

    def poll_all(self, cursor: str = "", *, watched: tuple[str, ...] = ("1", "2", "3")) -> list[Polled]:
        """Poll until nothing more waits."""
        polls = [polled(self.poll(cursor, watched=watched))]
        while polls[-1].more:
            polls.append(polled(self.poll(polls[-1].cursor, watched=watched)))
        return polls


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def read(outcome: PollOutcome) -> set[Identifier]:
    return {reading.record.identifier for reading in polled(outcome).readings}


def titles(outcome: PollOutcome) -> dict[str, str]:
    return {reading.record.identifier.value: reading.record.title for reading in polled(outcome).readings}
