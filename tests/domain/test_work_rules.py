"""What a work of Crossref shows, and about which work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import Relation, Update, Work

PAPER, NOTICE = Identifier.parse("doi:10.5555/paper"), Identifier.parse("doi:10.5555/notice")
WORK = Work(identifier=PAPER, title="A trial of something")


def shown(work: Work) -> list[tuple[str, EventKind, str]]:
    return [(str(signal.record), signal.kind, signal.shown_by) for signal in standing(work)]


def by(kind: str, doi: str = "10.5555/notice", **more: str) -> Update:
    return Update(doi=doi, kind=kind, day="2026-06-03", **more)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("retraction", EventKind.RETRACTED),
        ("partial_retraction", EventKind.PARTIALLY_RETRACTED),
        ("withdrawal", EventKind.PUBLICATION_WITHDRAWN),
        ("removal", EventKind.PUBLICATION_WITHDRAWN),
        ("expression_of_concern", EventKind.CONCERN_RAISED),
        ("corrigendum", EventKind.CORRECTED),
        ("new_edition", EventKind.SUPERSEDED),
        ("reinstatement", EventKind.RETRACTION_LIFTED),
    ],
)
def test_both_ends_show_the_same_of_the_original_by_the_notice(kind: str, expected: EventKind) -> None:
    on_the_original = replace(WORK, updated_by=(by(kind),))
    on_the_notice = Work(identifier=NOTICE, updates=(by(kind, doi="10.5555/PAPER"),))

    assert shown(on_the_original) == shown(on_the_notice) == [("doi:10.5555/paper", expected, "doi:10.5555/notice")]


def test_an_unknown_kind_of_update_shows_nothing() -> None:
    assert shown(replace(WORK, updated_by=(by("regret"),))) == []


def test_a_step_of_production_is_silent_and_hides_no_mark() -> None:
    update = by("new_version", doi="10.5555/paper")
    assert shown(replace(WORK, updates=(update,))) == []

    [signal] = standing(replace(WORK, title="RETRACTED: A trial of something", updates=(update,)))
    assert signal.kind is EventKind.RETRACTED


def test_a_work_under_an_alias_is_in_place_too() -> None:
    work = replace(WORK, aliases=("10.5555/OLD",), updates=(by("retraction", doi="10.5555/old"),))

    assert shown(work) == [("doi:10.5555/paper", EventKind.RETRACTED, "the record itself")]


def test_two_assertions_of_one_retraction_are_one_with_both_names() -> None:
    work = replace(
        WORK,
        updated_by=(
            by("retraction", source="publisher"),
            replace(by("retraction", source="retraction-watch", record_id="5"), day="2026-06-09"),
        ),
    )
    [signal] = standing(work)

    assert signal.names == ("rw:5",)


def test_a_concern_that_is_dropped_beside_the_retraction_it_became_is_no_news() -> None:
    concern = by("expression_of_concern", source="retraction-watch", record_id="5")
    both = replace(WORK, updated_by=(concern, by("retraction", source="retraction-watch", record_id="5")))

    assert between(both, replace(both, updated_by=both.updated_by[1:])).came == ()


def test_a_preprint_is_told_by_its_article_and_not_when_the_relation_goes() -> None:
    preprint = replace(WORK, relations=(Relation(kind="is-preprint-of", doi="10.5555/article"),))

    assert shown(preprint) == [("doi:10.5555/paper", EventKind.PREPRINT_PUBLISHED, "doi:10.5555/article")]
    assert between(preprint, WORK).came == ()


def test_a_withdrawn_cochrane_review_is_outdated_not_accused() -> None:
    review = Work(identifier=Identifier.parse("doi:10.1002/14651858.CD000001.pub2"), updated_by=(by("withdrawal"),))
    [signal] = standing(review)

    assert signal.severity is Severity.MAJOR
