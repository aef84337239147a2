"""What E-utilities are asked for beside the update files: what came to be watched lately, and nothing in a quiet day.

A watch is handed over by one last poll in full, so that no day lies between the two transports. From then on its cursor
is the day of that poll with a mark, and E-utilities can take over again from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.sources.pubmed.cited_set import poll_cited_set, poll_unread
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.included import poll_included
from monitor.sources.pubmed.notices import poll_notices

MARK = "then files"

Poll: TypeAlias = Callable[[Eutils, PollRequest], PollOutcome]


def cited_set(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Read what is unread."""
    if _mark(request):
        return poll_unread(eutils, request)
    return _handed_over(poll_cited_set, eutils, request, MARK)


def notices(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Look back once more whenever the watch begins anew: a notice about what is new here may be in an older file."""
    if _mark(request):
        return Polled(cursor=request.cursor)
    return _handed_over(poll_notices, eutils, request, MARK)


def included(eutils: Eutils, request: PollRequest) -> PollOutcome:
    """Look at the listed studies when others are listed than the last time."""
    mark = f"{MARK} {_digest(request)}"
    if _mark(request) == mark:
        return Polled(cursor=request.cursor)
    return _handed_over(poll_included, eutils, replace(request, unread=frozenset()), mark)


WATCHES: dict[str, Poll] = {"cited_set": cited_set, "notices": notices, "included": included}
"""Kind of watch → how it is polled beside the update files."""


def _handed_over(poll: Poll, eutils: Eutils, request: PollRequest, mark: str) -> PollOutcome:
    outcome = poll(eutils, request)
    return replace(outcome, cursor=f"{outcome.cursor} {mark}") if isinstance(outcome, Polled) else outcome


def _mark(request: PollRequest) -> str:
    return request.cursor.partition(" ")[2]


def _digest(request: PollRequest) -> str:
    text = "\n".join(sorted(map(str, request.identifiers)))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
