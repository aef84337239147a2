"""What every verb starts with: settings read, program built, schema checked."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich.console import Console

from monitor.settings import load_settings
from monitor.wiring import Monitor, build


class Failed(Exception):
    """A verb could not do all of its work. The message says what is left and what to do."""


class RefusesToStart(Exception):
    """The service would not run as it should. The message says what is missing."""


def opened() -> Monitor:
    """The program on this machine's settings, ready to work. An embedded database is made on first use."""
    monitor = opened_for_accounts()
    monitor.prepare()
    return monitor


def opened_for_accounts() -> Monitor:
    """The same for verbs about accounts, which have nothing to do with what is watched."""
    monitor = build(load_settings())
    ready(monitor)
    return monitor


def ready(monitor: Monitor) -> None:
    """Make an embedded database on first use. Raises ``WrongSchema`` for one of another version."""
    if monitor.settings.database_url.startswith("sqlite") and monitor.store.is_empty():
        monitor.store.upgrade()
    monitor.store.check_schema()


def console() -> Console:
    """Where people read; wide enough for the report where no terminal says how wide it is."""
    found = Console(soft_wrap=False)
    return found if found.is_terminal or "COLUMNS" in os.environ else Console(width=110)


def print_json(value: Any) -> None:
    """What a program reads."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
