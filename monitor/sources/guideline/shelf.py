"""The guidelines of a publisher as its articles show them: of each the newest edition, with all its articles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.publications import Publication
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.sources.guideline.editions import (
    Edition,
    edition_of,
    first_published,
    identity_in,
    is_fallen,
    is_guideline,
    standing_title,
)

READER = "guideline-literature-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article that holds an edition, with the title and date by which it was first known."""

    pmid: str
    title: str
    published: str
    fallen: bool = False

    @property
    def edition(self) -> Edition:
        """The edition that it holds."""
        return edition_of(self.title, self.published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The newest edition of each guideline, by the value of its identity: the articles that hold it, first come first.

    ``day`` is the last day that was searched.
    """

    day: str = ""
    editions: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)

    def of(self, identity: Identifier) -> tuple[Article, ...]:
        """The articles of a guideline's newest edition."""
        return self.editions.get(identity.value, ())


def with_records(shelf: Shelf, publisher: Publisher, records: Iterable[Publication]) -> Shelf:
    """The shelf after these records were seen, in whatever order.

    An article that is there already keeps its guideline, its title and its date, whatever becomes of its record: a date
    of issue that comes after the electronic one is no new edition. An older edition that is found later is left out.
    """
    editions = dict(shelf.editions)
    places = {article.pmid: name for name, articles in editions.items() for article in articles}
    new: list[tuple[Identifier, Article]] = []
    for record in records:
        if (name := places.get(record.pmid)) is not None:
            editions[name] = _seen_again(editions[name], record)
        elif is_guideline(record, publisher):
            title = standing_title(record.title)
            new.append((identity_in(title, publisher), _article(record, title)))
    for identity, article in sorted(new, key=lambda pair: (pair[1].published, int(pair[1].pmid))):
        editions[identity.value] = _with(editions.get(identity.value, ()), article)
    return replace(shelf, editions=editions)


def without(shelf: Shelf, pmids: Iterable[str]) -> Shelf:
    """The shelf without articles that PubMed no longer holds."""
    gone = set(pmids)
    left = {
        name: tuple(article for article in articles if article.pmid not in gone)
        for name, articles in shelf.editions.items()
    }
    return replace(shelf, editions={name: articles for name, articles in left.items() if articles})


def document(publisher: Publisher, identity: Identifier, articles: Sequence[Article]) -> GuidelineDocument:
    """A guideline as its newest edition shows it; withdrawn when none of its articles stands."""
    first = articles[0]
    return GuidelineDocument(
        identifier=identity,
        publisher=publisher.name,
        title=first.title.rstrip("."),
        url=Identifier.of(Scheme.PUBMED, first.pmid).url or "",
        state="withdrawn" if all(article.fallen for article in articles) else "current",
        edition=first.edition.label,
        published=first.published,
        records=tuple(f"pubmed:{article.pmid}" for article in articles),
    )


def pack(identity: Identifier, articles: Sequence[Article]) -> bytes:
    """The bytes to keep of a guideline."""
    values = {"identity": identity.value, "articles": [asdict(article) for article in articles]}
    return json.dumps(values, sort_keys=True).encode()


def unpack(raw: bytes, publisher: Publisher) -> GuidelineDocument:
    """Read what :func:`pack` made by today's reader. Raises ``ValueError`` for anything else."""
    try:
        values = json.loads(raw)
        identity = Identifier.of(Scheme.GUIDELINE, values["identity"])
        return document(publisher, identity, [_article_of(one) for one in values["articles"]])
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"no kept guideline: {error!r}") from error


def to_cursor(shelf: Shelf, rules: str) -> str:
    """Spell as text; ``rules`` names the recipe under which it was filled."""
    editions = {name: [asdict(article) for article in articles] for name, articles in shelf.editions.items()}
    return json.dumps({"rules": rules, "day": shelf.day, "editions": editions}, sort_keys=True)


def from_cursor(cursor: str, rules: str) -> Shelf:
    """Read :func:`to_cursor` back. What another recipe found is forgotten: all is searched again by this one."""
    try:
        values = json.loads(cursor)
        if values["rules"] != rules:
            return Shelf()
        editions = {name: tuple(map(_article_of, articles)) for name, articles in values["editions"].items()}
        return Shelf(day=date.fromisoformat(values["day"]).isoformat(), editions=editions)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Shelf()


def _article(record: Publication, title: str) -> Article:
    return Article(pmid=record.pmid, title=title, published=first_published(record), fallen=is_fallen(record))


def _article_of(values: Mapping[str, Any]) -> Article:
    return Article(
        pmid=str(values["pmid"]),
        title=str(values["title"]),
        published=str(values["published"]),
        fallen=bool(values["fallen"]),
    )


def _seen_again(articles: tuple[Article, ...], record: Publication) -> tuple[Article, ...]:
    return tuple(
        replace(article, fallen=is_fallen(record)) if article.pmid == record.pmid else article for article in articles
    )


def _with(articles: tuple[Article, ...], article: Article) -> tuple[Article, ...]:
    if not articles or article.edition > articles[0].edition:
        return (article,)
    return (*articles, article) if article.edition == articles[0].edition else articles
