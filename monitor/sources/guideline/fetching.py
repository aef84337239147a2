"""Asking for a publisher's pages: in its manners, with what we hold already, and knowing a move from a change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from monitor.domain.channels import IndexForm
from monitor.domain.outcomes import Failure, Fetched, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.domain.publishers import Publisher
from monitor.net import Client, Manners
from monitor.net.stand_in import asked_at, shown_as
from monitor.sources.guideline.kept import Kept

LARGEST_PAGE = 10_000_000

CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""The headers of an answer that can be sent back with the next question, and as what."""

_ACCEPT = {
    IndexForm.HTML: "text/html,application/xhtml+xml,application/pdf;q=0.8",
    IndexForm.FEED: "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.8",
    IndexForm.SITEMAP: "application/xml,text/xml;q=0.9,application/gzip;q=0.8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A page that came. ``validators`` are the headers that ask for it only if it changed since."""

    page: Kept
    validators: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False


Answer: TypeAlias = Came | Unmodified | Gone | Failure


class Pages:
    """The pages of one publisher. ``pages_url`` is the operator's stand-in for all pages."""

    def __init__(self, client: Client, publisher: Publisher, *, pages_url: str | None) -> None:
        self._client = client
        self._pages_url = pages_url
        self._manners = Manners(
            pace_seconds=publisher.pace_seconds,
            deadline_seconds=60,
            max_bytes=LARGEST_PAGE,
            guarded=not pages_url,
            respect_robots=not pages_url,
        )

    def ask(self, url: str, *, validators: Mapping[str, str] | None = None, form: IndexForm = IndexForm.HTML) -> Answer:
        """The page at an address; with validators ``Unmodified`` where it is as it was. Failures name the address.

        Feeds and sitemaps are sent under many types, so theirs is not looked at.
        """
        outcome = self._client.get(
            asked_at(url, self._pages_url),
            manners=self._manners,
            headers={"Accept": _ACCEPT[form], **(validators or {})},
        )
        match outcome:
            case Fetched(url=final, body=body, headers=headers, moved=moved):
                page = _as_page(body, headers.get("content-type", ""), shown_as(final, self._pages_url), form)
                if not isinstance(page, Kept):
                    return page
                found = {name: headers[key] for key, name in CONDITIONS.items() if headers.get(key)}
                return Came(page=page, validators=found, moved=moved)
            case Unreachable(reason=reason):
                return Unreachable(reason=f"{url}: {reason}")
            case Unreadable(reason=reason, evidence=evidence):
                return Unreadable(reason=f"{url}: {reason}", evidence=evidence)
            case Gone() | Throttled() | Unmodified():
                return outcome
            case _:
                assert_never(outcome)


def _as_page(body: bytes, content_type: str, url: str, form: IndexForm) -> Kept | Unreadable:
    kind, _, parameters = content_type.partition(";")
    if form is IndexForm.HTML and kind.strip() and not re.search(r"html|/pdf\b", kind, re.I):
        return Unreadable(reason=f"{url}: {kind.strip()}, where a page was asked for")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.I)
    return Kept(body=body, url=url, charset=charset.group(1) if charset else "")
