"""A page comes in again, edited: what it still says keeps its identity, and what was found about it stays with it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from monitor.domain.articles import Claim, Freshness, ParsedArticle, Reference
from monitor.domain.identifiers import pubmed
from monitor.domain.read_models import FindingView
from monitor.domain.records import Link, Publication
from tests.pipeline.scene import ARTICLE, NOTICE, PAPER, RETRACTED, ScriptedSource, Stage

SENTENCES = {
    "Warm socks shorten the time to sleep in older women": 1,
    "In a trial of many adults socks made no difference to pain": 1,
    "Wool is preferred to cotton wherever feet sweat a lot": 2,
    "Nobody has assessed socks for expectant mothers so far": 3,
    "Compression stockings are contraindicated in arterial disease": 4,
    "A whole winter of daily use is enough for most people": 4,
}
"""Sentences and the entry that each cites. The papers 1 to 3 are retracted, the fourth is not."""
RECORDS = {
    pubmed(str(number)): Publication(
        identifier=pubmed(str(number)),
        title=f"Paper {number}",
        links=(Link(ref_type="RetractionIn", source="J Test. 2026;1:1", pmid=str(number + 50)),) if number < 4 else (),
    )
    for number in range(1, 5)
}
_names = itertools.count(1)


def page(sentences: list[str], entries: set[int]) -> ParsedArticle:
    listed = sorted(entries)
    return ParsedArticle(
        title="Socks",
        text="\n".join(sentences) or "Nothing.",
        claims=tuple(
            Claim(position=at, text=text, headings=("Socks",), markers=(SENTENCES[text],))
            for at, text in enumerate(sentences, start=1)
        ),
        references=tuple(
            Reference(text=f"Paper {number}. PMID: {number}", number=number, identifiers=(pubmed(str(number)),))
            for number in listed
        ),
    )


def findings(stage: Stage, article_id: str) -> dict[str, FindingView]:
    return {finding.record: finding for finding in stage.articles()[article_id].findings}


@pytest.fixture
def stage(database_url: str) -> Stage:
    return Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS})).open()


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    versions=st.lists(
        st.tuples(
            st.lists(st.sampled_from(sorted(SENTENCES)), unique=True),
            st.sets(st.integers(1, 4), min_size=1),
        ),
        min_size=1,
        max_size=4,
    )
)
@example(versions=[([], {1}), ([], {2})])
@example(versions=[([], {1}), (sorted(SENTENCES), {1, 2, 3, 4}), (sorted(SENTENCES)[:3], {2, 4})])
def test_whatever_the_edits_only_what_the_page_gave_up_is_closed(
    stage: Stage, versions: list[tuple[list[str], set[int]]]
) -> None:
    name = f"socks-{next(_names)}"
    everything = (sorted(SENTENCES), {1, 2, 3, 4})
    for sentences, entries in (everything, *versions):
        stage.later(hours=1)
        stage.registrar.register(name, page(sentences, entries), origin="test", by="test")
        stage.resolver.run()
        stage.poll()

        found = findings(stage, name)
        cited = {SENTENCES[sentence] for sentence in sentences}
        assert {record for record, finding in found.items() if finding.status == "open"} == {
            f"pubmed:{number}" for number in (1, 2, 3) if number in cited and number in entries
        }
        for finding in found.values():
            told = {claim.text for claim in finding.claims}
            number = int(finding.record.removeprefix("pubmed:"))
            assert finding.status == "open" or "as read on" in finding.reason
            assert finding.status != "open" or told == {text for text in sentences if SENTENCES[text] == number}


def test_claims_keep_their_identity_through_moves_and_small_edits(stage: Stage) -> None:
    before = sorted(SENTENCES)
    stage.registrar.register("socks", page(before, {1, 2, 3, 4}), origin="test", by="test")
    with stage.store.begin() as tx:
        ids = {placed.claim.text: placed.id for placed in tx.articles.claims("socks")}
    moved = page(before[::-1], {1, 2, 3, 4})
    reworded = replace(moved.claims[0], text=f"{moved.claims[0].text}, we think")

    revision = stage.registrar.register(
        "socks", replace(moved, claims=(reworded, *moved.claims[1:])), origin="test", by="test"
    )

    with stage.store.begin() as tx:
        now = {placed.claim.text: placed.id for placed in tx.articles.claims("socks")}
    assert now == {reworded.text: ids[moved.claims[0].text]} | {
        claim.text: ids[claim.text] for claim in moved.claims[1:]
    }
    assert (revision.reworded, revision.added, revision.removed) == ((moved.claims[0].text,), 0, ())


def test_the_same_page_again_changes_nothing(stage: Stage) -> None:
    parsed = page(sorted(SENTENCES), {1, 2, 3, 4})
    stage.registrar.register("socks", parsed, origin="test", by="test")
    stage.resolver.run()
    stage.poll()
    before = stage.articles()["socks"]

    revision = stage.registrar.register("socks", parsed, origin="test", by="test")

    assert revision.is_empty
    assert stage.articles()["socks"] == before


def test_an_edit_that_answers_every_finding_leaves_the_review_to_its_editor(stage: Stage) -> None:
    """The page is no longer stale; that its evidence was weighed is for a person to say."""
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.source.notices = (NOTICE,)
    stage.later(days=1)
    stage.poll()
    assert stage.article().freshness is Freshness.STALE
    without = replace(ARTICLE, claims=(Claim(position=1, text="Nothing else is known."),))

    revision = stage.registrar.register("a", without, origin="test", by="test")

    assert [item.because for item in revision.answered] == [
        "the page as read on 2026-06-02 no longer rests a sentence on it; the reference is still listed"
    ]
    assert stage.article().freshness is not Freshness.STALE
    with stage.store.begin() as tx:
        assert tx.reviews.open_of("a") is not None


def test_a_page_that_lost_its_whole_list_is_a_torso_and_gives_nothing_up(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()

    stage.registrar.register("a", replace(ARTICLE, references=()), origin="test", by="test")

    assert [finding.status for finding in stage.article().findings] == ["open"]
    assert stage.article().freshness is Freshness.STALE
