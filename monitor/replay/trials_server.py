"""ClinicalTrials.gov's API v2: versions that move on weekdays, tokens that die with them, plain-text refusals."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from monitor.replay.answers import Answer, Request, html_answer, json_answer, text_answer
from monitor.replay.content import Study
from monitor.replay.essie import AREAS, Expression, Malformed, holds, parse_essie, piece_names, piece_values
from monitor.replay.faults import Upstream
from monitor.replay.world import World

_BASE = "/api/v2"
_API_VERSION = "2.0.5"
_MOST_ON_PAGE = 1000
_DEFAULT_ON_PAGE = 10
_FRIDAY = 4
_NCT = re.compile(r"[Nn][Cc][Tt]0*[1-9]\d{0,7}")
_HISTORY = re.compile(r"/api/int/studies/(?P<nct>NCT\d{8})(?:/history/(?P<number>\d+))?")
_STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "AVAILABLE",
        "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE",
        "APPROVED_FOR_MARKETING",
        "WITHHELD",
        "UNKNOWN",
    }
)
_PLAIN = frozenset(
    {"format", "markupFormat", "aggFilters", "geoDecay", "fields", "sort", "countTotal", "pageSize", "pageToken"}
)
_FILTERS = frozenset({"overallStatus", "geo", "ids", "advanced", "synonyms"})
_NOT_REPEATED = frozenset({"countTotal", "pageSize", "pageToken"})
"""What may differ between the pages of one walk."""


class Refused(Exception):
    """A request that is answered with HTTP 400 and a line of plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a walk stands: the next study and the number of the page."""

    offset: int = 0
    page: int = 1


def version_day(today: date) -> date:
    """The day of the data that is served: loaded on weekdays, so that a weekend shows Friday's."""
    return today - timedelta(days=max(today.weekday() - _FRIDAY, 0))


