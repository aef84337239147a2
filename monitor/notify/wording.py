"""How news is said in mails and chats: neutral, in few words, and with whoever said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.messages import Message, Topic

MOST_IN_SUBJECT = 60
_SOURCES = {
    "pubmed": "PubMed",
    "clinicaltrials": "ClinicalTrials.gov",
    "crossref": "Crossref",
    "retraction_watch": "Retraction Watch",
    "europepmc": "Europe PMC",
}
_RECORDS = {Scheme.PUBMED: "PubMed {}", Scheme.DOI: "doi {}"}
_COMMON = frozenset({"A", "An", "The", "This", "No", "Nobody", "New", "Fresh", "Review", "One", "It"})
"""First words that are no names."""
_DECISIONS = {"updated": "updated", "still_valid": "still valid", "not_relevant": "not relevant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the article that rests on what changed."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed: what it is, of what, who says so, the sentences that rest on it, and what to do.

    ``what`` is empty where the lead has said it.
    """

    what: str
    record: str = ""
    record_url: str = ""
    title: str = ""
    shown_by: str = ""
    because: str = ""
    sentences: tuple[Sentence, ...] = ()
    more_sentences: int = 0
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article of several, with its news."""

    title: str
    page: str
    severity: str
    news: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message as people read it; ``rest`` is how many articles or changes are not written out."""

    subject: str
    severity: str
    headline: str
    lead: str
    due: str
    link: str
    link_label: str
    changes: tuple[Change, ...] = ()
    lines: tuple[Line, ...] = ()
    rest: int = 0


def notice_of(message: Message) -> Notice:
    """The message in words. Everything in it is plain text on one line; whoever writes it down escapes it."""
    match message.topic:
        case Topic.STORM:
            return _storm(message.payload)
        case Topic.MANY:
            return _many(message.payload)
        case Topic.DIGEST:
            return _digest(message.payload)
        case _:
            return _of_one(message)


def _of_one(message: Message) -> Notice:
    payload = message.payload
    title, severity = plain(payload.get("title")), _severity(message.severity)
    changes = tuple(_change(finding) for finding in payload.get("findings", ()))
    lead = _lead(message, changes)
    return Notice(
        subject=f"{severity}: {_short(title)} – {_uncapital(lead)}",
        severity=severity,
        headline=title,
        lead=lead,
        due=_due(payload),
        link=str(payload.get("page") or ""),
        link_label="Open the article and its review" if message.topic != Topic.FRESH else "Open the article",
        changes=_without_repetition(lead, changes),
        rest=max(0, int(payload.get("findings_total", 0)) - len(changes)),
    )


