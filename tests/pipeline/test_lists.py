"""P66, P83: lists page by page as somebody asks for them, in few queries, and safe whatever is asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from monitor.clock import PastClock
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.filters import ArticleFilter, ArticleSort, InvalidCursor, QueueFilter, QueueSort
from monitor.domain.kinds import Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import QueueEntry
from monitor.store import Ownership, Store
from monitor.store.reads import Reads
from monitor.store.tables import ArticleRow, EventRow
from tests.benchmarks.library import KINDS, NOW, OWNERS, SPECIALTIES, Size, populate
from tests.faces.listing import articles_page, counts, queue_page
from tests.pipeline.emptying import clear
from tests.pipeline.scene import MIGRATIONS

OWNERSHIP = Ownership(OWNERS)
SMALL = Size(articles=130, findings=3, references=4, claims=6, checks=90, letters=100)
QUICK = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.sampled_from(["", "STATINS in", "knee", "-1", "100%", "100_", "\\", "%", "of_cells", "nothing like it"])
OWNED = st.sampled_from(["", *OWNERS.owners])
FIELDS = st.sampled_from(["", *SPECIALTIES])


@pytest.fixture
def library(database_url: str) -> Iterator[Store]:
    with opened(database_url, SMALL) as store:
        yield store


class opened:
    """A library of a size in an empty database."""

    def __init__(self, url: str, size: Size) -> None:
        self.store = Store(url, clock=PastClock(NOW), migrations=MIGRATIONS)
        self.url, self.size = url, size

    def __enter__(self) -> Store:
        self.store.upgrade()
        populate(self.url, self.size)
        engine = sa.create_engine(self.url)
        with self.store.read() as reads:
            answering = [row.id for row in reads.report(Policy()).articles if row.answers_absence]
        with engine.begin() as connection:
            # As the verdicts would have said it; and titles with what a search takes for itself.
            of = sa.update(ArticleRow)
            connection.execute(of.where(ArticleRow.id.in_(answering)).values(answers_absence=True))  # type: ignore[attr-defined]
            connection.execute(of.where(ArticleRow.id == "oncology-1").values(title="100% of_cells \\ or none"))  # type: ignore[arg-type]
            connection.execute(sa.update(EventRow).where(EventRow.id == 3).values(title="100_ of cells"))  # type: ignore[arg-type]
        engine.dispose()
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


def all_reviews(reads: Reads) -> list[QueueEntry]:
    first = reads.queue(QueueFilter(snoozed=True))
    return [
        entry
        for number in range(1, first.pages + 1)
        for entry in reads.queue(QueueFilter(snoozed=True), page=number).entries
    ]


@QUICK
@given(
    wanted=st.builds(
        QueueFilter,
        severity=st.sampled_from([None, *Severity]),
        status=st.sampled_from([None, ReviewStatus.SUBMITTED, ReviewStatus.UNDER_REVIEW]),
        kind=st.sampled_from([None, None, *KINDS]),
        source=st.sampled_from(["", "", "pubmed", "crossref", "nobody"]),
        owner=OWNED,
        specialty=FIELDS,
        text=TEXTS,
        overdue=st.booleans(),
        snoozed=st.booleans(),
        sort=st.sampled_from(QueueSort),
    ),
    page=st.integers(min_value=-1, max_value=3),
)
@example(wanted=QueueFilter(), page=1)
@example(wanted=QueueFilter(snoozed=True, sort=QueueSort.NEWEST), page=2)
def test_a_page_of_the_queue_is_what_the_plain_way_finds(library: Store, wanted: QueueFilter, page: int) -> None:
    with library.read() as reads:
        shown = reads.queue(wanted, ownership=OWNERSHIP, page=page)
        plain = queue_page(all_reviews(reads), wanted, OWNERS, page, NOW)
        behind = queue_page(all_reviews(reads), wanted, OWNERS, page, NOW, after=plain.after) if plain.after else None
        next_one = reads.queue(wanted, ownership=OWNERSHIP, after=shown.after) if shown.after else None

    assert [entry.article.id for entry in shown.entries] == [entry.article.id for entry in plain.entries]
    assert replace(shown, after="") == replace(plain, after="")
    assert bool(shown.after) == bool(plain.after)
    if behind and next_one:
        assert next_one.entries == behind.entries


@QUICK
@given(
    wanted=st.builds(
        ArticleFilter,
        freshness=st.sampled_from([None, *Freshness]),
        severity=st.sampled_from([None, None, *Severity]),
        status=st.sampled_from([None, *ReviewStatus]),
        owner=OWNED,
        specialty=FIELDS,
        text=TEXTS,
        sort=st.sampled_from(ArticleSort),
    ),
    page=st.integers(min_value=0, max_value=3),
)
@example(wanted=ArticleFilter(), page=1)
@example(wanted=ArticleFilter(sort=ArticleSort.NEWEST), page=2)
def test_a_page_of_the_articles_is_what_the_plain_way_finds(library: Store, wanted: ArticleFilter, page: int) -> None:
    with library.read() as reads:
        shown = reads.articles(wanted, ownership=OWNERSHIP, page=page, limit=20)
        plain = articles_page(reads.report(Policy()).articles, wanted, OWNERS, page, "", 20)

    assert [row.id for row in shown.rows] == [row.id for row in plain.rows]
    assert replace(shown, after="") == replace(plain, after="")
    assert bool(shown.after) == bool(plain.after)


@pytest.mark.parametrize("sort", ArticleSort)
def test_cursors_lead_through_all_articles_even_while_some_come_and_go(library: Store, sort: ArticleSort) -> None:
    wanted, met, after = ArticleFilter(sort=sort), [], ""
    engine = sa.create_engine(library._url)
    while True:
        with library.read() as reads:
            page = reads.articles(wanted, after=after, limit=30)
        met += [row.id for row in page.rows]
        if not page.after:
            break
        after = page.after
        with engine.begin() as connection:
            # One that was shown goes away; where pages were counted, another would be passed over.
            gone = sa.update(ArticleRow).where(ArticleRow.id == met[-1])  # type: ignore[arg-type]
            connection.execute(gone.values(removed_at=NOW))
    engine.dispose()

    assert len(met) == len(set(met)) == SMALL.articles


def test_the_counts_are_those_of_the_report(library: Store) -> None:
    with library.read() as reads:
        assert reads.counts() == counts(reads.report(Policy()).articles)


@QUICK
@given(
    name=st.sampled_from(["text", "source", "owner", "specialty"]),
    asked=st.text(max_size=30),
    page=st.integers(min_value=-(2**40), max_value=2**40),
)
@example(name="text", asked="'; DROP TABLE article; --", page=1)
@example(name="source", asked="'; DROP TABLE article; --", page=1)
@example(name="text", asked="\0\ud800' OR 1=1", page=1)
def test_nothing_that_is_asked_becomes_part_of_a_statement(library: Store, name: str, asked: str, page: int) -> None:
    sent: list[str] = []
    with library.read() as reads, listening(sent.append):
        reads.queue(QueueFilter(**{name: asked}), ownership=OWNERSHIP, page=page)  # type: ignore[arg-type]
        if name != "source":
            reads.articles(ArticleFilter(**{name: asked}), ownership=OWNERSHIP, page=page)  # type: ignore[arg-type]
        if asked:
            with pytest.raises(InvalidCursor):
                reads.articles(ArticleFilter(), after=asked)

    assert any("article" in statement for statement in sent)
    if len(asked) > 8:
        assert not [statement for statement in sent if asked in statement]


@QUICK
@given(
    told=st.lists(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.datetimes().map(str)
        | st.lists(st.integers(), max_size=2),
        max_size=7,
    ),
    sort=st.sampled_from(ArticleSort),
)
def test_a_made_up_cursor_is_refused_or_harmless(library: Store, told: list[Any], sort: ArticleSort) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([sort.value, *told]).encode()).decode()

    with library.read() as reads, suppress(InvalidCursor):
        assert reads.articles(ArticleFilter(sort=sort), after=cursor).total == SMALL.articles


@pytest.mark.parametrize("word", ["", "title DESC", "id; DROP TABLE article", "random()"])
@pytest.mark.parametrize("sorts", [QueueSort, ArticleSort])
def test_there_is_no_order_but_those_of_the_list(sorts: type[QueueSort | ArticleSort], word: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        sorts(word)


class listening:
    """Hands on every statement that is sent."""

    def __init__(self, note: Callable[[str], object]) -> None:
        self.note = note

    def __enter__(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._hand_on)

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._hand_on)

    def _hand_on(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.note(statement)


READS: dict[str, Callable[[Reads], object]] = {
    "queue": lambda reads: (reads.queue(ownership=OWNERSHIP), reads.coverage(Policy()), reads.counts()),
    "filtered queue": lambda reads: reads.queue(
        QueueFilter(owner="team-oncology", text="e", source="pubmed", snoozed=True), ownership=OWNERSHIP
    ),
    "articles": lambda reads: (reads.articles(ownership=OWNERSHIP), reads.coverage(Policy()), reads.counts()),
    "articles behind a cursor": lambda reads: reads.articles(
        ArticleFilter(text="e", specialty="oncology"), ownership=OWNERSHIP, limit=3
    ),
    "article": lambda reads: (reads.article("oncology-1", Policy()), reads.coverage(Policy())),
}


@pytest.mark.parametrize("page", READS)
def test_no_page_takes_more_than_twenty_queries_however_much_there_is(database_url: str, page: str) -> None:
    sizes = (
        Size(articles=80, findings=5, references=5, claims=6, checks=60, letters=100),
        Size(articles=150, findings=9, references=40, claims=60, checks=300, letters=100),
    )
    numbers = []
    for size in sizes:
        with opened(database_url, size) as store:
            sent: list[str] = []
            with store.read() as reads, listening(sent.append):
                READS[page](reads)
            numbers.append(len(sent))
        clear(database_url)

    # The names of publications are followed in one to three steps, whatever their number, and a page that is not the
    # last one is asked where it ends.
    assert numbers[1] - numbers[0] <= 3
    assert max(numbers) <= 20
