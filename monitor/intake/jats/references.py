"""The reference list of a JATS article → references, with the number by which the text cites each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.domain.articles import Reference
from monitor.domain.identifiers import Scheme, find_identifiers
from monitor.intake.jats.elements import Element, children, own, tag_of, words_of
from monitor.intake.reference_files import Entry, UnreadableReferences, references_of
from monitor.intake.reference_files.names import person

_CITATIONS = frozenset({"element-citation", "mixed-citation", "citation", "nlm-citation", "product"})
_LABEL = re.compile(r"[\[(]?\s*(?P<number>[1-9]\d{0,2})\s*[\])]?\.?")
_LINKS = ("{http://www.w3.org/1999/xlink}href", "href")


def numbered(article: Element) -> Mapping[str, int]:
    """The number of each entry by its id: the printed labels where all are distinct numbers, else the order."""
    refs = list(article.iter("ref"))
    labels = [_label(ref) for ref in refs]
    if None in labels or len(set(labels)) < len(labels):
        labels = list(range(1, len(refs) + 1))
    numbers = dict[str, int]()
    for ref, number in zip(refs, labels, strict=True):
        for target in (ref, *_citations(ref)):
            if (identity := target.get("id")) and number is not None and number <= 999:
                numbers.setdefault(identity, number)
    return numbers


def read_references(article: Element, *, name: str) -> tuple[Reference, ...]:
    """The entries in their order. Of an entry that holds several citations, the first has the number.

    Raises :class:`UnreadableReferences` for an identifier that is none.
    """
    numbers = numbered(article)
    entries, positions = list[Entry](), list[int | None]()
    for at, ref in enumerate(article.iter("ref"), start=1):
        number = numbers.get(ref.get("id") or "", at if at <= 999 else None)
        for place, cited in enumerate(_citations(ref)):
            if entry := _entry(cited, ref, record=at):
                entries.append(entry)
                positions.append(number if place == 0 else None)
    references, problems = references_of(entries)
    if problems:
        raise UnreadableReferences(name, problems)
    return tuple(replace(one, number=number) for one, number in zip(references, positions, strict=True))


def _citations(ref: Element) -> list[Element]:
    """The citations of an entry; of alternatives the first, which is the tagged one where there is one."""
    found = list[Element]()
    for child in children(ref):
        if tag_of(child) in _CITATIONS:
            found.append(child)
        elif tag_of(child) == "citation-alternatives":
            found.extend([inner for inner in children(child) if tag_of(inner) in _CITATIONS][:1])
    return found or [ref]


def _entry(cited: Element, ref: Element, *, record: int) -> Entry | None:
    """A citation by its fields, or by its words where it is not tagged; None for an empty one."""
    words = _words(cited)
    if not words:
        return None
    title = own(cited, "article-title") or own(cited, "chapter-title") or own(cited, "data-title")
    source = own(cited, "source")
    pages = [own(cited, "fpage"), own(cited, "lpage")]
    identifiers = dict(_pub_ids(cited))
    return Entry(
        record=record,
        line=ref.sourceline or 1,
        authors=tuple(_authors(cited)),
        # A book's source is its title.
        title=title or (source if own(cited, "publisher-name") or not own(cited, "volume") else ""),
        journal=source if title else "",
        year=own(cited, "year"),
        volume=own(cited, "volume"),
        issue=own(cited, "issue") or own(cited, "supplement"),
        pages="–".join(page for page in pages if page) or own(cited, "elocation-id"),
        pmid=identifiers.get("pmid", ""),
        doi=identifiers.get("doi", ""),
        pmcid=identifiers.get("pmcid", "") or identifiers.get("pmc", ""),
        words=words,
        address=next(iter(_addresses(cited)), ""),
        more=(words, *_addresses(cited)),
    )


def _pub_ids(cited: Element) -> Iterator[tuple[str, str]]:
    """Identifiers by kind, as far as they are what they say: publishers put odd things there, which the words keep."""
    for element in cited.iter("pub-id"):
        kind, value = (element.get("pub-id-type") or "").lower(), words_of(element)
        is_pmid = kind == "pmid" and re.fullmatch(r"0*[1-9]\d{0,8}", value)
        is_doi = kind == "doi" and any(item.scheme is Scheme.DOI for item in find_identifiers(value))
        if is_pmid or is_doi:
            yield kind, value
        elif kind in ("pmc", "pmcid"):
            yield kind, value if value.upper().startswith("PMC") else f"PMC{value}"


def _addresses(cited: Element) -> Sequence[str]:
    return [address for link in cited.iter("ext-link", "uri") for key in _LINKS if (address := link.get(key))]


def _authors(cited: Element) -> Iterator[str]:
    """The authors in their order; who edited the book they write in is none."""
    groups = [group for group in cited.iter("person-group") if group.get("person-group-type", "author") == "author"]
    for group in groups or [cited]:
        for element in group.iter("name", "string-name", "collab"):
            if tag_of(element) == "collab":
                yield words_of(element)
            elif family := own(element, "surname"):
                yield person(family, own(element, "given-names"))
            else:
                yield words_of(element)


def _words(cited: Element) -> str:
    """The words of a citation as printed. Where only tags part them, spaces do."""
    label = cited.find("label")
    if tag_of(cited) == "mixed-citation":
        return words_of(cited).removeprefix(words_of(label)).strip()
    pieces = [words_of(piece) for piece in children(cited) if piece is not label] if len(cited) else [words_of(cited)]
    return " ".join(piece for piece in pieces if piece)


def _label(ref: Element) -> int | None:
    found = _LABEL.fullmatch(own(ref, "label"))
    return int(found["number"]) if found else None
