"""A decision is about the evidence it saw: the same never comes back under any name; what is more does, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.decisions import Decision, Reason, Refused, Ruling
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import FindingView
from monitor.domain.records import Link, Publication, Record
from monitor.domain.review import Closing
from tests.pipeline.scene import PAPER, RETRACTED, Stage, resting_on
from tests.pipeline.witnesses import Paper, at_crossref, hear, hint, live, on_pubmed, open_findings, plain, row

LINKS = ("ErratumIn", "ExpressionOfConcernIn", "RetractionIn")
AT_CROSSREF = ("correction", "expression_of_concern", "retraction")
NATURES = ("Correction", "Expression of concern", "Retraction")
KINDS = (EventKind.CORRECTED, EventKind.CONCERN_RAISED, EventKind.RETRACTED)
COSMETIC = ("indexed anew", "worded anew", "crossref", "retraction watch", "the notice", "page read again", "time")
NUMBERS = count(1000)


@pytest.fixture
def stage(database_url: str) -> Stage:
    stage = Stage(database_url)
    stage.store.upgrade()
    return stage


def ruling(decision: Decision = Decision.STILL_VALID, **more: object) -> Ruling:
    return Ruling(**{"decision": decision, "reason": Reason.OTHER, "note": "it holds", "by": "ada", **more})  # type: ignore[arg-type]


def decide(stage: Stage, paper: Paper) -> None:
    for finding in open_findings(stage, paper.article):
        stage.editors.decide_finding(paper.article, finding.id, ruling(saw=finding.version))
    stage.later(minutes=1)


def said_by_pubmed(paper: Paper, level: int, **more: str) -> Publication:
    """The paper's record when so many notices are linked to it, the weakest first."""
    links = tuple(
        Link(ref_type=link, source=f"J Test. 2026 Jun {which};1:1", pmid=paper.notice_pmid(which))
        for which, link in enumerate(LINKS[:level], start=1)
    )
    return replace(plain(paper), links=links, **more)  # type: ignore[arg-type]


def unchanged(stage: Stage, paper: Paper, step: str, level: int) -> None:
    """A thing that happens without anything having happened to the paper."""
    at = range(1, level + 1)
    match step:
        case "indexed anew":
            hear(stage, "pubmed", said_by_pubmed(paper, level, revised="2026-07-01", status="MEDLINE"))
        case "worded anew":
            record = said_by_pubmed(paper, level)
            links = tuple(replace(link, source=f"{link.source.upper()}.", note="see there") for link in record.links)
            hear(stage, "pubmed", replace(record, links=links, abstract="Rewritten."))
        case "crossref":
            updates = [(AT_CROSSREF[which - 1], which, f"2026-06-0{which}", "publisher") for which in at]
            hear(stage, *at_crossref(*updates)(paper))
        case "retraction watch":
            for which in at:
                hear(stage, *row(NATURES[which - 1], which, day=f"2026-06-0{which}")(paper))
        case "the notice":
            for which in at:
                hear(stage, *notice_of(paper, which))
        case "page read again":
            stage.registrar.register(paper.article, resting_on(paper.pmid), origin="test", by="test")
        case _:
            stage.later(days=1)
            stage.sweeper.run()


def notice_of(paper: Paper, which: int) -> tuple[str, Record]:
    kind = LINKS[which - 1].replace("In", "For" if which < 3 else "Of")
    return "pubmed", Publication(
        identifier=pubmed(paper.notice_pmid(which)),
        title="A notice",
        doi=paper.notice_doi(which),
        links=(Link(ref_type=kind, source="", pmid=paper.pmid),),
        published_electronically=f"2026-06-0{which}",
    )


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.lists(st.sampled_from(COSMETIC), max_size=3), min_size=3, max_size=3))
def test_nothing_cosmetic_opens_a_decision_again_and_each_stronger_notice_does_once(
    stage: Stage, steps: Sequence[Sequence[str]]
) -> None:
    paper = Paper(next(NUMBERS))
    live(stage, paper, [])
    for level, between in enumerate(steps, start=1):
        hear(stage, "pubmed", said_by_pubmed(paper, level))
        [opened] = open_findings(stage, paper.article)
        assert opened.kind is KINDS[level - 1]
        assert ("decided before by ada" in opened.because) is (level > 1)
        decide(stage, paper)

        for step in between:
            unchanged(stage, paper, step, level)
            assert open_findings(stage, paper.article) == (), step


def found(stage: Stage, paper: Paper) -> list[tuple[EventKind, Severity]]:
    return [(finding.kind, finding.severity) for finding in open_findings(stage, paper.article)]


