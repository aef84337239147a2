"""Standing queries in PubMed's own syntax: read, matched against many records, and drafted."""

from monitor.domain.topics.engine import Engine
from monitor.domain.topics.parsing import UnsupportedQuery, parse
from monitor.domain.topics.topic import Run, Topic

__all__ = ["Engine", "Run", "Topic", "UnsupportedQuery", "parse"]
