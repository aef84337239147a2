"""What a record cites: its reference list, with the identifiers that NLM found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.domain.publications import CitedWork, Link
from monitor.sources.pubmed.elements import Element, text_of
from monitor.sources.pubmed.fields import as_doi, as_pmid


def references_of(lists: Iterable[Element]) -> tuple[CitedWork, ...]:
    """The entries of reference lists, also of lists within lists, in order."""
    return tuple(_cited_work(citation, ids) for listed in lists for citation, ids in _entries(listed))


def cited_pmids(references: Iterable[CitedWork], links: Iterable[Link]) -> tuple[str, ...]:
    """The PMIDs of cited records, each once: from the references, and from the links of records older than these."""
    listed = [reference.pmid for reference in references if reference.pmid]
    linked = [link.pmid for link in links if link.ref_type == "Cites" and link.pmid]
    return tuple(dict.fromkeys(listed + linked))


def _entries(listed: Element) -> Iterator[tuple[Element | None, dict[str, str]]]:
    """The citation of each entry, and the first of its identifiers of each kind; one not stated is "pubmed"."""
    citation: Element | None = None
    ids: dict[str, str] | None = None
    for part in listed.iter("Reference", "Citation", "ArticleId"):
        tag = part.tag
        if tag == "Reference":
            if ids is not None:
                yield citation, ids
            citation, ids = None, {}
        elif tag == "Citation":
            citation = part
        elif ids is not None:
            _take(ids, part.get("IdType", "pubmed"), text_of(part))
    if ids is not None:
        yield citation, ids


def _take(ids: dict[str, str], kind: str, value: str) -> None:
    """Junk stands in the place of some identifiers; the first that can be one counts."""
    if kind == "pubmed":
        value = as_pmid(value) or ""
    elif kind == "doi":
        value = as_doi(value)
    if value and kind not in ids:
        ids[kind] = value


def _cited_work(citation: Element | None, ids: dict[str, str]) -> CitedWork:
    if ids:
        return CitedWork(pmid=ids.get("pubmed"), doi=ids.get("doi", ""), pmc=ids.get("pmc", ""))
    return CitedWork(text=text_of(citation))
