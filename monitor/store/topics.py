"""Topics: the standing queries as the watchlists declare them, and the articles they concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.read_models import TopicLine
from monitor.domain.state import TopicState
from monitor.domain.topics import Topic
from monitor.store.history.keeping import note_past
from monitor.store.mutes import Mutes
from monitor.store.portions import in_portions
from monitor.store.tables import ArticleRow, TopicArticleRow, TopicRow, WatchRow


class Topics:
    """Reads and writes of topics."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, topics: Iterable[Topic], *, searched: Collection[str]) -> tuple[str, ...]:
        """Make these the topics there are; returns the names of those that are to be searched anew.

        That is so when the query is new or another, and when the topic now concerns a further article. Those in
        ``searched`` have a search of their own; the others are matched with the daily files.
        """
        known = {row.name: row for row in self._session.exec(select(TopicRow)).all()}
        links: dict[str, dict[str, TopicArticleRow]] = defaultdict(dict)
        for link in self._session.exec(select(TopicArticleRow)).all():
            links[link.topic][link.article_id] = link
        anew = [
            topic.name
            for topic in topics
            if self._put(topic, known.pop(topic.name, None), links[topic.name], is_searched=topic.name in searched)
        ]
        for row in known.values():
            links_of_it = col(TopicArticleRow.topic) == row.name
            note_past(self._session, self._clock, TopicArticleRow, links_of_it, values=None)
            self._session.connection().execute(delete(TopicArticleRow).where(links_of_it))
            self._session.delete(row)
        self._session.flush()
        return tuple(anew)

    def concerned(self, names: Collection[str]) -> tuple[TopicState, ...]:
        """Those of the topics that there still are, with their present articles."""
        articles: dict[tuple[str, str], list[str]] = defaultdict(list)
        for some in in_portions(sorted(names)):
            rows = self._session.exec(
                select(TopicRow.name, TopicRow.title, TopicArticleRow.article_id)
                .join(TopicArticleRow, col(TopicArticleRow.topic) == col(TopicRow.name))
                .join(ArticleRow, col(ArticleRow.id) == col(TopicArticleRow.article_id))
                .where(col(TopicRow.name).in_(some), col(ArticleRow.removed_at).is_(None))
                .order_by(TopicRow.name, TopicArticleRow.article_id)
            ).all()
            for name, title, article_id in rows:
                articles[name, title].append(article_id)
        return tuple(
            TopicState(name=name, title=title, articles=tuple(found)) for (name, title), found in articles.items()
        )

    def to_search(self, article_id: str | None = None) -> tuple[str, ...]:
        """The names of the topics to be searched for: those of present articles, or of one of them."""
        query = (
            select(TopicRow.name)
            .join(TopicArticleRow, col(TopicArticleRow.topic) == col(TopicRow.name))
            .join(ArticleRow, col(ArticleRow.id) == col(TopicArticleRow.article_id))
            .where(col(TopicRow.is_searched), col(ArticleRow.removed_at).is_(None))
        )
        if article_id is not None:
            query = query.where(ArticleRow.id == article_id)
        return tuple(self._session.exec(query.distinct().order_by(TopicRow.name)).all())

    def of_article(self, article_id: str) -> tuple[str, ...]:
        """The names of the topics that concern an article."""
        return tuple(
            self._session.exec(
                select(TopicArticleRow.topic)
                .where(TopicArticleRow.article_id == article_id)
                .order_by(TopicArticleRow.topic)
            ).all()
        )

    def earliest_update(self, name: str) -> date | None:
        """When the article of a topic that was updated the longest ago was; None when one of them does not say."""
        articles = self._session.exec(
            select(ArticleRow)
            .join(TopicArticleRow, col(TopicArticleRow.article_id) == col(ArticleRow.id))
            .where(TopicArticleRow.topic == name, col(ArticleRow.removed_at).is_(None))
        ).all()
        days = [article.last_updated for article in articles]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    def late_for(self, article_id: str, *, too_old_after: Callable[[str], timedelta]) -> int:
        """How many of an article's topics were not searched in time.

        A topic without a search of its own is matched with the daily files, and is as late as they are.
        """
        names = self.of_article(article_id)
        if not names:
            return 0
        own, files, trials = self._watches(names)
        now = self._clock.today()
        return sum(
            any(
                watch is None or watch.last_success is None or now - watch.last_success > too_old_after(watch.source)
                for watch in (own.get(name, files), *((trials[name],) if name in trials else ()))
            )
            for name in names
        )

    def lines_of(self, article_id: str) -> tuple[TopicLine, ...]:
        """The topics of an article, as its page shows them."""
        names = self.of_article(article_id)
        watches, files, _ = self._watches(names)
        rows = self._session.exec(select(TopicRow).where(col(TopicRow.name).in_(names)).order_by(TopicRow.name)).all()
        lines = []
        mutes = {mute.topic: mute for mute in Mutes(self._session, self._clock).of_article(article_id)}
        for row in rows:
            watch = watches.get(row.name, files)
            mute = mutes.get(row.name)
            lines.append(
                TopicLine(
                    name=row.name,
                    title=row.title,
                    query=row.query,
                    last_searched=watch.last_success if watch else None,
                    reason=watch.last_reason if watch else "",
                    muted_by=mute.by if mute else "",
                    muted_because=mute.reason if mute else "",
                    muted_until=mute.until if mute else None,
                )
            )
        return tuple(lines)

    def translated(self, name: str, translation: str) -> str | None:
        """Keep what the source takes a query to mean; returns what it took it to mean before, where that differs."""
        row = self._session.get(TopicRow, name)
        if row is None or not translation:
            return None
        before, row.translation = row.translation, translation
        return before if before and before != translation else None

    def _watches(self, names: Collection[str]) -> tuple[dict[str, WatchRow], WatchRow | None, dict[str, WatchRow]]:
        """The watches of topics by name, the one of the daily files, and the searches of trials by name."""
        concerned = or_(WatchRow.kind == "updates", col(WatchRow.target).in_(names))
        rows = self._session.exec(select(WatchRow).where(concerned, col(WatchRow.retired_at).is_(None))).all()
        own = {row.target: row for row in rows if row.kind == "topic"}
        trials = {row.target: row for row in rows if row.kind == "trials"}
        return own, next((row for row in rows if row.kind == "updates"), None), trials

    def _put(self, topic: Topic, row: TopicRow | None, held: dict[str, TopicArticleRow], *, is_searched: bool) -> bool:
        anew = row is None or row.query != topic.query
        if row is None:
            row = TopicRow(name=topic.name, title=topic.title, query=topic.query, recorded_at=self._clock.today())
            self._session.add(row)
        elif anew:
            row.translation = ""
        row.title, row.query, row.is_searched = topic.title, topic.query, is_searched
        for article_id in topic.articles:
            if held.pop(article_id, None) is None:
                self._session.add(TopicArticleRow(topic=topic.name, article_id=article_id))
                anew = True
        for link in held.values():
            self._session.delete(link)
        return anew
