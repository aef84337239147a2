"""What a sponsor changes of a trial that has begun."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.records import Trial

PAIN = "Change in pain on the WOMAC scale [12 weeks]"
FUNCTION = "Time to walk ten metres [12 weeks]"
TRIAL = Trial(
    identifier=Identifier.parse("nct:NCT01234567"),
    overall_status="RECRUITING",
    started="2025-03-01",
    primary_completion="2026-06",
    completion="2026-12-31",
    enrolment=100,
    enrolment_type="ESTIMATED",
    primary_outcomes=(PAIN,),
    last_update_posted="2026-01-10",
)


def told(before: Trial, after: Trial) -> list[EventKind]:
    return [sighting.signal.kind for sighting in between(before, after).came]


@pytest.mark.parametrize(
    ("outcomes", "is_told"),
    [
        ((FUNCTION,), True),
        ((PAIN, FUNCTION), True),
        ((), False),
        (("Change in pain on the WOMAC scale [24 weeks]",), False),
        (("Mean change of pain on the WOMAC scales [12 weeks]",), False),
        (("Change in function on the WOMAC scale [12 weeks]",), True),
    ],
)
def test_another_primary_outcome_is_told_another_wording_or_time_frame_is_not(
    outcomes: tuple[str, ...], is_told: bool
) -> None:
    expected = [EventKind.TRIAL_OUTCOME_SWITCHED] if is_told else []
    assert told(TRIAL, replace(TRIAL, primary_outcomes=outcomes)) == expected


def test_an_outcome_may_be_changed_before_the_trial_begins() -> None:
    planned = replace(TRIAL, overall_status="NOT_YET_RECRUITING", started="2026-05")

    assert told(planned, replace(planned, primary_outcomes=(FUNCTION,))) == []


def test_both_outcomes_are_quoted_and_when_it_happened() -> None:
    done = replace(TRIAL, overall_status="COMPLETED")
    [sighting] = between(done, replace(done, primary_outcomes=(FUNCTION,))).came

    assert sighting.signal.because == (
        "primary outcomes changed after its completion: no longer “Change in pain on the WOMAC scale”; "
        "now “Time to walk ten metres”"
    )


@pytest.mark.parametrize(
    ("count", "is_told"), [(60, True), (4, True), (0, True), (61, False), (150, False), (None, False)]
)
def test_a_collapse_of_the_enrolment_is_told(count: int | None, is_told: bool) -> None:
    expected = [EventKind.TRIAL_ENROLMENT_CHANGED] if is_told else []
    assert told(TRIAL, replace(TRIAL, enrolment=count, enrolment_type="ACTUAL")) == expected


def test_few_people_in_a_trial_that_is_stopped_are_told_by_its_end() -> None:
    assert told(TRIAL, replace(TRIAL, overall_status="TERMINATED", enrolment=4)) == [EventKind.TRIAL_TERMINATED]


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"completion": "2027-06-29"}, True),
        ({"completion": "2027-06-28"}, False),
        ({"primary_completion": "2027"}, True),
        ({"completion": "2026-01-01"}, False),
        ({"completion": ""}, False),
        ({"completion": "soon"}, False),
    ],
)
def test_an_end_that_moves_by_half_a_year_is_told(changes: dict[str, str], is_told: bool) -> None:
    expected = [EventKind.TRIAL_DATES_SLIPPED] if is_told else []
    assert told(TRIAL, replace(TRIAL, **changes)) == expected  # type: ignore[arg-type] # texts only.


def test_two_such_changes_in_one_version_are_two_events_and_long_words_make_no_long_name() -> None:
    after = replace(TRIAL, enrolment=10, primary_outcomes=("A very long outcome " * 300,))
    came = between(TRIAL, after).came

    assert len({sighting.signal.key for sighting in came}) == 2
    assert max(len(sighting.signal.shown_by) for sighting in came) < 60


def test_a_reference_that_the_registry_marks_is_told_of_the_paper() -> None:
    [sighting] = between(TRIAL, replace(TRIAL, retracted_references=(("100", "200"),))).came

    signal = sighting.signal
    assert (signal.record, signal.kind, signal.shown_by) == (pubmed("100"), EventKind.RETRACTED, "pubmed:200")


_TEXTS = st.text(max_size=40)


@given(outcomes=st.lists(_TEXTS, max_size=4), order=st.randoms(use_true_random=False))
def test_the_order_of_outcomes_is_no_news(outcomes: list[str], order: object) -> None:
    trial = replace(TRIAL, primary_outcomes=tuple(outcomes))
    shuffled = list(outcomes)
    order.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis's random.

    assert told(trial, replace(trial, primary_outcomes=tuple(shuffled))) == []


@given(
    trial=st.builds(
        Trial,
        identifier=st.just(TRIAL.identifier),
        overall_status=st.sampled_from(["RECRUITING", "COMPLETED", "UNKNOWN", ""]),
        started=_TEXTS,
        completion=_TEXTS,
        primary_completion=_TEXTS,
        last_update_posted=_TEXTS,
        enrolment=st.none() | st.integers(min_value=-5, max_value=10**6),
        primary_outcomes=st.lists(_TEXTS, max_size=3).map(tuple),
    )
)
def test_nothing_changed_is_nothing_told_and_nothing_breaks(trial: Trial) -> None:
    assert told(trial, trial) == []
    told(TRIAL, trial)
    told(trial, TRIAL)


def test_a_list_that_names_a_retracted_paper_no_more_lifts_no_retraction() -> None:
    marked = replace(TRIAL, retracted_references=(("100", "200"),))
    difference = between(marked, TRIAL)

    assert (difference.came, difference.went) == ((), ())
