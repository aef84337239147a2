"""What indexers and publishers say a record is about, where its data lie, and who paid."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.domain.publications import DataBank, Grant, MeshHeading
from monitor.sources.pubmed.elements import Children, Element, attribute, children_of, rows_of, text_of, texts_of


def mesh_of(headings: Iterable[Element]) -> tuple[MeshHeading, ...]:
    """The MeSH headings of a list."""
    return tuple(map(_heading, headings))


def substances_of(citation: Children) -> tuple[str, ...]:
    """The names of chemicals and of supplementary concepts, each once."""
    lists = citation.all("ChemicalList") + citation.all("SupplMeshList")
    names = [name for listed in lists for name in listed.iter("NameOfSubstance", "SupplMeshName")]
    return tuple(dict.fromkeys(texts_of(names)))


def keywords_of(lists: Iterable[Element]) -> tuple[str, ...]:
    """The keywords of all lists, whoever chose them."""
    return texts_of(keyword for keywords in lists for keyword in keywords)


def data_banks_of(lists: Iterable[Element]) -> tuple[DataBank, ...]:
    """The data banks, each with the record's numbers in it."""
    banks = (children_of(bank) for listed in lists for bank in listed)
    return tuple(
        DataBank(
            name=bank.text("DataBankName"),
            accessions=texts_of(number for numbers in bank.all("AccessionNumberList") for number in numbers),
        )
        for bank in banks
    )


def grants_of(lists: Iterable[Element]) -> tuple[Grant, ...]:
    """The grants."""
    return tuple(
        Grant(
            agency=grant.get("Agency", ""),
            number=grant.get("GrantID", ""),
            acronym=grant.get("Acronym", ""),
            country=grant.get("Country", ""),
        )
        for _, grant in rows_of(lists, "Grant", "Agency", "GrantID", "Acronym", "Country")
    )


def _heading(heading: Element) -> MeshHeading:
    parts = children_of(heading)
    descriptor, qualifiers = parts.first("DescriptorName"), parts.all("QualifierName")
    topics = [*([descriptor] if descriptor is not None else []), *qualifiers]
    major = [topic for topic in topics if attribute(topic, "MajorTopicYN") == "Y"]
    return MeshHeading(
        ui=attribute(descriptor, "UI"),
        name=text_of(descriptor),
        major=bool(major),
        qualifiers=tuple(map(text_of, qualifiers)),
        qualifier_uis=tuple(attribute(qualifier, "UI") for qualifier in qualifiers),
        major_uis=tuple(attribute(topic, "UI") for topic in major),
        automatic=any(attribute(topic, "AutoHM") == "Y" for topic in topics),
    )
