"""Sends one request over one fresh connection and reads the answer to its end."""

from __future__ import annotations

import functools
import socket
import ssl
from pathlib import Path
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.exceptions import InvalidURL
from requests.models import PreparedRequest
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import BaseHTTPResponse

from monitor.net.answers import Answer
from monitor.net.bodies import BodyForeign, BodyTooLarge, read_body, store_body
from monitor.net.deadline import Deadline, DeadlinePassed
from monitor.net.dialling import Dialler
from monitor.net.failures import WIRE_ERRORS
from monitor.net.requesting import Question

_ERROR_BODY_BYTES = 64_000


@functools.cache
def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """The TLS settings of all requests: the public authorities, and the operator's own when given. Loaded once."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context


def send(
    question: Question,
    *,
    dialler: Dialler,
    deadline: Deadline,
    tls: ssl.SSLContext,
    cookies: RequestsCookieJar,
    max_bytes: int,
    cut_at_cap: bool = False,
    into: BinaryIO | None = None,
) -> Answer:
    """The answer of the server, whatever its status. Nothing is followed, nothing retried, no proxy asked.

    ``cookies`` are sent and learnt. With ``into`` the body of a success goes there as it came, and the answer holds
    its beginning. Raises what requests, urllib3, the dialler, the deadline and the body reader raise.
    The body of an error is read as far as it serves as evidence and may be cut; that of a redirect is not read.
    """
    with _Adapter(dialler=dialler, tls=tls) as adapter:
        prepared = _prepared(question, cookies)
        wait = deadline.rest()
        response = adapter.send(prepared, stream=True, timeout=(wait, wait), verify=True, proxies={})
        raw: BaseHTTPResponse = response.raw
        try:
            extract_cookies_to_jar(cookies, prepared, raw)  # type: ignore[no-untyped-call]  # requests leaves it bare
            if into is not None and 200 <= response.status_code < 300:
                body = store_body(raw, into, deadline=deadline, max_bytes=max_bytes)
            else:
                body = _body(raw, response.status_code, deadline=deadline, max_bytes=max_bytes, cut_at_cap=cut_at_cap)
        finally:
            raw.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(
        url=question.url,
        status=response.status_code,
        headers=headers,
        body=body,
        conditional=question.is_conditional,
        secrets=question.secrets,
    )


def _body(raw: BaseHTTPResponse, status: int, *, deadline: Deadline, max_bytes: int, cut_at_cap: bool) -> bytes:
    if 300 <= status < 400:
        return b""
    is_answer = 200 <= status < 300
    try:
        return read_body(raw, deadline=deadline, max_bytes=max_bytes if is_answer else _ERROR_BODY_BYTES)
    except BodyTooLarge as large:
        if is_answer and not cut_at_cap:
            raise
        return large.kept
    except (DeadlinePassed, BodyForeign, *WIRE_ERRORS):
        if is_answer:
            raise
        return b""  # The status has said what matters; a broken error page changes nothing about it.


def _prepared(question: Question, cookies: RequestsCookieJar) -> PreparedRequest:
    request = requests.Request(
        question.method, question.url, data=question.body, headers=dict(question.headers), cookies=cookies
    )
    return request.prepare()


class _HTTPConnection(HTTPConnection):
    """Takes its socket from the dialler, so that no second look-up can lead elsewhere."""

    def __init__(self, *args: Any, dialler: Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler

    def _new_conn(self) -> socket.socket:
        return self._dialler.dial(self.host, self.port or self.default_port)


class _HTTPSConnection(HTTPSConnection):
    """The same over TLS; an end without TLS's own goodbye is a cut line, not the end of the body."""

    def __init__(self, *args: Any, dialler: Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler

    def _new_conn(self) -> socket.socket:
        return self._dialler.dial(self.host, self.port or self.default_port)

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.suppress_ragged_eofs = False  # type: ignore[attr-defined]  # typeshed leaves it out


class _Adapter(HTTPAdapter):
    """A transport of requests for one exchange: one connection, no retries, the shared TLS settings."""

    def __init__(self, *, dialler: Dialler, tls: ssl.SSLContext) -> None:
        self._dialler = dialler
        self._tls = tls
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def __enter__(self) -> _Adapter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._tls)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 - requests' signature
        """Verify always. The authorities are in the shared settings; loading them for each request costs 20 ms."""
        conn.cert_reqs = "CERT_REQUIRED"

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if not isinstance(pool, HTTPConnectionPool) or not pool.host:
            raise InvalidURL("no host")
        pool.ConnectionCls = _HTTPSConnection if pool.scheme == "https" else _HTTPConnection
        pool.conn_kw["dialler"] = self._dialler
        return pool
