"""How messages fare, for pages, the operator's list and the metrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.domain.gauges import OutboxGauges
from monitor.domain.messages import DeliveryState, SendingLine, SendingState
from monitor.store.outbox import message_of
from monitor.store.tables import ChannelRow, DeliveryRow, OutboxRow

_NOT_ARRIVED = (SendingState.WAITING, SendingState.DEAD)


class DeliveryReads:
    """Everything that is shown of deliveries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def states(self) -> tuple[DeliveryState, ...]:
        """How each channel stands that was ever used, by name."""
        states: dict[str, DeliveryState] = {}
        by_state = (DeliveryRow.channel, DeliveryRow.state)
        times = self._session.exec(
            select(*by_state, func.min(DeliveryRow.recorded_at), func.max(DeliveryRow.settled_at)).group_by(*by_state)
        ).all()
        moments = {(channel, state): (oldest, newest) for channel, state, oldest, newest in times}
        for channel, state, count in self._session.exec(select(*by_state, func.count()).group_by(*by_state)).all():
            known = states.get(channel, DeliveryState(channel=channel))
            states[channel] = _with(known, SendingState(state), count, *moments[channel, state])
        for row in self._session.exec(select(ChannelRow)).all():
            known = states.get(row.name, DeliveryState(channel=row.name))
            states[row.name] = replace(known, closed_because=row.closed_because)
        return tuple(self._with_error(states[name]) for name in sorted(states))

    def not_arrived(self, *, channel: str | None = None, limit: int = 1000) -> tuple[SendingLine, ...]:
        """What waits or is dead, the oldest first."""
        query = select(DeliveryRow, OutboxRow).where(
            DeliveryRow.outbox_id == OutboxRow.id, col(DeliveryRow.state).in_(_NOT_ARRIVED)
        )
        if channel is not None:
            query = query.where(DeliveryRow.channel == channel)
        rows = self._session.exec(query.order_by(col(DeliveryRow.id)).limit(limit)).all()
        return tuple(_line(row, outbox) for row, outbox in rows)

    def gauges(self) -> OutboxGauges:
        """What the metrics page tells."""
        waiting, oldest_sending = self._session.exec(
            select(func.count(), func.min(DeliveryRow.recorded_at)).where(DeliveryRow.state == SendingState.WAITING)
        ).one()
        unplanned, oldest_message = self._session.exec(
            select(func.count(), func.min(OutboxRow.recorded_at)).where(col(OutboxRow.planned_at).is_(None))
        ).one()
        dead = self._session.exec(
            select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state == SendingState.DEAD)
        ).one()
        oldest = min((moment for moment in (oldest_sending, oldest_message) if moment), default=None)
        return OutboxGauges(pending=waiting + unplanned, oldest=oldest, dead=dead)

    def _with_error(self, state: DeliveryState) -> DeliveryState:
        if not state.waiting and not state.dead:
            return state
        error = self._session.exec(
            select(DeliveryRow.last_error)
            .where(
                DeliveryRow.channel == state.channel,
                col(DeliveryRow.state).in_(_NOT_ARRIVED),
                DeliveryRow.last_error != "",
            )
            .order_by(col(DeliveryRow.id).desc())
            .limit(1)
        ).first()
        return replace(state, last_error=error or "")


def _with(
    known: DeliveryState, state: SendingState, count: int, oldest: datetime, newest: datetime | None
) -> DeliveryState:
    match state:
        case SendingState.WAITING:
            return replace(known, waiting=count, oldest_waiting=oldest)
        case SendingState.HELD | SendingState.GATHERED:
            return replace(known, held=known.held + count)
        case SendingState.DEAD:
            return replace(known, dead=count)
        case SendingState.DELIVERED:
            return replace(known, delivered=count, last_delivered=newest)
        case SendingState.FOLDED:
            return known


def _line(row: DeliveryRow, outbox: OutboxRow) -> SendingLine:
    message = message_of(outbox)
    return SendingLine(
        key=message.key,
        stable_id=message.stable_id,
        topic=message.topic,
        channel=row.channel,
        state=SendingState(row.state),
        attempts=row.attempts,
        next_try=row.next_try,
        last_error=row.last_error,
    )
