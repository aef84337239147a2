"""The editors' pages and the JSON API over the same read models."""

from monitor.web.access import AccountAccess
from monitor.web.access.peers import Peers
from monitor.web.app import create_app
from monitor.web.identity import Access, OpenAccess
from monitor.web.ports import Desk, Explainer, Hands

__all__ = ["Access", "AccountAccess", "Desk", "Explainer", "Hands", "OpenAccess", "Peers", "create_app"]
