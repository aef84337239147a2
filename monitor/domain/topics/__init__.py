"""Standing queries in PubMed's own syntax."""

from monitor.domain.topics.topic import Topic

__all__ = ["Topic"]
