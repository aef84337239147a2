"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError

from monitor.clock import MovedClock
from monitor.domain.articles import Claim, Freshness, Mention, ParsedArticle, Reference, ReferenceKind
from monitor.domain.messages import SendingState
from monitor.domain.outcomes import Polled
from monitor.domain.staleness import Verdict
from monitor.domain.state import ClaimedWatch
from monitor.store import LeaseLost, Store, WrongSchema

MIGRATIONS = Path(__file__).parents[2] / "alembic"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ARTICLE = ParsedArticle(
    title="Knee",
    text="It helps. 1",
    claims=(Claim(position=0, text="It helps.", headings=("Use",), markers=(1,)),),
    references=(Reference(text="A paper. 2020.", number=1),),
    missing_markers=(2,),
    mentions=(
        Mention(claim_position=0, text="the 2020 guideline", kind=ReferenceKind.GUIDELINE, counts=(("trials", 25),)),
    ),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    opened.upgrade()
    yield opened
    opened.close()


def claim(store: Store, holder: str = "one", lease: timedelta = timedelta(minutes=5)) -> ClaimedWatch | None:
    with store.begin() as tx:
        return tx.watches.claim(holder=holder, lease=lease)


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    store.check_schema()

    assert store.differences() == []


def test_a_database_of_another_version_is_refused_with_what_to_do(empty_database_url: str) -> None:
    empty = Store(empty_database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)

    with pytest.raises(WrongSchema, match="monitor db upgrade"):
        empty.check_schema()
    empty.close()


def test_upgrading_twice_keeps_the_rows(store: Store) -> None:
    with store.begin() as tx:
        tx.articles.put("a", ARTICLE, origin="x")
    store.upgrade()

    with store.begin() as tx:
        assert tx.articles.get("a") is not None


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    east = datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    with store.begin() as tx:
        tx.articles.put("a", ARTICLE, origin="x")
        tx.articles.confirm("a", at=east)

    with store.begin() as tx:
        article = tx.articles.get("a")
    assert article is not None
    assert article.baseline == east
    assert article.baseline is not None
    assert article.baseline.tzinfo is UTC or article.baseline.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(store: Store) -> None:
    def write() -> None:
        with store.begin() as tx:
            tx.articles.put("a", ARTICLE, origin="x")
            tx.articles.confirm("a", at=datetime(2026, 6, 1))  # noqa: DTZ001 - that is the point.

    with pytest.raises(StatementError, match="without zone"):
        write()


def test_a_block_that_fails_leaves_nothing_behind(store: Store) -> None:
    def fail() -> None:
        with store.begin() as tx:
            tx.articles.put("a", ARTICLE, origin="x")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()

    with store.begin() as tx:
        assert tx.articles.get("a") is None


def test_claims_and_references_keep_their_identity_when_the_page_changes(store: Store) -> None:
    with store.begin() as tx:
        tx.articles.put("a", ARTICLE, origin="x")
        tx.articles.put_claims("a", ARTICLE.claims)
        tx.references.put("a", ARTICLE.references)
        before = tx.articles.claims("a")[0].id, tx.references.of_article("a")[0].id
    moved = ParsedArticle(
        title="Knee",
        text="New. It helps. 2",
        claims=(
            Claim(position=0, text="New.", headings=("Use",)),
            Claim(position=1, text="It helps.", headings=("Use",), markers=(2,)),
        ),
        references=(Reference(text="A paper. 2020.", number=2),),
    )
    with store.begin() as tx:
        tx.articles.put("a", moved, origin="x")
        tx.articles.put_claims("a", moved.claims)
        tx.references.put("a", moved.references)
        claims, references = tx.articles.claims("a"), tx.references.of_article("a")

    assert (claims[1].id, references[0].id) == before
    assert (claims[1].claim.markers, references[0].reference.number) == ((2,), 2)


def test_each_change_of_state_leaves_one_flip(store: Store) -> None:
    stale = Verdict(freshness=Freshness.STALE, because="a notice")
    with store.begin() as tx:
        tx.articles.put("a", ARTICLE, origin="x")
        flips = [tx.articles.settle("a", stale), tx.articles.settle("a", stale)]

    assert flips == [True, False]


def test_a_due_watch_is_claimed_by_one_process_only(store: Store) -> None:
    with store.begin() as tx:
        tx.watches.ensure(kind="cited_set", source="pubmed")

    assert claim(store) is not None
    assert claim(store, "two") is None


def test_eight_processes_share_fifty_watches_without_a_double_claim(store: Store) -> None:
    with store.begin() as tx:
        for number in range(50):
            tx.watches.ensure(kind="page", source="pubmed", target=str(number))
    claimed: list[int] = []

    def work(name: str) -> None:
        while (watch := claim(store, name)) is not None:
            claimed.append(watch.id)

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed))
    while (watch := claim(store)) is not None:
        claimed.append(watch.id)
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 50


