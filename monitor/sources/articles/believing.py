"""When a change of an article is believed at once, at the next look, or only after somebody said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor.domain.articles import ParsedArticle
from monitor.sources.articles.seen import SeenPage, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a change is not believed yet; ``held`` is what to remember of it."""

    reason: str
    held: str


def doubt_of(page: SeenPage, parsed: ParsedArticle, *, digest: str, rules: str) -> Doubt | None:
    """None where the change is believed. ``rules`` names the declaration of the source as it is now.

    A page that lost most of its words or all of its references, or is back in a former state, is believed at the next
    look that finds it so. One that lost both shows another thing, such as a page for what was not found: it is believed
    only when the file that declares the source was edited meanwhile.
    """
    reason, is_another = _loss(page, parsed)
    if not reason and digest in page.former:
        reason = "it shows again what it showed before its last change"
    if not reason:
        return None
    before, _, under = page.held.partition("@")
    if before == digest and (not is_another or under != rules):
        return None
    held = page.held if before == digest else f"{digest}@{rules}"
    what_now = "where that is right, edit the file of its source" if is_another else "waiting for the next look"
    return Doubt(reason=f"{reason}; {what_now}", held=held)


def is_only_dated_today(page: SeenPage, parsed: ParsedArticle, today: date) -> bool:
    """Whether nothing changed but the date, and that to about today's.

    Some sites write the day on which they made the page. Where somebody did review the article on that day, the date
    will still be the same some days later, and is believed then.
    """
    if not page.is_followed or parsed.last_updated is None or digest_of(parsed, is_dated=False) != page.undated:
        return False
    return digest_of(parsed) != page.digest and parsed.last_updated >= today - timedelta(days=1)


def _loss(page: SeenPage, parsed: ParsedArticle) -> tuple[str, bool]:
    """What an article lost, and whether that is so much that it may be none any more."""
    words, references = len(parsed.text.split()), sum(reference.listed for reference in parsed.references)
    lost_words, lost_references = words * 2 < page.words, bool(page.references and not references)
    told = [
        *([f"{words} of {page.words} words"] if lost_words else []),
        *([f"none of its {page.references} references"] if lost_references else []),
    ]
    return f"it shows {' and '.join(told)}" if told else "", lost_words and lost_references
