"""What a message says in full: made once, before it is sent for the first time, and the same at every try.

The fields for single articles are those that programs read; ``watchlists/README.md`` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from monitor.domain.identifiers import Identifier, InvalidIdentifier
from monitor.domain.messages import Message, Topic
from monitor.domain.read_models import FindingView
from monitor.pipeline.ports import Tx

MOST_FINDINGS, MOST_SENTENCES = 20, 10
"""So many are written out; how many there are is said beside them."""

_OF_ONE_ARTICLE = frozenset(
    {
        Topic.STALE,
        Topic.FINDING,
        Topic.UNVERIFIED,
        Topic.FRESH,
        Topic.REVIEWED,
        Topic.WAITING,
        Topic.OVERDUE,
    }
)


def complete(tx: Tx, message: Message, *, pages: str) -> Message:
    """The message with all that it says; ``pages`` is the address under which people read ours."""
    if message.topic not in _OF_ONE_ARTICLE or "page" in message.payload:
        return message
    payload = dict(message.payload)
    payload.pop("event", None)
    payload["page"] = article_page(pages, message.article)
    payload |= {"url": None, "review": None, "findings": [], "findings_total": 0}
    if (article := tx.telling.article(message.article)) is not None:
        shown = _shown(article.findings, payload.get("finding"))
        payload |= {
            "title": article.title,
            "url": _web(article.url),
            "findings": [_finding(finding, pages) for finding in shown[:MOST_FINDINGS]],
            "findings_total": len(shown),
            "review": {
                "status": article.review_status,
                "deadline": article.deadline.isoformat() if article.deadline else None,
                "page": payload["page"],
            },
        }
    tx.outbox.rewrite(message.id, payload)
    return replace(message, payload=payload)


def article_page(pages: str, article_id: str) -> str:
    """Where people read about an article."""
    return f"{pages.rstrip('/')}/articles/{quote(article_id, safe='')}"


def record_page(pages: str, record: str) -> str:
    """Where people read what rests on a record."""
    return f"{pages.rstrip('/')}/rests-on/{quote(record, safe=':/')}"


def _shown(findings: Iterable[FindingView], only: object) -> list[FindingView]:
    """The one finding that a message is about, or all open ones; the worst first."""
    return [finding for finding in findings if only in {None, finding.id}]


def _finding(finding: FindingView, pages: str) -> dict[str, Any]:
    sentences = [
        {"text": claim.text, "affected": claim.affected, "markers": list(claim.markers)} for claim in finding.claims
    ]
    return {
        "id": finding.id,
        "kind": finding.kind,
        "severity": finding.severity,
        "record": finding.record,
        "record_url": _address_of(finding.record),
        "title": finding.title,
        "because": finding.because,
        "suggested_action": finding.suggested_action,
        "happened_on": finding.happened_on.isoformat() if finding.happened_on else None,
        "sources": list(dict.fromkeys(witness.source for witness in finding.witnesses)),
        "references": [{"number": line.number, "text": line.text} for line in finding.references],
        "sentences": sentences[:MOST_SENTENCES],
        "sentences_total": len(sentences),
        "page": record_page(pages, finding.record),
    }


def _address_of(record: str) -> str | None:
    try:
        return _web(Identifier.parse(record).url)
    except InvalidIdentifier:
        return None


def _web(address: str | None) -> str | None:
    """Upstream text is never trusted to be an address that a browser may be sent to."""
    return address if address and address.startswith(("https://", "http://")) else None
