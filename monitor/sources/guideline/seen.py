"""What the last good polls saw, as the cursor keeps it: the measure by which a gutted page is told from a change."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.records import GuidelineDocument, digest

REMEMBERED = 4
"""So many former states of a page are remembered, so that a return to one of them is noticed."""

ALL_AT_ONCE = 5
"""Of fewer guidelines than this, all may change on one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """A guideline as it was last read: its edition, how much it held, and the digest of its meaning.

    ``former`` are digests of the states before, ``held`` one that was seen once and waits to be seen again.
    ``validators`` are the headers of a conditional question to ``asked``; ``moved_to`` is where the last ``moves``
    answers said it had gone for good.
    """

    edition: str = ""
    recommendations: int = 0
    words: int = 0
    digest: str = ""
    former: tuple[str, ...] = ()
    held: str = ""
    asked: str = ""
    validators: Mapping[str, str] = field(default_factory=dict)
    moved_to: str = ""
    moves: int = 0

    def read_as(self, document: GuidelineDocument) -> SeenPage:
        """What is remembered once this state was believed."""
        new = digest(document)
        former = self.former if new == self.digest else (*self.former, self.digest)
        return dataclasses.replace(
            self,
            edition=document.edition,
            recommendations=len(document.recommendations),
            words=_words(document),
            digest=new,
            former=tuple(filter(None, former))[-REMEMBERED:],
            held="",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the list had, and each page that was read, by identity.

    ``links`` measures whether the list shrank; ``listed`` are the identities ever seen on it: any other is new.
    """

    links: int = 0
    listed: frozenset[str] = frozenset()
    pages: Mapping[str, SeenPage] = field(default_factory=dict)

    def page(self, identity: object) -> SeenPage:
        """A page as it was last read; an empty one for a page never read."""
        return self.pages.get(str(identity), SeenPage())


def objection_to_links(seen: Seen, links: int) -> str | None:
    """Why a list is not believed: it lost more than half of its entries at once."""
    if links * 2 >= seen.links:
        return None
    return f"the list shrank from {seen.links} guidelines to {links}: the reader is broken or the page changed"


def objection_to_document(seen: SeenPage, document: GuidelineDocument) -> str | None:
    """Why a page is not believed: under the same edition it lost more than half of its recommendations or words."""
    if document.state == "withdrawn" or seen.edition != document.edition:
        return None
    for now, before, what in (
        (len(document.recommendations), seen.recommendations, "recommendations"),
        (_words(document), seen.words, "words"),
    ):
        if now * 2 < before:
            return (
                f"{document.identifier} shows {now} of {before} {what} under the same edition: "
                "the reader is broken or the page changed"
            )
    return None


def objection_to_changes(changed: int, known: int) -> str | None:
    """Why a whole poll is not believed: more than half of the publisher's pages changed since the last one."""
    if known < ALL_AT_ONCE or changed * 2 <= known:
        return None
    return f"{changed} of {known} guidelines changed at once: the reader is broken or every page has a new layout"


def is_return(seen: SeenPage, document: GuidelineDocument) -> bool:
    """Whether a page is back in a state from before its last change, for the first time."""
    new = digest(document)
    return new != seen.digest and new in seen.former and new != seen.held


def to_cursor(seen: Seen, rules: str) -> str:
    """Spell as text; ``rules`` names the recipe under which it was seen."""
    pages = {name: dataclasses.asdict(page) for name, page in seen.pages.items()}
    values = {"rules": rules, "links": seen.links, "listed": sorted(seen.listed), "pages": pages}
    return json.dumps(values, sort_keys=True)


def from_cursor(cursor: str, rules: str) -> Seen:
    """Read :func:`to_cursor` back. What was read by another recipe is no measure for this one, so that an edit helps.

    What the list ever had stays known: an edit does not make it new.
    """
    try:
        values = json.loads(cursor)
        listed = frozenset(map(str, values["listed"]))
        if values["rules"] != rules:
            return Seen(listed=listed)
        pages = {str(name): _page(page) for name, page in values["pages"].items()}
        return Seen(links=int(values["links"]), listed=listed, pages=pages)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Seen()


def _words(document: GuidelineDocument) -> int:
    return sum(len(passage.text.split()) for passage in document.passages)


def _page(values: dict[str, object]) -> SeenPage:
    page = SeenPage(**values)  # type: ignore[arg-type]  # Our own spelling; another raises TypeError and is forgotten.
    return dataclasses.replace(page, former=tuple(page.former))