def _without_repetition(lead: str, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """A single change that the lead has named already is not named again."""
    return (replace(changes[0], what=""),) if len(changes) == 1 and changes[0].what == lead else changes


def _lead(message: Message, changes: tuple[Change, ...]) -> str:
    """What happened, in a line."""
    because = plain(message.payload.get("because"))
    match message.topic:
        case Topic.STALE | Topic.FINDING if changes:
            return changes[0].what
        case Topic.FRESH:
            return "Fresh again: nothing is open"
        case Topic.UNVERIFIED:
            return f"No longer stale, but not verified: {because}"
        case Topic.REVIEWED:
            decision = _DECISIONS.get(str(message.payload.get("decision")), "closed")
            return f"Review closed as {decision}: {plain(message.payload.get('reason'))}"
        case Topic.WAITING:
            return f"Nobody has started this review since {moment(message.payload.get('waiting_since'))}"
        case Topic.OVERDUE:
            return f"The review was due {moment(message.payload.get('deadline'))} and nobody has started it"
        case _:
            return because or "The evidence under this article changed"


def _storm(payload: Mapping[str, Any]) -> Notice:
    severity, total = _severity(payload["severity"]), int(payload["articles_total"])
    name, url = _record(str(payload.get("record", "")))
    kind = payload.get("kind")
    phrase = KIND_RULES[EventKind(kind)].phrase if kind in set(EventKind) else "One event"
    what = phrase.replace("this reference", name or "a reference")
    title, because = plain(payload.get("record_title")), plain(payload.get("because"))
    return Notice(
        subject=f"{severity}: {total} articles – {_uncapital(what)}",
        severity=severity,
        headline=f"{total} articles rest on {name}" if name else f"{total} articles are concerned",
        lead=what,
        due="",
        link=str(payload.get("page") or ""),
        link_label="See everything that rests on it",
        changes=(Change(what="", record=name, record_url=url, title=title, because=_reason(because, phrase)),),
        lines=tuple(replace(line, news=()) for line in _lines(payload)),
        rest=int(payload.get("rest", 0)),
    )


def _many(payload: Mapping[str, Any]) -> Notice:
    severity, total = _severity(payload["severity"]), int(payload["articles_total"])
    return Notice(
        subject=f"{severity}: {_count(total, 'article')} need a look",
        severity=severity,
        headline=f"{_count(total, 'article')} need a look",
        lead="Many things came in at once; here they are together.",
        due="",
        link=str(payload["page"]),
        link_label="Open the queue",
        lines=_lines(payload),
        rest=int(payload.get("rest", 0)),
    )


def _digest(payload: Mapping[str, Any]) -> Notice:
    severity, total = _severity(payload["severity"]), int(payload["articles_total"])
    on = day(date.fromisoformat(payload["day"]))
    return Notice(
        subject=f"Evidence digest, {on}: {_count(total, 'article')} with news",
        severity=severity,
        headline=f"News of {_count(total, 'article')}",
        lead=f"What changed up to {on} and could wait; what could not was told at once.",
        due="",
        link=str(payload["page"]),
        link_label="Open the queue",
        lines=_lines(payload),
        rest=int(payload.get("rest", 0)),
    )


def _lines(payload: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(
            title=plain(item["title"]),
            page=str(item["page"]),
            severity=_severity(item["severity"]),
            news=tuple(dict.fromkeys(_news(item))),
        )
        for item in payload["articles"]
    )


def _news(item: Mapping[str, Any]) -> Iterable[str]:
    if "news" not in item:
        return [plain(item["because"])]
    return [
        f"fresh again: {plain(one['because'])}" if one["topic"] == Topic.FRESH else plain(one["because"])
        for one in item["news"]
    ]


def _change(finding: Mapping[str, Any]) -> Change:
    phrase = KIND_RULES[EventKind(finding["kind"])].phrase
    numbers = [str(line["number"]) for line in finding["references"] if line["number"] is not None]
    what = phrase
    if numbers:
        noun = "reference" if len(numbers) == 1 else "references"
        named = f"{noun} {_listed(numbers)}"
        what = phrase.replace("this reference", named) if "this reference" in phrase else f"{phrase} ({named})"
    name, url = _record(str(finding["record"]))
    sentences = tuple(
        Sentence(text=plain(line["text"]), note="" if line["affected"] == "yes" else "possibly")
        for line in finding["sentences"]
    )
    return Change(
        what=what,
        record=name,
        record_url=url,
        title=plain(finding["title"]),
        shown_by=_listed([_SOURCES.get(source, plain(source)) for source in finding["sources"]]),
        because=_reason(plain(finding["because"]), phrase),
        sentences=sentences,
        more_sentences=max(0, int(finding["sentences_total"]) - len(sentences)),
        todo=plain(finding["suggested_action"]),
    )


def _reason(because: str, said: str) -> str:
    """The reason without what was said already."""
    return because.removeprefix(f"{said}: ") if because != said else ""


def _record(record: str) -> tuple[str, str]:
    """A record's name for people, and where they can look at it; we make the address, upstreams do not."""
    try:
        identifier = Identifier.parse(record)
    except InvalidIdentifier:
        return plain(record), ""
    url = identifier.url or ""
    name = _RECORDS.get(identifier.scheme, "{}").format(identifier.value)
    return plain(name), url if url.startswith(("https://", "http://")) else ""


def _due(payload: Mapping[str, Any]) -> str:
    deadline = (payload.get("review") or {}).get("deadline") or payload.get("deadline")
    return f"Review due by {moment(deadline)}" if deadline else ""


def _severity(severity: object) -> str:
    return str(severity).capitalize()


def _short(title: str) -> str:
    return title if len(title) <= MOST_IN_SUBJECT else f"{title[: MOST_IN_SUBJECT - 1].rstrip()}…"


def _uncapital(text: str) -> str:
    """As it goes on after a dash; names keep their capitals."""
    return text[:1].lower() + text[1:] if text.partition(" ")[0] in _COMMON else text


def _listed(words: Iterable[str]) -> str:
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plain(text: object) -> str:
    """Text on one line, without what steers a terminal, a header or the direction of writing."""
    letters = (letter if letter.isprintable() else " " for letter in str(text or ""))
    return " ".join("".join(letters).split())


def moment(value: object) -> str:
    """``5 Jan 2026, 12:00 UTC`` for an ISO time."""
    try:
        at = datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return "an unknown time"
    return f"{day(at.date())}, {at:%H:%M} UTC"


def day(value: date) -> str:
    """``5 Jan 2026``."""
    return f"{value.day} {value:%b %Y}"
