"""One visit to a guideline's page, and whether what it shows can be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.domain.channels import same_page
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Gone, Reading, Unmodified, Unreadable
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, digest
from monitor.reading import UnreadablePage
from monitor.sources.guideline.fetching import Came, Pages
from monitor.sources.guideline.kept import Kept, pack
from monitor.sources.guideline.reader import read_document
from monitor.sources.guideline.seen import SeenPage, is_return, objection_to_document

MOVED_AFTER = 3
"""So many polls running must a page lead to another address for good before that is where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A page that is believed, and what to remember of it."""

    reading: Reading
    page: SeenPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A page that shows something new which is not believed yet."""

    reason: str
    page: SeenPage


class Visitor:
    """Visits the pages of one publisher."""

    def __init__(self, pages: Pages, publisher: Publisher) -> None:
        self._pages = pages
        self._publisher = publisher

    def visit(
        self, identity: Identifier, url: str, seen: SeenPage, *, in_full: bool = False
    ) -> Read | Unmodified | Gone | Held | Failure:
        """Read a guideline's page. A change is believed once a second question gives the same answer.

        A page that returns to a former state is believed at the next visit that finds it so: some servers hand out old
        and new copies by turns. ``in_full`` asks for the page even where it is as it was.
        """
        is_moving = 0 < seen.moves < MOVED_AFTER
        conditional = seen.asked == url and not (in_full or seen.held or is_moving)
        came = self._pages.ask(url, validators=seen.validators if conditional else None)
        if not isinstance(came, Came):
            return came
        document = self._read(identity, url, came, seen)
        if isinstance(document, Unreadable):
            return document
        if seen.digest and digest(document) != seen.digest:
            if doubt := self._doubt(identity, url, seen, document):
                return doubt
            if is_return(seen, document):
                reason = f"{url}: it shows again what it showed before its last change; waiting for the next look"
                return Held(reason=reason, page=replace(seen, held=digest(document)))
        return Read(
            reading=Reading(record=document, raw=pack(_kept(came.page, document)), url=document.url),
            page=replace(_moves(seen, url, came), asked=url, validators=came.validators).read_as(document),
        )

    def _doubt(
        self, identity: Identifier, url: str, seen: SeenPage, document: GuidelineDocument
    ) -> Gone | Held | Failure | None:
        """Ask once more: None when the answer is the same."""
        again = self._pages.ask(url)
        if isinstance(again, Unmodified):
            return Unreadable(reason=f"{url}: not modified, though nothing was said to be held")
        if not isinstance(again, Came):
            return again
        other = self._read(identity, url, again, seen)
        if isinstance(other, Unreadable):
            return other
        if digest(other) == digest(document):
            return None
        return Held(reason=f"{url}: asked twice, it showed two different things", page=seen)

    def _read(self, identity: Identifier, url: str, came: Came, seen: SeenPage) -> GuidelineDocument | Unreadable:
        page = came.page
        if same_page(page.url) == same_page(self._publisher.pages.index_url):
            return Unreadable(reason=f"{identity}: its page leads to the publisher's list")
        at = page.url if _moves(seen, url, came).moves >= MOVED_AFTER else url
        try:
            document = read_document(replace(page, url=at), self._publisher, identity)
        except UnreadablePage as error:
            return Unreadable(reason=f"{page.url}: {error}", evidence=page.start)
        if objection := objection_to_document(seen, document):
            return Unreadable(reason=f"{url}: {objection}", evidence=page.start)
        return document


def _kept(page: Kept, document: GuidelineDocument) -> Kept:
    return replace(page, url=document.url, read=document)


def _moves(seen: SeenPage, url: str, came: Came) -> SeenPage:
    """Counts the visits running in which the address led to the same other one for good."""
    if not came.moved or same_page(came.page.url) == same_page(url):
        return replace(seen, moved_to="", moves=0)
    again = seen.moved_to == came.page.url and seen.asked == url
    return replace(seen, moved_to=came.page.url, moves=seen.moves + 1 if again else 1)
