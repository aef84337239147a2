"""Topics that an article is not to hear of for a while: with a reason, shown as muted, and never counted as clean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.clock import Clock
from monitor.domain.decisions import Refused
from monitor.domain.state import Mute
from monitor.pipeline.ports import Store, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Muting:
    """Lets editors mute topics. Both moves raise KeyError for an unknown article, and do nothing when sent twice."""

    store: Store
    clock: Clock

    def mute(self, article_id: str, topic: str, *, by: str, reason: str, until: date | None = None) -> bool:
        """Bring an article no findings of a topic, to the end of a day or until it is unmuted; False when it was so."""
        if not reason.strip():
            raise Refused("Muting a topic needs a reason, for those who wonder why nothing comes of it.")
        if until is not None and until < self.clock.today().date():
            raise Refused(f"{until} is over: give a day from today on, or none.")
        with self.store.begin() as tx:
            self._check(tx, article_id, topic)
            before = [mute for mute in tx.mutes.of_article(article_id) if mute.topic == topic]
            is_new = tx.mutes.mute(article_id, topic, by=by, reason=reason.strip(), until=until)
            if is_new:
                tx.audit.add(
                    actor=by,
                    action="topic.muted",
                    subject=article_id,
                    topic=topic,
                    before=_words(before[0]) if before else "",
                    after=f"muted until {until}" if until else "muted",
                    reason=reason.strip(),
                )
            return is_new

    def unmute(self, article_id: str, topic: str, *, by: str) -> bool:
        """Let an article hear of a topic again, also of what came meanwhile; False when it was not muted."""
        with self.store.begin() as tx:
            if tx.articles.take(article_id) is None:
                raise KeyError(article_id)
            mute = tx.mutes.unmute(article_id, topic, by=by)
            if mute is None:
                return False
            listen_again(tx, [mute], by=by)
            return True

    def _check(self, tx: Tx, article_id: str, topic: str) -> None:
        if tx.articles.take(article_id) is None:
            raise KeyError(article_id)
        if topic not in (known := tx.topics.of_article(article_id)):
            names = ", ".join(known) or "no topic at all"
            raise Refused(f"The article {article_id!r} has no topic {topic!r}; it has {names}.")


def listen_again(tx: Tx, mutes: Iterable[Mute], *, by: str = "monitor") -> None:
    """Search the topics of mutes that ended from their start: what came meanwhile is told now.

    All watches are written before the audit log: whoever polls holds a watch while waiting for the log.
    """
    ended = tuple(mutes)
    for mute in ended:
        if mute.topic in tx.topics.to_search(mute.article_id):
            tx.watches.begin_anew(kind="topic", source="pubmed", target=mute.topic)
        tx.watches.begin_anew(kind="trials", source="clinicaltrials", target=mute.topic)
    for mute in ended:
        tx.audit.add(
            actor=by, action="topic.unmuted", subject=mute.article_id, topic=mute.topic, before=_words(mute), after=""
        )


def _words(mute: Mute) -> str:
    until = f" until {mute.until}" if mute.until else ""
    return f"muted{until} by {mute.by}: {mute.reason}"
