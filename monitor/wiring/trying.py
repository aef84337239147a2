"""One page read now by a recipe, outside of any poll."""

from __future__ import annotations

from monitor.clock import SystemClock
from monitor.domain.outcomes import Gone, Unmodified
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.net import Client
from monitor.settings import Settings
from monitor.sources.guideline import Pages, Read, SeenPage, Visitor


class NotRead(Exception):
    """The page could not be read. The message says why."""


def try_page(settings: Settings, publisher: Publisher, url: str) -> GuidelineDocument:
    """Ask for a page as a poll would, and read it. Raises :class:`NotRead`; stores nothing."""
    client = Client(
        clock=SystemClock(),
        contact=settings.ncbi_email or "",
        allow_private_hosts=frozenset(settings.allow_private_hosts),
    )
    visitor = Visitor(Pages(client, publisher, pages_url=settings.pages_url), publisher)
    match visitor.visit(publisher.identity_of(url), url, SeenPage()):
        case Read(reading=reading) if isinstance(reading.record, GuidelineDocument):
            return reading.record
        case Gone(status=status):
            raise NotRead(f"{url}: HTTP {status}, there is no such page")
        case Unmodified() | Read():
            raise NotRead(f"{url}: no page came")
        case failed:
            raise NotRead(failed.reason)
