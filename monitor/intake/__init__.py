"""Article pages, files of references and citation strings → articles, claims and references."""

from monitor.intake.citations.strings import citation_of
from monitor.intake.decoding import MAX_BYTES, SUFFIXES, Format
from monitor.intake.errors import UnreadableArticle
from monitor.intake.lists.joining import Joining
from monitor.intake.lists.references import reference_from
from monitor.intake.reading import read_article, read_list, read_with_references

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Format",
    "Joining",
    "UnreadableArticle",
    "citation_of",
    "read_article",
    "read_list",
    "read_with_references",
    "reference_from",
]
