"""A guideline publisher as its recipe describes it: where its pages are and how to read them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.domain.identifiers import Identifier, Scheme


class RecipeStatus(StrEnum):
    """Whether a recipe was tried on the publisher's live pages, or only on examples."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where a field stands: the texts an XPath selects, and the part of them a pattern keeps.

    The first text that ``pattern`` is found in counts, and the field is ``form`` filled with its groups (``{0}`` is the
    whole match). Without a pattern it is the first text that is not empty. Case never matters.
    """

    xpath: str
    pattern: str = ""
    form: str = "{0}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationRule:
    """How recommendations are read: ``xpath`` selects one element each, the other rules are relative to it."""

    xpath: str
    number: FieldRule | None = None
    strength: FieldRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGuideline:
    """A guideline whose identity is fixed by the recipe.

    ``match`` are sets of words: prose that holds every word of one set, beside the publisher's name, means it.
    """

    identity: Identifier
    title: str
    url: str
    match: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A page and what the recipe must read from it; the tests replay them."""

    url: str
    html: str
    expect: Mapping[str, str] = field(default_factory=dict)
    recommendations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One file of ``watchlists/publishers``.

    ``fields`` are read into the fields of a guideline document of the same name; a page that lacks a ``required`` one
    is not believed to be the page, nor is one that does not hold ``page_end``. The guideline is
    withdrawn when one of the ``withdrawn`` patterns is found in a text that ``state_xpath`` selects.
    """

    key: str
    name: str
    index_url: str
    link_pattern: str
    fields: Mapping[str, FieldRule]
    organisations: tuple[str, ...] = ()
    link_xpath: str = "//a/@href"
    required: frozenset[str] = frozenset({"title"})
    recommendations: RecommendationRule | None = None
    state_xpath: str = "//body"
    withdrawn: tuple[str, ...] = ()
    page_end: str = "</html"
    pace_seconds: float = 2.0
    terms_url: str = ""
    status: RecipeStatus = RecipeStatus.UNVERIFIED
    guidelines: tuple[KnownGuideline, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def rules_digest(self) -> str:
        """Changes when the recipe reads pages in another way: part of the reader's version, so an edit is no news."""
        rules = (
            sorted(self.fields.items()),
            sorted(self.required),
            self.recommendations,
            self.state_xpath,
            self.withdrawn,
            self.name,
        )
        return hashlib.blake2b(repr(rules).encode(), digest_size=4).hexdigest()

    def links_to_document(self, url: str) -> bool:
        """Whether an address on the index page is that of a guideline's page."""
        parts, index = urlsplit(url), urlsplit(self.index_url)
        if parts.netloc.lower() != index.netloc.lower() or same_page(url) == same_page(self.index_url):
            return False
        return re.search(self.link_pattern, parts.path) is not None

    def identity_of(self, url: str) -> Identifier:
        """The identity of the guideline at an address: the recipe's own where it names one, else from the path."""
        known = next((item.identity for item in self.guidelines if same_page(item.url) == same_page(url)), None)
        return known or Identifier.of(Scheme.GUIDELINE, f"{self.key}/{_slug(urlsplit(url).path)}")

    def known(self, identity: Identifier) -> KnownGuideline | None:
        """What the recipe says of an identity, if it names it."""
        return next((item for item in self.guidelines if item.identity == identity), None)


def same_page(url: str) -> str:
    """A spelling in which two addresses of one page are equal: case, query, fragment, index page and last slash go."""
    parts = urlsplit(url.lower())
    path = re.sub(r"/(index|default)\.(html?|aspx?|php)$", "/", parts.path)
    return f"{parts.netloc}{path}".rstrip("/")


def _slug(path: str) -> str:
    """The last folder or page name of a path, as an identity can hold it."""
    names = [re.sub(r"\.(html?|aspx?|php)$", "", name) for name in path.lower().split("/") if name]
    named = [name for name in names if name not in {"index", "default"}]
    return re.sub(r"[^a-z0-9._-]+", "-", named[-1]).strip("-") if named else "index"
