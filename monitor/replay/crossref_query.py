"""What ``/works`` may be asked, checked as Crossref does: parameters, filters, fields (upstreams.md 9.2)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.replay.crossref_works import FIELDS, Work, day_of, doi_key, published_on, updates_of

MOST_ROWS = 1000
MOST_REACHED = 10_000
MOST_SAMPLED = 100
DEFAULT_ROWS = 20
_PLAIN = frozenset({"filter", "rows", "offset", "cursor", "select", "sort", "order", "sample", "mailto"})
_KNOWN = _PLAIN | FIELDS.keys() | {"facet"}
_TRUE, _FALSE = frozenset({"1", "t", "true"}), frozenset({"0", "f", "false"})

SELECTABLE = frozenset(
    "DOI ISBN ISSN URL abstract accepted alternative-id approved archive article-number assertion author chair"  # noqa: SIM905 - a list of so many would fill the page
    " clinical-trial-number container-title content-created content-domain created degree deposited editor event"
    " funder group-title indexed is-referenced-by-count issn-type issue issued license link member original-title"
    " page posted prefix published published-online published-print publisher publisher-location reference"
    " references-count relation score short-container-title short-title standards-body subject subtitle title"
    " translator type update-policy update-to updated-by volume".split()
)
"""Fields that ``select`` knows; others, such as ``language``, are sent and cannot be selected."""
TYPES = frozenset(
    "book book-chapter book-part book-section book-series book-set book-track component database dataset"  # noqa: SIM905 - the same
    " dissertation edited-book grant journal journal-article journal-issue journal-volume monograph other"
    " peer-review posted-content proceedings proceedings-article proceedings-series reference-book reference-entry"
    " report report-component report-series standard standard-series".split()
)
_DAYS = ("created", "deposited", "indexed", "issued", "published-online", "published-print")


def _by_day(name: str) -> Callable[[Work], Any]:
    return lambda work: day_of(work.get(name)) or date.min


SORTS: Mapping[str, Callable[[Work], Any]] = {
    **{name: _by_day(name) for name in _DAYS},
    "published": lambda work: published_on(work) or date.min,
    "updated": _by_day("deposited"),
    "is-referenced-by-count": lambda work: int(work.get("is-referenced-by-count") or 0),
    "references-count": lambda work: int(work.get("references-count") or 0),
    "relevance": lambda work: float(work.get("score") or 0),
    "score": lambda work: float(work.get("score") or 0),
}

Test = Callable[[Work], bool]


class Refused(Exception):
    """A question that is answered with HTTP 400 and says what is wrong with it."""

    def __init__(self, kind: str, value: str, message: str) -> None:
        super().__init__(message)
        self.told = {"type": kind, "value": value, "message": message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A checked question to ``/works``."""

    tests: tuple[tuple[Test, ...], ...]
    """Of each group one must hold."""
    searched: Mapping[str, str]
    rows: int
    offset: int
    cursor: str | None
    select: frozenset[str]
    sort: str
    descending: bool
    sample: int | None
    walk: tuple[tuple[str, str], ...]
    """What a cursor is bound to."""


def read_question(asked: Mapping[str, str]) -> Question:
    """Check what was asked. Raises :class:`Refused` with Crossref's own kind of complaint."""
    _check_names(asked)
    rows = _number(asked, "rows", DEFAULT_ROWS, MOST_ROWS)
    offset = _number(asked, "offset", 0, MOST_REACHED)
    if offset + rows > MOST_REACHED:
        raise _too_big(str(offset + rows), MOST_REACHED)
    return Question(
        tests=_filters(asked.get("filter", "")),
        searched={name: text for name, text in asked.items() if name in FIELDS},
        rows=rows,
        offset=offset,
        cursor=asked.get("cursor"),
        select=_selected(asked.get("select", "")),
        sort=_sort(asked),
        descending=_one_of(asked.get("order", "desc"), "order", ("asc", "desc")) == "desc",
        sample=_number(asked, "sample", 0, MOST_SAMPLED) if "sample" in asked else None,
        walk=tuple(sorted(item for item in asked.items() if item[0] not in ("cursor", "mailto", "rows"))),
    )


def check_single(asked: Mapping[str, str]) -> None:
    """A question about one work has no parameters but ``mailto``."""
    for name in asked:
        _check_known(name)
        if name.startswith("query."):
            raise Refused("parameter-not-allowed", "query.*", "This route does not support field query parameters")
        if name != "mailto":
            raise Refused("parameter-not-allowed", name, f"This route does not support {name}")


def _check_known(name: str) -> None:
    if name not in _KNOWN:
        message = f"Parameter {name} specified but there is no such parameter available on any route"
        raise Refused("unknown-parameter", name, message)


def _check_names(asked: Mapping[str, str]) -> None:
    for name in asked:
        _check_known(name)
    if "facet" in asked:
        raise Refused("parameter-not-allowed", "facet", "This stand-in counts no facets")
    for other in ("offset", "sample"):
        if "cursor" in asked and other in asked:
            raise Refused("parameter-not-allowed", other, f"Parameter {other} cannot be used with cursor")
    if "sample" in asked and "offset" in asked:
        raise Refused("parameter-not-allowed", "offset", "Parameter offset cannot be used with sample")


