"""Several editors at once: one wins, the other sees who did what; what is sent twice is done once; nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.audit import AuditLine
from monitor.domain.kinds import EventKind
from monitor.domain.records import Link
from monitor.domain.review import Closing, Decision, Reason, Refused, Ruling, ToClose
from monitor.domain.state import ReviewState
from tests.pipeline.scene import ARTICLE, PAPER, Stage

CONCERN = Link(ref_type="ExpressionOfConcernIn", source="J Test. 2026 Jun 2;1:1", pmid="300")
ERRATUM = Link(ref_type="ErratumIn", source="J Test. 2026 Jun 2;1:1", pmid="301")


@pytest.fixture
def stage(database_url: str) -> Stage:
    """An article that is stale for a concern and a correction."""
    opened = Stage(database_url).open()
    show(opened, CONCERN, ERRATUM)
    return opened


def show(stage: Stage, *links: Link) -> None:
    stage.source.records[PAPER.identifier] = replace(PAPER, links=links)
    stage.later(days=1)
    stage.poll()


def closing(stage: Stage, version: int, by: str = "ada", article: str = "a") -> Closing:
    return Closing(
        decision=Decision.STILL_VALID,
        reason=Reason.CONCLUSION_HOLDS,
        by=by,
        version=version,
        seen=frozenset(finding.id for finding in stage.articles()[article].findings),
    )


def ruling(by: str = "ada", decision: Decision = Decision.STILL_VALID) -> Ruling:
    return Ruling(decision=decision, reason=Reason.OTHER, note="read it", by=by)


def log(stage: Stage, action: str) -> list[AuditLine]:
    with stage.store.read() as reads:
        return [line for line in reversed(reads.audit.lines(limit=1000)) if line.action == action]


def at_once(*moves: Callable[[], object]) -> list[object]:
    """What came of moves that are made in the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(moves))
    outcomes: list[object] = [None] * len(moves)

    def run(at: int, move: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes[at] = move()
        except Refused as refusal:
            outcomes[at] = refusal

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_who_start_at_once_one_has_it_and_the_other_is_told_by_whom_and_when(stage: Stage) -> None:
    outcomes = at_once(
        *(lambda by=by: stage.editors.start("a", by=by, version=1) for by in ("ada", "bob", "cy"))  # type: ignore[misc]
    )

    [won] = [one for one in outcomes if isinstance(one, ReviewState)]
    told = [str(one) for one in outcomes if isinstance(one, Refused)]
    assert len(told) == 2
    assert all(f"{won.started_by.capitalize()} started this review at " in one for one in told)
    assert [line.actor for line in log(stage, "review.started")] == [won.started_by]


def test_of_two_who_close_at_once_one_wins_and_the_other_is_told_as_what(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    outcomes = at_once(
        lambda: stage.editors.close("a", closing(stage, version, "ada")),
        lambda: stage.editors.close("a", closing(stage, version, "bob")),
    )

    [won] = [one for one in outcomes if isinstance(one, ReviewState)]
    [told] = [str(one) for one in outcomes if isinstance(one, Refused)]
    assert f"{won.closed_by.capitalize()} closed this review as still valid at " in told
    assert "reload the page" in told
    assert len(log(stage, "review.closed")) == 1


def test_the_same_closing_sent_twice_is_done_once_and_answered_as_done(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    sent = closing(stage, version)
    outcomes = at_once(lambda: stage.editors.close("a", sent), lambda: stage.editors.close("a", sent))
    outcomes.append(stage.editors.close("a", sent))

    assert [getattr(one, "closed_by", one) for one in outcomes] == ["ada"] * 3
    assert len(log(stage, "review.closed")) == 1
    assert len(log(stage, "finding.decided")) == 2


def test_another_decision_after_the_first_is_no_repetition(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    stage.editors.close("a", closing(stage, version))
    other = replace(closing(stage, version), decision=Decision.NOT_RELEVANT, reason=Reason.COSMETIC)

    with pytest.raises(Refused, match=r"no open review\. Ada closed this review as still valid"):
        stage.editors.close("a", other)


def test_a_start_or_snooze_sent_twice_is_done_once(stage: Stage) -> None:
    until = stage.clock.today() + timedelta(days=3)
    for _ in range(2):
        stage.editors.snooze("a", by="ada", until=until, version=1)
    for _ in range(2):
        started = stage.editors.start("a", by="ada", version=2)

    assert started.version == 3
    assert (len(log(stage, "review.snoozed")), len(log(stage, "review.started"))) == (1, 1)


def test_who_closes_what_was_not_started_is_told_to_start_it(stage: Stage) -> None:
    with pytest.raises(Refused, match="start the review before closing it"):
        stage.editors.close("a", closing(stage, 1))


def test_two_who_decide_different_findings_at_once_are_both_heard(stage: Stage) -> None:
    first, second = (finding.id for finding in stage.article().findings)
    at_once(
        lambda: stage.editors.decide_finding("a", first, ruling("ada")),
        lambda: stage.editors.decide_finding("a", second, ruling("bob")),
    )

    assert sorted(finding.decided_by for finding in stage.article().findings) == ["ada", "bob"]
    assert stage.article().review_status is ReviewStatus.APPROVED


def test_of_two_who_decide_one_finding_at_once_the_other_is_told(stage: Stage) -> None:
    finding = stage.article().findings[0].id
    outcomes = at_once(
        lambda: stage.editors.decide_finding("a", finding, ruling("ada")),
        lambda: stage.editors.decide_finding("a", finding, ruling("bob", Decision.NOT_RELEVANT)),
        lambda: stage.editors.decide_finding("a", finding, ruling("ada")),
    )

    refused = [str(one) for one in outcomes if isinstance(one, Refused)]
    assert refused
    assert all(" decided this finding as " in one and "reload the page" in one for one in refused)
    assert len(log(stage, "finding.decided")) == 1


def test_a_review_is_closed_with_the_last_of_its_findings_and_not_before(stage: Stage) -> None:
    first, last = (finding.id for finding in stage.article().findings)
    stage.editors.decide_finding("a", first, ruling())
    between = stage.article()
    stage.editors.decide_finding("a", last, ruling("ada", Decision.NOT_RELEVANT))

    assert (between.freshness, between.review_status) == (Freshness.STALE, ReviewStatus.SUBMITTED)
    assert (stage.article().freshness, stage.article().review_status) == (Freshness.FRESH, ReviewStatus.APPROVED)
    [closed] = log(stage, "review.closed")
    assert (closed.before, closed.after, closed.actor) == ("submitted", "approved", "ada")


def test_who_had_the_page_open_while_a_finding_was_decided_looks_again(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    stage.editors.decide_finding("a", stage.article().findings[0].id, ruling())

    with pytest.raises(Refused, match="Ada decided a finding of this article as still valid"):
        stage.editors.close("a", closing(stage, version))


def test_a_finding_of_a_review_that_somebody_else_works_on_is_left_to_them(stage: Stage) -> None:
    stage.editors.start("a", by="ada")

    with pytest.raises(Refused, match="ada is reviewing this article"):
        stage.editors.decide_finding("a", stage.article().findings[0].id, ruling("bob"))
    stage.editors.release("a", by="bob", note="ada is on leave")
    stage.editors.decide_finding("a", stage.article().findings[0].id, ruling("bob"))
    assert len(log(stage, "finding.decided")) == 1


def test_a_review_that_is_handed_back_waits_for_the_next(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    back = stage.editors.release("a", by="ada", version=version)
    taken = stage.editors.start("a", by="bob", version=back.version)

    assert (back.status, back.started_by, taken.started_by) == (ReviewStatus.SUBMITTED, "", "bob")
    [line] = log(stage, "review.released")
    assert (line.before, line.after, line.detail["started_by"]) == ("under_review", "submitted", "ada")


def test_many_are_closed_with_one_reason_and_each_refusal_is_told_of_its_article(stage: Stage) -> None:
    for name in ("b", "c"):
        stage.registrar.register(name, ARTICLE, origin="test", by="test")
    stage.resolver.run()
    stage.poll()
    stage.editors.start("b", by="bob")
    stage.registrar.register("quiet", replace(ARTICLE, references=()), origin="test", by="test")
    items = [ToClose(article_id=name) for name in ("a", "b", "nowhere", "quiet", "c")]
    outcomes = stage.editors.close_many(
        [*items, ToClose(article_id="c", seen=frozenset())],
        decision=Decision.NOT_RELEVANT,
        reason=Reason.OTHER_OUTCOME,
        by="ada",
        start=True,
    )

    told = {one.article_id: (one.is_done, one.message) for one in outcomes}
    assert told["a"] == (True, "closed as not relevant")
    assert not told["b"][0]
    assert "bob is reviewing this article (Bob started this review at " in told["b"][1]
    assert told["nowhere"] == (False, "There is no article 'nowhere'.")
    assert "no open review" in told["quiet"][1]
    assert "look at them before you close" in told["c"][1]
    statuses = {name: row.review_status for name, row in stage.articles().items()}
    assert (statuses["a"], statuses["c"]) == (ReviewStatus.APPROVED, ReviewStatus.SUBMITTED)


def test_many_sent_twice_are_done_once(stage: Stage) -> None:
    seen = frozenset(finding.id for finding in stage.article().findings)
    items = [ToClose(article_id="a", version=1, seen=seen)]
    sent = {"decision": Decision.STILL_VALID, "reason": Reason.CONCLUSION_HOLDS, "by": "ada", "start": True}
    for _ in range(2):
        [outcome] = stage.editors.close_many(items, **sent)  # type: ignore[arg-type]
        assert outcome.is_done

    assert len(log(stage, "review.closed")) == 1


def test_a_database_that_is_away_for_one_stops_no_other(stage: Stage) -> None:
    def away() -> None:
        raise ConnectionError("gone")

    editors = replace(stage.editors, store=Failing(stage.store, "b", away), unavailable=(ConnectionError,))  # type: ignore[arg-type]
    outcomes = editors.close_many(
        [ToClose(article_id="b"), ToClose(article_id="a")],
        decision=Decision.STILL_VALID,
        reason=Reason.CONCLUSION_HOLDS,
        by="ada",
        start=True,
    )

    assert [one.is_done for one in outcomes] == [False, True]
    assert "try this one again" in outcomes[0].message


class Failing:
    """A store that cannot be reached the first time."""

    def __init__(self, store: object, _article: str, away: Callable[[], None]) -> None:
        self._store, self._away, self._times = store, away, 0

    def begin(self):  # type: ignore[no-untyped-def]
        self._times += 1
        if self._times == 1:
            self._away()
        return self._store.begin()  # type: ignore[attr-defined]


def test_every_decision_says_what_was_before_and_after(stage: Stage) -> None:
    version = stage.editors.start("a", by="ada").version
    stage.editors.close("a", closing(stage, version))

    assert [(line.before, line.after) for line in log(stage, "review.started")] == [("submitted", "under_review")]
    assert [(line.before, line.after) for line in log(stage, "review.closed")] == [("under_review", "approved")]
    decided = {line.detail["kind"]: (line.before, line.after) for line in log(stage, "finding.decided")}
    assert decided == dict.fromkeys((EventKind.CONCERN_RAISED, EventKind.CORRECTED), ("open", "dismissed"))
