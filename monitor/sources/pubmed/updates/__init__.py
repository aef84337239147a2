"""PubMed over its daily update files: one stream of everything that changed, whatever the number of articles."""

from monitor.sources.pubmed.updates.poll import Name, poll_updates
from monitor.sources.pubmed.updates.server import UpdateFiles
from monitor.sources.pubmed.updates.sieve import Matcher

__all__ = ["Matcher", "Name", "UpdateFiles", "poll_updates"]
