"""Which sentences an event touches, and what an article could know already."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.domain.articles import Claim, Reference
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.matching import ALREADY_SO, merge_claims, reason_to_tell, touched_claims
from monitor.domain.state import EventState, PlacedClaim

LINKED = datetime(2026, 6, 1, tzinfo=UTC)
UPDATED = date(2026, 3, 1)


def event(
    kind: EventKind,
    *,
    happened_on: date | None = None,
    already: bool = False,
    edition_year: int | None = None,
    recorded_at: datetime = datetime(2026, 6, 2, tzinfo=UTC),
) -> EventState:
    return EventState(
        id=1,
        record="pubmed:1",
        kind=kind,
        shown_by="pubmed:2",
        title="",
        because="a notice",
        severity=Severity.MAJOR,
        happened_on=happened_on,
        edition_year=edition_year,
        already=already,
        recorded_at=recorded_at,
        ended=False,
    )


def told(what: EventState, *, year: int | None = None) -> str | None:
    return reason_to_tell(what, linked_at=LINKED, reference=Reference(text="x", year=year), last_updated=UPDATED)


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_change_seen_while_watching_always_counts(kind: EventKind) -> None:
    assert told(event(kind, happened_on=date(2020, 1, 1))) is not None


@pytest.mark.parametrize("kind", [EventKind.RETRACTED, EventKind.CONCERN_RAISED, EventKind.SUPERSEDED])
def test_a_standing_retraction_concern_or_newer_version_counts_however_old(kind: EventKind) -> None:
    because = told(event(kind, already=True, happened_on=date(2001, 1, 1)))

    assert because is not None
    assert ALREADY_SO in because


def test_a_correction_counts_at_import_only_when_it_came_after_the_last_update() -> None:
    assert told(event(EventKind.CORRECTED, already=True, happened_on=date(2026, 2, 28))) is None
    assert told(event(EventKind.CORRECTED, already=True, happened_on=date(2026, 3, 2))) is not None


def test_an_unknown_date_never_silences() -> None:
    assert told(event(EventKind.CORRECTED, already=True)) is not None


def test_an_event_recorded_for_another_article_before_this_one_came_is_judged_like_day_one() -> None:
    before = datetime(2026, 5, 1, tzinfo=UTC)

    assert told(event(EventKind.CORRECTED, happened_on=date(2026, 2, 1), recorded_at=before)) is None
    assert ALREADY_SO in str(told(event(EventKind.RETRACTED, recorded_at=before)))


def test_a_notice_published_since_the_reference_is_watched_is_not_called_old() -> None:
    because = told(event(EventKind.RETRACTED, already=True, happened_on=date(2026, 6, 2)))

    assert ALREADY_SO not in str(because)


@pytest.mark.parametrize(
    ("edition", "named", "counts"), [(2020, 2020, False), (2025, 2020, True), (2025, None, False), (2027, None, True)]
)
def test_an_edition_counts_at_import_when_it_is_newer_than_the_one_named(
    edition: int, named: int | None, counts: bool
) -> None:
    because = told(event(EventKind.GUIDELINE_UPDATED, already=True, edition_year=edition), year=named)

    assert (because is not None) is counts


CLAIMS = tuple(
    PlacedClaim(id=10 + number, claim=Claim(position=number, text=f"claim {number}", markers=markers))
    for number, markers in enumerate([(1,), (1, 2), (2,), (), (3,)])
)


def test_claims_that_cite_a_listed_reference_are_affected() -> None:
    assert touched_claims(Reference(text="x", number=2), CLAIMS) == ((11, "yes"), (12, "yes"))


def test_claims_that_share_a_marker_with_a_named_guideline_are_possibly_affected() -> None:
    assert touched_claims(Reference(text="x", named_in=(0,)), CLAIMS) == ((10, "yes"), (11, "possibly"))


def test_a_claim_that_names_without_a_marker_is_affected_alone() -> None:
    assert touched_claims(Reference(text="x", named_in=(3,)), CLAIMS) == ((13, "yes"),)


def test_the_surer_word_wins_when_references_are_joined() -> None:
    assert merge_claims([((1, "possibly"), (2, "yes")), ((1, "yes"), (2, "possibly"))]) == ((1, "yes"), (2, "yes"))
