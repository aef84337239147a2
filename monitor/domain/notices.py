"""To whom news goes, how and when: channels, digests, reminders, and how many notices are too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.domain.kinds import Severity


class ChannelKind(StrEnum):
    """How a channel speaks."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    LOG = "log"

    @property
    def is_read_by_people(self) -> bool:
        """Whether people read it, whom a flood would blind; programs want every event."""
        return self in {ChannelKind.EMAIL, ChannelKind.SLACK, ChannelKind.TEAMS}

    @property
    def is_for_reminders(self) -> bool:
        """Whether a channel that is nobody's is reminded of reviews: programs have no use for that."""
        return self is not ChannelKind.WEBHOOK


class Way(StrEnum):
    """What becomes of a message on a channel."""

    NOW = "now"
    DIGEST = "digest"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTimes:
    """When a digest is due: at a time of day in a zone, every day or on one ``weekday`` (Monday is 0)."""

    at: time
    zone: str
    weekday: int | None = None

    def last_due(self, now: datetime) -> date:
        """The newest local day whose digest is due by ``now``.

        A time that comes twice is due the first time. One that the clocks skip is due as if they had not yet changed.
        """
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        if now < datetime.combine(day, self.at, zone).astimezone(UTC):
            day -= timedelta(days=1)
        return day if self.weekday is None else day - timedelta(days=(day.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """A channel as the policy declares it.

    ``addresses`` are those of e-mail. A ``url`` stands in the policy, in the environment variable ``url_env`` or in
    ``url_file``; the secrets that sign a webhook stand in ``secret_env`` or ``secret_files`` only, the newest first.
    Without ``immediate_from`` nothing is told at once, without ``digest`` nothing later.
    """

    name: str
    kind: ChannelKind
    addresses: tuple[str, ...] = ()
    url: str = ""
    url_env: str = ""
    url_file: str = ""
    secret_env: tuple[str, ...] = ()
    secret_files: tuple[str, ...] = ()
    immediate_from: Severity | None = None
    digest: DigestTimes | None = None
    line: int = 0

    def way_of(self, severity: Severity) -> Way:
        """Whether a message of this weight goes out at once, in the next digest, or not at all."""
        if self.immediate_from is not None and severity.rank >= self.immediate_from.rank:
            return Way.NOW
        return Way.DIGEST if self.digest else Way.NOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Nagging:
    """A review nobody starts is told again ``after`` so long, then ``every`` so often, ``at_most`` so many times."""

    after: timedelta = timedelta(hours=8)
    every: timedelta = timedelta(days=1)
    at_most: int = 3

    def times_due(self, *, since: datetime, now: datetime) -> int:
        """How often it should have been told again by now."""
        waited = now - since
        return 0 if waited < self.after else min(1 + (waited - self.after) // self.every, self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A review nobody started goes to the next person ``after`` its deadline passed so long ago, and so on."""

    after: timedelta = timedelta(hours=12)

    def steps_due(self, *, deadline: datetime, now: datetime) -> int:
        """How many persons up it should have gone by now; none on the deadline's day before ``after`` is over."""
        late = now - deadline
        return max(0, late // self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """How one installation tells people and programs. Without channels it writes to its log.

    More than ``storm_from`` articles at once that one cause made stale are one notice to people.
    """

    channels: Mapping[str, ChannelRule] = field(default_factory=dict)
    nagging: Nagging = field(default_factory=Nagging)
    escalation: Escalation = field(default_factory=Escalation)
    storm_from: int = 5

    @property
    def receivers(self) -> Mapping[str, ChannelRule]:
        """The declared channels, or the log where there are none."""
        return self.channels or {LOG.name: LOG}


LOG = ChannelRule(name="log", kind=ChannelKind.LOG, immediate_from=Severity.INFO)
"""The channel of an installation that declares none."""
