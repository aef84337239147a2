"""Each message on each of its channels: claimed, tried, settled; and what is remembered of the channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, update
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.messages import Message, Sending, SendingState
from monitor.store.outbox import message_of
from monitor.store.tables import ChannelRow, DeliveryRow, OutboxRow

_NOT_SENT = (SendingState.WAITING, SendingState.HELD, SendingState.GATHERED)
_SENT = (SendingState.WAITING, SendingState.DELIVERED, SendingState.DEAD)


class Deliveries:
    """Reads and writes of deliveries. Their times are real time."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def plan(self, ways: Iterable[tuple[int, str, SendingState, int | None]]) -> None:
        """Add (message, channel, state, message it was folded into), each message once for each channel."""
        now = self._clock.now()
        rows = [
            {
                "outbox_id": message,
                "channel": channel,
                "state": state.value,
                "folded_into": into,
                "recorded_at": now,
                "next_try": now,
                "attempts": 0,
                "settled_at": now if state is SendingState.FOLDED else None,
                "last_error": "",
            }
            for message, channel, state, into in ways
        ]
        if rows:
            self._session.flush()
            self._session.connection().execute(insert(DeliveryRow), rows)

    def channels_due(self) -> tuple[str, ...]:
        """The open channels that have something to be tried now."""
        closed = select(ChannelRow.name).where(col(ChannelRow.closed_at).is_not(None))
        return tuple(
            self._session.exec(
                select(DeliveryRow.channel)
                .where(
                    DeliveryRow.state == SendingState.WAITING,
                    DeliveryRow.next_try <= self._clock.now(),
                    col(DeliveryRow.channel).not_in(closed),
                )
                .distinct()
                .order_by(DeliveryRow.channel)
            ).all()
        )

    def claim(self, channel: str, *, lease: timedelta) -> Sending | None:
        """The oldest message that is due on a channel; for so long nobody else is given it."""
        now = self._clock.now()
        found = self._session.exec(
            select(DeliveryRow, OutboxRow)
            .where(
                DeliveryRow.outbox_id == OutboxRow.id,
                DeliveryRow.channel == channel,
                DeliveryRow.state == SendingState.WAITING,
                DeliveryRow.next_try <= now,
            )
            .order_by(col(DeliveryRow.id))
            .limit(1)
            .with_for_update(of=DeliveryRow, skip_locked=True)
        ).first()
        if found is None:
            return None
        row, message = found
        row.next_try = now + lease
        return Sending(id=row.id or 0, channel=channel, attempts=row.attempts, message=message_of(message))

    def acknowledged(self, sending_id: int, *, note: str = "") -> None:
        """Mark a message as received."""
        self._settle(sending_id, SendingState.DELIVERED, note)

    def failed(self, sending_id: int, *, error: str, next_try: datetime | None) -> None:
        """Note a failed try; without a next one the message is dead on this channel."""
        row = self._row(sending_id)
        row.attempts += 1
        if next_try is None:
            self._settle(sending_id, SendingState.DEAD, error)
        else:
            row.next_try, row.last_error = next_try, error[:500]

    def postpone(self, channel: str, *, until: datetime) -> None:
        """Try nothing on a channel before so long: its receiver asked for it."""
        self._change(
            [DeliveryRow.channel == channel, DeliveryRow.state == SendingState.WAITING, DeliveryRow.next_try < until],
            next_try=until,
        )

    def give_up(self, channel: str, *, because: str, states: Collection[SendingState] = _NOT_SENT) -> None:
        """Nothing of what waits on a channel in these states goes there: nobody will send it any more."""
        self._change(
            [DeliveryRow.channel == channel, col(DeliveryRow.state).in_(states)],
            state=SendingState.DEAD,
            settled_at=self._clock.now(),
            last_error=because,
        )

    def close(self, sending: Sending, *, because: str) -> None:
        """Send nothing more to a channel until it is opened again; what waits goes on waiting."""
        row = self._channel(sending.channel)
        row.closed_at, row.closed_because = self._clock.now(), because[:500]
        self.failed(sending.id, error=because, next_try=self._clock.now())

    def replay(self, channel: str | None = None) -> int:
        """Open the channel again, or all, and try its dead messages anew under their old ids; returns how many."""
        of_it = [DeliveryRow.channel == channel] if channel else []
        for row in self._session.exec(select(ChannelRow).where(col(ChannelRow.closed_at).is_not(None))).all():
            if channel in {None, row.name}:
                row.closed_at, row.closed_because = None, ""
        return self._change(
            [DeliveryRow.state == SendingState.DEAD, *of_it],
            state=SendingState.WAITING,
            attempts=0,
            settled_at=None,
            next_try=self._clock.now(),
        )

    def holding(self) -> tuple[str, ...]:
        """The channels that hold messages for a digest."""
        return tuple(
            self._session.exec(
                select(DeliveryRow.channel).where(DeliveryRow.state == SendingState.HELD).distinct()
            ).all()
        )

    def sent_since(self, channel: str, moment: datetime) -> int:
        """How many messages of a channel were to go out by themselves since then."""
        return self._session.exec(
            select(func.count())
            .select_from(DeliveryRow)
            .where(
                DeliveryRow.channel == channel,
                col(DeliveryRow.state).in_(_SENT),
                DeliveryRow.recorded_at >= moment,
            )
        ).one()

    def gathered_before(self, moment: datetime) -> tuple[str, ...]:
        """The channels whose oldest gathered message is older than this."""
        return tuple(
            self._session.exec(
                select(DeliveryRow.channel)
                .where(DeliveryRow.state == SendingState.GATHERED, DeliveryRow.recorded_at <= moment)
                .distinct()
            ).all()
        )

    def held(self, channel: str, *, state: SendingState = SendingState.HELD) -> tuple[Message, ...]:
        """What waits on a channel for its digest, or is gathered there; the oldest first."""
        rows = self._session.exec(
            select(OutboxRow)
            .where(
                DeliveryRow.outbox_id == OutboxRow.id,
                DeliveryRow.channel == channel,
                DeliveryRow.state == state,
            )
            .order_by(col(OutboxRow.id))
        ).all()
        return tuple(message_of(row) for row in rows)

    def fold(self, channel: str, *, into: int, state: SendingState = SendingState.HELD) -> None:
        """All that a channel held, or gathered, is told by this message."""
        self._change(
            [DeliveryRow.channel == channel, DeliveryRow.state == state],
            state=SendingState.FOLDED,
            folded_into=into,
            settled_at=self._clock.now(),
        )

    def digest_day(self, channel: str) -> date | None:
        """The day of a channel's last digest; None for a channel that is new."""
        return self._channel(channel).digest_day

    def note_digest(self, channel: str, day: date) -> None:
        """The digest of this day was made."""
        self._channel(channel).digest_day = day

    def _settle(self, sending_id: int, state: SendingState, note: str) -> None:
        row = self._row(sending_id)
        row.state, row.settled_at, row.last_error = state, self._clock.now(), note[:500]

    def _row(self, sending_id: int) -> DeliveryRow:
        return self._session.exec(select(DeliveryRow).where(DeliveryRow.id == sending_id)).one()

    def _channel(self, name: str) -> ChannelRow:
        row = self._session.get(ChannelRow, name)
        if row is None:
            row = ChannelRow(name=name)
            self._session.add(row)
        return row

    def _change(self, conditions: list[Any], **values: Any) -> int:
        self._session.flush()
        statement = update(DeliveryRow).where(*conditions).values(**values)
        changed = self._session.connection().execute(statement.execution_options(synchronize_session=False)).rowcount
        self._session.expire_all()
        return changed
