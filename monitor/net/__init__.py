"""The one polite and guarded HTTP client: whatever an upstream does comes back as a value, never as an exception."""

from __future__ import annotations

from monitor.net.client import Client
from monitor.net.gates import Gates
from monitor.net.manners import Manners

__all__ = ["Client", "Gates", "Manners"]
