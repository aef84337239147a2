"""What the last good poll of a list saw, as the cursor keeps it: by it a broken list is told from a busy publisher."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.domain.records import GuidelineDocument

FEW = 10
"""Fewer guidelines than this may always change at once."""

_State = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenItems:
    """State and marker of every guideline, by identity; ``validators`` are the headers of a conditional question."""

    items: Mapping[str, _State] = field(default_factory=dict)
    validators: Mapping[str, str] = field(default_factory=dict)


def seen_in(documents: Iterable[GuidelineDocument], validators: Mapping[str, str]) -> SeenItems:
    """What is remembered of a list that was believed."""
    items = {str(document.identifier): (document.state, document.revision) for document in documents}
    return SeenItems(items=items, validators=validators)


def objection(seen: SeenItems, now: SeenItems) -> str | None:
    """Why a list is not believed: it lost more than half of its items, or more than a third of them changed at once."""
    if len(now.items) * 2 < len(seen.items):
        return (
            f"the list shrank from {len(seen.items)} guidelines to {len(now.items)}: the reader or the list is broken"
        )
    both = seen.items.keys() & now.items.keys()
    changed = sum(seen.items[name] != now.items[name] for name in both)
    if changed >= FEW and changed * 3 > len(both):
        return f"{changed} of {len(both)} guidelines changed at once: the reader or the list is broken"
    return None


def to_cursor(seen: SeenItems, rules: str) -> str:
    """Spell as text; ``rules`` names the recipe under which it was seen."""
    values = {"rules": rules, "items": seen.items, "validators": seen.validators}
    return json.dumps(values, sort_keys=True)


def from_cursor(cursor: str, rules: str) -> SeenItems:
    """Read :func:`to_cursor` back. What another recipe saw is no measure for this one, so that editing it helps."""
    try:
        values = json.loads(cursor)
        if values["rules"] != rules:
            return SeenItems()
        items = {str(name): (str(state), str(marker)) for name, (state, marker) in values["items"].items()}
        validators = {str(name): str(value) for name, value in values["validators"].items()}
        return SeenItems(items=items, validators=validators)
    except (ValueError, TypeError, KeyError, AttributeError):
        return SeenItems()
