"""Slack and Teams by their incoming webhooks. Upstream words are text there, never markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from monitor.domain.messages import DeliveryOutcome, Message
from monitor.net import Client
from monitor.notify.posting import post
from monitor.notify.wording import Change, Line, Notice, notice_of

PACE_SECONDS = 1.0
"""Both allow about one message a second."""
MOST_BLOCKS = 20
MOST_LETTERS = 2_800
"""Slack takes 50 blocks of 3,000 letters; a message that long is read by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    """Posts notices to a Slack channel; the address itself is the secret."""

    client: Client
    url: str
    kind: str = "slack"

    def send(self, message: Message) -> DeliveryOutcome:
        """Acknowledged by any 2xx. Slack knows no ids: a second copy can come when an acknowledgement was lost."""
        return _post(self.client, self.url, slack_payload(notice_of(message)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsChannel:
    """Posts notices to a Teams channel as an Adaptive Card; the address itself is the secret."""

    client: Client
    url: str
    kind: str = "teams"

    def send(self, message: Message) -> DeliveryOutcome:
        """Acknowledged by any 2xx. Teams knows no ids: a second copy can come when an acknowledgement was lost."""
        return _post(self.client, self.url, teams_payload(notice_of(message)))


def slack_payload(notice: Notice) -> dict[str, Any]:
    """A notice in Slack's blocks; ``text`` is what a notification shows."""
    heading = f"*{escaped(notice.severity)}: {_link(notice.link, notice.headline)}*\n{escaped(notice.lead)}"
    if notice.due:
        heading += f"\n*{escaped(notice.due)}*"
    parts = [heading, *map(_slack_change, notice.changes), *map(_slack_line, notice.lines)]
    more = notice.rest + max(0, len(parts) - MOST_BLOCKS)
    if more:
        parts = [*parts[:MOST_BLOCKS], _link(notice.link, f"And {more} more")]
    return {
        "text": escaped(notice.subject),
        "blocks": [
            *({"type": "section", "text": {"type": "mrkdwn", "text": part[:MOST_LETTERS]}} for part in parts),
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": notice.link_label},
                        "url": notice.link,
                    }
                ],
            },
        ],
    }


def escaped(text: str) -> str:
    """Text as Slack shows it, whatever stands in it: no link, mention or command can be made of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams_payload(notice: Notice) -> dict[str, Any]:
    """A notice as an Adaptive Card. Words stand in text runs, which know no markup."""
    body = [
        _runs((notice.severity, True), size="Small"),
        _runs((notice.headline, True), size="Large"),
        _runs((notice.lead, False), *([(f" {notice.due}.", True)] if notice.due else [])),
        *(item for change in notice.changes for item in _card_change(change)),
        *map(_card_line, notice.lines),
        *([_runs((f"And {notice.rest} more", False))] if notice.rest else []),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": notice.subject,
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": notice.link_label, "url": notice.link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _slack_change(change: Change) -> str:
    told = [f"*{escaped(change.what)}*"] if change.what else []
    if change.title or change.record:
        record = _link(change.record_url, change.record) if change.record_url else escaped(change.record)
        told.append(f"{escaped(change.title)} {record}".strip())
    told += [escaped(line) for line in (_source_line(change), *_sentence_lines(change), change.todo) if line]
    return "\n".join(told)


def _slack_line(line: Line) -> str:
    return "\n".join([f"*{escaped(line.severity)}* {_link(line.page, line.title)}", *map(escaped, line.news)])


def _link(url: str, label: str) -> str:
    """A link of ours; a bar would end its address, so none may stand in either part."""
    return f"<{escaped(url).replace('|', '%7C')}|{escaped(label).replace('|', '¦')}>"


def _card_line(line: Line) -> dict[str, Any]:
    news = [(f" {'; '.join(line.news)}", False)] if line.news else []
    return _runs((f"{line.severity}: {line.title}", True), *news)


def _card_change(change: Change) -> Iterable[dict[str, Any]]:
    yield _runs((change.what or change.title, True), separator=True)
    for text in (
        f"{change.title} ({change.record})" if change.record else change.title,
        _source_line(change),
        *_sentence_lines(change),
        change.todo,
    ):
        if text:
            yield _runs((text, False))


def _source_line(change: Change) -> str:
    shown = f"Shown by {change.shown_by}." if change.shown_by else ""
    return " ".join(filter(None, (shown, change.because)))


def _sentence_lines(change: Change) -> list[str]:
    if not change.sentences:
        return []
    lines = [f"• {item.text}{f' ({item.note})' if item.note else ''}" for item in change.sentences]
    more = [f"• and {change.more_sentences} more"] if change.more_sentences else []
    return ["Sentences that rest on it:", *lines, *more]


def _runs(*parts: tuple[str, bool], size: str = "Default", separator: bool = False) -> dict[str, Any]:
    inlines = [
        {"type": "TextRun", "text": text, "size": size, **({"weight": "Bolder"} if is_bold else {})}
        for text, is_bold in parts
    ]
    return {"type": "RichTextBlock", "separator": separator, "inlines": inlines}


def _post(client: Client, url: str, payload: dict[str, Any]) -> DeliveryOutcome:
    return post(
        client,
        url,
        body=json.dumps(payload, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
        pace_seconds=PACE_SECONDS,
        hides_path=True,
    )
