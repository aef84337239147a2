"""The authors at the head of a citation: the first one's name, and where the title begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_PARTICLE = (
    r"(?:[Vv]an|[Vv]on|[Dd]e|[Dd]el|[Dd]ella|[Dd]er|[Dd]en|di|da|do|du|[Ll]a|[Ll]e|[Ee]l|[Aa]l|ten|ter|dos|das|zu|zur"
    r"|bin|ibn|af|y)"
)
_SURNAME = (
    rf"(?:{_PARTICLE}\s|d['’]|van['’]t\s|['’]t\s){{0,3}}{_UPPER}[\w’'‐-]*"
    rf"(?:\s(?:{_PARTICLE}\s){{0,2}}{_UPPER}[\w’'‐-]+){{0,3}}"
)
_INITIALS = rf"(?:{_UPPER}(?:-{_UPPER}|\s(?={_UPPER}\b)|\s(?:d|de|da)\s(?={_UPPER}))?){{1,5}}"
_DOTTED = rf"{_UPPER}[a-z]?\.(?:[\s‐-]?(?:{_UPPER}[a-z]?\.|{_PARTICLE}\b)){{0,4}}"
_AUTHOR = re.compile(
    rf"(?P<name>{_SURNAME},\s*{_DOTTED}|{_SURNAME}\s{_DOTTED}|{_SURNAME}\s{_INITIALS}(?![\w’'-])"
    rf"|{_DOTTED}\s?{_SURNAME})(?:,?\s(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\b\.?)?"
)
_ET_AL = re.compile(r"(?:et\s+al\b\.?|and\s+others\b|…|\.\.\.|\.\s\.\s\.)[.,]?")
_BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s|&\s*)?|&\s*|and\s|…\s*)\s*|\s+(?=…|et\s+al\b)")
_RUN_ON = re.compile(rf"\s+(?={_SURNAME}\s{_UPPER}{{1,3}}\s)")
"""Between names that nothing separates, as in records of which only the words were kept."""
_YEAR = r"(?:18|19|20)\d\d)[a-z]?"
_AFTER_AUTHORS = re.compile(
    rf"\s*(?:[,.]{{0,2}}\s*\((?P<year>{_YEAR}(?:,\s*[\w\s]{{1,20}})?\)[.:,]{{0,2}}\s*"
    rf"|[,.]?\s+(?P<late>{_YEAR}[.:,]\s+|(?<!\.)\s+(?P<bare>{_YEAR}\s+(?=[A-Z])"
    r"|\s*[.:]\s+|,?\s+(?=[\"“])|\s+(?=[A-Z])|(?<=\.)\s*)"
)
_AFTER_DOTTED = re.compile(r",\s+(?=[A-Z])")
_GROUP_NAME = re.compile(
    rf"(?:for\s|on\sbehalf\sof\s)?(?:the\s)?{_UPPER}(?:(?!\(\d{{4}})[^.;]){{3,250}}?(?=[.;]|\s\((?:18|19|20)\d\d)"
)
_GROUP_AUTHOR = re.compile(
    r"(?P<first>[^.]{3,160}?(?:Group|Committee|Organi[sz]ation|Association|Society|College|Academy|Force|Collaboration"
    r"|Collaborators|Investigators|Network|Institute|Department|Ministry|Prevention|Services|Panel[^.]{0,60}|Consortium"
    r"|Federation|Foundation|Council|Agency|Team|Council|Center|Centre|CDC|WHO|NICE)"
    r"(?:\s\([A-Z]+\))?)(?:\.\s*\((?P<year>(?:19|20)\d\d)\)\.?\s*|\.\s+|\s\((?P<late>(?:19|20)\d\d)\)[.,]?\s+)"
)
_ACRONYM_AUTHOR = re.compile(rf"(?P<first>{_UPPER}{{2,8}})\.\s+(?:\((?P<year>(?:19|20)\d\d)\)\.?\s+)?(?={_UPPER})")


_BRACKETED_YEAR = re.compile(rf"\((?P<year>{_YEAR}\)[.:,]?\s+")
_SMALL_IN_NAMES = re.compile(rf"(?:and|for|of|on|behalf|the|in|et|al|{_PARTICLE})$")
_MOST_NAMES = 3000
_FIRST_NAMES = 60
"""Where two names stand, a comma or another sign comes within so many characters, if any does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """The first author as written, the words after all authors, and a year that stands between them."""

    first: str
    rest: str
    year: int | None = None


def authors_in(head: str) -> Authors:
    """Take the authors from the head of a citation; where there are none, all of it is the rest."""
    at, first, separator = 0, "", _BETWEEN if _BETWEEN.search(head[:_FIRST_NAMES]) else _RUN_ON
    while match := _one(head, at, has_first=bool(first)):
        first = first or match.groupdict().get("name") or ""
        at = match.end()
        between = separator.match(head, at)
        if between is None or not _one(head, between.end(), has_first=True):
            break
        at = between.end()
    if first and (after := _after(head, at)) is not None:
        return Authors(first=first.strip(" .,"), rest=head[after.end() :], year=_year(after))
    for pattern in (_GROUP_AUTHOR, _ACRONYM_AUTHOR):
        if match := pattern.match(head):
            return Authors(first=match["first"].strip(" .,"), rest=head[match.end() :], year=_year(match))
    return Authors(first="", rest=head)


def _one(head: str, at: int, *, has_first: bool) -> re.Match[str] | None:
    """One author, the words for others, or, behind an author, the name of a group."""
    found = _AUTHOR.match(head, at) or _ET_AL.match(head, at)
    if found is not None or not has_first:
        return found
    return _GROUP_NAME.match(head, at) if head[:at].rstrip().endswith((";", ",", "&", "and")) else None


def _after(head: str, at: int) -> re.Match[str] | None:
    found = _AFTER_AUTHORS.match(head, at)
    if found is not None and _year(found) is None:
        found = _year_after_names(head, at) or found
    if found is not None and found.end() > at:
        return found
    return _AFTER_DOTTED.match(head, at)


def _year_after_names(head: str, at: int) -> re.Match[str] | None:
    """A year in brackets, where nothing but more names, of whatever form, stands before it."""
    found = _BRACKETED_YEAR.search(head, at, at + _MOST_NAMES)
    if found is None:
        return None
    words = re.findall(r"[^\s,;&.…]+", head[at : found.start()])
    return found if all(word[0].isupper() or _SMALL_IN_NAMES.match(word) for word in words) else None


def _year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    written = groups.get("year") or groups.get("late") or groups.get("bare")
    return int(written) if written else None
