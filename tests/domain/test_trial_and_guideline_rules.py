"""What a registered trial and a guideline's page show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument, Recommendation, Trial, guideline

TRIAL = Trial(
    identifier=Identifier.parse("nct:NCT01234567"),
    title="A trial",
    overall_status="RECRUITING",
    last_update_posted="2026-01-01",
)
GUIDELINE = GuidelineDocument(
    identifier=guideline("va-dod/hip-knee-oa"),
    publisher="VA/DoD",
    title="Osteoarthritis",
    edition="Version 2.0 2020",
    recommendations=(Recommendation(number="1", text="Offer exercise.", strength="Strong for"),),
)


def kinds(before: Trial | GuidelineDocument, after: Trial | GuidelineDocument) -> list[EventKind]:
    return [sighting.signal.kind for sighting in between(before, after).came]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("WITHDRAWN", EventKind.TRIAL_WITHDRAWN),
        ("TERMINATED", EventKind.TRIAL_TERMINATED),
        ("SUSPENDED", EventKind.TRIAL_SUSPENDED),
        ("COMPLETED", EventKind.TRIAL_COMPLETED),
        ("ACTIVE_NOT_RECRUITING", EventKind.TRIAL_STATUS_CHANGED),
        ("A_STATUS_OF_TOMORROW", EventKind.TRIAL_STATUS_CHANGED),
    ],
)
def test_each_status_gives_its_kind(status: str, kind: EventKind) -> None:
    assert kinds(TRIAL, replace(TRIAL, overall_status=status)) == [kind]


def test_the_sponsors_reason_is_quoted() -> None:
    [sighting] = between(TRIAL, replace(TRIAL, overall_status="WITHDRAWN", why_stopped="No funding")).came

    assert "“No funding”" in sighting.signal.because


def test_posted_results_are_told_once() -> None:
    posted = replace(TRIAL, has_results=True, results_posted="2026-02-01")

    assert kinds(TRIAL, posted) == [EventKind.TRIAL_RESULTS_POSTED]
    assert kinds(posted, replace(posted, results_posted="2026-03-01")) == []


def test_a_registry_update_without_a_change_of_meaning_is_nothing() -> None:
    assert kinds(TRIAL, replace(TRIAL, last_update_posted="2026-05-05", aliases=("NCT00000001",))) == []


def test_a_new_edition_is_one_event_whatever_else_changed_on_the_page() -> None:
    after = replace(GUIDELINE, edition="Version 3.0 2026", recommendations=())

    assert kinds(GUIDELINE, after) == [EventKind.GUIDELINE_UPDATED]


def test_a_changed_recommendation_is_told_even_without_a_new_edition() -> None:
    after = replace(
        GUIDELINE, recommendations=(Recommendation(number="1", text="Offer exercise.", strength="Weak for"),)
    )

    assert kinds(GUIDELINE, after) == [EventKind.GUIDELINE_RECOMMENDATION_CHANGED]


def test_a_reworded_layout_of_the_same_recommendation_is_nothing() -> None:
    after = replace(
        GUIDELINE, recommendations=(Recommendation(number="1", text="Offer  exercise.", strength="Strong for"),)
    )

    assert kinds(GUIDELINE, after) == []


def test_withdrawal_and_reinstatement_are_told() -> None:
    withdrawn = replace(GUIDELINE, state="withdrawn")

    assert kinds(GUIDELINE, withdrawn) == [EventKind.GUIDELINE_WITHDRAWN]
    assert kinds(withdrawn, GUIDELINE) == [EventKind.GUIDELINE_REINSTATED]
