"""The verbs of editors' hands, from the command line to the database and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.cli.opening import Failed, opened
from monitor.domain.decisions import Refused
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.signals import Signal
from monitor.pipeline.decide import decide
from monitor.pipeline.match import match_events
from monitor.wiring import Monitor

PAGE = """# Knees

Last updated: 3 December 2025

Cells help [1]. Nobody knows for how long [2].

## References

1. Smith A. Cells for knees. PMID: 100
2. An unpublished talk, London
"""


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "monitor"))
    monkeypatch.setenv("MONITOR_NCBI_EMAIL", "ops@example.org")
    monkeypatch.setenv("COLUMNS", "220")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def said(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    """An installation with two articles that rest on a paper with a concern."""
    monitor = opened()
    for name in ("knee", "hip"):
        monitor.desk.put_article(name, PAGE, form=None, url="", title=name, by="test")
        monitor.hands.confirm(name, "1", ["pubmed:100"], by="test")
    tell(monitor, EventKind.CONCERN_RAISED, "pubmed:200", Severity.MAJOR)
    yield monitor
    monitor.store.close()


def tell(monitor: Monitor, kind: EventKind, notice: str, severity: Severity) -> None:
    with monitor.store.begin() as tx:
        signal = Signal(record=pubmed("100"), kind=kind, shown_by=notice, because="linked")
        event = tx.events.record(Sighting(signal=signal), title="Cells", severity=severity, url=None, already=False)
        tx.events.witness(event.id, signal, source="pubmed")
        for name, news in match_events(tx, [event], clock=monitor.clock).items():
            decide(tx, name, policy=monitor.watchlists.policy, clock=monitor.clock, news=news)


def test_a_review_is_started_handed_back_snoozed_and_closed(monitor: Monitor) -> None:
    said("review", "start", "knee", "--by", "ada")
    assert "waits for an editor" in said("review", "release", "knee", "--by", "ada", "--note", "on leave")
    assert "out of the queue until" in said("review", "snooze", "knee", "--wakes-for", "pubmed:100", "--by", "ada")
    said("review", "start", "knee", "--by", "ada")
    closed = said("review", "close", "knee", "--decision", "still_valid", "--reason", "conclusion_holds", "--by", "ada")

    assert "knee is approved: still_valid" in closed
    view = monitor.desk.article("knee")
    assert view is not None
    assert [item.reason_code for item in view.row.findings] == ["conclusion_holds"]


def test_a_reason_that_is_none_of_the_decision_is_refused(monitor: Monitor) -> None:
    assert monitor.desk.queue()
    said("review", "start", "knee")
    refused = run("review", "close", "knee", "--decision", "still_valid", "--reason", "other_outcome")
    bare = run("review", "close", "knee", "--decision", "still_valid", "--reason", "other")

    assert isinstance(refused.exception, Refused)
    assert "conclusion_holds, other_evidence_carries_it" in str(refused.exception)
    assert "needs words" in str(bare.exception)
    assert run("review", "close", "knee", "--decision", "still_valid", "--reason", "nonsense").exit_code == 2


def test_several_are_closed_at_once_and_what_was_not_done_is_told(monitor: Monitor) -> None:
    assert monitor.desk.queue().total == 2
    ruled = ("--decision", "not_relevant", "--reason", "cosmetic", "--start", "--by", "ada")
    result = run("review", "close", "knee", "nowhere", "hip", *ruled)

    assert "knee: done: closed as not relevant" in result.output
    assert "nowhere: not done: There is no article 'nowhere'." in result.output
    assert isinstance(result.exception, Failed)
    assert str(result.exception) == "1 of 3 were not done"
    assert monitor.desk.queue().total == 0


def test_one_finding_is_decided_alone(monitor: Monitor) -> None:
    view = monitor.desk.article("knee")
    assert view is not None
    [finding] = view.row.findings
    done = said(
        "review", "decide", "knee", finding.id, "--decision", "not_relevant", "--reason", "other", "--note", "of rats"
    )

    assert f"{finding.id} is dismissed: of rats." in done


def test_what_rests_on_a_record_is_shown_and_decided_for_all(monitor: Monitor) -> None:
    assert monitor.desk.queue()
    shown = said("rests-on", "https://pubmed.ncbi.nlm.nih.gov/100/")
    found = said("rests-on", "pubmed:100", "--json")
    values = json.loads(found[found.index("{\n") :])
    done = said("rests-on", "pubmed:100", "--decide", "still_valid", "--reason", "conclusion_holds", "--by", "ada")

    assert "affected: Cells help" in shown
    assert [article["id"] for article in values["articles"]] == ["hip", "knee"]
    assert "hip: done: 1 decided as still valid" in done
    assert monitor.desk.queue().total == 0
    assert run("rests-on", "pubmed:100", "--decide", "still_valid").exit_code == 2
    assert "is no identifier" in run("rests-on", "nothing").output
    assert "no article rests on pubmed:4242" in said("rests-on", "pubmed:4242")


def test_references_are_added_accepted_taken_back_and_removed(monitor: Monitor) -> None:
    assert monitor.desk.queue()
    assert "added" in said("reference", "add", "knee", "A new paper", "--identifier", "pubmed:777", "--by", "ada")
    assert "already" in said("reference", "add", "knee", "A new paper", "--identifier", "pubmed:777")
    assert "added by ada" in said("reference", "list", "knee")
    assert "accepted on" in said("reference", "unwatchable", "knee", "2", "--reason", "never printed")
    assert "looked up again for hip, knee" in said("reference", "unwatchable", "knee", "2", "--undo")
    assert "unpublished talk" in said("reference", "to-confirm")
    assert "taken out: A new paper" in said("reference", "remove", "knee", "#3")
    assert "there is no article 'nowhere'" in str(run("reference", "add", "nowhere", "A paper").exception)


def test_a_topic_of_another_article_cannot_be_muted(monitor: Monitor) -> None:
    assert monitor.desk.queue()

    assert "has no topic 'hips'" in str(run("topic", "mute", "knee", "hips", "--reason", "x").exception)
    assert "was not muted" in said("topic", "unmute", "knee", "hips")


def test_the_audit_log_is_listed_and_its_last_hash_can_be_kept(monitor: Monitor) -> None:
    assert monitor.desk.queue()
    said("review", "start", "knee", "--by", "ada")
    table = said("audit", "list", "--subject", "knee", "--actor", "ada")
    rows = said("audit", "list", "--action", "review.", "--json")
    head = said("audit", "verify").split()[-1]
    said("review", "release", "knee", "--by", "ada")

    assert "review.started" in table
    assert {row["action"] for row in json.loads(rows[rows.index("[\n") :])} == {"review.opened", "review.started"}
    assert "the audit log is whole" in said("audit", "verify", "--expect", head)
    cut = run("audit", "verify", "--expect", "0" * 64)
    assert isinstance(cut.exception, Failed)
    assert "no row has the hash" in str(cut.exception)
