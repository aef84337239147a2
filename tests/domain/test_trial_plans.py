"""When the plans of a registered trial changed so much that an editor is told."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between, standing
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.records import PrimaryOutcome, RetractedReference, Trial, digest
from monitor.domain.signals import Signal

TRIAL = Trial(
    identifier=Identifier.parse("nct:NCT01234567"),
    title="A trial",
    overall_status="RECRUITING",
    started="2024-03-01",
    start_type="ACTUAL",
    primary_completion="2027-01",
    primary_completion_type="ESTIMATED",
    completion="2027-06",
    completion_type="ESTIMATED",
    enrolment=200,
    enrolment_type="ESTIMATED",
    outcomes=(
        PrimaryOutcome(measure="Overall Survival", time_frame="5 years"),
        PrimaryOutcome(measure="Change in systolic blood pressure", time_frame="12 weeks"),
    ),
    last_update_posted="2026-01-01",
)
SURVIVAL, PRESSURE = TRIAL.outcomes


def signals(before: Trial, after: Trial) -> list[Signal]:
    return [sighting.signal for sighting in between(before, after).came]


def kinds(before: Trial, after: Trial) -> list[EventKind]:
    return [signal.kind for signal in signals(before, after)]


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (100, "ESTIMATED", [EventKind.TRIAL_ENROLMENT_CHANGED]),
        (8, "ACTUAL", [EventKind.TRIAL_ENROLMENT_CHANGED]),
        (0, "ACTUAL", [EventKind.TRIAL_ENROLMENT_CHANGED]),
        (101, "ACTUAL", []),
        (400, "ESTIMATED", []),
        (None, "", []),
    ],
)
def test_a_trial_of_half_the_size_or_less_is_told(count: int | None, kind: str, told: list[EventKind]) -> None:
    assert kinds(TRIAL, replace(TRIAL, enrolment=count, enrolment_type=kind)) == told


def test_how_many_were_planned_and_took_part_is_said() -> None:
    [signal] = signals(TRIAL, replace(TRIAL, enrolment=8, enrolment_type="ACTUAL"))

    assert signal.because == "enrolment fell from 200 planned to 8 people who took part"


@pytest.mark.parametrize(
    ("status", "kind"), [("WITHDRAWN", EventKind.TRIAL_WITHDRAWN), ("TERMINATED", EventKind.TRIAL_TERMINATED)]
)
def test_a_trial_that_is_stopped_is_one_event_with_its_few_participants(status: str, kind: EventKind) -> None:
    assert kinds(TRIAL, replace(TRIAL, overall_status=status, enrolment=0, enrolment_type="ACTUAL")) == [kind]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"primary_completion": "2027-07"}, [EventKind.TRIAL_DATES_SLIPPED]),
        ({"completion": "2027-12-01"}, [EventKind.TRIAL_DATES_SLIPPED]),
        ({"primary_completion": "2028", "completion": "2029"}, [EventKind.TRIAL_DATES_SLIPPED]),
        ({"primary_completion": "2027-06"}, []),
        ({"primary_completion": "2026-01", "completion": "2026-06"}, []),
        ({"completion": ""}, []),
        ({"completion": "2029-01", "completion_type": "ACTUAL"}, []),
        ({"completion": "2029-01", "overall_status": "TERMINATED"}, [EventKind.TRIAL_TERMINATED]),
    ],
)
def test_an_end_put_off_by_half_a_year_is_told(changed: dict[str, str], told: list[EventKind]) -> None:
    assert kinds(TRIAL, replace(TRIAL, **changed)) == told


def test_each_new_end_is_one_event() -> None:
    later = replace(TRIAL, completion="2028-06", last_update_posted="2026-02-01")
    again = replace(later, completion="2029-06", last_update_posted="2026-03-01")
    back = replace(TRIAL, last_update_posted="2026-04-01")

    [first], [second], [repeated] = signals(TRIAL, later), signals(later, again), signals(back, later)
    assert first.shown_by == repeated.shown_by != second.shown_by


@pytest.mark.parametrize(
    "outcomes",
    [
        (PrimaryOutcome(measure="Quality of life"), PRESSURE),
        (SURVIVAL,),
        (SURVIVAL, PRESSURE, PrimaryOutcome(measure="Serious adverse events")),
        (replace(SURVIVAL, measure="Progression-Free Survival"), PRESSURE),
        (SURVIVAL, replace(PRESSURE, measure="Change in diastolic blood pressure")),
        (SURVIVAL, replace(PRESSURE, measure="Change in systolic and diastolic blood pressure")),
        (replace(SURVIVAL, measure="Overall survival at 2 years"), PRESSURE),
    ],
    ids=["replaced", "removed", "added", "another survival", "the opposite", "widened", "at another time"],
)
def test_a_primary_outcome_that_changes_after_the_start_is_told(outcomes: tuple[PrimaryOutcome, ...]) -> None:
    [signal] = signals(TRIAL, replace(TRIAL, outcomes=outcomes))

    assert signal.kind is EventKind.TRIAL_OUTCOME_SWITCHED
    assert "start 2024-03-01" in signal.because


def test_what_was_measured_before_and_is_now_is_quoted() -> None:
    [signal] = signals(TRIAL, replace(TRIAL, outcomes=(SURVIVAL, PrimaryOutcome(measure="Pain"))))

    assert "no longer “Change in systolic blood pressure”, now “Pain”" in signal.because


@pytest.mark.parametrize(
    "outcomes",
    [
        (PRESSURE, SURVIVAL),
        (replace(SURVIVAL, measure="overall  survival."), PRESSURE),
        (replace(SURVIVAL, measure="Overal Survival"), PRESSURE),
        (replace(SURVIVAL, measure="Overall Survival (OS)"), PRESSURE),
        (replace(SURVIVAL, time_frame="60 months"), PRESSURE),
        (replace(SURVIVAL, measure="Overall survival at 5 years"), PRESSURE),
        (SURVIVAL, replace(PRESSURE, measure="Mean change in the systolic blood pressures")),
    ],
    ids=["order", "case", "misspelt", "abbreviated", "time frame", "time frame in the measure", "how it is counted"],
)
def test_another_wording_of_the_same_outcome_is_nothing(outcomes: tuple[PrimaryOutcome, ...]) -> None:
    after = replace(TRIAL, outcomes=outcomes)

    assert kinds(TRIAL, after) == kinds(after, TRIAL) == []


def test_an_outcome_that_changes_before_the_start_is_nothing() -> None:
    planned = replace(TRIAL, overall_status="NOT_YET_RECRUITING", started="2026-09-01", start_type="ESTIMATED")

    assert kinds(planned, replace(planned, outcomes=(SURVIVAL,))) == []


@pytest.mark.parametrize(
    "begun",
    [
        {"start_type": "", "started": "2009-05"},
        {"start_type": "", "started": "", "overall_status": "COMPLETED"},
        {"start_type": "ESTIMATED", "primary_completion_type": "ACTUAL"},
        {"start_type": "ESTIMATED", "overall_status": "UNKNOWN", "last_known_status": "ACTIVE_NOT_RECRUITING"},
    ],
)
def test_a_trial_has_begun_by_its_dates_or_its_status(begun: dict[str, str]) -> None:
    before = replace(TRIAL, **begun)

    assert kinds(before, replace(before, outcomes=(SURVIVAL,))) == [EventKind.TRIAL_OUTCOME_SWITCHED]


def test_a_version_that_states_no_primary_outcome_switches_none() -> None:
    silent = replace(TRIAL, outcomes=())

    assert kinds(TRIAL, silent) == kinds(silent, TRIAL) == []


def test_unknown_is_told_as_the_registrys_act() -> None:
    [signal] = signals(TRIAL, replace(TRIAL, overall_status="UNKNOWN", last_known_status="RECRUITING"))

    assert (signal.kind, signal.severity) == (EventKind.TRIAL_STATUS_CHANGED, Severity.MINOR)
    assert "the registry's act, not the sponsor's. Last known status: RECRUITING" in signal.because


def test_a_retracted_reference_is_told_of_the_reference() -> None:
    marked = replace(
        TRIAL,
        retractions=(
            RetractedReference(pmid="7", relation="RESULT", notice="9", source="J Knees. 2025 Mar 4;1(2):3"),
            RetractedReference(pmid="8"),
        ),
    )

    named, unnamed = signals(TRIAL, marked)
    assert (str(named.record), named.kind, named.shown_by) == ("pubmed:7", EventKind.RETRACTED, "pubmed:9")
    assert str(named.happened_on) == "2025-03-04"
    assert "as a report of its results" in named.because
    assert (str(unnamed.record), unnamed.kind) == ("pubmed:8", EventKind.RETRACTED)


def test_a_reference_that_is_no_longer_listed_lifts_no_retraction() -> None:
    marked = replace(TRIAL, retractions=(RetractedReference(pmid="7", notice="9"),))
    difference = between(marked, TRIAL)

    assert (difference.came, difference.went) == ((), ())


def test_the_kinds_weigh_what_they_mean_to_an_article() -> None:
    weights = {kind: KIND_RULES[kind].severity for kind in EventKind if kind.value.startswith("trial_")}

    assert {kind.value: weight.value for kind, weight in weights.items()} == {
        "trial_registered": "minor",
        "trial_withdrawn": "major",
        "trial_terminated": "major",
        "trial_suspended": "major",
        "trial_completed": "minor",
        "trial_status_changed": "info",
        "trial_results_posted": "major",
        "trial_outcome_switched": "major",
        "trial_enrolment_changed": "minor",
        "trial_dates_slipped": "info",
        "trial_vanished": "major",
    }


WORDS = st.lists(
    st.sampled_from(["overall", "survival", "pain", "score", "week", "12", "change", "(OS)", "pressure"]),
    min_size=1,
    max_size=6,
).map(" ".join)
DAYS = st.sampled_from(["", "2024", "2025-03", "2026-11-30", "2028-01"])
TYPES = st.sampled_from(["", "ACTUAL", "ESTIMATED"])
TRIALS = st.builds(
    replace,
    st.just(TRIAL),
    overall_status=st.sampled_from(["RECRUITING", "COMPLETED", "TERMINATED", "UNKNOWN", "OTHER"]),
    started=DAYS,
    start_type=TYPES,
    completion=DAYS,
    completion_type=TYPES,
    enrolment=st.none() | st.integers(0, 500),
    outcomes=st.lists(st.builds(PrimaryOutcome, measure=WORDS, time_frame=WORDS), max_size=4).map(tuple),
    retractions=st.lists(
        st.builds(RetractedReference, pmid=st.sampled_from(["", "1", "2", "x"]), notice=st.sampled_from(["", "3"])),
        max_size=3,
    ).map(tuple),
    has_results=st.booleans(),
)


@given(trial=TRIALS)
def test_a_trial_that_stayed_as_it_was_is_nothing(trial: Trial) -> None:
    difference = between(trial, trial)

    assert (difference.came, difference.went) == ((), ())


@given(before=TRIALS, after=TRIALS, order=st.randoms(use_true_random=False))
def test_the_order_of_what_a_record_lists_says_nothing(before: Trial, after: Trial, order: Random) -> None:
    def shuffled(trial: Trial) -> Trial:
        return replace(
            trial,
            outcomes=tuple(order.sample(trial.outcomes, len(trial.outcomes))),
            retractions=tuple(order.sample(trial.retractions, len(trial.retractions))),
        )

    assert digest(shuffled(before)) == digest(before)
    assert standing(shuffled(after)) == standing(after)
    assert between(shuffled(before), shuffled(after)) == between(before, after)


@given(trial=TRIALS, gap=st.sampled_from(["  ", "\n", "\t ", "\u00a0"]))
def test_white_space_says_nothing(trial: Trial, gap: str) -> None:
    spread = replace(
        trial,
        title=trial.title.replace(" ", gap),
        outcomes=tuple(replace(one, measure=f"{gap}{one.measure.replace(' ', gap)}") for one in trial.outcomes),
    )

    assert kinds(trial, spread) == []