def _number(asked: Mapping[str, str], name: str, default: int, most: int) -> int:
    written = asked.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", written) or int(written) > most:
        raise _too_big(written, most)
    return int(written)


def _too_big(written: str, most: int) -> Refused:
    message = f"Integer specified as {written} but must be a positive integer less than or equal to {most}. "
    return Refused("integer-not-valid", written, message)


def _one_of(written: str, name: str, known: tuple[str, ...]) -> str:
    if written not in known:
        message = f"{name.capitalize()} specified as {written} but must be one of: {', '.join(known)}"
        raise Refused(f"{name}-not-valid", written, message)
    return written


def _sort(asked: Mapping[str, str]) -> str:
    if "sort" not in asked:
        return "score" if any(name in FIELDS for name in asked) else ""
    return _one_of(asked["sort"], "sort", tuple(SORTS))


def _selected(written: str) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip() for name in written.split(","))))
    for name in sorted(names - SELECTABLE):
        raise Refused("select-not-available", name, _no_such("Select", name, SELECTABLE))
    return names


def _no_such(what: str, name: str, known: frozenset[str]) -> str:
    return (
        f"{what} '{name}' specified but there is no such {what.lower()} for this route. "
        f"Valid {what.lower()}s for this route are: {', '.join(sorted(known))}"
    )


def _filters(written: str) -> tuple[tuple[Test, ...], ...]:
    """Different names must all hold, of one name any. A comma always separates, even inside a DOI."""
    groups: dict[str, list[Test]] = {}
    for piece in filter(None, written.split(",")):
        name, colon, value = piece.partition(":")
        if not colon:
            message = f"Pair list form specified as {piece} but should be of the form: key:val,...,keyN:valN"
            raise Refused("pair-list-form-invalid", piece, message)
        if name not in _FILTERS:
            raise Refused("filter-not-available", name, _no_such("Filter", name, frozenset(_FILTERS)))
        groups.setdefault(name, []).append(_FILTERS[name](value))
    return tuple(tuple(tests) for tests in groups.values())


def _by_doi(value: str) -> Test:
    wanted = doi_key(value)
    return lambda work: doi_key(work["DOI"]) == wanted


def _by_updated(value: str) -> Test:
    wanted = doi_key(value)
    return lambda work: any(doi_key(str(entry.get("DOI"))) == wanted for entry in updates_of(work, "update-to"))


def _by_update_type(value: str) -> Test:
    return lambda work: any(entry.get("type") == value for entry in updates_of(work, "update-to"))


def _having(field: str) -> Callable[[str], Test]:
    def made(value: str) -> Test:
        if value not in _TRUE | _FALSE:
            message = f"Boolean value specified as {value} but must be one of: 1, true, t, 0, false, f"
            raise Refused("boolean-not-valid", value, message)
        return lambda work: bool(updates_of(work, field)) == (value in _TRUE)

    return made


def _by_issn(value: str) -> Test:
    if not re.fullmatch(r"\d{4}-?\d{3}[\dXx]", value):
        raise Refused("issn-not-valid", value, f"ISSN specified as {value} but must be of the form: xxxx-xxxx")
    wanted = value.replace("-", "").upper()
    return lambda work: any(str(issn).replace("-", "").upper() == wanted for issn in work.get("ISSN") or ())


def _by_type(value: str) -> Test:
    if value not in TYPES:
        raise Refused("type-not-valid", value, _no_such("Type", value, TYPES))
    return lambda work: work.get("type") == value


def _since(found: Callable[[Work], date | None]) -> Callable[[str], Test]:
    def made(value: str) -> Test:
        first = _span(value)[0]
        return lambda work: (day := found(work)) is not None and day >= first

    return made


def _until(found: Callable[[Work], date | None]) -> Callable[[str], Test]:
    def made(value: str) -> Test:
        last = _span(value)[1]
        return lambda work: (day := found(work)) is not None and day <= last

    return made


def _span(value: str) -> tuple[date, date]:
    """The days of ``2026``, ``2026-03`` or ``2026-03-13``."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", value)
    try:
        if match is None:
            raise ValueError(value)
        year, month, day = (int(part) if part else 0 for part in match.groups())
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        message = f"Date specified as {value} but must be of the form: yyyy or yyyy-MM or yyyy-MM-dd"
        raise Refused("date-not-valid", value, message) from None


_DATES: Mapping[str, Callable[[Work], date | None]] = {
    "index": lambda work: day_of(work.get("indexed")),
    "update": lambda work: day_of(work.get("deposited")),
    "created": lambda work: day_of(work.get("created")),
    "pub": published_on,
}
_FILTERS: Mapping[str, Callable[[str], Test]] = {
    "doi": _by_doi,
    "updates": _by_updated,
    "update-type": _by_update_type,
    "is-update": _having("update-to"),
    "has-update": _having("updated-by"),
    "issn": _by_issn,
    "type": _by_type,
    **{f"from-{name}-date": _since(found) for name, found in _DATES.items()},
    **{f"until-{name}-date": _until(found) for name, found in _DATES.items()},
}
