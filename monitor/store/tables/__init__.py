"""The tables. Facts are appended with two times: when it was so (``valid_from``) and when we knew (``recorded_at``)."""

from monitor.store.tables.access import AccountRow, AttemptRow, SessionRow, TokenRow
from monitor.store.tables.articles import ArticleRow, ClaimRow, CorrectionRow, IdentifierRow, ReferenceRow
from monitor.store.tables.base import Table
from monitor.store.tables.deciding import AuditHeadRow, DecisionRow, MuteRow, PromiseRow
from monitor.store.tables.delivering import ChannelRow, DeliveryRow, OutboxRow
from monitor.store.tables.editing import AuditRow, FindingRow, FlipRow, ReviewRow
from monitor.store.tables.evidence import AliasRow, EventRow, InclusionRow, RecordRow, SnapshotRow, WitnessRow
from monitor.store.tables.idempotency import IdempotencyRow
from monitor.store.tables.past import HistoryRow
from monitor.store.tables.watching import CheckRow, HostGateRow, TopicArticleRow, TopicRow, UnknownValueRow, WatchRow

__all__ = [
    "AccountRow",
    "AliasRow",
    "ArticleRow",
    "AttemptRow",
    "AuditHeadRow",
    "AuditRow",
    "ChannelRow",
    "CheckRow",
    "ClaimRow",
    "CorrectionRow",
    "DecisionRow",
    "DeliveryRow",
    "EventRow",
    "FindingRow",
    "FlipRow",
    "HistoryRow",
    "HostGateRow",
    "IdempotencyRow",
    "IdentifierRow",
    "InclusionRow",
    "MuteRow",
    "OutboxRow",
    "PromiseRow",
    "RecordRow",
    "ReferenceRow",
    "ReviewRow",
    "SessionRow",
    "SnapshotRow",
    "Table",
    "TokenRow",
    "TopicArticleRow",
    "TopicRow",
    "UnknownValueRow",
    "WatchRow",
    "WitnessRow",
]
