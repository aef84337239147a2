"""What the last good poll saw, as the cursor keeps it: the measure by which a gutted page is told from a change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.records import GuidelineDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many links the list had, and each guideline's edition with the number of its recommendations."""

    links: int = 0
    documents: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def objection_to_links(seen: Seen, links: int) -> str | None:
    """Why a list is not believed: it lost more than half of its entries at once."""
    if links * 2 >= seen.links:
        return None
    return f"the list shrank from {seen.links} guidelines to {links}: the reader is broken or the page changed"


def objection_to_document(seen: Seen, document: GuidelineDocument) -> str | None:
    """Why a page is not believed: under the same edition it lost more than half of its recommendations."""
    edition, before = seen.documents.get(document.identifier.value, ("", 0))
    now = len(document.recommendations)
    if document.state == "withdrawn" or edition != document.edition or now * 2 >= before:
        return None
    return (
        f"{document.identifier} shows {now} of {before} recommendations under the same edition: "
        "the reader is broken or the page changed"
    )


def to_cursor(seen: Seen, rules: str) -> str:
    """Spell as text; ``rules`` names the recipe under which it was seen."""
    return json.dumps({"rules": rules, "links": seen.links, "documents": seen.documents}, sort_keys=True)


def from_cursor(cursor: str, rules: str) -> Seen:
    """Read :func:`to_cursor` back. What another recipe saw is no measure for this one, so that editing it helps."""
    try:
        values = json.loads(cursor)
        if values["rules"] != rules:
            return Seen()
        documents = {str(key): (str(edition), int(count)) for key, (edition, count) in values["documents"].items()}
        return Seen(links=int(values["links"]), documents=documents)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Seen()
