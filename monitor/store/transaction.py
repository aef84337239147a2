"""The unit of work: what one step reads, decides and writes, in one commit."""

from __future__ import annotations

from sqlmodel import Session

from monitor.clock import Clock
from monitor.store.access import Access
from monitor.store.articles import Articles
from monitor.store.audit import Audit
from monitor.store.decisions import Decisions
from monitor.store.deliveries import Deliveries
from monitor.store.events import Events
from monitor.store.evidence import Evidence
from monitor.store.findings import Findings
from monitor.store.idempotency import Idempotency
from monitor.store.inclusions import Inclusions
from monitor.store.links import Links
from monitor.store.meanings import Meanings
from monitor.store.mutes import Mutes
from monitor.store.names import Names
from monitor.store.outbox import Outbox
from monitor.store.references import References
from monitor.store.reviews import Reviews
from monitor.store.telling import Telling
from monitor.store.topics import Topics
from monitor.store.watches import LeaseLost, Watches

__all__ = ["LeaseLost", "Transaction"]


class Transaction:
    """All that can be read and written, by subject. Valid only inside ``with store.begin()``."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.articles = Articles(session, clock)
        self.references = References(session, clock)
        self.meanings = Meanings(session, clock)
        self.watches = Watches(session, clock)
        self.evidence = Evidence(session, clock)
        self.events = Events(session, clock)
        self.names = Names(session, clock)
        self.links = Links(session, clock)
        self.inclusions = Inclusions(session, clock)
        self.topics = Topics(session, clock)
        self.findings = Findings(session, clock)
        self.decisions = Decisions(session, clock)
        self.mutes = Mutes(session, clock)
        self.reviews = Reviews(session, clock)
        self.outbox = Outbox(session, clock)
        self.deliveries = Deliveries(session, clock)
        self.telling = Telling(session, clock)
        self.audit = Audit(session, clock)
        self.access = Access(session, clock)
        self.idempotency = Idempotency(session, clock)
        self._session = session
