"""Words for what went wrong on the wire, without the addresses and keys that library messages carry."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

from monitor.net.bodies import BodyDamaged
from monitor.net.dialling import NameUnresolved

WIRE_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, BodyDamaged)
"""Everything that a sick network or server may raise through the libraries."""

_OWN_WORDS = (NameUnresolved, BodyDamaged)
_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.InvalidURL, "malformed address"),
    (ssl.SSLCertVerificationError, "TLS: the certificate is not trusted"),
    (ssl.SSLEOFError, "the TLS connection was cut"),
    (ssl.SSLError, "TLS failed"),
    (TimeoutError, "timed out"),
    (requests.Timeout, "timed out"),
    (urllib3.exceptions.TimeoutError, "timed out"),
    (ConnectionRefusedError, "connection refused"),
    (http.client.RemoteDisconnected, "the connection was closed without an answer"),
    (ConnectionResetError, "the connection was reset"),
    (http.client.IncompleteRead, "the body ended early"),
    (urllib3.exceptions.IncompleteRead, "the body ended early"),
    (urllib3.exceptions.InvalidChunkLength, "the body ended early"),
    (http.client.HTTPException, "the answer is no HTTP"),
    (urllib3.exceptions.InvalidHeader, "the answer is no HTTP"),
    (OSError, "the connection failed"),
)


def in_words(error: BaseException) -> str:
    """One short phrase for an error of the wire. Only our own classes speak for themselves; they carry no address."""
    chain = list(_chain(error))
    for link in chain:
        if isinstance(link, _OWN_WORDS):
            return str(link)
    for kind, words in _KINDS:
        if any(type(link) is not requests.ConnectionError and isinstance(link, kind) for link in chain):
            return words
    return "the connection failed"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error with everything it wraps: libraries put the cause into ``__cause__``, ``reason`` or ``args``."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [getattr(link, "reason", None), link.__cause__, link.__context__, *link.args]
