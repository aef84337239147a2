"""A made-up library of articles with findings, references, claims and reviews, written straight into the tables.

The same seed gives the same library. It is as wide as asked: so many articles, and of each so many of everything.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, insert

from monitor.domain.articles import Freshness, ReferenceKind, Resolution, ReviewStatus
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.owners import Owner, Owners, Specialty
from monitor.store.tables import (
    AliasRow,
    ArticleRow,
    CheckRow,
    ClaimRow,
    EventRow,
    FindingRow,
    FlipRow,
    IdentifierRow,
    RecordRow,
    ReferenceRow,
    ReviewRow,
    SnapshotRow,
    Table,
    TopicArticleRow,
    TopicRow,
    WatchRow,
    WitnessRow,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SPECIALTIES = ("cardiology", "oncology", "rheumatology", "neurology", "paediatrics", "dermatology")
WORDS = [
    "injections",
    "of",
    "cells",
    "for",
    "the",
    "knee",
    "after",
    "trials",
    "with",
    "statins",
    "in",
    "older",
    "adults",
    "and",
    "children",
    "at",
    "risk",
]
KINDS = (
    EventKind.RETRACTED,
    EventKind.CORRECTED,
    EventKind.SUPERSEDED,
    EventKind.NEW_EVIDENCE,
    EventKind.TRIAL_RESULTS_POSTED,
    EventKind.CONCERN_RAISED,
    EventKind.GUIDELINE_UPDATED,
)
OWNERS = Owners(
    owners={
        **{f"team-{name}": Owner(name=f"team-{name}", specialties=(name,)) for name in SPECIALTIES},
        "ada": Owner(name="ada", articles=("*-7", "*-77")),
    },
    specialties={
        name: Specialty(name=name, articles=(f"{name}-*",), topics=(f"topic-{number}",))
        for number, name in enumerate(SPECIALTIES)
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is: of each article so many findings, references and claims on average."""

    articles: int
    findings: int = 5
    references: int = 20
    claims: int = 40
    checks: int = 40_000
    letters: int = 8_000

    @property
    def events(self) -> int:
        """An event concerns some three articles."""
        return max(8, self.articles * self.findings // 3)


def populate(url: str, size: Size, *, seed: int = 7) -> None:
    """Write a library into an empty database that has its tables."""
    engine = create_engine(url)
    with engine.begin() as connection:
        _Writer(connection, size, random.Random(seed)).write()  # noqa: S311 - made-up articles, not secrets.
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


class _Writer:
    def __init__(self, connection: Connection, size: Size, chance: random.Random) -> None:
        self._connection = connection
        self._size = size
        self._chance = chance
        self._ids = [f"{SPECIALTIES[number % len(SPECIALTIES)]}-{number}" for number in range(size.articles)]

    def write(self) -> None:
        """Every table in the order in which they name each other."""
        size = self._size
        self._add(WatchRow, self._watches())
        self._add(CheckRow, self._checks())
        self._add(TopicRow, ({"name": f"topic-{n}", "title": f"Topic {n}", "query": "knee"} for n in range(50)))
        self._add(ArticleRow, self._articles())
        self._add(
            TopicArticleRow, ({"topic": f"topic-{self._chance.randrange(50)}", "article_id": i} for i in self._ids)
        )
        self._add(ReferenceRow, self._references())
        self._add(IdentifierRow, self._identifiers())
        self._add(RecordRow, map(self._record, range(size.events)))
        self._add(ClaimRow, self._claims())
        self._add(EventRow, map(self._event, range(size.events)))
        self._add(WitnessRow, self._witnesses())
        self._add(AliasRow, map(self._alias, range(0, size.events, 2)))
        self._add(SnapshotRow, map(self._snapshot, range(0, size.events * 2, 3)))
        self._add(FindingRow, self._findings())
        self._add(ReviewRow, self._reviews())
        self._add(FlipRow, self._flips())

    def _add(self, table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
        some: list[dict[str, Any]] = []
        for row in rows:
            some.append({"recorded_at": NOW - timedelta(days=90), **row} if _has_birth(table) else row)
            if len(some) == 5_000:
                self._connection.execute(insert(table), some)
                some = []
        if some:
            self._connection.execute(insert(table), some)

    def _watches(self) -> Iterator[dict[str, Any]]:
        for number in range(30):
            source = ("pubmed", "clinicaltrials", "crossref")[number] if number < 3 else f"guideline:body-{number}"
            kind = "cited_set" if number < 3 else "list"
            yield {"kind": kind, "source": source, "next_due": NOW, "last_success": NOW - timedelta(hours=1)}

    def _checks(self) -> Iterator[dict[str, Any]]:
        for number in range(self._size.checks):
            watch = number % 30
            source = ("pubmed", "clinicaltrials", "crossref")[watch] if watch < 3 else f"guideline:body-{watch}"
            at = NOW - timedelta(minutes=(self._size.checks - number) * 2)
            yield {"watch_id": watch + 1, "source": source, "at": at, "outcome": "polled", "members": 5}

    def _articles(self) -> Iterator[dict[str, Any]]:
        text = " ".join(self._chance.choices(WORDS, k=self._size.letters // 5))
        for number, name in enumerate(self._ids):
            freshness = (Freshness.STALE, Freshness.STALE, Freshness.UNVERIFIED, Freshness.FRESH)[number % 4]
            stale = freshness is Freshness.STALE
            yield {
                "id": name,
                "title": " ".join(self._chance.choices(WORDS, k=6)).capitalize(),
                "text": text,
                "content_digest": "",
                "last_updated": date(2025, 1, 1) + timedelta(days=number % 400),
                "review_status": ReviewStatus.SUBMITTED if stale else ReviewStatus.APPROVED,
                "freshness": freshness,
                "freshness_because": "a cited trial was retracted",
                "severity": self._chance.choice(list(Severity)) if stale else None,
                "stale_since": NOW - timedelta(hours=number % 900) if stale else None,
                "recorded_at": NOW - timedelta(days=90, minutes=number),
            }

    def _references(self) -> Iterator[dict[str, Any]]:
        for name in self._ids:
            for number in range(1, self._size.references + 1):
                yield {
                    "article_id": name,
                    "key": f"{number}",
                    "number": number,
                    "text": "Author A, Author B. A trial of something for someone. Journal of Examples. 2024;1:1-9.",
                    "kind": ReferenceKind.RESEARCH,
                    "resolution": Resolution.UNRESOLVED if number % 9 == 0 else Resolution.RESOLVED,
                }

    def _identifiers(self) -> Iterator[dict[str, Any]]:
        for number in range(self._size.articles * self._size.references):
            if (number % self._size.references + 1) % 9:
                record = f"pubmed:{1000 + number % self._size.events}"
                yield {"reference_id": number + 1, "identifier": record}

    def _record(self, number: int) -> dict[str, Any]:
        return {
            "identifier": f"pubmed:{1000 + number}",
            "source": "pubmed",
            "title": "A trial of something",
            "first_read_at": NOW - timedelta(days=80),
            "last_read_at": NOW - timedelta(hours=2),
        }

    def _claims(self) -> Iterator[dict[str, Any]]:
        sentences = [
            "Pain was lower by 12% (95% CI 8 to 17) after six months.",
            "No trials have assessed the effect on function in children.",
            "The injections were well tolerated, and few people stopped the treatment because of harms.",
        ]
        for name in self._ids:
            for position in range(self._size.claims):
                yield {
                    "article_id": name,
                    "key": f"{position}",
                    "position": position,
                    "text": sentences[position % 3],
                    "markers": [position % self._size.references + 1],
                }

    def _event(self, number: int) -> dict[str, Any]:
        kind = KINDS[number % len(KINDS)]
        return {
            "record": f"pubmed:{1000 + number}",
            "kind": kind,
            "shown_by": f"pubmed:{5_000_000 + number}",
            "title": " ".join(self._chance.choices(WORDS, k=8)).capitalize(),
            "because": "PubMed links this record to a notice",
            "severity": self._chance.choice(list(Severity)),
            "happened_on": date(2026, 5, 1) + timedelta(days=number % 28),
            "valid_from": NOW - timedelta(hours=number % 700),
            "diff": [{"field": "status", "before": "recruiting", "after": "terminated"}],
        }

    def _witnesses(self) -> Iterator[dict[str, Any]]:
        for number in range(self._size.events):
            for source in ("pubmed", "crossref")[: 1 + number % 2]:
                notice = f"pubmed:{5_000_000 + number}"
                yield {"event_id": number + 1, "source": source, "notice": notice, "seen_at": NOW - timedelta(days=1)}

    def _alias(self, number: int) -> dict[str, Any]:
        return {"record": f"pubmed:{1000 + number}", "name": f"doi:10.5555/{number}", "source": "pubmed"}

    def _snapshot(self, number: int) -> dict[str, Any]:
        half, replaces = divmod(number, 2)
        name = f"pubmed:{(5_000_000 if replaces else 1000) + half}"
        abstract = f"{'Newer' if replaces else 'Older'} words. " * 40 + f"Pain was lower by {9 + replaces}%."
        body = {"type": "publication", "identifier": name, "title": "A trial", "abstract": abstract}
        return {
            "identifier": name,
            "seq": 1,
            "source": "pubmed",
            "digest": "",
            "body": body,
            "raw": b"",
            "reader": "r",
            "valid_from": NOW - timedelta(days=80),
        }

    def _findings(self) -> Iterator[dict[str, Any]]:
        size = self._size
        for number in range(size.articles * size.findings):
            article, nth = divmod(number, size.findings)
            event = (article * 7 + nth * 13) % size.events
            claims = [article * size.claims + self._chance.randrange(size.claims) + 1 for _ in range(3)]
            is_open = article % 4 < 2 and nth < 3
            yield {
                "id": f"f{number}",
                "article_id": self._ids[article],
                "event_id": event + 1,
                "severity": self._chance.choice(list(Severity)),
                "because": "PubMed links this record to a notice",
                "reference_ids": [article * size.references + 1 + nth % size.references],
                "claims": [[claim, "yes"] for claim in dict.fromkeys(claims)],
                "status": "open" if is_open else "answered",
                "valid_from": NOW - timedelta(hours=number % 700),
            }

    def _reviews(self) -> Iterator[dict[str, Any]]:
        for number, name in enumerate(self._ids):
            if number % 4 < 2:
                started = number % 8 == 0
                yield {
                    "article_id": name,
                    "status": ReviewStatus.UNDER_REVIEW if started else ReviewStatus.SUBMITTED,
                    "severity": self._chance.choice(list(Severity)),
                    "opened_at": NOW - timedelta(hours=number % 700),
                    "deadline": NOW + timedelta(hours=number % 300 - 100),
                    "started_at": NOW - timedelta(hours=3) if started else None,
                    "started_by": "Ada" if started else "",
                    "snoozed_until": NOW + timedelta(days=2) if number % 20 == 1 else None,
                }

    def _flips(self) -> Iterator[dict[str, Any]]:
        for name in self._ids:
            yield {
                "article_id": name,
                "field": "freshness",
                "before": "fresh",
                "after": "stale",
                "because": "a cited trial was retracted",
                "valid_from": NOW - timedelta(days=1),
            }


def _has_birth(table: type[Table]) -> bool:
    return "recorded_at" in table.model_fields
