"""Figures of sentences are compared with what is kept of their evidence, and a newer version with both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import Claim, Freshness
from monitor.domain.figure_check import FigureStatus
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.read_models import ArticleView, ClaimView, DiffLine, FigureView
from monitor.domain.records import Link, Publication
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage

REVIEW = replace(PAPER, abstract="We pooled 25 trials with 1341 participants. Pain improved (I2 = 80%).")
NEWER = Publication(
    identifier=pubmed("300"),
    title=PAPER.title,
    abstract="We pooled 28 trials with 1520 participants. Pain improved (I2 = 80%).",
    links=(Link(ref_type="UpdateOf", source="", pmid="100"),),
    published="2026-06-03",
)
CLAIM = Claim(position=0, text="A review of 25 trials with 1,341 people found less pain (I² = 80 %).", markers=(1,))
OTHER = Claim(position=1, text="In 19 trials nothing was harmed, and 4 % left.", markers=(1, 2))
PAGE = replace(ARTICLE, claims=(CLAIM, OTHER), missing_markers=(2,))


@pytest.fixture
def stage(database_url: str) -> Stage:
    made = Stage(database_url, source=ScriptedSource({REVIEW.identifier: REVIEW}))
    made.open()
    made.registrar.register("a", PAGE, origin="test", by="test")
    return made


def view(stage: Stage) -> ArticleView:
    with stage.store.read() as reads:
        shown = reads.article("a", stage.policy)
    assert shown is not None
    return shown


def claim(stage: Stage, position: int = 0) -> ClaimView:
    return next(claim for claim in view(stage).claims if claim.position == position)


def statuses(figures: tuple[FigureView, ...]) -> list[tuple[str, FigureStatus, FigureStatus | None]]:
    return [(figure.name, figure.status, figure.newer) for figure in figures]


def test_figures_that_stand_in_the_cited_abstract_are_found_with_their_sentence(stage: Stage) -> None:
    figures = claim(stage).figures

    assert statuses(figures) == [(name, FigureStatus.FOUND, None) for name in ("trials", "participants", "I²")]
    assert [(row.reference, row.record, row.sentence) for row in figures[0].stated] == [
        (1, "pubmed:100", "We pooled 25 trials with 1341 participants.")
    ]


def test_a_figure_that_differs_at_import_is_shown_and_wakes_nobody(stage: Stage) -> None:
    trials, share = claim(stage, 1).figures
    row = stage.article()

    assert (trials.status, trials.because) == (FigureStatus.DIFFERS, "the list has no entry 2")
    assert share.status is FigureStatus.NOT_CHECKED
    assert (row.findings, row.freshness) == ((), Freshness.UNVERIFIED)


def test_what_was_never_read_is_not_checked(database_url: str) -> None:
    made = Stage(database_url)
    made.store.upgrade()
    made.registrar.register("a", PAGE, origin="test", by="test")
    before = claim(made).figures[0]
    made.resolver.run()
    resolved = claim(made).figures[0]

    assert (before.status, before.because) == (FigureStatus.NOT_CHECKED, "reference 1 is not resolved")
    assert (resolved.status, resolved.because) == (FigureStatus.NOT_CHECKED, "reference 1 was not read yet")


def test_a_newer_version_is_held_against_the_claim_and_told_in_its_finding(stage: Stage) -> None:
    stage.source.notices = (NEWER,)
    stage.later(days=2)
    stage.poll()

    [finding] = stage.article().findings
    figures = claim(stage).figures
    assert finding.kind is EventKind.SUPERSEDED
    assert finding.diff[:2] == (
        DiffLine(field="trials", before="25", after="28"),
        DiffLine(field="participants", before="1,341", after="1520"),
    )
    assert all(line.field != "I²" for line in finding.diff)
    assert [figure.newer for figure in figures] == [FigureStatus.DIFFERS, FigureStatus.DIFFERS, FigureStatus.FOUND]
    assert [row.record for row in figures[0].stated] == ["pubmed:100", "pubmed:300"]


def test_a_newer_version_that_only_the_cited_record_names_is_read_for_its_figures(stage: Stage) -> None:
    named = replace(REVIEW, links=(Link(ref_type="UpdateIn", source="J Test. 2026 Jun 3;1:1", pmid="300"),))
    stage.source.records = {REVIEW.identifier: named, NEWER.identifier: NEWER}
    stage.later(days=2)
    stage.poll()
    told = claim(stage).figures[0]
    stage.later(days=1)
    stage.poll()

    read = claim(stage).figures[0]
    assert (told.newer, read.newer) == (FigureStatus.NOT_CHECKED, FigureStatus.DIFFERS)
    assert [finding.kind for finding in stage.article().findings] == [EventKind.SUPERSEDED]
    assert view(stage).references[0].identifiers == ("pubmed:100",)


def test_an_abstract_that_was_rewritten_is_shown_as_it_was_and_as_it_is(stage: Stage) -> None:
    stage.source.records[REVIEW.identifier] = replace(REVIEW, abstract=REVIEW.abstract.replace("1341", "1340"))
    stage.later(days=2)
    stage.poll()

    people = claim(stage).figures[1]
    assert [(row.version, row.status) for row in people.stated] == [
        ("cited", FigureStatus.FOUND),
        ("changed", FigureStatus.DIFFERS),
    ]
    assert stage.article().findings == ()
