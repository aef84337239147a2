"""The tables. Facts are appended with two times: when it was so (``valid_from``) and when we knew (``recorded_at``)."""

from monitor.store.tables.articles import ArticleRow, ClaimRow, CorrectionRow, IdentifierRow, ReferenceRow
from monitor.store.tables.base import Table
from monitor.store.tables.editing import AuditRow, FindingRow, FlipRow, OutboxRow, ReviewRow
from monitor.store.tables.evidence import AliasRow, EventRow, InclusionRow, RecordRow, SnapshotRow, WitnessRow
from monitor.store.tables.idempotency import IdempotencyRow
from monitor.store.tables.watching import CheckRow, HostGateRow, TopicArticleRow, TopicRow, UnknownValueRow, WatchRow

__all__ = [
    "AliasRow",
    "ArticleRow",
    "AuditRow",
    "CheckRow",
    "ClaimRow",
    "CorrectionRow",
    "EventRow",
    "FindingRow",
    "FlipRow",
    "HostGateRow",
    "IdempotencyRow",
    "IdentifierRow",
    "InclusionRow",
    "OutboxRow",
    "RecordRow",
    "ReferenceRow",
    "ReviewRow",
    "SnapshotRow",
    "Table",
    "TopicArticleRow",
    "TopicRow",
    "UnknownValueRow",
    "WatchRow",
    "WitnessRow",
]
