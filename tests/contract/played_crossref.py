"""Works in Crossref's format, as small as they may be, and questions to the played Crossref."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from monitor.replay.serving import Servers
from tests.contract.test_replay_world import Reply, ask

POLITE = {"User-Agent": "monitor/1.0 (https://example.org; mailto:ops@example.org)"}
STAMPED = ("created", "deposited", "indexed")


def stamp(day: str) -> dict[str, Any]:
    """A day as Crossref writes what it did itself."""
    return {"date-parts": [[int(part) for part in day.split("-")]], "date-time": f"{day}T10:00:00Z", "timestamp": 1}


def work(doi: str, title: str = "A paper", **more: Any) -> dict[str, Any]:
    """A work; dates are given as text, names with an underscore where Crossref has a hyphen."""
    told = {name.replace("_", "-"): value for name, value in more.items()}
    dates = {name: told.pop(name, "2024-05-06") for name in STAMPED}
    return {
        "DOI": doi,
        "title": [title],
        "type": "journal-article",
        "issued": {"date-parts": [[2024]]},
        **{name: stamp(day) for name, day in dates.items()},
        **told,
    }


def update(doi: str, kind: str = "retraction", *, source: str = "publisher", day: str = "2026-03-01") -> dict[str, Any]:
    """An entry of ``update-to`` or ``updated-by``."""
    return {"DOI": doi, "type": kind, "label": kind.title(), "source": source, "updated": stamp(day)}


def lines(*works: dict[str, Any]) -> str:
    """A file with a work on each line."""
    return "\n".join(json.dumps(one) for one in works)


def get(servers: Servers, path: str, **headers: str) -> Reply:
    """One question to the played Crossref by a client that names itself."""
    return ask(f"{servers.urls['MONITOR_CROSSREF_URL']}{path}", headers={**POLITE, **headers})


def listed(servers: Servers, **asked: str | int) -> Any:
    """The message of an answer from ``/works``; names with ``__`` for a dot."""
    query = "&".join(f"{name.replace('__', '.')}={quote(str(value), safe='')}" for name, value in asked.items())
    return get(servers, f"/works?{query}").json["message"]


def dois(message: Any) -> list[str]:
    """The DOIs of a list, sorted."""
    return sorted(item["DOI"] for item in message["items"])


def walked(servers: Servers, **asked: str | int) -> list[list[str]]:
    """The DOIs of every page of a walk with a cursor, until one is shorter than it could be."""
    pages, cursor = [], "*"
    while not pages or len(pages[-1]) == asked["rows"]:
        message = listed(servers, cursor=cursor, **asked)
        pages.append(dois(message))
        cursor = message["next-cursor"]
    return pages
