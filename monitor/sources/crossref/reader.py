"""From a work of the REST API to our normal form. What moves by itself is never read: counts, licences, references."""

from __future__ import annotations

import json
import re
from dataclasses import astuple, replace
from datetime import date
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.rules.work import SHOWN_BY_UPDATE
from monitor.domain.works import Relation, Update, Work
from monitor.reading.sections import Section, cleaned
from monitor.sources.crossref.markup import plain

READER = "crossref-1"

WATCHED_AS = "watchedAs"
"""Key that we add to a kept work which Crossref holds under another DOI than the one that is watched."""

TYPES = frozenset(
    {
        "book",
        "book-chapter",
        "book-part",
        "book-section",
        "book-series",
        "book-set",
        "book-track",
        "component",
        "database",
        "dataset",
        "dissertation",
        "edited-book",
        "grant",
        "journal",
        "journal-article",
        "journal-issue",
        "journal-volume",
        "monograph",
        "other",
        "peer-review",
        "posted-content",
        "proceedings",
        "proceedings-article",
        "proceedings-series",
        "reference-book",
        "reference-entry",
        "report",
        "report-component",
        "report-series",
        "standard",
        "standard-series",
    }
)
"""The types of works that ``/types`` lists, and those that the API's description adds."""

PUBLISHED_IN = ("published-print", "published-online", "published", "issued", "posted")
"""Where the day of publication may stand. The earliest counts, a month or day left out counting as the last one."""

_EARLIEST_YEAR = 1000
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.I)


class UnreadableWork(ValueError):
    """This is no work: no object, or none with a DOI. Nothing may be concluded from it."""


def read_work(work: object) -> tuple[Work, tuple[tuple[str, str], ...]]:
    """Read a work; also the (path, value) pairs it holds that this reader does not know.

    Whatever is missing or of a wrong type leaves its field empty. Lists whose order means nothing come out sorted.
    Raises :class:`UnreadableWork` without a DOI.
    """
    if not isinstance(work, dict):
        raise UnreadableWork(f"a work is an object, not {type(work).__name__}")
    root = Section(work, notes=[])
    read = _with_place(_identified(root), root)
    read = replace(
        read,
        updated_by=_updates(root, "updated-by"),
        updates=_updates(root, "update-to"),
        relations=_relations(root.section("relation")),
        clinical_trials=_clinical_trials(root),
    )
    return _as_kept(read, work.get(WATCHED_AS)), tuple(dict.fromkeys(root.notes))


def read_recording(body: bytes) -> Work:
    """Read one kept or recorded work, bare or in its envelope. Raises :class:`UnreadableWork`."""
    try:
        recorded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableWork(f"this is no JSON: {error}") from None
    if isinstance(recorded, dict) and "message" in recorded and "DOI" not in recorded:
        if recorded.get("message-type", "work") != "work":
            raise UnreadableWork(f"an envelope of {str(recorded['message-type'])[:80]}, not of a work")
        recorded = recorded["message"]
    return read_work(recorded)[0]


def read_updates(work: dict[str, Any]) -> tuple[tuple[Update, ...], tuple[tuple[str, str], ...]]:
    """What a work that may not be read in full says that it updates; also the types of updates we do not know."""
    root = Section(work, notes=[])
    updates = _updates(root, "update-to")
    return updates, tuple((path, value) for path, value in root.notes if path in {"update-to", "update-to.type"})


def to_raw(work: dict[str, Any], watched: Identifier) -> bytes:
    """The bytes to keep of a work, from which :func:`read_recording` reads it under the watched DOI."""
    own = doi_of(work.get("DOI"))
    kept = work if own == watched else {**work, WATCHED_AS: watched.value}
    try:
        return json.dumps(kept, separators=(",", ":")).encode("ascii")
    except RecursionError:
        raise UnreadableWork(f"{watched} is nested too deeply to be kept") from None


def doi_of(text: object) -> Identifier | None:
    """The DOI that a text is, in its canonical spelling."""
    if not isinstance(text, str):
        return None
    try:
        return Identifier.of(Scheme.DOI, _bare(cleaned(text)))
    except InvalidIdentifier:
        return None


def _identified(root: Section) -> Work:
    written = root.text("DOI")
    if (identifier := doi_of(written)) is None:
        raise UnreadableWork(f"a work needs its DOI, not {written[:80]!r}")
    return Work(
        identifier=identifier,
        kind=root.word("type", TYPES),
        subtype=root.text("subtype"),
        title=_first(root, "title"),
        authors=tuple(filter(None, map(_author, root.sections("author")))),
    )


