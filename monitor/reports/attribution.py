"""Whom the facts on a page come from, and what these sources want said beside them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One source's credit line, with the address of its terms."""

    source: str
    text: str
    url: str


ATTRIBUTIONS = (
    Attribution(
        source="PubMed",
        text="Bibliographic facts come from PubMed, a service of the US National Library of Medicine (NLM). NCBI and "
        "NLM neither warrant nor endorse them or this program, and publishers may hold rights in what is quoted; "
        "a record may have changed since the date shown.",
        url="https://www.ncbi.nlm.nih.gov/home/about/policies/",
    ),
    Attribution(
        source="ClinicalTrials.gov",
        text="Trial facts come from ClinicalTrials.gov, a service of the US National Library of Medicine, as of the "
        "date of data shown for each source; sponsors and investigators are answerable for their content.",
        url="https://clinicaltrials.gov/about-site/terms-conditions",
    ),
    Attribution(
        source="Crossref and Retraction Watch",
        text="Updates, corrections and retractions are also taken from Crossref's metadata and from the Retraction "
        "Watch data that Crossref makes available; what a notice is called there is the word of whoever asserts it.",
        url="https://www.crossref.org/documentation/retrieve-metadata/rest-api/",
    ),
    Attribution(
        source="Guideline publishers",
        text="Guideline titles, dates and short extracts belong to the publishers named beside them; read the "
        "guideline itself before acting on it.",
        url="",
    ),
)
"""Shown on every page and in every report; NCBI asks for the first of programs that show its data (NBK25497)."""

SCOPE = (
    "A finding says that something was published about a reference. It does not judge anybody's conduct, "
    "and it is no medical advice."
)
"""What a finding means, and what it does not."""