def test_a_hint_that_others_confirm_is_open_again_and_says_what_was_decided_when_it_was_less(stage: Stage) -> None:
    paper = Paper(1)
    live(stage, paper, [hint("europepmc", 1)])
    decide(stage, paper)
    hear(stage, *row("Retraction", 2)(paper))

    [again] = open_findings(stage, paper.article)
    assert again.severity is Severity.CRITICAL
    assert "decided before by ada on 2026-06-01 as still valid (it holds)" in again.because
    assert "it was minor then and is critical now" in again.because


def test_it_is_open_again_once_and_not_for_every_further_witness(stage: Stage) -> None:
    paper = Paper(2)
    live(stage, paper, [hint("europepmc", 1)])
    decide(stage, paper)
    hear(stage, *row("Retraction", 2)(paper))
    decide(stage, paper)
    hear(stage, *on_pubmed("RetractionIn")(paper))
    hear(stage, *at_crossref(("retraction", 1, "2026-06-03", "publisher"))(paper))

    assert found(stage, paper) == []


def test_the_same_under_a_name_that_is_learnt_later_does_not_come_back(stage: Stage) -> None:
    """Another article rests on the DOI: its event is the older one, and speaks for both once the names are known."""
    paper = Paper(3)
    bring_in(stage, "by-doi", f"doi:{paper.doi}")
    hear(stage, *at_crossref(("retraction", 1, "2026-06-03", "publisher"))(paper))
    bring_in(stage, paper.article, f"pubmed:{paper.pmid}")
    bare = replace(plain(paper), doi="")
    retracted = replace(bare, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="301"),))
    for record in (bare, retracted):
        hear(stage, "pubmed", record)
    assert [kind for kind, _ in found(stage, paper)] == [EventKind.RETRACTED]
    decide(stage, paper)
    hear(stage, "pubmed", replace(retracted, doi=paper.doi))

    assert found(stage, paper) == []
    assert [item.kind for item in open_findings(stage, "by-doi")] == [EventKind.RETRACTED]


def bring_in(stage: Stage, article: str, identifier: str) -> None:
    """An article whose one entry means this, by the word of a person."""
    stage.registrar.register(article, resting_on("9"), origin="test", by="test")
    with stage.store.begin() as tx:
        [state] = tx.references.of_article(article)
        tx.meanings.mean(
            state.id,
            Resolved(status=Resolution.RESOLVED, identifiers=(Identifier.parse(identifier),), because="said so"),
        )


def test_a_second_notice_of_the_same_kind_is_told_with_what_was_decided_about_the_first(stage: Stage) -> None:
    paper = Paper(4)
    live(stage, paper, [on_pubmed("ErratumIn", 1, day="2026 Jan 3")])
    decide(stage, paper)
    first, second = (
        Link(ref_type="ErratumIn", source=f"J Test. 2026 {month} 3;1:1", pmid=paper.notice_pmid(which))
        for which, month in ((1, "Jan"), (2, "May"))
    )
    hear(stage, "pubmed", replace(plain(paper), links=(first, second)))

    [told] = open_findings(stage, paper.article)
    assert told.told_before.startswith("decided before by ada")
    assert "this is another one" in told.told_before


def test_a_correction_whose_link_was_out_of_sight_for_a_while_does_not_come_back(stage: Stage) -> None:
    paper = Paper(5)
    live(stage, paper, [on_pubmed("ErratumIn")])
    decide(stage, paper)
    for record in (plain(paper), on_pubmed("ErratumIn")(paper)[1]):
        hear(stage, "pubmed", record)

    assert [kind for kind, _ in found(stage, paper) if kind is EventKind.CORRECTED] == []


def test_a_retraction_that_was_lifted_and_stands_again_is_news(stage: Stage) -> None:
    paper = Paper(6)
    live(stage, paper, [on_pubmed("RetractionIn")])
    decide(stage, paper)
    hear(stage, "pubmed", plain(paper))
    decide(stage, paper)
    hear(stage, *on_pubmed("RetractionIn")(paper))

    assert EventKind.RETRACTED in [kind for kind, _ in found(stage, paper)]


def test_what_an_edit_answered_stays_answered_when_it_weighs_more(stage: Stage) -> None:
    """The page gave up the reference: nothing on it rests on the paper any more."""
    paper = Paper(7)
    live(stage, paper, [hint("europepmc", 1)])
    stage.registrar.register(paper.article, resting_on("9"), origin="test", by="test")
    hear(stage, *on_pubmed("RetractionIn")(paper))

    assert found(stage, paper) == []


def view_of(stage: Stage, paper: Paper) -> tuple[int, tuple[FindingView, ...]]:
    with stage.store.read() as reads:
        view = reads.article(paper.article, stage.policy)
    assert view is not None
    assert view.review is not None
    return view.review.version, view.row.findings


