"""Whose articles they are, by their topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from sqlmodel import Session, select

from monitor.store.reads.ownership import Belongs, Ownership
from monitor.store.tables import TopicArticleRow

NOBODY = Belongs()


class Whose:
    """Joins articles with their owners and specialties; without any of these it asks nothing."""

    def __init__(self, session: Session, ownership: Ownership) -> None:
        self._session = session
        self._ownership = ownership

    def of_all(self) -> Callable[[str], Belongs]:
        """The owners and specialties of any article, by its id."""
        if self._ownership.is_empty:
            return lambda _article_id: NOBODY
        topics: dict[str, list[str]] = defaultdict(list)
        for article_id, topic in self._session.exec(select(TopicArticleRow.article_id, TopicArticleRow.topic)).all():
            topics[article_id].append(topic)
        known: dict[str, Belongs] = {}

        def of(article_id: str) -> Belongs:
            if article_id not in known:
                known[article_id] = self._ownership.of(article_id, topics.get(article_id, ()))
            return known[article_id]

        return of
