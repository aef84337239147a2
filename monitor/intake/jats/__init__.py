"""Articles in JATS, the XML of journals and of PubMed Central → blocks and references."""

from monitor.intake.jats.article import read_jats

__all__ = ["read_jats"]