def test_who_closes_with_a_page_from_before_it_weighed_more_is_told_so(stage: Stage) -> None:
    """The finding on the page was minor; the same finding is critical by now."""
    paper = Paper(8)
    live(stage, paper, [on_pubmed("ErratumIn", 2), hint("europepmc", 1)])
    stage.editors.start(paper.article, by="ada")
    version, findings = view_of(stage, paper)
    seen = frozenset(finding.id for finding in findings)
    hear(stage, *row("Retraction", 3)(paper))

    with pytest.raises(Refused, match="Monitor found that a finding weighs more now"):
        stage.editors.close(
            paper.article,
            Closing(
                decision=Decision.STILL_VALID, reason=Reason.CONCLUSION_HOLDS, by="ada", version=version, seen=seen
            ),
        )


def test_a_finding_that_is_open_again_under_review_is_new_since_the_start(stage: Stage) -> None:
    paper = Paper(9)
    live(stage, paper, [on_pubmed("ErratumIn", 2), hint("europepmc", 1)])
    stage.editors.start(paper.article, by="ada")
    [small] = [item for item in open_findings(stage, paper.article) if item.severity is Severity.MINOR]
    stage.editors.decide_finding(paper.article, small.id, ruling())
    stage.later(hours=1)
    hear(stage, *row("Retraction", 3)(paper))

    new = {finding.kind: finding.new_since_start for finding in open_findings(stage, paper.article)}
    assert new == {EventKind.RETRACTED: True, EventKind.CORRECTED: False}


def test_a_decision_about_another_version_of_the_evidence_is_refused(stage: Stage) -> None:
    paper = Paper(10)
    [seen] = live(stage, paper, [hint("europepmc", 1)])
    hear(stage, *on_pubmed("RetractionIn")(paper))

    with pytest.raises(Refused, match="it is critical now"):
        stage.editors.decide_finding(paper.article, seen.id, ruling(saw=seen.version))
    assert [severity for _, severity in found(stage, paper)] == [Severity.CRITICAL]


def test_the_history_of_decisions_outlives_that_the_finding_is_open_again(stage: Stage) -> None:
    paper = Paper(11)
    live(stage, paper, [hint("europepmc", 1)])
    decide(stage, paper)
    hear(stage, *row("Retraction", 2)(paper))
    [again] = open_findings(stage, paper.article)

    with stage.store.read() as reads:
        [made] = reads.hands.decisions(paper.article, again.id)
    assert (made.by, made.decision, made.severity) == ("ada", "still_valid", Severity.MINOR)


def test_whoever_is_first_what_became_heavier_while_an_editor_closed_is_open_in_the_end(stage: Stage) -> None:
    """A poll and an editor at the same article, each in a thread of its own, again and again."""
    for number in range(20, 26):
        paper = Paper(number)
        live(stage, paper, [on_pubmed("ErratumIn", 2), hint("europepmc", 1)])
        stage.editors.start(paper.article, by="ada")
        refused = close_while(stage, paper, partial(hear, stage, *row("Retraction", 3)(paper)))

        assert (EventKind.RETRACTED, Severity.CRITICAL) in found(stage, paper)
        assert all("weighs more now" in one for one in refused)


def close_while(stage: Stage, paper: Paper, happens: Callable[[], None]) -> list[str]:
    """Close the review with what was seen of it, in the moment in which something happens; what was refused."""
    version, findings = view_of(stage, paper)
    seen = frozenset(finding.id for finding in findings)
    closing = Closing(
        decision=Decision.STILL_VALID, reason=Reason.CONCLUSION_HOLDS, by="ada", version=version, seen=seen
    )
    barrier, refused = threading.Barrier(2), list[str]()

    def close() -> None:
        barrier.wait()
        try:
            stage.editors.close(paper.article, closing)
        except Refused as refusal:
            refused.append(str(refusal))

    thread = threading.Thread(target=close)
    thread.start()
    barrier.wait()
    happens()
    thread.join()
    return refused


def test_a_record_that_was_merged_with_another_does_not_tell_the_same_notice_again(database_url: str) -> None:
    """The survivor shows the very notice that was decided about, under a number that nobody knew."""
    stage = Stage(database_url).open()
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()
    [finding] = stage.article().findings
    stage.editors.decide_finding("a", finding.id, ruling())
    del stage.source.records[PAPER.identifier]
    stage.source.records[pubmed("102")] = replace(RETRACTED, identifier=pubmed("102"))
    stage.source.survivors[PAPER.identifier] = pubmed("102")
    for _ in range(5):
        stage.later(days=1)
        stage.poll()

    told = {(item.kind, item.status) for item in stage.article().findings}
    assert (EventKind.RECORD_MERGED, "open") in told
    assert (EventKind.RETRACTED, "open") not in told