class Trials:
    """``/version``, ``/studies`` and ``/studies/{nct}`` over a world's studies, and their undocumented history."""

    upstream = Upstream.CLINICALTRIALS

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """Answer from the newest version loaded; 304 when the client has it."""
        day = version_day(self._world.today)
        try:
            answered = self._route(request, day)
        except (Refused, Malformed) as refused:
            return text_answer(str(refused), status=HTTPStatus.BAD_REQUEST)
        tag = _entity_tag(request.target, day)
        if answered.status != HTTPStatus.OK:
            return answered
        if request.header("If-None-Match") == tag:
            return Answer(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        return Answer(body=answered.body, content_type=answered.content_type, headers={"ETag": tag})

    def error(self, request: Request) -> Answer:
        """The API has no error envelope: plain text, here with HTTP 200."""
        return text_answer(f"Internal error while answering {request.path}")

    def throttled(self) -> Answer:
        """HTTP 429 in plain text, without rate headers but with a time to wait."""
        return Answer(status=HTTPStatus.TOO_MANY_REQUESTS, body=b"Too many requests", headers={"Retry-After": "2"})

    def prolog(self, _request: Request) -> Answer:
        """An opening brace and nothing more."""
        return Answer(body=b"{", content_type="application/json; charset=UTF-8")

    def _route(self, request: Request, day: date) -> Answer:
        path = unquote(request.path)
        if path == f"{_BASE}/version":
            return json_answer({"apiVersion": _API_VERSION, "dataTimestamp": f"{day.isoformat()}T09:00:06"})
        if path == f"{_BASE}/studies":
            return self._list(request.parameters, day)
        if (match := _HISTORY.fullmatch(path)) is not None:
            return self._history(match["nct"], match["number"], request.parameters, day)
        if path.startswith(f"{_BASE}/studies/") and path.count("/") == _BASE.count("/") + 2:
            return self._one(path.rsplit("/", 1)[-1], request.parameters, day)
        return html_answer("404 Not Found", "There is no such address.", status=HTTPStatus.NOT_FOUND)

    def _one(self, written: str, asked: Mapping[str, str], day: date) -> Answer:
        if not _NCT.fullmatch(written):
            raise Refused("`nctId` parameter has incorrect format")
        nct = f"NCT{int(written[3:]):08}"
        study = self._world.study(nct, day)
        if study is not None:
            return json_answer(_shown(study, asked.get("fields", ""), day))
        for other, candidate in self._world.studies(day).items():
            if nct in piece_values(candidate, ("NCTIdAlias",)):
                return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"{_BASE}/studies/{other}"})
        return text_answer(f"NCT number {nct} not found", status=HTTPStatus.NOT_FOUND)

    def _history(self, nct: str, number: str | None, asked: Mapping[str, str], day: date) -> Answer:
        """The undocumented history: the versions of a study by number, each dated by its last update."""
        versions = self._world.study_versions(nct, day)
        if not versions or (number is not None and int(number) >= len(versions)):
            return text_answer(f"{nct} not found", status=HTTPStatus.NOT_FOUND)
        if number is not None:
            return json_answer({"studyVersion": int(number), "study": versions[int(number)]})
        if asked.get("history") != "true":
            return json_answer({"study": versions[-1]})
        changes = [
            {
                "version": position,
                "date": next(piece_values(study, ("LastUpdatePostDate",)), ""),
                "status": next(piece_values(study, ("OverallStatus",)), ""),
                "moduleLabels": [],
            }
            for position, study in enumerate(versions)
        ]
        return json_answer({"study": versions[-1], "history": {"changes": changes}})

    def _list(self, asked: Mapping[str, str], day: date) -> Answer:
        _check_names(asked)
        size = _page_size(asked)
        studies = _selected(self._world.studies(day), asked)
        place = _read_token(asked, day)
        empty = (
            bool(self._world.empty_page) and place.page % self._world.empty_page == 0 and place.offset < len(studies)
        )
        end = place.offset if empty else place.offset + size
        result: dict[str, Any] = {}
        if asked.get("countTotal") == "true" and not asked.get("pageToken"):
            result["totalCount"] = len(studies)
        if end < len(studies) and (size or empty):
            result["nextPageToken"] = _write_token(_Place(offset=end, page=place.page + 1), asked, day)
        result["studies"] = [_shown(study, asked.get("fields", ""), day) for study in studies[place.offset : end]]
        return json_answer(result)


def _check_names(asked: Mapping[str, str]) -> None:
    for name in asked:
        prefix, dot, rest = name.partition(".")
        known = {"query": frozenset(AREAS), "filter": _FILTERS, "postFilter": _FILTERS}
        if dot and prefix not in known:
            raise Refused(f"Invalid prefix in parameter name: {name}")
        if name not in _PLAIN and rest not in known.get(prefix, ()):
            raise Refused(f"Unknown parameter: {name}")
    if asked.get("format", "json") != "json":
        raise Refused("`format` parameter: this stand-in writes json only")
    if asked.get("countTotal", "false") not in ("true", "false"):
        raise Refused("`countTotal` parameter has incorrect format")


def _page_size(asked: Mapping[str, str]) -> int:
    written = asked.get("pageSize", str(_DEFAULT_ON_PAGE))
    if not written.isdigit():
        raise Refused("`pageSize` parameter has incorrect format")
    return min(int(written), _MOST_ON_PAGE)


def _selected(studies: Mapping[str, Study], asked: Mapping[str, str]) -> list[Study]:
    queries = {
        name.partition(".")[2]: text for name, text in asked.items() if name.startswith("query.") and text.strip()
    }
    tests: list[Expression] = [parse_essie(text, AREAS[name]) for name, text in queries.items()]
    only_ids = any(_NCT.fullmatch(word) for word in queries.values()) and all(
        _NCT.fullmatch(word) for text in queries.values() for word in re.split(r"[\s,|]+", text.strip())
    )
    filters = {} if only_ids else {name: text for name, text in asked.items() if "ilter." in name and text.strip()}
    tests += [parse_essie(text) for name, text in filters.items() if name.endswith(".advanced")]
    ids, statuses = _choice(filters, "ids"), _choice(filters, "overallStatus")
    if statuses is not None and (strange := statuses - _STATUSES):
        raise Refused(f"`filter.overallStatus` parameter has unknown value: {sorted(strange)[0]}")
    if ids is not None and (strange := {one for one in ids if not _NCT.fullmatch(one)}):
        raise Refused(f"`filter.ids` parameter has incorrect format: {sorted(strange)[0]}")
    chosen = [
        nct
        for nct, study in studies.items()
        if (ids is None or ids & {nct, *piece_values(study, ("NCTIdAlias",))})
        and (statuses is None or statuses & set(piece_values(study, ("OverallStatus",))))
        and all(holds(test, study) for test in tests)
    ]
    return _in_order(chosen, studies, asked.get("sort", ""))


