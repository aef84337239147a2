"""A small Crossref on loopback that keeps the rules of the real one, and breaks them where a test wants it."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from monitor.domain.identifiers import Identifier, Scheme
from tests.contract.faulty_server import FaultyServer, Heard, Reply, status

NOT_FOUND = status(404, b"Resource not found.")
SPENT_CURSOR = status(
    404,
    b'{"status":"failed","message-type":"resource-failure","message":[{"type":"cursor-invalid","value":"x",'
    b'"message":"Cursor specified but it is invalid"}]}',
    Content_Type="application/json",
)


def doi(text: str) -> Identifier:
    """An identifier as it stands, also where our own spelling of DOIs would trim it."""
    return Identifier(Scheme.DOI, text)


def work(name: str, **fields: Any) -> dict[str, Any]:
    """A work as Crossref shows it; underscores stand for hyphens."""
    given = {key.replace("_", "-"): value for key, value in fields.items()}
    return {"DOI": name, "type": "journal-article", "title": ["A paper"], "indexed": indexed(), **given}


def indexed(day: str = "2026-01-04") -> dict[str, object]:
    return {"date-time": f"{day}T05:06:07Z", "timestamp": 1}


def update(name: str, kind: str = "retraction", **fields: Any) -> dict[str, Any]:
    return {"DOI": name, "type": kind, "updated": {"date-parts": [[2026, 1, 2]]}, "source": "publisher", **fields}


def answer(kind: str, message: object, **headers: str) -> Reply:
    body = json.dumps({"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message})
    return status(200, body.encode(), **{"Content_Type": "application/json", **headers})


def listing(*items: object, total: int | None = None, cursor: str = "", **headers: str) -> Reply:
    message = {"items": items, "total-results": len(items) if total is None else total, "items-per-page": 20}
    return answer("work-list", {**message, **({"next-cursor": cursor} if cursor else {})}, **headers)


def path_of(name: str) -> str:
    return f"/works/{quote(name, safe='')}"


def parameters(heard: Heard) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(heard.target).query).items()}


@dataclass
class PlayedCrossref:
    """``works`` it holds; ``changed`` and ``notices`` are what the two walks hand out; ``headers`` go with lists."""

    server: FaultyServer
    works: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.on("/works", self._list)
        for item in self.works:
            self.server.on(path_of(item["DOI"]), answer("work", item))

    def unheld(self, name: str, *, agency: str = "") -> None:
        """A DOI that Crossref does not hold, registered by another agency or by nobody."""
        self.server.on(path_of(name), NOT_FOUND)
        known = answer("work-agency", {"DOI": name, "agency": {"id": agency, "label": agency.upper()}})
        self.server.on(f"{path_of(name)}/agency", known if agency else NOT_FOUND)

    def asked(self, word: str = "") -> list[dict[str, str]]:
        """The parameters of every list that was asked for with the word in its filter."""
        asked = [parameters(heard) for heard in self.server.heard if heard.target.startswith("/works?")]
        return [one for one in asked if word in one.get("filter", "")]

    def _list(self, line: socket.socket, heard: Heard, closing: threading.Event) -> None:
        asked = parameters(heard)
        filters = [one.partition(":")[::2] for one in asked["filter"].split(",")]
        match filters[0][0]:
            case "has-update":
                items = self.changed
            case "is-update":
                items = self.notices
            case _:
                wanted = {value for name, value in filters if name == "doi"} - self.left_out
                items = [item for item in self.works if item["DOI"].lower() in wanted]
        fields = asked["select"].split(",")
        shown = [{key: value for key, value in item.items() if key in fields} for item in items]
        listing(*shown, **self.headers)(line, heard, closing)
