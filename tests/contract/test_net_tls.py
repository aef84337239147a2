"""TLS: whom we trust, and what a cut line means."""

from __future__ import annotations

import ssl
from pathlib import Path

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, Unreachable
from monitor.net import Client, Manners
from tests.contract.faulty_server import faulty_server, raw, status

QUICK = Manners(pace_seconds=0, deadline_seconds=5)


def test_a_certificate_nobody_vouches_for_is_refused(certificate: tuple[Path, ssl.SSLContext]) -> None:
    client = Client(clock=SystemClock(), contact="a@example.org")
    with faulty_server(certificate[1]) as server:
        outcome = client.get(server.on("/", status(200, b"ok")), manners=QUICK)

        assert outcome == Unreachable(reason="TLS: the certificate is not trusted")
        assert server.heard == []


def test_a_line_cut_under_tls_is_not_the_end_of_a_body(certificate: tuple[Path, ssl.SSLContext]) -> None:
    """P22: without a length only TLS's own goodbye tells a whole body from half a one."""
    client = Client(clock=SystemClock(), contact="a@example.org", ca_file=certificate[0])
    with faulty_server(certificate[1]) as server:
        server.on("/whole", status(200, b"ok"))
        server.on("/cut", raw(b"HTTP/1.1 200 OK\r\n\r\nhalf of it"))

        assert isinstance(client.get(server.url("/whole"), manners=QUICK), Fetched)
        assert client.get(server.url("/cut"), manners=QUICK) == Unreachable(reason="the TLS connection was cut")
