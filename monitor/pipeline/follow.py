"""Step 5d: when a source merged two records, what rested on the one rests on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.state import EventState, NewFinding
from monitor.pipeline.match import match_events
from monitor.pipeline.ports import Tx
from monitor.pipeline.watching import watch


def follow_merged(
    tx: Tx, events: Sequence[EventState], merged: Mapping[Identifier, Identifier], *, clock: Clock
) -> dict[str, list[NewFinding]]:
    """Link the articles to what is left, and judge what is known of that; returns the new findings by article.

    The record that is left is read at the next poll, which is due at once.
    """
    news: dict[str, list[NewFinding]] = {}
    for event in events:
        gone = Identifier.parse(event.record) if event.kind is EventKind.RECORD_MERGED else None
        survivor = merged.get(gone) if gone else None
        if gone is None or survivor is None:
            continue
        names = tx.names.same_as([str(survivor)])
        known = tx.events.of(names[str(survivor)])
        family = {one.record: names[str(survivor)] for one in known}
        for article_id in tx.references.follow(gone, survivor, because=event.because):
            for name, found in match_events(tx, known, clock=clock, article_id=article_id, names=family).items():
                news.setdefault(name, []).extend(found)
        watch(tx, [survivor])
    return news
