"""What NCBI asks of its clients, and what it does to those who do not care (upstreams.md 2.1 and 2.7)."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus

from monitor.replay.answers import Answer, Request, html_answer, json_answer

REQUESTS_PER_SECOND = 3
"""Without a key, for one address."""
MOST_IDS_IN_GET = 200
LONGEST_ADDRESS = 4000
_WINDOW_SECONDS = 0.95
"""A little less than a second: what the loopback's jitter does to a well-paced client is no broken rule."""


class Manners:
    """Checks every request. ``violations`` gets a sentence for each broken rule, whether or not the answer tells."""

    def __init__(self, violations: list[str], api_keys: Mapping[str, int]) -> None:
        self._violations = violations
        self._api_keys = api_keys
        self._lock = threading.Lock()
        self._recent: dict[str, deque[float]] = {}

    def refuse(self, request: Request) -> Answer | None:
        """The refusal a request has earned, or None when it is to be answered."""
        refusal = self._refuse_key(request) or self._refuse_pace(request)
        if refusal is None:
            self._note_contact(request)
            refusal = self._refuse_length(request)
        return refusal

    def _refuse_key(self, request: Request) -> Answer | None:
        key = request.parameters.get("api_key")
        if key is None or key in self._api_keys:
            return None
        self._note(request, "a blank api_key" if not key.strip() else "an api_key that is not valid")
        body = {"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}
        return json_answer(body, status=HTTPStatus.BAD_REQUEST)

    def _refuse_pace(self, request: Request) -> Answer | None:
        key = request.parameters.get("api_key")
        who, limit = (key, self._api_keys[key]) if key else (request.client, REQUESTS_PER_SECOND)
        count = self._count(who, request.at)
        if count <= limit:
            return None
        self._note(request, f"more than {limit} requests per second")
        return too_fast(who, count, limit)

    def _count(self, who: str, at: float) -> int:
        with self._lock:
            recent = self._recent.setdefault(who, deque())
            recent.append(at)
            while recent and recent[0] <= at - _WINDOW_SECONDS:
                recent.popleft()
            return len(recent)

    def _note_contact(self, request: Request) -> None:
        for name in ("tool", "email"):
            if not request.parameters.get(name, "").strip():
                self._note(request, f"no {name} is named")
        if re.search(r"\s", request.parameters.get("tool", "")):
            self._note(request, "the tool's name has a space in it")

    def _refuse_length(self, request: Request) -> Answer | None:
        ids = len(re.findall(r"[^,\s]+", request.parameters.get("id", "")))
        long = len(request.target) > LONGEST_ADDRESS
        if request.method == "POST" or (ids <= MOST_IDS_IN_GET and not long):
            return None
        self._note(request, f"{ids} ids and {len(request.target)} characters in a GET")
        return html_answer(
            "414 Request-URI Too Long",
            "The requested URL's length exceeds the capacity limit for this server.",
            status=HTTPStatus.REQUEST_URI_TOO_LONG,
        )

    def _note(self, request: Request, rule: str) -> None:
        self._violations.append(f"pubmed {request.method} {request.path}: {rule}")


def too_fast(who: str, count: int, limit: int) -> Answer:
    """The answer to a client that asks too often."""
    body = {"error": "API rate limit exceeded", "api-key": who, "count": str(count), "limit": str(limit)}
    return json_answer(body, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "2"})
