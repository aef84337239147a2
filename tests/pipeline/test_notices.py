"""Who is told what, at once or in a digest; one notice for one cause; reminders until somebody starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.kinds import Severity
from monitor.domain.messages import Acknowledged, NotNow, Topic
from monitor.domain.notices import ChannelKind, DigestTimes, Escalation, Nagging
from monitor.domain.owners import Owner, Owners, Specialty
from monitor.domain.policy import Policy
from monitor.domain.review import Closing, Decision, Reason
from monitor.pipeline.notify import MOST_ARTICLES
from monitor.pipeline.review import Editors
from tests.pipeline.office import PAGES, Office, rule, with_noticing
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, ScriptedSource, Stage

EIGHT = DigestTimes(at=time(8), zone="UTC")
MAIL = rule("mail", ChannelKind.EMAIL, immediate_from=Severity.CRITICAL, digest=EIGHT)
CHAT = rule("chat", ChannelKind.SLACK, immediate_from=Severity.MAJOR)
CMS = rule("cms")
OWNERS = Owners(
    specialties={"bones": Specialty(name="bones", articles=("knee-*",))},
    owners={
        "team": Owner(name="team", specialties=("bones",), channels=("mail",), escalate_to="head"),
        "head": Owner(name="head", articles=("gout",), channels=("chat",), escalate_to="chief"),
        "chief": Owner(name="chief", channels=("chief",)),
    },
    default="chief",
)
CHIEF = rule("chief", ChannelKind.TEAMS, immediate_from=Severity.MAJOR)
OWNED = replace(Policy(), owners=OWNERS)


def test_each_owner_is_told_of_their_articles_and_a_program_of_all(database_url: str) -> None:
    office = Office(database_url, [MAIL, CHAT, CHIEF, CMS], policy=OWNED).open()
    office.tell("knee-1", "gout", "nobodys")
    office.run()

    got = {name: [message.article for message in receiver.got] for name, receiver in office.receivers.items()}
    assert got == {"mail": ["knee-1"], "chat": ["gout"], "chief": ["nobodys"], "cms": ["knee-1", "gout", "nobodys"]}


def test_severity_chooses_between_at_once_and_the_digest(database_url: str) -> None:
    office = Office(database_url, [MAIL, CHAT, CMS]).open()
    office.run()
    for severity in Severity:
        office.tell(f"a-{severity}", severity=severity, topic=Topic.FINDING)
    office.run()

    assert [message.article for message in office.receivers["mail"].got] == ["a-critical"]
    assert [message.article for message in office.receivers["chat"].got] == ["a-major", "a-critical"]
    assert len(office.receivers["cms"].got) == 4
    office.clock.pass_time(days=1)
    office.run()
    [_, digest] = office.receivers["mail"].got
    assert digest.topic == Topic.DIGEST
    assert [item["article"] for item in digest.payload["articles"]] == ["a-major", "a-minor", "a-info"]


def test_good_news_alarms_nobody(database_url: str) -> None:
    office = Office(database_url, [CHAT, CMS]).open()
    office.tell("a", topic=Topic.FRESH, severity=Severity.CRITICAL)
    office.run()

    assert (office.receivers["chat"].got, office.receivers["cms"].topics) == ([], [Topic.FRESH])


@pytest.mark.parametrize("count", [30, 1000])
def test_one_event_that_makes_many_articles_stale_is_one_notice_to_people(database_url: str, count: int) -> None:
    """P13: no flood. A program still hears of each article."""
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: RETRACTED}, notices=(NOTICE,))).open()
    office = Office(database_url, [MAIL, CHAT, rule("cms", immediate_from=None)])
    office.run()
    [finding] = stage.article().findings
    with stage.store.begin() as tx:
        event = tx.events.of([finding.record])[0].id
    before = len(office.receivers["mail"].got)
    office.tell(*(f"a{number}" for number in range(count)), event=event)
    office.run()

    for name in ("mail", "chat"):
        [notice] = office.receivers[name].got[before:]
        assert notice.topic == Topic.STORM
        assert (notice.payload["articles_total"], notice.payload["rest"]) == (count, count - MOST_ARTICLES)
        assert len(notice.payload["articles"]) == MOST_ARTICLES
        assert (notice.payload["kind"], notice.payload["record"]) == ("retracted", "pubmed:100")
        assert notice.payload["page"] == f"{PAGES}/rests-on/pubmed:100"


def test_a_few_articles_of_one_cause_are_told_one_by_one(database_url: str) -> None:
    office = Office(database_url, [CHAT]).open()
    office.tell(*(f"a{number}" for number in range(5)), event=7)
    office.run()

    assert office.receivers["chat"].topics == [Topic.STALE] * 5


def test_a_program_gets_each_article_of_a_storm(database_url: str) -> None:
    office = Office(database_url, [CHAT, CMS]).open()
    office.tell(*(f"a{number}" for number in range(40)), event=7)
    office.run()

    assert office.receivers["cms"].topics == [Topic.STALE] * 40
    assert office.receivers["chat"].topics == [Topic.STORM]


def test_many_causes_at_once_are_one_notice_too(database_url: str) -> None:
    """P13: an import, or the first round after days of silence, floods nobody."""
    office = Office(database_url, [CHAT]).open()
    office.tell(*(f"a{number}" for number in range(30)), event=7)
    for number in range(10):
        office.tell(f"b{number}", event=100 + number)
    office.run()

    [notice] = office.receivers["chat"].got
    assert (notice.topic, notice.payload["articles_total"]) == (Topic.MANY, 40)
    assert notice.payload["rest"] == 40 - len(notice.payload["articles"])


def test_what_trickles_in_for_an_hour_is_no_flood_either(database_url: str) -> None:
    """P13: after days down, polls bring news for many minutes. Ten notices, then one for each ten minutes."""
    office = Office(database_url, [CHAT, CMS]).open()
    for number in range(120):
        office.tell(f"a{number}", event=100 + number)
        office.run()
        office.clock.pass_time(seconds=30)
    office.clock.pass_time(minutes=11)
    office.run()

    chat = office.receivers["chat"]
    singles = [message for message in chat.got if message.topic == Topic.STALE]
    together = [message for message in chat.got if message.topic == Topic.MANY]
    assert len(singles) == 10
    assert 5 <= len(together) <= 7
    assert sum(message.payload["articles_total"] for message in together) == 110
    assert len(office.receivers["cms"].got) == 120


def test_after_three_days_down_there_is_one_digest(database_url: str) -> None:
    """P13."""
    office = Office(database_url, [MAIL]).open()
    office.run()
    for number in range(9):
        office.tell(f"a{number}", severity=Severity.MINOR)
    office.notifier.run()
    office.clock.pass_time(days=3)
    for _ in range(3):
        office.run()

    [digest] = office.receivers["mail"].got
    assert (digest.topic, digest.payload["articles_total"], digest.payload["day"]) == (Topic.DIGEST, 9, "2026-06-04")


def test_a_day_without_news_has_no_digest(database_url: str) -> None:
    office = Office(database_url, [MAIL]).open()
    office.run_for(hours=72, every=timedelta(hours=6))

    assert office.receivers["mail"].got == []


def test_what_is_held_when_a_channel_loses_its_digest_is_told_as_dead(database_url: str) -> None:
    office = Office(database_url, [MAIL]).open()
    office.tell("a", severity=Severity.MINOR)
    office.run()
    later = Office(database_url, [replace(MAIL, digest=None)], clock=office.clock)
    later.run()

    with later.store.read() as reads:
        [state] = reads.deliveries.states()
    assert (state.dead, state.held) == (1, 0)


def test_what_is_urgent_is_sent_though_its_channel_has_just_lost_its_digest(database_url: str) -> None:
    office = Office(database_url, [MAIL]).open()
    office.tell("a", severity=Severity.MINOR)
    office.tell("b", severity=Severity.CRITICAL)
    office.notifier.run()
    later = Office(database_url, [replace(MAIL, digest=None)], clock=office.clock)
    later.run()

    assert [message.article for message in later.receivers["mail"].got] == ["b"]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Zurich", "2026-03-27T12:00Z"),
        ("America/New_York", "2026-10-30T12:00Z"),
        ("Australia/Lord_Howe", "2026-10-01T12:00Z"),
    ],
)
def test_the_digest_comes_once_a_local_day_through_gap_and_overlap(database_url: str, zone: str, start: str) -> None:
    """P12: in three zones, over five days with a clock change, asked every hour while news come in."""
    mail = replace(MAIL, digest=DigestTimes(at=time(2, 15), zone=zone))
    office = Office(database_url, [mail], at=datetime.fromisoformat(start)).open()
    office.reminder.run()
    sent = []
    for step in range(5 * 24):
        if step % 6 == 0:
            office.tell(f"a{step}", severity=Severity.MINOR)
            office.notifier.run()
        office.clock.pass_time(hours=1)
        if office.reminder.run():
            sent.append(office.clock.today().astimezone(ZoneInfo(zone)))
    office.run()

    days = [moment.date() for moment in sent]
    assert len(days) == len(set(days)) == 5
    assert {later - sooner for sooner, later in pairwise(days)} == {timedelta(days=1)}
    assert len(office.receivers["mail"].got) == 5


def test_a_review_nobody_starts_is_told_again_so_often_and_no_more(database_url: str) -> None:
    policy = with_noticing(nagging=Nagging(after=timedelta(hours=2), every=timedelta(hours=4), at_most=3))
    office = Office(database_url, [CHAT, CMS], policy=policy).open()
    office.open_review("a", severity=Severity.MAJOR, deadline=None)
    told = []
    for _ in range(48):
        office.clock.pass_time(minutes=30)
        office.run()
        office.run()
        told.append(len(office.receivers["chat"].got))

    assert [told.index(count) * 0.5 + 0.5 for count in (1, 2, 3)] == [2, 6, 10]
    assert office.receivers["chat"].topics == [Topic.WAITING] * 3
    assert office.receivers["cms"].got == [], "a program has no use for reminders"


def test_after_days_down_one_reminder_speaks_for_those_that_were_missed(database_url: str) -> None:
    """P13, and over a restart."""
    office = Office(database_url, [CHAT]).open()
    office.open_review("a", severity=Severity.MAJOR, deadline=None)
    office.clock.pass_time(days=9)
    office.run()
    restarted = Office(database_url, [CHAT], clock=office.clock, receivers=office.receivers)
    restarted.run()

    assert office.receivers["chat"].topics == [Topic.WAITING]


def test_many_reviews_that_wait_are_one_reminder(database_url: str) -> None:
    office = Office(database_url, [CHAT]).open()
    for number in range(12):
        office.open_review(f"a{number}", severity=Severity.MAJOR, deadline=None)
    office.clock.pass_time(hours=9)
    office.run()

    [notice] = office.receivers["chat"].got
    assert (notice.topic, notice.payload["articles_total"]) == (Topic.MANY, 12)


@pytest.mark.parametrize("how", ["start", "snooze"])
def test_starting_or_snoozing_a_review_acknowledges_it(database_url: str, how: str) -> None:
    office = Office(database_url, [MAIL, CHAT, CHIEF], policy=OWNED).open()
    office.open_review("gout", severity=Severity.MAJOR, deadline=office.clock.today() + timedelta(days=1))
    editors = Editors(store=office.store, policy=office.policy, clock=office.clock)
    if how == "start":
        editors.start("gout", by="ed")
    else:
        editors.snooze("gout", by="ed", until=office.clock.today() + timedelta(days=9))
    office.run_for(hours=24 * 8, every=timedelta(hours=12))

    assert {name: receiver.got for name, receiver in office.receivers.items()} == {"mail": [], "chat": [], "chief": []}
    office.run_for(hours=48, every=timedelta(hours=4))
    told_after = [message.topic for receiver in office.receivers.values() for message in receiver.got]
    assert (Topic.WAITING in told_after) == (how == "snooze")


def test_what_nobody_starts_goes_up_step_by_step_after_its_deadline(database_url: str) -> None:
    noticing = with_noticing(nagging=Nagging(at_most=0), escalation=Escalation(after=timedelta(hours=6))).noticing
    office = Office(database_url, [MAIL, CHAT, CHIEF], policy=replace(OWNED, noticing=noticing)).open()
    office.open_review("knee-1", severity=Severity.CRITICAL, deadline=office.clock.today() + timedelta(hours=24))
    steps = []
    for hours in range(48):
        office.clock.pass_time(hours=1)
        office.run()
        steps += [(hours + 1, name) for name, receiver in office.receivers.items() for _ in receiver.got]
        for receiver in office.receivers.values():
            receiver.got.clear()

    assert steps == [(30, "chat"), (36, "chief")]


def test_an_owner_with_nobody_above_is_told_that_the_deadline_passed(database_url: str) -> None:
    office = Office(database_url, [MAIL, CHAT, CHIEF], policy=OWNED).open()
    office.open_review("nobodys", severity=Severity.MAJOR, deadline=office.clock.today())
    office.run_for(hours=24 * 10, every=timedelta(hours=12))

    assert office.receivers["chief"].topics.count(Topic.OVERDUE) == 1
    assert office.receivers["chat"].got == office.receivers["mail"].got == []


def test_a_message_says_what_changed_which_sentences_by_when_and_where(database_url: str) -> None:
    """And once the review is closed, programs hear of the decision and of the article that is fresh again."""
    stage = Stage(database_url, at=datetime(2026, 6, 1, 12, tzinfo=UTC)).open()
    stage.source.records, stage.source.notices = {PAPER.identifier: RETRACTED}, (NOTICE,)
    stage.later(days=1)
    stage.poll()
    office = Office(database_url, [CMS])
    office.run()
    stale = office.receivers["cms"].got[-1]
    stage.editors.start("a", by="ed")
    closing = Closing(
        decision=Decision.UPDATED,
        reason=Reason.OTHER,
        note="reference removed",
        by="ed",
        version=2,
        seen=frozenset(item.id for item in stage.article().findings),
    )
    stage.editors.close("a", closing)
    office.run()

    [finding] = stale.payload["findings"]
    assert (stale.topic, stale.payload["article"], stale.severity) == (Topic.STALE, "a", Severity.CRITICAL)
    assert stale.payload["page"] == stale.payload["review"]["page"] == f"{PAGES}/articles/a"
    assert stale.payload["review"]["deadline"].startswith("2026-06-03T12:00")
    assert (finding["kind"], finding["record"]) == ("retracted", "pubmed:100")
    assert finding["record_url"] == "https://pubmed.ncbi.nlm.nih.gov/100/"
    assert [line["text"] for line in finding["sentences"]] == ["Something helps.", "Nothing harms."]
    assert finding["sources"] == ["pubmed"]
    reviewed, fresh = office.receivers["cms"].got[-2:]
    assert (reviewed.topic, reviewed.payload["decision"], reviewed.payload["reason"]) == (
        Topic.REVIEWED,
        "updated",
        "reference removed",
    )
    assert (fresh.topic, fresh.payload["findings"]) == ("article.fresh", [])


def test_what_a_message_says_stays_the_same_at_every_try(database_url: str) -> None:
    """An article may change meanwhile; one id means one content."""
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: RETRACTED}, notices=(NOTICE,))).open()
    office = Office(database_url, [CMS, rule("late")])
    office.receivers["late"].answer = lambda _message: NotNow(reason="HTTP 503")
    office.run()
    stage.editors.start("a", by="ed")
    seen = frozenset(item.id for item in stage.article().findings)
    why = {"reason": Reason.OTHER, "note": "no matter"}
    closing = Closing(decision=Decision.STILL_VALID, **why, by="ed", version=2, seen=seen)
    stage.editors.close("a", closing)
    office.receivers["late"].answer = lambda _message: Acknowledged()
    office.clock.pass_time(minutes=1)
    office.run()

    first, second = (office.receivers[name].got for name in ("cms", "late"))
    assert [message.payload for message in first] == [message.payload for message in second]
    assert first[0].payload["findings"]
