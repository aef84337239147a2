"""Slack and Teams: what they are sent, and that words of others stay words."""

from __future__ import annotations

import json
from typing import Any

from monitor.domain.messages import Message
from monitor.notify.chats import slack_payload, teams_payload
from monitor.notify.wording import notice_of
from tests.contract.told_messages import HOSTILE, PAGE, digest, hostile, stale, storm


def texts(value: Any) -> list[str]:
    """Every text in a payload."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def slack(message: Message) -> dict[str, Any]:
    return slack_payload(notice_of(message))


def test_slack_shows_what_changed_which_sentences_by_when_and_the_way_there() -> None:
    payload = slack(stale())
    told = [block["text"]["text"] for block in payload["blocks"] if block["type"] == "section"]

    assert payload["text"] == (
        "Critical: Stem Cell Therapy for Knee Osteoarthritis – a retraction notice names reference 2"
    )
    assert told[0] == (
        f"*Critical: <{PAGE}|Stem Cell Therapy for Knee Osteoarthritis>*\n"
        "A retraction notice names reference 2\n"
        "*Review due by 6 Jan 2026, 12:00 UTC*"
    )
    assert told[1].split("\n") == [
        "Stem cells in the knee: a randomised trial <https://pubmed.ncbi.nlm.nih.gov/28096347/|PubMed 28096347>",
        "Shown by PubMed and Retraction Watch. PubMed links it to the notice 28096348",
        "Sentences that rest on it:",
        "• Pain improved at twelve months.",
        "• Serious harm is rare. (possibly)",
        "Open the notice; remove or replace the reference and what rests on it alone.",
    ]


def test_slack_makes_no_link_mention_or_command_of_foreign_words() -> None:
    """P51."""
    payload = slack(hostile())
    marked = [text for text in texts(payload) if "alert(1)" in text]

    assert marked
    for text in marked:
        assert "<script>" not in text
        assert "<!channel>" not in text
        assert "<https://evil" not in text
        assert "javascript:alert(3)" not in text
        assert "\u202e" not in text
        links = [part.partition(">")[0] for part in text.split("<")[1:]]
        assert all(link.startswith(PAGE) for link in links), links


def test_a_storm_fits_into_a_slack_message_and_says_how_many_more_there_are() -> None:
    payload = slack(storm())

    assert payload["text"] == "Critical: 1000 articles – a retraction notice names PubMed 28096347"
    assert len(payload["blocks"]) <= 50
    assert all(len(text) <= 3000 for text in texts(payload))
    assert any("more>" in text for text in texts(payload))


def test_teams_gets_a_card_of_text_runs_which_know_no_markup() -> None:
    """P51: a text block would read markdown."""
    payload = teams_payload(notice_of(hostile()))
    [attachment] = payload["attachments"]
    card = attachment["content"]

    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert [action["url"] for action in card["actions"]] == [PAGE]
    assert json.loads(json.dumps(payload)) == payload


def test_teams_shows_the_same_facts() -> None:
    card = teams_payload(notice_of(stale()))["attachments"][0]["content"]
    told = " ".join(texts(card["body"]))

    for fact in (
        "A retraction notice names reference 2",
        "Review due by 6 Jan 2026, 12:00 UTC",
        "Pain improved at twelve months.",
        "PubMed 28096347",
        "Shown by PubMed and Retraction Watch",
    ):
        assert fact in told


def test_a_digest_tells_the_news_of_each_article() -> None:
    told = texts(slack(digest()))

    assert "Evidence digest, 6 Jan 2026: 1 article with news" in told
    assert any("A correction of this reference was published\nfresh again: all 4 references" in text for text in told)


def test_no_word_accuses() -> None:
    """Every wording attributes: what is said of a paper is said by a source."""
    from monitor.domain.kinds import KIND_RULES

    words = " ".join([rule.phrase + rule.suggested_action for rule in KIND_RULES.values()] + texts(slack(stale())))

    assert not [word for word in ("fraud", "fake", "misconduct", "guilty", "bogus") if word in words.lower()]
    assert HOSTILE not in words
