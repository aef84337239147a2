"""The JSON Schema of a publisher's recipe, for editors that check YAML while it is written."""

from __future__ import annotations

import json

from monitor.recipes.keys import BY_LIST, BY_LITERATURE, BY_PAGES, Schema, section


def publisher_schema() -> Schema:
    """What :func:`monitor.recipes.load_publisher` accepts, as far as JSON Schema can say it.

    That patterns and XPaths are valid, that identities start with the key and that nothing is given twice is told by
    ``monitor watchlist check`` only.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A guideline publisher: watchlists/publishers/<key>.yaml",
        "type": "object",
        "if": {"required": ["list"]},
        "then": section(BY_LIST),
        "else": {"if": {"required": ["via"]}, "then": section(BY_LITERATURE), "else": section(BY_PAGES)},
    }


def publisher_schema_text() -> str:
    """The schema as it stands in ``watchlists/publisher.schema.json``."""
    return json.dumps(publisher_schema(), indent=1, ensure_ascii=False) + "\n"
