"""The editors' pages and the JSON API over the same read models."""

from monitor.web.app import create_app
from monitor.web.identity import Access, OpenAccess
from monitor.web.ports import Desk, Explainer, Hands

__all__ = ["Access", "Desk", "Explainer", "Hands", "OpenAccess", "create_app"]
