"""Names and addresses of upstream things. Upstream text is never trusted to be an address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme

_SCHEME_NAMES = {
    Scheme.PUBMED: "PubMed {}",
    Scheme.DOI: "doi {}",
    Scheme.NCT: "{}",
    Scheme.GUIDELINE: "Guideline {}",
    Scheme.PAGE: "{}",
    Scheme.RETRACTION_WATCH: "Retraction Watch record {}",
    Scheme.EUROPE_PMC: "Europe PMC {}",
    Scheme.PMC: "{}",
}
_SOURCE_NAMES = {
    "pubmed": "PubMed",
    "clinicaltrials": "ClinicalTrials.gov",
    "crossref": "Crossref",
    "retraction_watch": "Retraction Watch",
    "europepmc": "Europe PMC",
}
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
"""The last line is what no UTF-8 and no XML can hold."""


def plain(text: str) -> str:
    """Text without what could steer a terminal, turn the direction of writing or break a file; lines and tabs stay."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n"))


def web_address(text: str | None) -> str | None:
    """The address when it is one a browser may be sent to: http or https with a host, no spaces; else None."""
    if not text or plain(text) != text or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None


def record_name(record: str) -> str:
    """``PubMed 40169165`` for ``pubmed:40169165``; what we cannot read stays as it is."""
    try:
        identifier = Identifier.parse(record)
    except InvalidIdentifier:
        return record
    return _SCHEME_NAMES[identifier.scheme].format(identifier.value)


def record_address(record: str) -> str | None:
    """Where a person can look at a record, if anywhere."""
    try:
        return web_address(Identifier.parse(record).url)
    except InvalidIdentifier:
        return None


def source_name(source: str) -> str:
    """The name a reader knows a source by."""
    if source.startswith("guideline:"):
        return f"Guidelines of {source.removeprefix('guideline:')}"
    return _SOURCE_NAMES.get(source, source)
