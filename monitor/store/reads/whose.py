"""Whose articles they are, by their topics."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, col, select

from monitor.store.reads.ownership import Belongs, Ownership
from monitor.store.tables import TopicArticleRow


class Whose:
    """Joins articles with their owners and specialties; where no specialty names a topic it asks nothing."""

    def __init__(self, session: Session, ownership: Ownership) -> None:
        self._session = session
        self._ownership = ownership

    def of_all(self) -> Callable[[str], Belongs]:
        """The owners and specialties of any article, by its id."""
        topics: dict[str, tuple[str, ...]] = {}
        if self._ownership.topics:
            query = (
                select(TopicArticleRow.article_id, TopicArticleRow.topic)
                .where(col(TopicArticleRow.topic).in_(sorted(self._ownership.topics)))
                .order_by(TopicArticleRow.topic)
            )
            for article_id, topic in self._session.connection().execute(query):
                topics[article_id] = (*topics.get(article_id, ()), topic)
        of = self._ownership.of
        return lambda article_id: of(article_id, topics.get(article_id, ()))
