"""From a result of Europe PMC's search (``resultType=core``) to what it shows of a publication."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.works import CrossCheck
from monitor.reading.sections import Section

READER = "europepmc-1"

MEDLINE = "MED"
"""Europe PMC's word for records of PubMed: their id is a PMID."""

WATCHED_AS = "watchedAs"
"""Key that we add to a kept result: the identifier under which the publication is watched."""


class UnreadableResult(ValueError):
    """This is no result: no object, or one without its source and id. Nothing may be concluded from it."""


def read_result(result: object, about: Identifier) -> tuple[CrossCheck, tuple[tuple[str, str], ...]]:
    """Read a result; also the (path, value) pairs that are of another type than they should be.

    Raises :class:`UnreadableResult`.
    """
    if not isinstance(result, dict):
        raise UnreadableResult(f"a result is an object, not {type(result).__name__}")
    root = Section(result, notes=[])
    record = CrossCheck(
        identifier=_own(root),
        about=about,
        title=root.text("title"),
        publication_types=root.section("pubTypeList").texts("pubType"),
        links=tuple(_links(root.section("commentCorrectionList"))),
    )
    return record, tuple(dict.fromkeys(root.notes))


def names_of(result: dict[str, Any]) -> frozenset[Identifier]:
    """The PMID and DOI of a result."""
    pmid = result.get("id") if result.get("source") == MEDLINE else result.get("pmid")
    found = set()
    for scheme, value in ((Scheme.PUBMED, pmid), (Scheme.DOI, result.get("doi"))):
        try:
            found.add(Identifier.of(scheme, str(value or "")))
        except InvalidIdentifier:
            continue
    return frozenset(found)


def to_raw(result: dict[str, Any], about: Identifier) -> bytes:
    """The bytes to keep, from which :func:`read_recording` reads the same."""
    return json.dumps({**result, WATCHED_AS: str(about)}, separators=(",", ":")).encode("ascii")


def read_recording(body: bytes) -> CrossCheck:
    """Read one kept result. Raises :class:`UnreadableResult`."""
    try:
        result = json.loads(body)
        about = Identifier.parse(str(result[WATCHED_AS]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableResult(f"this is no kept result: {error}") from None
    return read_result(result, about)[0]


def _own(root: Section) -> Identifier:
    written = f"{root.text('source')}/{root.text('id')}"
    try:
        return Identifier.of(Scheme.EUROPE_PMC, written)
    except InvalidIdentifier:
        raise UnreadableResult(f"a result needs its source and id, not {written!r}") from None


def _links(section: Section) -> Iterator[tuple[str, str, str]]:
    for entry in section.sections("commentCorrection"):
        other = ""
        if entry.text("source") == MEDLINE:
            try:
                other = str(Identifier.of(Scheme.PUBMED, entry.text("id")))
            except InvalidIdentifier:
                other = ""
        yield entry.text("type"), other, entry.text("reference")
