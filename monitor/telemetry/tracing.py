"""One id for all that a request or a poll does: it stands in the log, in the audit log and in the answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_current: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def current_id() -> str:
    """The id of the request or poll that is being worked on; empty outside of one."""
    return _current.get()


def new_id(what: str = "") -> str:
    """An id that nothing else has; ``what`` goes before it, such as ``poll``."""
    return "-".join(filter(None, (what, uuid.uuid4().hex[:16])))


def is_well_formed(text: str) -> bool:
    """Whether an id that somebody else made may stand in our logs as it is."""
    return _WELL_FORMED.fullmatch(text) is not None


@contextmanager
def tracing(request_id: str) -> Iterator[str]:
    """Let all that happens in the block bear this id. Threads that are started inside do not inherit it."""
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)


def show_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: the id stands on every line that belongs to a request or poll."""
    if request_id := _current.get():
        event.setdefault("request", request_id)
    return event
