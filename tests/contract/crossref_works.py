"""Works in Crossref's format, as small as they may be, and questions to the played Crossref."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.replay.serving import Servers
from monitor.replay.world import World
from tests.contract.test_replay_world import Reply, ask, make_world

POLITE = {"User-Agent": "monitor/1.0 (https://example.org; mailto:ops@example.org)"}
TRIAL, NOTICE, ODD = "10.5555/trial.1", "10.5555/notice.1", "10.5555/0012-9615(1999)069<0569:a>2.0.co;2"
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


def trial_and_notice(folder: Path) -> World:
    """A world in which a trial is retracted on day −4, and is told to be on day −2; with some works beside them."""
    cited_at_last = update(NOTICE), update(NOTICE, source="retraction-watch") | {"record-id": "77"}
    return make_world(
        folder,
        {
            "crossref/a.jsonl": lines(
                work(
                    TRIAL,
                    "Nerve blocks after surgery of the gallbladder",
                    author=[{"given": "Ada", "family": "Möller"}],
                    container_title=["Journal of Blocks"],
                    ISSN=["1234-567X"],
                    issued={"date-parts": [[2019, 7]]},
                    language="en",
                ),
                work(ODD, "Knees", type="book-chapter", created="2023-01-31", deposited="2023-02-28"),
                work("10.5555/OTHER", "Nerve growth in the knee", issued={"date-parts": [[None]]}),
                work("10.5555/self", "RETRACTED: Elbows", update_to=[update("10.5555/SELF", "retraction")]),
            ),
            "crossref/aliases.json": json.dumps({"10.5555/Old": TRIAL}),
            "crossref/agencies.json": json.dumps({"10.5555/data.1": "datacite", "10.6666": "medra"}),
            "day-4/crossref/notice.json": json.dumps(
                work(NOTICE, "Retraction: Nerve blocks", update_to=[update(TRIAL)], indexed="2020-01-01")
            ),
            "day-2/crossref/trial.json": json.dumps(work(TRIAL, "Nerve blocks", updated_by=list(cited_at_last))),
            "day-1/gone.txt": "doi:10.5555/OTHER\n",
        },
    )
