"""Names of authors, in whichever order a file gives them → ``Family AB``; a group keeps its name."""

from __future__ import annotations

import re

_PARTS = re.compile(r"[\s.]+")
_ALREADY_INITIALS = re.compile(r"[^\W\d_a-zß-öø-ÿ]{1,4}(?:-[^\W\d_a-zß-öø-ÿ])?")


def person(family: str, given: str = "") -> str:
    """A person by the parts of the name: given names become initials, where their script has capitals."""
    return " ".join(part for part in (family.strip(), initials(given)) if part)


def written(name: str) -> str:
    """A name in one piece: ``Family, Given, Jr``, ``Family AB``, ``Given Family`` or that of a group.

    Without a comma nothing tells a group from a person with the given name first, so the words stay as they are.
    """
    family, comma, rest = name.partition(",")
    if not comma:
        return " ".join(name.split())
    given = rest.partition(",")[0]
    if len(family.split()) > 4 or len(given.split()) > 4:
        return " ".join(name.replace(",", " ").split())
    return person(" ".join(family.split()), given)


def initials(given: str) -> str:
    """The initials of given names: ``Alan Brian`` and ``A. B.`` are AB, ``Jean-Luc`` is JL."""
    parts = [part for part in _PARTS.split(given) if part]
    if len(parts) == 1 and _ALREADY_INITIALS.fullmatch(parts[0]):
        return parts[0].replace("-", "")
    found = [piece[0] for part in parts for piece in part.split("-") if piece and (piece[0].isalpha())]
    if any(letter.lower() == letter.upper() for letter in found):
        return "".join(parts)
    return "".join(letter.upper() for letter in found)[:4]
