"""How well a source was reached, from its watches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.policy import Policy
from monitor.domain.read_models import Coverage
from monitor.store.tables import WatchRow


def coverage_of(source: str, rows: Sequence[WatchRow], policy: Policy, now: datetime) -> Coverage:
    """The worst of a source's watches speaks for it: one kind of poll that fails is a gap."""
    successes = [row.last_success for row in rows]
    oldest = None if None in successes else min(moment for moment in successes if moment is not None)
    failing = [row for row in rows if row.failing_since is not None]
    late = oldest is None or now - oldest > policy.too_old_after(source)
    return Coverage(
        source=source,
        last_success=oldest,
        data_version=max((row.data_version for row in rows), default=""),
        status="unreachable" if failing else "late" if late else "ok",
        failing_since=min((row.failing_since for row in failing if row.failing_since), default=None),
        reason=next((row.last_reason for row in (*failing, *rows) if row.last_reason), ""),
    )
