"""The editorial workflow by the table of the design."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.domain.articles import ReviewStatus
from monitor.domain.review import (
    LEGAL_MOVES,
    Closing,
    Decision,
    Move,
    Refused,
    advance,
    check_closing,
    check_snooze,
    check_version,
)


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


def closing(reason: str = "because", seen: frozenset[str] = frozenset({"a"})) -> Closing:
    return Closing(decision=Decision.STILL_VALID, reason=reason, by="ed", version=1, seen=seen)


def test_closing_needs_a_reason() -> None:
    with pytest.raises(Refused, match="reason"):
        check_closing(closing(reason=" "), open_findings=frozenset())


def test_closing_needs_every_finding_seen() -> None:
    with pytest.raises(Refused, match="1 finding"):
        check_closing(closing(), open_findings=frozenset({"a", "b"}))
    check_closing(closing(), open_findings=frozenset({"a"}))


def test_a_snooze_ends_in_the_future() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(Refused, match="future"):
        check_snooze(now, now=now)
