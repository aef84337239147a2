"""What Crossref and Retraction Watch hold of a publication, in their own words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.identifiers import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One editorial update: an entry of ``update-to`` (on a notice) or of ``updated-by`` (on what it updates).

    ``doi`` is the other end: on a notice what it updates, on the original the notice; both may be one DOI. ``kind`` is
    Crossref's word with underscores (``expression_of_concern``), ``day`` the ISO date of the notice, ``source`` who
    asserts it (``publisher``, ``retraction-watch``, or nothing), ``record_id`` Retraction Watch's number of its row.
    """

    doi: str
    kind: str
    day: str = ""
    source: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation to another work, by Crossref's word (``is-preprint-of``). ``doi`` is in lower case."""

    kind: str
    doi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work as Crossref holds it. Dates are ISO text, maybe partial.

    ``updated_by`` stands on the original, ``updates`` on the notice. ``aliases`` are further DOIs that lead to it.
    """

    identifier: Identifier
    aliases: tuple[str, ...] = ()
    kind: str = ""
    subtype: str = ""
    title: str = ""
    journal: str = ""
    journal_abbreviation: str = ""
    publisher: str = ""
    published: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    authors: tuple[str, ...] = ()
    updated_by: tuple[Update, ...] = ()
    updates: tuple[Update, ...] = ()
    relations: tuple[Relation, ...] = ()
    clinical_trials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionEntry:
    """A row of the Retraction Watch table. Its identifier is the Record ID; dates are ISO text.

    ``about`` is the publication: the row's DOI, else its PMID, else the watched publication of its title. ``paper_doi``
    and ``paper_pmid`` are what the row says of it, ``matched_by`` by which of the three it was found to be watched.
    ``nature`` is Retraction Watch's word (Retraction, Expression of concern, Correction, Reinstatement, or nothing).
    ``state`` is ``listed``, or ``gone`` once the table no longer has the row.
    """

    identifier: Identifier
    about: Identifier
    matched_by: str = ""
    title: str = ""
    journal: str = ""
    nature: str = ""
    reasons: tuple[str, ...] = ()
    noticed_on: str = ""
    notice_doi: str = ""
    notice_pmid: str = ""
    published_on: str = ""
    paper_doi: str = ""
    paper_pmid: str = ""
    state: str = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """A publication as Europe PMC shows it: a hint beside the sources that it takes from.

    ``about`` is the watched publication, by its PMID or DOI. ``links`` are Europe PMC's comments and corrections as
    (type, identifier of the other record or nothing, citation).
    """

    identifier: Identifier
    about: Identifier
    title: str = ""
    publication_types: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
