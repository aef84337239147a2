"""Messages as the pipeline completes them, for the tests of channels."""

from __future__ import annotations

from typing import Any

from monitor.domain.kinds import Severity
from monitor.domain.messages import Message, Topic

PAGE = "https://monitor.example.org/articles/knee"
FINDING: dict[str, Any] = {
    "id": "f1",
    "kind": "retracted",
    "severity": "critical",
    "record": "pubmed:28096347",
    "record_url": "https://pubmed.ncbi.nlm.nih.gov/28096347/",
    "title": "Stem cells in the knee: a randomised trial",
    "because": "A retraction notice names this reference: PubMed links it to the notice 28096348",
    "suggested_action": "Open the notice; remove or replace the reference and what rests on it alone.",
    "happened_on": "2026-01-05",
    "sources": ["pubmed", "retraction_watch"],
    "references": [{"number": 2, "text": "Moe A. Stem cells in the knee. 2019."}],
    "sentences": [
        {"text": "Pain improved at twelve months.", "affected": "yes", "markers": [2]},
        {"text": "Serious harm is rare.", "affected": "possibly", "markers": [2, 3]},
    ],
    "sentences_total": 2,
    "page": "https://monitor.example.org/rests-on/pubmed:28096347",
}


def stale(**more: Any) -> Message:
    """An article that became stale."""
    payload = {
        "article": "knee",
        "title": "Stem Cell Therapy for Knee Osteoarthritis",
        "freshness": "stale",
        "severity": Severity.CRITICAL,
        "because": FINDING["because"],
        "at": "2026-01-05T12:00:00+00:00",
        "page": PAGE,
        "url": "https://answers.example.org/knee",
        "findings": [FINDING],
        "findings_total": 1,
        "review": {"status": "submitted", "deadline": "2026-01-06T12:00:00+00:00", "page": PAGE},
    }
    return Message(id=1, key="article.stale:knee:2026-01-05", topic=Topic.STALE, payload={**payload, **more})


def storm(total: int = 1000) -> Message:
    """One event under many articles."""
    articles = [
        {"article": f"a{n}", "title": f"Article {n}", "severity": "critical", "because": "b", "page": f"{PAGE}-{n}"}
        for n in range(20)
    ]
    payload = {
        "severity": "critical",
        "at": "2026-01-05T12:00:00+00:00",
        "kind": "retracted",
        "record": "pubmed:28096347",
        "record_title": FINDING["title"],
        "because": FINDING["because"],
        "page": FINDING["page"],
        "articles": articles,
        "articles_total": total,
        "rest": total - 20,
    }
    return Message(id=2, key="storm", topic=Topic.STORM, payload=payload)


def digest() -> Message:
    """A day's news."""
    news = [
        {"topic": Topic.FINDING, "because": "A correction of this reference was published", "at": "2026-01-05T12:00Z"},
        {"topic": Topic.FRESH, "because": "all 4 references were checked in time", "at": "2026-01-05T18:00Z"},
    ]
    payload = {
        "severity": "minor",
        "at": "2026-01-06T08:00:00+00:00",
        "day": "2026-01-06",
        "page": "https://monitor.example.org/",
        "articles": [{"article": "knee", "title": "Knees", "severity": "minor", "page": PAGE, "news": news}],
        "articles_total": 1,
        "rest": 0,
    }
    return Message(id=3, key="digest", topic=Topic.DIGEST, payload=payload)


HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(2)) <https://evil.example|click> <!channel> & \u202e\r\nBcc: a@b.c"
)
"""What an upstream or an article may have for a title."""


def hostile() -> Message:
    """Every word that comes from elsewhere is hostile."""
    finding = {
        **FINDING,
        "record": f"page:{HOSTILE}",
        "record_url": "javascript:alert(3)",
        "title": HOSTILE,
        "because": HOSTILE,
        "suggested_action": HOSTILE,
        "sources": [HOSTILE],
        "sentences": [{"text": HOSTILE, "affected": "yes", "markers": []}],
    }
    return stale(title=HOSTILE, because=HOSTILE, findings=[finding])
