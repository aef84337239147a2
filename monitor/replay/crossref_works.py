"""Crossref's works: the shapes they are recorded in, their dates, the words they are found by (upstreams.md 9.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

Work = dict[str, Any]

FIRST_INDEXED = date(2020, 1, 1)
"""When an undated work without any date of its own is said to have been indexed."""
_INDEXED_AT = time(6, 0)
_YEAR_DATES = ("issued", "published", "published-print", "published-online")


def works_in(found: Any) -> Iterator[Work]:
    """The works of a recording: bare ones, an answer about one, or an answer that lists them.

    Raises ``ValueError`` for anything else.
    """
    if isinstance(found, list):
        for one in found:
            yield from works_in(one)
    elif isinstance(found, dict) and isinstance(found.get("message"), dict):
        yield from works_in(found["message"])
    elif isinstance(found, dict) and isinstance(found.get("items"), list):
        yield from works_in(found["items"])
    elif isinstance(found, dict) and isinstance(found.get("DOI"), str):
        yield found
    else:
        raise ValueError("neither a work nor an answer that holds works")


def doi_key(doi: str) -> str:
    """How a DOI is looked up: in lower case, as DOIs do not differ by case."""
    return doi.strip().lower()


def moment(day: date) -> dict[str, Any]:
    """A day as Crossref writes what it did itself: parts, time and milliseconds."""
    at = datetime.combine(day, _INDEXED_AT, UTC)
    return {
        "date-parts": [[day.year, day.month, day.day]],
        "date-time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "timestamp": int(at.timestamp()) * 1000,
    }


def day_of(told: Any) -> date | None:
    """A date of a work, missing parts taken as the first; None when there is none."""
    try:
        parts = [int(part) for part in told["date-parts"][0]]
        return date(parts[0], *[*parts[1:3], 1, 1][:2])
    except (KeyError, TypeError, IndexError, ValueError):
        return None


def published_on(work: Work) -> date | None:
    """The first day on which a work may have been published."""
    return day_of(work.get("published")) or min(filter(None, (day_of(work.get(n)) for n in _YEAR_DATES)), default=None)


def updates_of(work: Work, name: str) -> list[dict[str, Any]]:
    """The entries of ``update-to`` or ``updated-by``."""
    return [entry for entry in work.get(name) or () if isinstance(entry, dict)]


def words(text: str) -> set[str]:
    """The words of a text: lower case, without accents and punctuation."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return set(re.findall(r"[a-z0-9]+", plain.lower()))


def searched(work: Work, name: str) -> set[str]:
    """The words of a work that a query field looks at; raises ``KeyError`` for a field that is no field."""
    return words(" ".join(text for part in FIELDS[name] for text in part(work)))


def _titles(work: Work) -> Iterable[str]:
    return (str(text) for name in ("title", "subtitle", "original-title") for text in work.get(name) or ())


def _journals(work: Work) -> Iterable[str]:
    return (str(text) for name in ("container-title", "short-container-title") for text in work.get(name) or ())


def _people(work: Work) -> Iterable[str]:
    people = [person for name in ("author", "editor") for person in work.get(name) or ()]
    return (str(person.get(part, "")) for person in people for part in ("given", "family", "name"))


def _years_and_issns(work: Work) -> Iterable[str]:
    yield from (str(day.year) for name in _YEAR_DATES if (day := day_of(work.get(name))))
    yield from (str(issn).replace("-", "") for issn in work.get("ISSN") or ())
    yield from (str(work.get(name, "")) for name in ("volume", "page"))


_ALL = (_titles, _journals, _people, _years_and_issns)
FIELDS = {
    "query": _ALL,
    "query.bibliographic": _ALL,
    "query.title": (_titles,),
    "query.author": (_people,),
    "query.container-title": (_journals,),
}
"""What each query parameter looks at."""
