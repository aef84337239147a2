"""The editorial workflow by the table of the design."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.domain.articles import ReviewStatus
from monitor.domain.decisions import REASONS, check_reason, in_words
from monitor.domain.review import (
    LEGAL_MOVES,
    Closing,
    Decision,
    Move,
    Reason,
    Refused,
    advance,
    check_closing,
    check_version,
    snooze_end,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = NOW.date()


@pytest.mark.parametrize("status", list(ReviewStatus))
@pytest.mark.parametrize("move", list(Move))
def test_every_move_leads_where_the_table_says_or_is_refused_with_a_sentence(status: ReviewStatus, move: Move) -> None:
    if (status, move) in LEGAL_MOVES:
        assert advance(status, move) is LEGAL_MOVES[status, move]
        return
    with pytest.raises(Refused, match=r"^The review cannot .+\.$"):
        advance(status, move)


def test_of_two_editors_the_second_is_told_why() -> None:
    with pytest.raises(Refused, match="Somebody else"):
        check_version(seen=1, current=2)


def closing(**said: object) -> Closing:
    stated = {"decision": Decision.STILL_VALID, "reason": Reason.CONCLUSION_HOLDS, "by": "ed", "version": 1}
    return Closing(**{**stated, "seen": frozenset({"a"}), **said})  # type: ignore[arg-type]


def test_closing_needs_every_finding_seen() -> None:
    with pytest.raises(Refused, match="1 finding"):
        check_closing(closing(), open_findings=frozenset({"a", "b"}), today=TODAY)
    check_closing(closing(), open_findings=frozenset({"a"}), today=TODAY)


def test_the_reason_other_needs_words_and_no_other_does() -> None:
    with pytest.raises(Refused, match="needs words"):
        check_closing(closing(reason=Reason.OTHER, note=" "), open_findings=frozenset(), today=TODAY)
    check_closing(closing(reason=Reason.OTHER, note="it is known"), open_findings=frozenset(), today=TODAY)
    check_closing(closing(), open_findings=frozenset(), today=TODAY)


@pytest.mark.parametrize("decision", list(Decision))
@pytest.mark.parametrize("reason", list(Reason))
def test_a_decision_has_reasons_of_its_own_and_refuses_those_of_another(decision: Decision, reason: Reason) -> None:
    if reason in REASONS[decision]:
        check_reason(decision, reason, "some words")
        assert in_words(decision, reason, "some words").endswith("some words")
        return
    with pytest.raises(Refused, match=f"no reason for the decision '{decision}'"):
        check_reason(decision, reason, "some words")


def test_who_promises_a_changed_text_says_by_which_day() -> None:
    promised = {"decision": Decision.UPDATED, "reason": Reason.CHANGE_PROMISED}

    for day in (None, TODAY):
        with pytest.raises(Refused, match="by which day"):
            check_closing(closing(**promised, updated_on=day), open_findings=frozenset(), today=TODAY)
    check_closing(closing(**promised, updated_on=date(2026, 1, 2)), open_findings=frozenset(), today=TODAY)


def test_a_snooze_ends_in_the_future_and_within_a_year() -> None:
    for until in (NOW, NOW.replace(year=2206)):
        with pytest.raises(Refused, match="Snooze"):
            snooze_end(until, wakes_for="", now=NOW)
    assert snooze_end(NOW.replace(month=3), wakes_for="", now=NOW) == NOW.replace(month=3)


def test_a_snooze_waits_for_a_day_or_for_something_that_ends_it() -> None:
    with pytest.raises(Refused, match="needs a date"):
        snooze_end(None, wakes_for="", now=NOW)
    with pytest.raises(Refused, match="what is new of a record"):
        snooze_end(None, wakes_for="next week", now=NOW)
    for wakes_for in ("anything", "nct:NCT00000007"):
        assert snooze_end(None, wakes_for=wakes_for, now=NOW) > NOW
