"""Article pages and citation strings → articles, claims and references."""

from monitor.intake.citation_strings import citation_of
from monitor.intake.errors import UnreadableArticle
from monitor.intake.reading import read_article
from monitor.intake.references import reference_from

__all__ = ["UnreadableArticle", "citation_of", "read_article", "reference_from"]
