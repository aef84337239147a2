"""One decision for a record in all articles that rest on it, each for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.decisions import Ruling
from monitor.domain.identifiers import Identifier
from monitor.domain.policy import Policy
from monitor.domain.review import Outcome, Refused
from monitor.domain.state import FindingState
from monitor.pipeline.bulk import told_of_each
from monitor.pipeline.ports import Store
from monitor.pipeline.rulings import check_ruling, rule_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """Decides for all articles at once. What is refused in one article stops no other."""

    store: Store
    policy: Policy
    clock: Clock
    unavailable: tuple[type[Exception], ...] = ()

    def decide(
        self,
        identifiers: Iterable[Identifier],
        ruling: Ruling,
        *,
        articles: Iterable[str] | None = None,
        saw: Mapping[str, str] | None = None,
    ) -> tuple[Outcome, ...]:
        """Decide the open findings of a record under any of its names; returns what became of each article.

        ``articles`` are those that the editor saw; without them, all that rest on it now. One of them without an open
        finding is told as done: somebody was there before, or the same was sent twice. ``saw`` are the versions of the
        findings that were on the page, by their ids: an article with another one is left as it is, and told.
        """
        check_ruling(ruling, today=self.clock.today().date())
        with self.store.begin() as tx:
            found = tx.decisions.open_about(tx.decisions.known_as(identifiers))
        by_article: dict[str, list[FindingState]] = {}
        for finding in found:
            by_article.setdefault(finding.article_id, []).append(finding)
        wanted = sorted(by_article) if articles is None else list(dict.fromkeys(articles))

        def decide(name: str) -> str:
            return self._decide(name, by_article.get(name, []), ruling, saw)

        outcomes = told_of_each(wanted, decide, unavailable=self.unavailable)
        return tuple(_with_findings(outcome, by_article.get(outcome.article_id, [])) for outcome in outcomes)

    def _decide(
        self, article_id: str, findings: list[FindingState], ruling: Ruling, saw: Mapping[str, str] | None
    ) -> str:
        with self.store.begin() as tx:
            article = tx.articles.take(article_id)
            if article is None:
                raise KeyError(article_id)
            if not findings:
                return "nothing of it was open"
            if saw is not None and any(saw.get(finding.id) != finding.version for finding in findings):
                raise Refused(
                    "Something came in on this record since you opened the page; look at it before you decide."
                )
            ids = [finding.id for finding in findings]
            rule_on(tx, article, ids, ruling, policy=self.policy, clock=self.clock)
        return f"{len(findings)} decided as {ruling.decision.value.replace('_', ' ')}"


def _with_findings(outcome: Outcome, findings: list[FindingState]) -> Outcome:
    return Outcome(
        article_id=outcome.article_id,
        is_done=outcome.is_done,
        message=outcome.message,
        findings=tuple(finding.id for finding in findings) if outcome.is_done else (),
    )
