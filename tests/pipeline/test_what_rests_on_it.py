"""What rests on a record: found under any of its names, decided once for all; texts to paste, and the badge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.articles import Freshness, Reference, Resolution
from monitor.domain.citations import Candidate, Resolved
from monitor.domain.decisions import Decision, Reason, Ruling
from monitor.domain.identifiers import InvalidIdentifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Unreachable
from monitor.domain.publications import CitedWork, PublicationType
from monitor.domain.records import Link, Publication
from monitor.domain.resting import ConfirmPage
from monitor.pipeline.correct import Corrector
from monitor.wiring.hands import Hands, build_hands
from tests.pipeline.scene import ARTICLE, DAY_ONE, PAPER, ScriptedSource, Stage, resting_on

WITH_NAMES = replace(PAPER, doi="10.5555/paper.100", pmc="PMC100100")
RETRACTED = replace(WITH_NAMES, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="200"),))
NEWER = Publication(
    identifier=pubmed("150"),
    title="A trial of something, updated",
    journal_abbreviation="J Test",
    published="2026-06-02",
    volume="2",
    pages="1-9",
    authors=("Smith A",),
)
REVIEW = Publication(
    identifier=pubmed("500"),
    title="A review of trials",
    publication_types=(PublicationType(ui="D000078182", name="Systematic Review"),),
    references=(CitedWork(pmid="100"),),
    cited_pmids=("100",),
)


@pytest.fixture
def stage(database_url: str) -> Stage:
    """Two articles that rest on the paper, one of them in another way, and one on a review that lists it."""
    source = ScriptedSource({PAPER.identifier: WITH_NAMES, REVIEW.identifier: REVIEW, NEWER.identifier: NEWER})
    stage = Stage(database_url, source=source).open()
    stage.bring_in("b", "100")
    stage.bring_in("c", "500")
    return stage


def hands_of(stage: Stage) -> Hands:
    return build_hands(stage.store, stage.editors, Corrector(store=stage.store, assessor=stage.assessor), ())


def retract(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()


def ruling(by: str = "ada") -> Ruling:
    return Ruling(decision=Decision.STILL_VALID, reason=Reason.OTHER_EVIDENCE_CARRIES_IT, by=by)


@pytest.mark.parametrize(
    "asked",
    [
        "pubmed:100",
        "PMID 100",
        "https://pubmed.ncbi.nlm.nih.gov/100/",
        "doi:10.5555/PAPER.100",
        "https://doi.org/10.5555/paper.100",
        "PMC100100",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC100100/",
    ],
)
def test_it_is_found_under_any_of_its_names_and_addresses(stage: Stage, asked: str) -> None:
    found = hands_of(stage).rests_on(asked)

    assert (found.is_known, found.title) == (True, "A trial of something")
    assert [article.id for article in found.articles] == ["a", "b"]


def test_it_names_references_sentences_findings_and_what_lists_it(stage: Stage) -> None:
    retract(stage)
    found = hands_of(stage).rests_on("pubmed:100")

    article = found.articles[0]
    assert [reference.number for reference in article.references] == [1]
    assert [(claim.text, claim.affected) for claim in article.claims] == [
        ("Something helps.", "yes"),
        ("Nothing harms.", "yes"),
    ]
    assert [(one.kind, one.status) for one in article.findings] == [(EventKind.RETRACTED, "open")]
    assert (found.state, [stage.kind for stage in found.events]) == (
        "A retraction notice names this reference",
        [EventKind.RETRACTED],
    )
    [review] = found.included_in
    assert (review.record, review.title, review.articles) == ("pubmed:500", "A review of trials", ("c",))


def test_what_nobody_rests_on_is_told_so_and_what_is_no_identifier_is_refused(stage: Stage) -> None:
    found = hands_of(stage).rests_on("pubmed:424242")

    assert (found.is_known, found.articles, found.included_in) == (False, (), ())
    with pytest.raises(InvalidIdentifier, match="'a paper on knees' is no identifier: write a PMID"):
        hands_of(stage).rests_on("a paper on knees")


def test_what_was_never_read_is_not_called_clean(stage: Stage) -> None:
    stage.registrar.register("d", resting_on("100"), origin="test", by="test")
    hands_of(stage).confirm("d", "1", ["pubmed:424242"], by="ada")
    found = hands_of(stage).rests_on("pubmed:424242")

    assert "d" in [article.id for article in found.articles]
    assert (found.is_known, found.last_read) == (False, None)


def test_what_was_read_says_when_it_was_last_checked_and_whose_silence_says_nothing(stage: Stage) -> None:
    hands = hands_of(stage)
    fresh = hands.rests_on("pubmed:100")
    stage.later(days=1)
    stage.source.outcome = Unreachable(reason="no answer")
    stage.poll()
    silent = hands.rests_on("pubmed:100")
    stage.later(days=60)
    late = hands.rests_on("pubmed:100")

    assert fresh.last_read is not None
    assert (fresh.last_read.date(), fresh.is_late, fresh.unheard) == (DAY_ONE.date(), False, ())
    assert (silent.last_read, silent.is_late) == (fresh.last_read, False)
    assert [(one.source, one.status, one.reason) for one in silent.unheard] == [("pubmed", "unreachable", "no answer")]
    assert late.is_late


def test_one_decision_holds_in_all_articles_and_each_tells_what_became_of_it(stage: Stage) -> None:
    retract(stage)
    stage.editors.start("b", by="bob")
    hands = hands_of(stage)
    first = {one.article_id: one for one in hands.decide_everywhere("doi:10.5555/paper.100", ruling())}
    stage.editors.release("b", by="bob")
    second = hands.decide_everywhere("pubmed:100", ruling())

    assert (first["a"].is_done, first["a"].message) == (True, "1 decided as still valid")
    assert not first["b"].is_done
    assert "bob is reviewing this article" in first["b"].message
    assert [(one.article_id, one.is_done) for one in second] == [("b", True)]
    assert [stage.articles()[name].freshness for name in "ab"] == [Freshness.FRESH, Freshness.FRESH]
    assert hands.decide_everywhere("pubmed:100", ruling()) == ()


def test_articles_that_the_editor_saw_are_each_told_of_though_somebody_was_there_before(stage: Stage) -> None:
    retract(stage)
    hands = hands_of(stage)
    hands.decide_everywhere("pubmed:100", ruling())
    again = hands.decide_everywhere("pubmed:100", ruling("bob"), articles=["a", "nowhere"])

    assert [(one.is_done, one.message) for one in again] == [
        (True, "nothing of it was open"),
        (False, "There is no article 'nowhere'."),
    ]


def test_what_replaces_a_record_is_ready_to_paste_with_the_sentences(stage: Stage) -> None:
    link = Link(ref_type="UpdateIn", source="J Test. 2026 Jun 2;2:1", pmid="150")
    stage.source.records[PAPER.identifier] = replace(WITH_NAMES, links=(link,))
    stage.later(days=1)
    stage.poll()
    stage.poll()
    [finding] = [one for one in stage.articles()["a"].findings if one.kind is EventKind.SUPERSEDED]
    paste = hands_of(stage).ready_to_paste("a", finding.id)

    assert paste is not None
    assert paste.citation == "Smith A. A trial of something, updated. J Test. 2026;2:1-9. PMID: 150."
    assert paste.missing == ("DOI",)
    assert paste.text.endswith("Sentences to re-read:\n- Something helps.\n- Nothing harms.")


def test_where_nothing_takes_its_place_there_are_the_sentences_alone(stage: Stage) -> None:
    retract(stage)
    hands = hands_of(stage)
    [finding] = stage.articles()["a"].findings
    paste = hands.ready_to_paste("a", finding.id)

    assert paste is not None
    assert (paste.citation, paste.because) == ("", "nothing is known to take the place of pubmed:100")
    assert paste.sentences == ("Something helps.", "Nothing harms.")
    assert hands.ready_to_paste("b", finding.id) is None
    assert hands.ready_to_paste("nowhere", "nothing") is None


def test_the_badge_says_when_all_was_checked_and_never_more(stage: Stage) -> None:
    hands = hands_of(stage)
    whole = hands.badge("a")
    more = Reference(text="Something that nobody holds", number=3)
    stage.registrar.register("a", replace(ARTICLE, references=(*ARTICLE.references, more)), origin="t", by="t")
    stage.resolver.run()
    part = hands.badge("a")
    stage.registrar.register("new", replace(ARTICLE, references=()), origin="test", by="test")
    none = hands.badge("new")

    assert whole is not None
    assert part is not None
    assert none is not None
    assert whole.says == "evidence checked on 2026-06-01, next review by 2028-04-30"
    assert part.says == "1 of 2 references checked on 2026-06-01, next review by 2028-04-30, not fully verified"
    assert (part.checked_on, part.not_watched) == (None, 1)
    assert none.says.startswith("evidence not checked in full")
    assert hands.badge("nowhere") is None


def test_the_badge_of_a_stale_article_names_the_deadline(stage: Stage) -> None:
    retract(stage)
    badge = hands_of(stage).badge("a")

    assert badge is not None
    assert (badge.state, badge.next_review_by) == (Freshness.STALE, date(2026, 6, 3))
    assert badge.says.endswith("under review")


def test_an_entry_that_is_not_understood_is_shown_once_and_decided_once_for_all(stage: Stage) -> None:
    entry = Reference(text="Smith A. A trial of something or other", number=2)
    for name in ("x", "y"):
        stage.registrar.register(name, replace(ARTICLE, references=(entry,)), origin="test", by="test")
    with stage.store.begin() as tx:
        for name in ("x", "y"):
            [state] = tx.references.of_article(name)
            candidates = tuple(
                Candidate(identifier=pubmed(pmid), title="A trial", confidence=sure, because="alike", year=2025)
                for pmid, sure in (("100", 0.6), ("150", 0.399), ("500", 0.001))
            )
            resolved = Resolved(status=Resolution.AMBIGUOUS, candidates=candidates, because="two fit")
            tx.meanings.settle(state.id, resolved, look_again=None)
    hands = hands_of(stage)
    [shown] = hands.references_to_confirm().entries

    assert [(one.identifier, one.year, one.confidence) for one in shown.candidates] == [
        ("pubmed:100", 2025, 0.6),
        ("pubmed:150", 2025, 0.399),
    ]
    assert [(place.article_id, place.number) for place in shown.places] == [("x", "2"), ("y", "2")]
    place = shown.places[0]
    hands.confirm(place.article_id, place.number, [shown.candidates[0].identifier], by="ada")
    assert hands.references_to_confirm() == ConfirmPage(entries=(), total=0, number=1, pages=1)


def test_entries_to_confirm_come_in_pages_those_first_that_can_be_chosen_then_those_in_most_articles(
    stage: Stage,
) -> None:
    alone, often, chosen = (Reference(text=f"{word} nobody holds") for word in ("Alone", "Often", "Zuletzt"))
    for name, entries in {"x": (alone, often), "y": (often, chosen)}.items():
        stage.registrar.register(name, replace(ARTICLE, references=entries), origin="test", by="test")
    candidate = Candidate(identifier=pubmed("100"), title="A trial", confidence=0.6, because="alike")
    with stage.store.begin() as tx:
        [state] = [one for one in tx.references.of_article("y") if one.reference == chosen]
        resolved = Resolved(status=Resolution.AMBIGUOUS, candidates=(candidate,), because="two fit")
        tx.meanings.settle(state.id, resolved, look_again=None)
    first, second, beyond = (hands_of(stage).references_to_confirm(page, 2) for page in (1, 2, 99))

    assert [entry.text for entry in first.entries] == [chosen.text, often.text]
    assert [(place.article_id, place.number) for place in first.entries[1].places] == [("x", "#2"), ("y", "#1")]
    assert (first.total, first.number, first.pages) == (3, 1, 2)
    assert [entry.text for entry in second.entries] == [alone.text]
    assert (beyond.number, beyond.entries) == (2, second.entries)
