"""PubMed: records, notices of retraction and correction, and the record that a citation means."""

from __future__ import annotations

from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.reader import READER, ReadSet, read_articles, read_recording, read_set
from monitor.sources.pubmed.source import PubMed

__all__ = ["READER", "Eutils", "PubMed", "ReadSet", "UnreadableXml", "read_articles", "read_recording", "read_set"]
