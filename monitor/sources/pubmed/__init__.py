"""PubMed over E-utilities and over its update files: its pace, its contact rules, its quirks and its records."""

from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.literature import Literature
from monitor.sources.pubmed.reader import READER, read_articles, read_recording, read_set
from monitor.sources.pubmed.source import PubMed
from monitor.sources.pubmed.updates import UpdateFiles

__all__ = [
    "READER",
    "Eutils",
    "Literature",
    "PubMed",
    "UnreadableXml",
    "UpdateFiles",
    "read_articles",
    "read_recording",
    "read_set",
]
