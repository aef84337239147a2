"""NLM's file server: its directories, its checksums, and one file at a time. Whatever comes back is a value."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, assert_never
from urllib.parse import urljoin

from monitor.domain.outcomes import (
    Failure,
    Fetched,
    FetchOutcome,
    Gone,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.net import Client, Manners
from monitor.sources.pubmed.updates.listing import Listed, Listing, read_listing, read_sum

PACE_SECONDS = 1.0
"""NLM publishes no limit for its file server."""
_LARGEST_LISTING = 5_000_000
_LARGEST_SUM = 10_000
_LARGEST_FILE = 1_000_000_000
_CHUNK = 1 << 20
_FILE_SECONDS = 600.0
"""A file and its reading must fit into the lease of a watch."""


class UpdateFiles:
    """Speaks with the server of the update files under ``url``; the yearly baseline lies beside them."""

    def __init__(self, client: Client, url: str, *, pace_seconds: float = PACE_SECONDS) -> None:
        self._client = client
        self._updates = f"{url.rstrip('/')}/"
        self._baseline = urljoin(self._updates, "../baseline/")
        self._pace = pace_seconds

    def updates(self) -> Listing | Failure:
        """The directory of update files."""
        return self._listing(self._updates)

    def baseline(self) -> Listing | Failure:
        """The directory of the yearly baseline."""
        return self._listing(self._baseline)

    def checksum(self, file: Listed) -> str | Failure:
        """The MD5 that NLM states for a file."""
        manners = Manners(pace_seconds=self._pace, max_bytes=_LARGEST_SUM)
        body = _body(self._client.get(f"{file.url}.md5", manners=manners), f"{file.name}.md5")
        return read_sum(body, file.name) if isinstance(body, bytes) else body

    def fetch(self, file: Listed, checksum: str, into: BinaryIO) -> datetime | Failure:
        """Bring a file, checked, and tell when it was published: as the server states it, else as it is listed."""
        manners = Manners(pace_seconds=self._pace, max_bytes=_LARGEST_FILE, deadline_seconds=_FILE_SECONDS)
        outcome = self._client.download(file.url, into=into, manners=manners)
        if not isinstance(outcome, Fetched):
            failure = _body(outcome, file.name)
            return failure if not isinstance(failure, bytes) else Unreadable(reason=f"{file.name} is empty")
        found = _md5(into)
        if found != checksum:
            return Unreadable(reason=f"{file.name} has the checksum {found}, but {checksum} is stated")
        return (_stated(outcome) or file.published).replace(second=0, microsecond=0)

    def _listing(self, url: str) -> Listing | Failure:
        manners = Manners(pace_seconds=self._pace, max_bytes=_LARGEST_LISTING)
        body = _body(self._client.get(url, manners=manners), "the listing of files")
        return read_listing(body, url=url) if isinstance(body, bytes) else body


def _md5(file: BinaryIO) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _body(outcome: FetchOutcome, name: str) -> bytes | Failure:
    match outcome:
        case Fetched(body=body):
            return body
        case Gone(status=status):
            return Unreadable(reason=f"HTTP {status}: {name} is not there")
        case Unmodified():
            return Unreadable(reason=f"{name} is not modified, though nothing was said of what we hold")
        case Throttled() | Unreachable() | Unreadable():
            return outcome
        case _:
            assert_never(outcome)


def _stated(fetched: Fetched) -> datetime | None:
    """The time in the header, which names its zone; that of a listing does not."""
    try:
        moment = parsedate_to_datetime(fetched.headers.get("last-modified", ""))
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