def test_a_process_that_slept_past_its_lease_writes_nothing(store: Store) -> None:
    """P3: the fence of the zombie is old."""
    with store.begin() as tx:
        tx.watches.ensure(kind="cited_set", source="pubmed")
    zombie = claim(store, lease=timedelta(seconds=-1))
    assert zombie is not None
    assert claim(store, "two") is not None

    with pytest.raises(LeaseLost), store.begin() as tx:
        tx.watches.hold(zombie)


def test_a_failed_check_leaves_cursor_and_last_success_where_they_were(store: Store) -> None:
    with store.begin() as tx:
        tx.watches.ensure(kind="cited_set", source="pubmed")
    first = claim(store)
    assert first is not None
    with store.begin() as tx:
        tx.watches.complete(first, outcome="polled", polled=Polled(cursor="c1"), next_due=NOW, members_digest="")
    second = claim(store)
    assert second is not None
    with store.begin() as tx:
        tx.watches.fail(second, outcome="unreachable", reason="down", next_due=NOW)

    third = claim(store)
    assert third is not None
    assert (third.cursor, third.failures) == ("c1", 1)


def test_no_increment_is_lost_between_threads(store: Store, database_url: str) -> None:
    """D5: with the driver's defaults three of four increments vanish without an error on SQLite."""
    with store.begin() as tx:
        tx.watches.ensure(kind="cited_set", source="pubmed")

    def count() -> None:
        for _ in range(25):
            with store.begin() as tx:
                tx.watches.note_unknown("pubmed", [("status", "New")])

    threads = [threading.Thread(target=count) for _ in range(4)] if database_url.startswith("sqlite") else []
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.begin() as tx:
        tx.watches.note_unknown("pubmed", [("status", "New")])
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count FROM unknown_value")).scalar_one() == len(threads) * 25 + 1
    engine.dispose()


def test_a_message_is_put_once_and_each_channel_has_it_until_it_is_acknowledged(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.put(key="k", topic="article.stale", payload={"article": "a"})
        tx.outbox.put(key="k", topic="article.stale", payload={"article": "a"})
        [message] = tx.outbox.unplanned(limit=10)
        tx.deliveries.plan([(message.id, name, SendingState.WAITING, None) for name in ("one", "two")])
        tx.outbox.planned([message.id])
    with store.begin() as tx:
        sending = tx.deliveries.claim("one", lease=timedelta(minutes=1))
        assert sending is not None
        taken = tx.deliveries.claim("one", lease=timedelta(minutes=1))
        tx.deliveries.failed(sending.id, error="no", next_try=None)

        assert (taken, tx.deliveries.channels_due(), tx.outbox.unplanned(limit=10)) == (None, ("two",), ())
        assert tx.deliveries.replay("one") == 1
        again = tx.deliveries.claim("one", lease=timedelta(minutes=1))
        tx.deliveries.acknowledged(sending.id)

    assert again is not None
    assert (again.message.key, again.attempts) == ("k", 0)
    with store.read() as reads:
        one, two = reads.deliveries.states()
    assert (one.delivered, one.waiting, two.delivered, two.waiting) == (1, 0, 0, 1)


def test_the_audit_chain_stays_whole_when_several_write_at_once(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with store.begin() as tx:
                tx.audit.add(actor=name, action="did", subject=str(number))

    threads = [threading.Thread(target=write, args=(f"editor {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.begin() as tx:
        assert tx.audit.verify() == []