def _with_place(work: Work, root: Section) -> Work:
    days = [day for name in PUBLISHED_IN if (day := _partial_date(root.section(name)))]
    return replace(
        work,
        journal=_first(root, "container-title"),
        journal_abbreviation=_first(root, "short-container-title"),
        publisher=root.text("publisher"),
        published=min(days, key=_latest_meant, default=""),
        volume=root.text("volume"),
        issue=root.text("issue"),
        pages=root.text("page") or root.text("article-number"),
    )


def _first(section: Section, name: str) -> str:
    """The first text of a list: the others are translations."""
    return next((text for written in section.listed(name) if (text := plain(written))), "")


def _author(section: Section) -> str:
    names = filter(None, (section.text("given"), section.text("family")))
    return " ".join(names) or section.text("name")


def _updates(root: Section, name: str) -> tuple[Update, ...]:
    """Every assertion there is, also several of one update (CR-2746): which of them holds is not ours to say."""
    return tuple(sorted({_update(entry) for entry in root.sections(name)}, key=astuple))


def _update(entry: Section) -> Update:
    doi = _bare(entry.text("DOI"))
    if doi_of(doi) is None:
        entry.note("DOI", doi or "nothing")
    return Update(
        doi=doi,
        kind=_kind_of_update(entry),
        day=_full_date(entry.section("updated")),
        source=entry.text("source"),
        record_id=entry.text("record-id"),
    )


def _kind_of_update(entry: Section) -> str:
    """Crossref's word with underscores, however it was set; a word that we do not know stays as it came."""
    written = entry.text("type")
    kind = re.sub(r"[-\s]+", "_", written).lower()
    if kind in SHOWN_BY_UPDATE:
        return kind
    entry.note("type", written or "nothing")
    return written


def _relations(section: Section) -> tuple[Relation, ...]:
    found = set()
    for kind in section.names:
        for other in section.sections(kind):
            if other.text("id-type") == "doi" and (doi := _bare(other.text("id"))):
                found.add(Relation(kind=cleaned(kind), doi=doi))
    return tuple(sorted(found, key=astuple))


def _clinical_trials(root: Section) -> tuple[str, ...]:
    numbers = {entry.text("clinical-trial-number") for entry in root.sections("clinical-trial-number")}
    return tuple(sorted(filter(None, numbers)))


def _bare(text: str) -> str:
    """A DOI without the address it may be written as, in lower case."""
    address = _DOI_ADDRESS.match(text)
    return (text[address.end() :] if address else text).lower()


def _partial_date(struct: Section) -> str:
    """``date-parts`` as ISO text, as far as they go. ``[[null]]`` is how Crossref says that it does not know."""
    first = next(iter(struct.items("date-parts")), None)
    parts = list(first) if isinstance(first, list) else []
    while parts and parts[-1] is None:
        parts.pop()
    if not parts:
        if first is not None and not isinstance(first, list):
            struct.note("date-parts", first)
        return ""
    if not _is_day(parts):
        struct.note("date-parts", first)
        return ""
    return "-".join(f"{part:02}" for part in parts)


def _is_day(parts: list[Any]) -> bool:
    if len(parts) > 3 or not all(isinstance(part, int) and not isinstance(part, bool) for part in parts):
        return False
    try:
        return bool(date(*[*parts, 1, 1][:3])) and parts[0] >= _EARLIEST_YEAR
    except (ValueError, OverflowError):
        return False


def _full_date(struct: Section) -> str:
    """The day of an update: by its parts, else by its time."""
    if day := _partial_date(struct):
        return day
    moment = struct.text("date-time")
    try:
        return date.fromisoformat(moment[:10]).isoformat() if moment else ""
    except ValueError:
        struct.note("date-time", moment)
        return ""


def _latest_meant(day: str) -> tuple[str, ...]:
    parts = day.split("-")
    return (*parts, *["99"] * (3 - len(parts)))


def _as_kept(work: Work, watched_as: object) -> Work:
    watched = doi_of(watched_as)
    return as_watched(work, watched) if watched else work


def as_watched(work: Work, watched: Identifier) -> Work:
    """The work under the DOI by which it is watched; Crossref's own joins the aliases."""
    if work.identifier == watched:
        return work
    others = dict.fromkeys((work.identifier.value, *work.aliases))
    return replace(work, identifier=watched, aliases=tuple(doi for doi in others if doi != watched.value))
