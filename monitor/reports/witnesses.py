"""Who shows a finding, in which words, and what became of the publication so far."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.kinds import EventKind
from monitor.domain.read_models import FindingView, Witness
from monitor.reports.links import record_name, source_name
from monitor.reports.wording import day, listed, moment

CALLED: dict[EventKind, str] = {
    EventKind.RETRACTED: "a retraction",
    EventKind.PARTIALLY_RETRACTED: "a partial retraction",
    EventKind.RETRACTION_LIFTED: "a reinstatement",
    EventKind.PUBLICATION_WITHDRAWN: "a withdrawal",
    EventKind.REPUBLISHED: "a republication",
    EventKind.CONCERN_RAISED: "an expression of concern",
    EventKind.CORRECTED: "a correction",
    EventKind.SUPERSEDED: "a newer version",
    EventKind.PREPRINT_PUBLISHED: "a publication of the preprint",
}
"""What a notice is called, without saying that it is right."""


def seen_by(finding: FindingView) -> Iterator[str]:
    """Each witness in words: who showed it, when we saw it, the notice, and where it says something else."""
    for witness in finding.witnesses:
        notice = f" ({record_name(witness.notice)})" if witness.notice else ""
        yield f"{source_name(witness.source)}, seen {moment(witness.seen_at)}{notice}{manner(witness, finding)}"


def manner(witness: Witness, finding: FindingView) -> str:
    """What there is to add of a witness that calls it something else, or that no longer shows it."""
    says = witness.says
    called = f", which calls it {CALLED.get(says, says)}" if says is not None and says is not finding.kind else ""
    return called + (f", no longer shown there since {moment(witness.gone_at)}" if witness.gone_at else "")


def stages(finding: FindingView) -> Iterator[str]:
    """What became of the publication, one line each, in the order of its days."""
    for stage in finding.life:
        shown = listed(source_name(source) for source in stage.sources) or "no source on record"
        ended = f"; no longer shown since {moment(stage.ended_at)}" if stage.ended_at else ""
        yield f"{day(stage.happened_on)}: {CALLED.get(stage.kind, stage.kind)} ({shown}{ended})"
