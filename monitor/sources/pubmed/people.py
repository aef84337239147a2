"""Who wrote a record: persons by name and initials, and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.sources.pubmed.elements import Element, rows_of

_NAMES = ("LastName", "ForeName", "FirstName", "MiddleName", "Initials", "CollectiveName")
_NAME_PARTS = re.compile(r"[^\s.\-]+")


def people_of(lists: Iterable[Element]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Persons as "Lastname Initials", and collectives; entries marked as no longer valid are left out."""
    valid = [names for author, names in rows_of(lists, "Author", *_NAMES) if author.get("ValidYN") != "N"]
    persons = tuple(filter(None, map(_person, valid)))
    return persons, tuple(filter(None, (names.get("CollectiveName") for names in valid)))


def _person(names: dict[str, str]) -> str:
    last = names.get("LastName", "")
    initials = names.get("Initials") or _initials(names)
    return f"{last} {initials}".strip() if last else ""


def _initials(names: dict[str, str]) -> str:
    """From the forenames, which older records give instead."""
    forenames = names.get("ForeName") or f"{names.get('FirstName', '')} {names.get('MiddleName', '')}"
    return "".join(name[0].upper() for name in _NAME_PARTS.findall(forenames))
