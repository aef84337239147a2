"""Owners and channels in ``policies.yaml``: read as they are meant, and every mistake told with its line and key."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.domain.kinds import Severity
from monitor.domain.notices import ChannelKind, DigestTimes, Way
from monitor.domain.policy import Policy
from monitor.recipes import RecipeErrors, load_watchlists

GIVEN = """\
specialties:
  bones: {title: Bones, articles: ["knee-*"], topics: [stem-cells]}
owners:
  team: {specialties: [bones], channels: [mail, chat], escalate_to: chief}
  chief: {articles: [gout], channels: [chief]}
default_owner: chief
channels:
  mail: {kind: email, address: a@example.org, digest: daily 08:30 Europe/Zurich}
  chief: {kind: email, address: [b@example.org, c@example.org], digest: Weekly Monday 7:00 UTC, immediate_from: never}
  chat: {kind: slack, url_env: CHAT_URL}
  cms: {kind: webhook, url: "https://cms.example.org/x", secret_env: [NEW, OLD]}
nag: {after: 2h, every: 4h, at_most: 2}
escalate: {after: 1h}
storm: {more_than: 9}
"""


def read(tmp_path: Path, text: str) -> Policy:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "stem-cells.yaml").write_text("title: T\nquery: knee\narticles: [hip]\n")
    (tmp_path / "policies.yaml").write_text(text)
    return load_watchlists(tmp_path).policy


def test_owners_and_channels_are_read_as_they_stand(tmp_path: Path) -> None:
    policy = read(tmp_path, GIVEN)
    owners, told = policy.owners, policy.noticing

    assert owners.of("knee-1") == ("team",)
    assert owners.of("hip", topics=["stem-cells"]) == ("team",)
    assert owners.of("gout") == owners.of("nobodys") == ("chief",)
    assert owners.above("team") == ("chief",)
    assert owners.channels_of(["team"]) == ("mail", "chat")
    assert owners.owned_channels == {"mail", "chat", "chief"}
    assert told.channels["mail"].digest == DigestTimes(at=time(8, 30), zone="Europe/Zurich")
    assert told.channels["chief"].digest == DigestTimes(at=time(7), zone="UTC", weekday=0)
    assert told.channels["chief"].addresses == ("b@example.org", "c@example.org")
    assert told.channels["cms"].secret_env == ("NEW", "OLD")
    assert (told.nagging.after, told.nagging.at_most) == (timedelta(hours=2), 2)
    assert (told.escalation.after, told.storm_from) == (timedelta(hours=1), 9)


def test_severity_decides_what_is_told_at_once_on_each_channel(tmp_path: Path) -> None:
    channels = read(tmp_path, GIVEN).noticing.channels

    ways = {name: [rule.way_of(severity) for severity in Severity] for name, rule in channels.items()}
    assert ways["mail"] == [Way.DIGEST, Way.DIGEST, Way.DIGEST, Way.NOW]
    assert ways["chief"] == [Way.DIGEST] * 4
    assert ways["chat"] == [Way.NOT, Way.NOT, Way.NOW, Way.NOW]
    assert ways["cms"] == [Way.NOW] * 4


def test_an_installation_without_channels_writes_to_its_log() -> None:
    [rule] = Policy().noticing.receivers.values()

    assert (rule.kind, rule.way_of(Severity.INFO)) == (ChannelKind.LOG, Way.NOW)


MISTAKES = [
    ("kind: slack,", "kind: slak,", "10: channels.chat.kind: must be one of email, webhook, slack, teams, log"),
    ("url_env: CHAT_URL", "url: https://x.org/1", "10: channels.chat.url: unknown key; did you mean 'url_env'?"),
    ("url_env: CHAT_URL", "url_env: hooks/T0/secret", "10: channels.chat.url_env: must be the name of an environment"),
    ("url_env: CHAT_URL", "url_env: MONITOR_X", "10: channels.chat.url_env: must not begin with MONITOR_"),
    (", url_env: CHAT_URL", "", "10: channels.chat.url_env: give exactly one of url_env, url_file"),
    (", secret_env: [NEW, OLD]", "", "11: channels.cms.secret_env: give secret_env or secret_file"),
    ("[NEW, OLD]", "[A, B, C]", "11: channels.cms.secret_env: two secrets at most"),
    ("[NEW, OLD]", "[]", "11: channels.cms.secret_env: give secret_env or secret_file"),
    ("https://cms.example.org/x", "ftp://cms.example.org", "11: channels.cms.url: must be a full address"),
    ("address: a@example.org", "address: a", "8: channels.mail.address: must be mail addresses alone"),
    ("address: a@example.org", "address: 'a@x.org, b@x.org'", "8: channels.mail.address: must be mail addresses alone"),
    ("address: a@example.org, ", "", "8: channels.mail.address: is missing"),
    ("daily 08:30 Europe/Zurich", "daily 08:30", "8: channels.mail.digest: must be `daily 08:00 Europe/Zurich`"),
    ("daily 08:30 Europe/Zurich", "daily 24:30 UTC", "8: channels.mail.digest: must be `daily 08:00 Europe/Zurich`"),
    ("daily 08:30 Europe/Zurich", "daily 08:30 Mars/X", "8: channels.mail.digest: names no time zone"),
    (
        "digest: Weekly Monday 7:00 UTC",
        "digest: never",
        "9: channels.chief.digest: nothing would ever go to this channel",
    ),
    ("chat: {kind: slack,", "chat: {kind: slack, immediate_from: minor,", "10: channels.chat.immediate_from: must be"),
    ("channels: [mail, chat]", "channels: [male]", "4: owners.team.channels: there is no channel 'male'; there are"),
    ("escalate_to: chief", "escalate_to: boss", "4: owners.team.escalate_to: there is no owner 'boss'"),
    ("specialties: [bones]", "specialties: [skin]", "4: owners.team.specialties: there is no specialty 'skin'"),
    ("topics: [stem-cells]", "topics: [knees]", "2: specialties.bones.topics: there is no topic 'knees'"),
    ("default_owner: chief", "default_owner: boss", "6: default_owner: there is no owner 'boss'"),
    ("at_most: 2", "atmost: 2", "12: nag.atmost: unknown key; did you mean 'at_most'?"),
    ("more_than: 9", "more_than: 0", "14: storm.more_than: must be 1 to"),
    ("escalate: {after: 1h}", "escalate: {after: 1}", "13: escalate.after: must be a number with s, m, h, d or w"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_told_with_line_and_key(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    """P56."""
    assert right in GIVEN
    with pytest.raises(RecipeErrors) as refused:
        read(tmp_path, GIVEN.replace(right, wrong, 1))

    assert [str(problem) for problem in refused.value.problems if f"policies.yaml:{message}" in str(problem)]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GIVEN.replace("kind: slack", "kind: slak").replace("[male]", "[x]").replace("more_than: 9", "more_than: 0")
    with pytest.raises(RecipeErrors) as refused:
        read(tmp_path, text.replace("escalate_to: chief", "escalate_to: boss"))

    assert [problem.line for problem in refused.value.problems] == [4, 10, 14]


def test_owners_who_escalate_in_a_circle_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeErrors) as refused:
        read(tmp_path, GIVEN.replace("chief: {articles: [gout]", "chief: {escalate_to: team, articles: [gout]"))

    assert "owners.chief.escalate_to: leads back to 'chief'" in str(refused.value)


def test_an_article_that_is_nobodys_must_be_told_to_somebody(tmp_path: Path) -> None:
    """A program that hears of every article is not somebody."""
    text = GIVEN.replace("default_owner: chief\n", "").replace("channels: [mail, chat], ", "")
    text = text.replace("channels: [chief]", "channels: [chief, mail, chat]")
    with pytest.raises(RecipeErrors) as refused:
        read(tmp_path, text)

    told = [(problem.key, problem.message.partition(":")[0]) for problem in refused.value.problems]
    assert told == [("default_owner", "is missing"), ("owners.team.channels", "is missing")]


@pytest.mark.parametrize(
    ("zone", "at", "moments"),
    [
        ("Europe/Zurich", time(2, 30), ("2026-03-29T01:29Z", "2026-03-29T01:30Z")),
        ("America/New_York", time(2, 30), ("2026-03-08T07:29Z", "2026-03-08T07:30Z")),
        ("Australia/Lord_Howe", time(2, 10), ("2026-10-03T15:39Z", "2026-10-03T15:40Z")),
    ],
)
def test_a_time_that_the_clocks_skip_is_due_just_after_they_changed(
    zone: str, at: time, moments: tuple[str, str]
) -> None:
    """P12: the gap."""
    digest = DigestTimes(at=at, zone=zone)
    before, after = (digest.last_due(datetime.fromisoformat(moment)) for moment in moments)

    assert after - before == timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Europe/Zurich", "2026-10-25"), ("America/New_York", "2026-11-01"), ("Australia/Lord_Howe", "2026-04-05")],
)
@pytest.mark.parametrize("at", [time(1, 45), time(2, 15), time(23, 59)])
def test_a_digest_is_due_once_a_local_day_whatever_the_clocks_do(zone: str, first: str, at: time) -> None:
    """P12: gap and overlap, asked every ten minutes for two weeks around the change."""
    digest = DigestTimes(at=at, zone=zone)
    start = datetime.fromisoformat(f"{first}T00:00Z") - timedelta(days=7)
    days = [digest.last_due(start + timedelta(minutes=10 * step)) for step in range(14 * 144)]

    assert days == sorted(days)
    assert len(set(days)) in {14, 15}
    assert {later - sooner for sooner, later in pairwise(days)} == {timedelta(), timedelta(days=1)}


def test_a_weekly_digest_is_due_on_its_day() -> None:
    digest = DigestTimes(at=time(8), zone="UTC", weekday=0)

    assert digest.last_due(datetime(2026, 6, 7, 23, tzinfo=UTC)).isoformat() == "2026-06-01"
    assert digest.last_due(datetime(2026, 6, 8, 7, 59, tzinfo=UTC)).isoformat() == "2026-06-01"
    assert digest.last_due(datetime(2026, 6, 8, 8, tzinfo=UTC)).isoformat() == "2026-06-08"
