"""Where an article appeared: the journal, its numbers, and the issue with its date."""

from __future__ import annotations

from typing import TypedDict

from monitor.sources.pubmed.dates import date_in_words, iso_date, stated_in
from monitor.sources.pubmed.elements import Children, attribute, children_of


class Place(TypedDict):
    """The fields of a record that its journal fills."""

    journal: str
    journal_abbreviation: str
    nlm_id: str
    issn: str
    issn_print: str
    issn_electronic: str
    issn_linking: str
    volume: str
    issue: str
    published: str
    published_in_words: str


def place_of(article: Children, citation: Children) -> Place:
    """Read an article's Journal, and the MedlineJournalInfo beside it."""
    journal, listed = children_of(article.first("Journal")), children_of(citation.first("MedlineJournalInfo"))
    issue = children_of(journal.first("JournalIssue"))
    dated = stated_in(issue.first("PubDate"))
    issn, kind = journal.text("ISSN"), attribute(journal.first("ISSN"), "IssnType")
    linking = listed.text("ISSNLinking")
    return Place(
        journal=journal.text("Title"),
        journal_abbreviation=listed.text("MedlineTA") or journal.text("ISOAbbreviation"),
        nlm_id=listed.text("NlmUniqueID"),
        issn=issn or linking,
        issn_print=issn if kind == "Print" else "",
        issn_electronic=issn if kind == "Electronic" else "",
        issn_linking=linking,
        volume=issue.text("Volume"),
        issue=issue.text("Issue"),
        published=iso_date(dated),
        published_in_words=date_in_words(dated),
    )