def _choice(filters: Mapping[str, str], name: str) -> set[str] | None:
    written = [text for key, text in filters.items() if key.endswith(f".{name}")]
    return {one.upper() for text in written for one in re.split(r"[|,\s]+", text.strip())} if written else None


def _in_order(chosen: list[str], studies: Mapping[str, Study], sort: str) -> list[Study]:
    """Unsorted "for performance": an order that is stable, and that nobody should read anything into."""
    ordered = sorted(chosen, key=lambda nct: nct[::-1])
    for rule in reversed([rule for rule in sort.split(",") if rule and not rule.startswith("@")]):
        piece, _, direction = rule.partition(":")
        ordered.sort(
            key=lambda nct, piece=piece: max(piece_values(studies[nct], (piece,)), default=""),  # type: ignore[misc] # mypy cannot type a default in a lambda
            reverse=direction == "desc",
        )
    return [studies[nct] for nct in ordered]


def _shown(study: Study, fields: str, day: date) -> Study:
    """A study as it is sent: with the version's date in it, and cut down to the fields that were asked for."""
    derived = study.get("derivedSection", {})
    miscellany = {**derived.get("miscInfoModule", {}), "versionHolder": day.isoformat()}
    whole = {**study, "derivedSection": {**derived, "miscInfoModule": miscellany}}
    wanted = {name.strip().lower() for name in re.split(r"[|,]", fields) if name.strip()}
    if not wanted:
        return whole
    return _pruned(whole, (), wanted) or {}


def _pruned(node: Any, path: tuple[str, ...], wanted: set[str]) -> Any:
    """The parts of a study under names or dotted paths that are wanted; None when there are none."""
    if path and (wanted & (piece_names(path) | {".".join(path).lower()})):
        return node
    if isinstance(node, dict):
        kept = {key: part for key, value in node.items() if (part := _pruned(value, (*path, key), wanted)) is not None}
        return kept or None
    if isinstance(node, list):
        return [part for value in node if (part := _pruned(value, path, wanted)) is not None] or None
    return None


def _walk(asked: Mapping[str, str], day: date) -> str:
    """What a token is bound to: the version of the data and the repeated parameters."""
    repeated = sorted((name, text) for name, text in asked.items() if name not in _NOT_REPEATED)
    return hashlib.blake2b(json.dumps([day.isoformat(), repeated]).encode(), digest_size=8).hexdigest()


def _write_token(place: _Place, asked: Mapping[str, str], day: date) -> str:
    return base64.urlsafe_b64encode(f"{_walk(asked, day)} {place.offset} {place.page}".encode()).decode().rstrip("=")


def _read_token(asked: Mapping[str, str], day: date) -> _Place:
    token = asked.get("pageToken", "")
    if not token:
        return _Place()
    try:
        walk, offset, page = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split()
        place = _Place(offset=int(offset), page=int(page))
    except (binascii.Error, ValueError):
        raise Refused("`pageToken` parameter has incorrect format") from None
    if walk != _walk(asked, day):
        raise Refused("`pageToken` parameter is of another query or of an older version of the data")
    return place


def _entity_tag(target: str, day: date) -> str:
    digest = hashlib.blake2b(f"{day} {target}".encode(), digest_size=4).hexdigest()
    return f'"{digest[:7]}/0.34.1/{digest}"'
