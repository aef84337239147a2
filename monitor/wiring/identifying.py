"""What somebody wrote for an identifier: in our form, bare, or as the address of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.domain.channels import same_page
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, find_identifiers, pubmed
from monitor.domain.publishers import Publisher
from monitor.pipeline.adding import WATCHABLE

_PMID = re.compile(r"\d{4,9}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}", re.I)
HELP = "write a PMID, a DOI, an NCT number, a PMC number, guideline:…, or the address of one"


def identify(text: str, publishers: Sequence[Publisher]) -> tuple[Identifier, ...]:
    """Every identifier that a text gives. The address of a followed guideline is that guideline.

    Raises :class:`InvalidIdentifier`, which says what to write, for a text that gives none.
    """
    text = text.strip()
    try:
        return (Identifier.parse(text),)
    except InvalidIdentifier:
        pass
    if _PMID.fullmatch(text):
        return (pubmed(text.lstrip("0")),)
    if text.partition("/")[0] in {publisher.key for publisher in publishers} and "//" not in text:
        return (Identifier.of(Scheme.GUIDELINE, text),)
    at_publisher = tuple(
        known.identity
        for publisher in publishers
        for known in publisher.guidelines
        if known.url and _ADDRESS.fullmatch(text) and same_page(known.url) == same_page(text)
    )
    found = tuple(dict.fromkeys((*at_publisher, *find_identifiers(text))))
    if not found:
        raise InvalidIdentifier(f"{text[:100]!r} is no identifier: {HELP}")
    return found


def watchable(text: str, publishers: Sequence[Publisher]) -> tuple[Identifier, ...]:
    """The same, where each must be something that some source is asked for. Raises :class:`InvalidIdentifier`."""
    found = identify(text, publishers)
    known = {publisher.key for publisher in publishers}
    for item in found:
        if item.scheme not in WATCHABLE:
            raise InvalidIdentifier(f"{item} cannot be watched: give a PMID, DOI, NCT number or guideline")
        if item.scheme is Scheme.GUIDELINE and item.value.split("/")[0] not in known:
            publisher = item.value.split("/")[0]
            raise InvalidIdentifier(f"{item}: there is no publisher {publisher!r} in the watchlists")
    return found


def page_at(text: str, publishers: Sequence[Publisher]) -> tuple[Identifier, ...]:
    """What stands at an https address: a followed guideline, a paper or trial that it names, else the page itself.

    Raises :class:`InvalidIdentifier` for anything that is no such address.
    """
    text = text.strip()
    if not _ADDRESS.fullmatch(text) or not text.lower().startswith("https://"):
        raise InvalidIdentifier(f"{text[:100]!r} is no address of a page: it begins with https:// and holds no space")
    try:
        return tuple(item for item in identify(text, publishers) if item.scheme in WATCHABLE) or (_page(text),)
    except InvalidIdentifier:
        return (_page(text),)


def _page(text: str) -> Identifier:
    return Identifier.of(Scheme.PAGE, text)
