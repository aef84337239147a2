"""PubMed over E-utilities: its pace, its contact rules, its quirks and its records."""

from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.reader import READER, read_articles, read_recording, read_set
from monitor.sources.pubmed.source import PubMed

__all__ = ["READER", "Eutils", "PubMed", "UnreadableXml", "read_articles", "read_recording", "read_set"]
