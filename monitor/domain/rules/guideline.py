"""What a guideline's page shows, and what the passing from one reading to the next tells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from monitor.domain.channels import same_page
from monitor.domain.identifiers import Scheme
from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument
from monitor.domain.rules import guideline_list, page_text
from monitor.domain.rules.recommendations import Alteration, alterations
from monitor.domain.rules.trial import full_date
from monitor.domain.rules.wording import tokens
from monitor.domain.signals import Signal

MOST_TOLD = 5
"""So many altered recommendations are named; the difference shows all."""

_DATES = {"updated": "its last update", "published": "publication"}


def standing(record: GuidelineDocument) -> Iterator[Signal]:
    """The states that hold: an edition with its year, withdrawal, a successor, an update that was announced."""
    if record.state == "withdrawn":
        instead = f"; it names {record.replaced_by} in its place" if record.replaced_by else ""
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_WITHDRAWN,
            shown_by="state withdrawn",
            because=f"{record.publisher} shows the guideline as withdrawn{instead}",
            # The marker of a list is the day of the last update of substance, which may be years before.
            happened_on=None if record.revision else full_date(record.updated),
        )
    elif record.replaced_by:
        yield Signal(
            record=record.identifier,
            kind=EventKind.SUPERSEDED,
            shown_by=f"replaced by {record.replaced_by}",
            because=f"{record.publisher} says that it is replaced by {record.replaced_by}",
            happened_on=full_date(record.updated),
        )
    if edition := _edition(record):
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_UPDATED,
            shown_by=f"edition {edition}",
            because=f"{record.publisher} shows edition {edition}",
            edition_year=edition_year(record),
            happened_on=full_date(record.updated) or full_date(record.published),
        )
    if record.reaffirmed:
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_REAFFIRMED,
            shown_by=f"reaffirmed {record.reaffirmed}",
            because=f"{record.publisher} reaffirmed the guideline ({record.reaffirmed})",
            happened_on=full_date(record.reaffirmed),
        )
    if record.update_announced:
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_UPDATE_ANNOUNCED,
            shown_by=f"announced: {record.update_announced}",
            because=f"{record.publisher} announces: “{record.update_announced}”",
        )


def passing(before: GuidelineDocument, after: GuidelineDocument) -> Iterator[Signal]:
    """What changed while the edition stayed, and where the page is now; an edition in a journal has no page to move.

    Where the words of a page are compared, its dates are mere stamps.
    """
    if not after.records and after.url and before.url and same_page(before.url) != same_page(after.url):
        yield Signal(
            record=after.identifier,
            kind=EventKind.PAGE_MOVED,
            shown_by=f"moved to {after.url}",
            because=f"{before.url} leads to {after.url} for good",
            standing=False,
        )
    if _edition(before) != _edition(after):
        return
    if changed := alterations(before.recommendations, after.recommendations):
        yield _altered(after, changed)
        return
    if before.passages and after.passages:
        yield from page_text.passing(before, after)
        return
    if before.revision != after.revision:
        yield from guideline_list.passing(before, after)
        return
    for field, words in _DATES.items():
        was, now = getattr(before, field), getattr(after, field)
        if now and not _is_same_day(was, now):
            yield Signal(
                record=after.identifier,
                kind=EventKind.GUIDELINE_UPDATED,
                shown_by=f"{field} {now}",
                because=f"{after.publisher} states another date of {words}: {now}, before it was {was or 'none'}",
                standing=False,
                happened_on=full_date(now),
            )
            return


def edition_year(record: GuidelineDocument) -> int | None:
    """The year of the edition, from its name or from the date of publication."""
    for text in (record.edition, record.published):
        if match := re.search(r"\b(?:19|20)\d\d\b", text):
            return int(match.group())
    return None


def _is_same_day(left: str, right: str) -> bool:
    """Whether two dates are one, maybe told more exactly the second time."""
    left, right = " ".join(left.split()), " ".join(right.split())
    return left == right or (bool(left) and (left.startswith(right) or right.startswith(left)))


def _edition(record: GuidelineDocument) -> str:
    """What names the edition: a move of it is told by the standing signal. A mere page has none."""
    return record.edition or (record.published if record.identifier.scheme is Scheme.GUIDELINE else "")


def _altered(after: GuidelineDocument, changed: tuple[Alteration, ...]) -> Signal:
    told = "; ".join(f"{one.label} {one.what}" for one in changed[:MOST_TOLD])
    more = f"; and {len(changed) - MOST_TOLD} more" if len(changed) > MOST_TOLD else ""
    wordings = sorted((*tokens(item.text), item.strength, item.population) for item in after.recommendations)
    content = hashlib.blake2b(repr(wordings).encode(), digest_size=6).hexdigest()
    return Signal(
        record=after.identifier,
        kind=EventKind.GUIDELINE_RECOMMENDATION_CHANGED,
        shown_by=f"recommendations {content}",
        because=f"{after.publisher} changed without a new edition: {told}{more}",
        standing=False,
        happened_on=full_date(after.updated),
    )
