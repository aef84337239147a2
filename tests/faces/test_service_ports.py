"""The service says so when it cannot listen, instead of running without its pages."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from monitor.serving import faces
from monitor.settings import load_settings
from monitor.telemetry import CannotListen
from monitor.wiring import build


def test_pages_whose_port_is_taken_keep_the_service_from_starting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = {"MONITOR_DATA_DIR": str(tmp_path), "MONITOR_BIND": bind, "MONITOR_METRICS_BIND": "127.0.0.1:0"}

        with (
            pytest.raises(CannotListen, match=rf"{bind} .*: Address already in use$"),
            faces(build(load_settings(settings)), list),
        ):
            pass
