"""NLM's file server: the directories of baseline and update files, the files, and a checksum beside each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import unquote

from monitor.replay.answers import Answer, Request, html_answer, text_answer
from monitor.replay.faults import FaultKind, Upstream
from monitor.replay.update_files import BASELINE, UPDATES, Release, repacked
from monitor.replay.world import World

_ROOT = "/pubmed/"
_GZIP = "application/x-gzip"
_WRONG = "0" * 32


class Updates:
    """``/pubmed/baseline/`` and ``/pubmed/updatefiles/`` over a world."""

    upstream = Upstream.PUBMED_UPDATES

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """A directory, a file or its checksum, as they lie there today."""
        return self._answer(request, self._world.update_files())

    def spoilt(self, request: Request, fault: FaultKind) -> Answer:
        """The answer of a day on which a file is missing from the sequence, was published anew, or has a wrong sum."""
        releases = list(self._world.update_files())
        updates = [release for release in releases if release.folder == UPDATES]
        if fault is FaultKind.WRONG_SUM:
            wrong = [replace(release, states=f"MD5({release.name})= {_WRONG}\n".encode()) for release in releases]
            return self._answer(request, wrong)
        if fault is FaultKind.MISSING and updates:
            releases.remove(updates[-2:][0])
        if fault is FaultKind.REPUBLISHED and updates:
            releases[releases.index(updates[-1])] = _published_anew(updates[-1])
        return self._answer(request, releases)

    def error(self, _request: Request) -> Answer:
        """An apology in place of a directory or file, with HTTP 200."""
        return html_answer("FTP Site temporarily unavailable", "Please try again later.")

    def throttled(self) -> Answer:
        """HTTP 429 with a time to wait."""
        refused = html_answer("Too many requests", "Slow down.", status=HTTPStatus.TOO_MANY_REQUESTS)
        return replace(refused, headers={"Retry-After": "2"})

    def prolog(self, request: Request) -> Answer:
        """The beginning of a page, or of a packed file, and nothing in it."""
        if request.path.endswith(".gz"):
            return Answer(body=b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", content_type=_GZIP)
        return Answer(body=b"<!DOCTYPE HTML>\n<html>\n", content_type="text/html; charset=UTF-8")

    def _answer(self, request: Request, releases: Sequence[Release]) -> Answer:
        path = unquote(request.path)
        folder, _, name = path.removeprefix(_ROOT).partition("/")
        if not path.startswith(_ROOT) or folder not in (BASELINE, UPDATES):
            return _not_found()
        here = [release for release in releases if release.folder == folder]
        if not name:
            moved = Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"{_ROOT}{folder}/"})
            return _directory(folder, here) if path.endswith("/") else moved
        for release in here:
            if name == release.name:
                stamp = format_datetime(release.published, usegmt=True)
                return Answer(body=release.read(), content_type=_GZIP, headers={"Last-Modified": stamp})
            if name == f"{release.name}.md5":
                return text_answer(_sum(release))
        return _not_found()


def _sum(release: Release) -> str:
    if release.states is not None:
        return release.states.decode(errors="replace")
    return f"MD5({release.name})= {hashlib.md5(release.read(), usedforsecurity=False).hexdigest()}\n"


def _published_anew(release: Release) -> Release:
    return replace(
        release, published=release.published + timedelta(hours=1), read=lambda: repacked(release.read()), states=None
    )


def _directory(folder: str, releases: Sequence[Release]) -> Answer:
    """The page that Apache writes for a directory."""
    rows = [
        f'<a href="{name}">{name}</a>{" " * (32 - len(name))} {release.published:%Y-%m-%d %H:%M}  {size:>5}'
        for release in releases
        for name, size in ((release.name, "37M"), (f"{release.name}.md5", "60"))
    ]
    title = f"Index of {_ROOT}{folder}"
    head = f"<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n<h1>{title}</h1>\n"
    columns = f"<pre>Name{' ' * 29}Last modified      Size  <hr>"
    parent = f'<a href="{_ROOT}">Parent Directory</a>{" " * 35}-'
    listed = "\n".join((f"{head}{columns}{parent}", *rows))
    body = f"<!DOCTYPE HTML>\n{listed}\n<hr></pre>\n</body></html>\n"
    return Answer(body=body.encode(), content_type="text/html;charset=UTF-8")


def _not_found() -> Answer:
    return html_answer("404 Not Found", "The requested URL was not found on this server.", status=HTTPStatus.NOT_FOUND)
