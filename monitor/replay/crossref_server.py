"""Crossref's REST API: works by DOI and by question, cursors that die, plain text where there is nothing."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import quote, unquote

from monitor.replay.answers import Answer, Request, json_answer, text_answer
from monitor.replay.crossref_manners import TOO_MANY, Pace, pool_of
from monitor.replay.crossref_query import SORTS, Question, Refused, check_single, read_question
from monitor.replay.crossref_works import FIRST_INDEXED, Work, day_of, moment, searched, words
from monitor.replay.faults import Upstream
from monitor.replay.shelf import BEGINNING, Version
from monitor.replay.world import World

CURSOR_SECONDS = 300.0
"""How long a cursor may lie unused."""
_WORKS = "/works"
_AGENCY = "/agency"
_AGENCIES = {
    "airiti": "Airiti",
    "cnki": "CNKI",
    "crossref": "Crossref",
    "datacite": "DataCite",
    "jalc": "JaLC",
    "kisti": "KISTI",
    "medra": "mEDRA",
    "op": "OP",
}


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A walk with a cursor over what was found when it began; ``used`` is when it was last asked for."""

    day: date
    walk: tuple[tuple[str, str], ...]
    found: list[Work] = field(repr=False)
    offset: int
    used: float


class Crossref:
    """``/works``, ``/works/{doi}`` and ``/works/{doi}/agency`` over a world's works."""

    upstream = Upstream.CROSSREF

    def __init__(self, world: World, violations: list[str], patience: int = 1) -> None:
        self._world = world
        self._pace = Pace(violations, patience)
        self._lock = threading.Lock()
        self._walks: dict[str, _Walk] = {}
        self._left = count()
        self._postings: dict[str, dict[str, list[int]]] = {}
        self._posted: dict[str, set[int]] = {}

    def answer(self, request: Request) -> Answer:
        """Answer as of today, with what the client's pool allows in the headers; 429 to who asks faster."""
        pool = pool_of(request, single=request.path != _WORKS)
        with self._pace.entered(request, pool) as allowed:
            if not allowed:
                return TOO_MANY
            answered = self._route(request)
        return replace(answered, headers={**answered.headers, **pool.headers})

    def error(self, _request: Request) -> Answer:
        """What an exception of the service looks like, here with HTTP 200."""
        told = {
            "name": "class java.lang.Exception",
            "description": "An exception was played",
            "message": "",
            "stack": [],
        }
        return json_answer(
            {"status": "error", "message-type": "exception", "message-version": "1.0.0", "message": told}
        )

    def throttled(self) -> Answer:
        """HTTP 429 with neither a body nor a time to wait."""
        return TOO_MANY

    def prolog(self, _request: Request) -> Answer:
        """An opening brace and nothing more."""
        return Answer(body=b"{", content_type="application/json; charset=UTF-8")

    def expire_cursors(self) -> None:
        """Let every cursor be forgotten, as happens after five minutes."""
        with self._lock:
            self._walks.clear()

    def _route(self, request: Request) -> Answer:
        day = self._world.today
        try:
            if request.path == _WORKS:
                return self._list(read_question(request.parameters), day, request.at)
            doi = unquote(request.path).removeprefix(f"{_WORKS}/")
            if not request.path.startswith(f"{_WORKS}/") or not doi:
                return _nothing()
            check_single(request.parameters)
            if doi.lower().endswith(_AGENCY):
                return self._agency(doi[: -len(_AGENCY)], day)
            return self._one(doi, day)
        except Refused as refused:
            return _failed("validation-failure", refused.told, HTTPStatus.BAD_REQUEST)

    def _one(self, doi: str, day: date) -> Answer:
        alias = self._world.alias(doi, day)
        if alias is not None:
            moved = {"Location": f"{_WORKS}/{quote(alias, safe='')}"}
            return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers=moved)
        version = self._world.work(doi, day)
        if version is None or version.content is None:
            return _nothing()
        return _enveloped("work", {**_shown(version, version.content), "score": 1})

    def _agency(self, doi: str, day: date) -> Answer:
        held = self._world.work(doi, day) is not None or self._world.alias(doi, day) is not None
        agency = "crossref" if held else self._world.agency(doi, day)
        if agency is None:
            return _nothing()
        named = {"id": agency, "label": _AGENCIES.get(agency, agency.title())}
        return _enveloped("work-agency", {"DOI": doi.lower(), "agency": named})

    def _list(self, question: Question, day: date, at: float) -> Answer:
        if question.cursor is None:
            found = self._found(question, day)
            if question.sample is not None:
                page = found[: question.sample]
            else:
                page = found[question.offset : question.offset + question.rows]
            return _listed(question, page, len(found), {})
        with self._lock:
            walk = self._walk(question, day, at)
            if walk is None:
                told = {
                    "type": "cursor-invalid",
                    "value": question.cursor,
                    "message": "Cursor specified but it is invalid",
                }
                return _failed("resource-failure", told, HTTPStatus.NOT_FOUND)
            page = walk.found[walk.offset : walk.offset + question.rows]
            token = self._leave(replace(walk, offset=walk.offset + len(page), used=at))
        return _listed(question, page, len(walk.found), {"next-cursor": token})

    def _walk(self, question: Question, day: date, at: float) -> _Walk | None:
        """Where a cursor stands; None for one that is unknown, too old, of another day or of another question."""
        if question.cursor == "*":
            return _Walk(day=day, walk=question.walk, found=self._found(question, day), offset=0, used=at)
        walk = self._walks.get(question.cursor or "")
        if walk is None or at - walk.used > CURSOR_SECONDS or (walk.day, walk.walk) != (day, question.walk):
            return None
        walk.used = at
        return walk

    def _leave(self, walk: _Walk) -> str:
        """A new cursor. It has characters in it that must be quoted in an address, as the real ones do."""
        token = f"DnF1+{hashlib.blake2b(str(next(self._left)).encode(), digest_size=24).hexdigest()}/=="
        self._walks = {name: old for name, old in self._walks.items() if walk.used - old.used <= CURSOR_SECONDS}
        self._walks[token] = walk
        return token

    def _found(self, question: Question, day: date) -> list[Work]:
        """Works of today for which the filters hold, in order; without a sort in one that means nothing."""
        versions = [version for version in self._world.works(day).values() if version.content is not None]
        shown = [(id(version.content), _shown(version, version.content or {})) for version in versions]
        held = {
            number: work for number, work in shown if all(any(test(work) for test in tests) for tests in question.tests)
        }
        works = self._scored(held, question.searched) if question.searched else list(held.values())
        works.sort(key=lambda work: str(work["DOI"])[::-1])
        if question.sort:
            works.sort(key=SORTS[question.sort], reverse=question.descending)
        return works

    def _scored(self, held: Mapping[int, Work], asked: Mapping[str, str]) -> list[Work]:
        """Every work that shares a word with each query; rare words count for more, and a score says nothing more."""
        scores: dict[int, float] = dict.fromkeys(held, 0.0)
        for name, text in asked.items():
            found = {term: self._holding(name, term, held) for term in words(text)}
            added: dict[int, float] = {}
            for numbers in found.values():
                for number in numbers:
                    added[number] = added.get(number, 0.0) + 1 + math.log(len(held) / len(numbers))
            scores = {number: scores[number] + more for number, more in added.items() if number in scores}
        return [{**held[number], "score": round(score, 6)} for number, score in scores.items()]

    def _holding(self, name: str, term: str, held: Mapping[int, Work]) -> list[int]:
        """The works that hold a word where a query looks; numbers are those of versions in memory."""
        postings = self._postings.setdefault(name, {})
        seen = self._posted.setdefault(name, set())
        for number in held.keys() - seen:
            for word in searched(held[number], name):
                postings.setdefault(word, []).append(number)
        seen |= held.keys()
        return [number for number in postings.get(term, ()) if number in held]


def _shown(version: Version[Work], work: Work) -> Work:
    """A work as it is sent: what appeared on a day of the world was indexed on that day."""
    if version.day == BEGINNING:
        indexed = work.get("indexed") or moment(day_of(work.get("created")) or FIRST_INDEXED)
    else:
        indexed = moment(version.day)
    return {**work, "indexed": indexed, "score": 0}


def _listed(question: Question, page: list[Work], total: int, more: Mapping[str, str]) -> Answer:
    if question.select:
        page = [{name: value for name, value in work.items() if name in question.select} for work in page]
    terms = " ".join(question.searched.values()) or None
    return _enveloped(
        "work-list",
        {
            "facets": {},
            **more,
            "total-results": total,
            "items": page,
            "items-per-page": question.rows,
            "query": {"start-index": question.offset, "search-terms": terms},
        },
    )


def _enveloped(kind: str, message: Any) -> Answer:
    return json_answer({"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message})


def _failed(kind: str, told: Mapping[str, str], status: HTTPStatus) -> Answer:
    return json_answer({"status": "failed", "message-type": kind, "message": [told]}, status=status)


def _nothing() -> Answer:
    return text_answer("Resource not found.", status=HTTPStatus.NOT_FOUND)
