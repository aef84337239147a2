"""Of which tables the past is kept, and of which columns. Every table is decided about here, in one list or the other.

A table of which the past is kept says when a row came to be (``born``, a column in business time); where no column says
so, that is written down. A column that is left out stands in a rebuilt table with a value that means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from monitor.store.tables import (
    AccountRow,
    AliasRow,
    ArticleRow,
    AttemptRow,
    AuditHeadRow,
    AuditRow,
    ChannelRow,
    CheckRow,
    ClaimRow,
    CorrectionRow,
    DecisionRow,
    DeliveryRow,
    EventRow,
    FindingRow,
    FlipRow,
    HistoryRow,
    HostGateRow,
    IdempotencyRow,
    IdentifierRow,
    InclusionRow,
    MuteRow,
    OutboxRow,
    PromiseRow,
    RecordRow,
    ReferenceRow,
    ReviewRow,
    SessionRow,
    SnapshotRow,
    Table,
    TokenRow,
    TopicArticleRow,
    TopicRow,
    UnknownValueRow,
    WatchRow,
    WitnessRow,
)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the past of a table is known: of every column but its key one says so.

    ``changing`` are the columns whose former values are kept, ``fixed`` those that never change, ``left_out`` those
    that no report reads, each with what stands in for it.
    """

    changing: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    born: str = ""
    left_out: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


KEPT: Mapping[type[Table], Kept] = MappingProxyType(
    {
        ArticleRow: Kept(
            born="recorded_at",
            fixed=_columns("recorded_at"),
            changing=_columns(
                "title question url last_updated review_status freshness freshness_because severity answers_absence"
                " stale_since baseline missing_markers is_canary removed_at"
            ),
            left_out={"origin": "", "text": "", "content_digest": "", "mentions": []},
        ),
        ClaimRow: Kept(
            born="recorded_at",
            fixed=_columns("article_id recorded_at"),
            changing=_columns("key position text headings markers retired_at"),
        ),
        ReferenceRow: Kept(
            born="recorded_at",
            fixed=_columns("article_id recorded_at"),
            changing=_columns(
                "key number text kind title source year organisation listed named_in written_identifiers resolution"
                " because confidence candidates added_by retired_at"
            ),
            left_out={"resolve_due": None},
        ),
        # An entry that the page gives again rests on its records from then on: so ``recorded_at`` changes.
        IdentifierRow: Kept(
            born="recorded_at",
            fixed=_columns("reference_id identifier"),
            changing=_columns("how derived_from recorded_at retired_at"),
        ),
        FindingRow: Kept(
            born="valid_from",
            fixed=_columns("article_id event_id valid_from recorded_at"),
            changing=_columns(
                "severity relevance because reference_ids claims status decided_at decided_by decision reason"
                " reason_code told_before reopened_at joined_to"
            ),
        ),
        EventRow: Kept(
            born="valid_from",
            fixed=_columns("record kind valid_from recorded_at"),
            changing=_columns(
                "shown_by title because severity happened_on edition_year diff url already ended_at told_as"
            ),
        ),
        WitnessRow: Kept(
            born="seen_at",
            fixed=_columns("event_id source seen_at"),
            changing=_columns("notice names because happened_on gone_at"),
        ),
        ReviewRow: Kept(
            born="opened_at",
            fixed=_columns("article_id opened_at"),
            changing=_columns(
                "status severity deadline started_at started_by snoozed_until closed_at closed_by decision reason"
                " reason_code snoozed_for snoozed_by"
            ),
            left_out={"version": 1},
        ),
        WatchRow: Kept(
            fixed=_columns("kind source target"),
            changing=_columns("data_version failing_since last_reason last_success retired_at"),
            left_out={
                "cursor": "",
                "next_due": None,
                "lease_until": None,
                "holder": "",
                "fence": 0,
                "summons": 0,
                "failures": 0,
                "last_outcome": "",
            },
        ),
        # ``last_read_at`` is set with every poll: what is kept of that is said in ``store/evidence.py``.
        RecordRow: Kept(
            fixed=_columns("source first_read_at"),
            changing=_columns("title last_read_at missing_since"),
            left_out={"raw_digest": "", "reader": "", "strikes": 0},
        ),
        AliasRow: Kept(born="recorded_at", fixed=_columns("record name source recorded_at")),
        # A newest snapshot may take details that bear no meaning; what the report compares is part of its digest.
        SnapshotRow: Kept(
            born="valid_from",
            fixed=_columns("identifier seq source digest body url data_version valid_from recorded_at"),
            left_out={"raw": b"", "reader": ""},
        ),
        CheckRow: Kept(
            born="at",
            fixed=_columns(
                "watch_id source at recorded_at outcome reason data_version window_start window_end members"
                " members_digest"
            ),
        ),
        TopicArticleRow: Kept(),
    }
)

NOT_KEPT: Mapping[type[Table], str] = MappingProxyType(
    {
        AccountRow: "who may come in, not what is known",
        AttemptRow: "who tried to come in, not what is known",
        AuditHeadRow: "where the audit log ends, which holds its own past",
        AuditRow: "appended only, and no report reads it",
        CorrectionRow: "appended only; what became of it is in the references",
        DecisionRow: "appended only; what is decided is in the findings",
        ChannelRow: "how messages go, not what is known",
        DeliveryRow: "how messages go, not what is known",
        FlipRow: "appended only, and no report reads it",
        HistoryRow: "it is the past",
        HostGateRow: "how hosts are treated, not what is known",
        IdempotencyRow: "what programs were answered, not what is known",
        InclusionRow: "it leads to events and findings, whose past is kept",
        MuteRow: "appended, and says itself when it ended; no report reads it",
        OutboxRow: "how messages go, not what is known",
        PromiseRow: "appended, and says itself what came of it; no report reads it",
        SessionRow: "who is signed in, not what is known",
        TokenRow: "which programs may come in, not what is known",
        TopicRow: "a report names topics only by name, which never changes",
        UnknownValueRow: "for the operator of today",
    }
)


def columns_of(table: type[Table]) -> dict[str, Any]:
    """The columns of a table by name."""
    return dict(Table.metadata.tables[str(table.__tablename__)].columns.items())


def key_columns(table: type[Table]) -> tuple[str, ...]:
    """The columns of a table's key."""
    return tuple(column.name for column in Table.metadata.tables[str(table.__tablename__)].primary_key.columns)
