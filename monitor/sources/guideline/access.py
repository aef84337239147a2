"""Where a list is asked for, and with which key: the two publishers that hand out keys each want theirs elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The operator's base address, and how the key is sent. ``lacks`` names a setting that is needed and not given."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    lacks: str = ""


def nice(base: str, key: str | None) -> Access:
    """NICE's syndication API wants its key in a header."""
    return Access(base=base, headers={"API-Key": key or ""}, lacks="" if key else "MONITOR_NICE_API_KEY")


def uspstf(base: str, key: str | None) -> Access:
    """The USPSTF's API wants its key in the address; without one it answers 202 and a sentence."""
    return Access(base=base, params={"key": key or ""}, lacks="" if key else "MONITOR_USPSTF_KEY")
