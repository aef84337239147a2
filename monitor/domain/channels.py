"""The ways in which a publisher's guidelines can be followed, as a recipe describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where a field stands: the texts that ``xpath`` (of a page) or ``path`` (the keys of a list's item) selects, and
    the part of them that a pattern keeps.

    The first text that ``pattern`` is found in counts, and the field is ``form`` filled with its groups (``{0}`` is the
    whole match). Without a pattern it is the first text that is not empty. Case never matters.
    """

    xpath: str = ""
    path: tuple[str, ...] = ()
    pattern: str = ""
    form: str = "{0}"

    def keep(self, texts: Iterable[str]) -> str:
        """The field, given the texts that stand at its place; empty where none of them fits."""
        for text in filter(None, texts):
            if not self.pattern:
                return text
            if match := re.search(self.pattern, text, re.I):
                return " ".join(self.form.format(match.group(), *(group or "" for group in match.groups())).split())
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationRule:
    """How recommendations are read: ``xpath`` selects one element each, the other rules are relative to it.

    Without a rule of its own the text is all of the element but what the rules for the other fields select.
    """

    xpath: str
    text: FieldRule | None = None
    number: FieldRule | None = None
    strength: FieldRule | None = None
    population: FieldRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRule:
    """How the page's own list of updates is read: ``xpath`` selects one element each, with its day and its words."""

    xpath: str
    day: FieldRule | None = None
    text: FieldRule | None = None


class IndexForm(StrEnum):
    """What the publisher's index is."""

    HTML = "html"
    SITEMAP = "sitemap"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChannel:
    """An index that links to one page (or PDF) for each guideline.

    ``fields`` are read into the fields of a guideline document of the same name; a page that lacks a ``required`` one
    is not believed to be the page, nor is one that does not hold ``page_end``. The guideline is withdrawn when one of
    the ``withdrawn`` patterns is found in a text that ``state_xpath`` selects. ``text`` selects the parts of the page
    whose words matter; with "main" the extractor of main content chooses. A feed whose newest item is older than
    ``newest_within`` has been left behind, and is not believed.
    """

    index_url: str
    link_pattern: str
    fields: Mapping[str, FieldRule]
    form: IndexForm = IndexForm.HTML
    link_xpath: str = "//a/@href"
    required: frozenset[str] = frozenset({"title"})
    recommendations: RecommendationRule | None = None
    text: str = ""
    notes: NoteRule | None = None
    state_xpath: str = "//body"
    withdrawn: tuple[str, ...] = ()
    page_end: str = "</html"
    newest_within: timedelta | None = None

    @property
    def rules(self) -> tuple[object, ...]:
        """What decides how pages are read."""
        return (
            sorted(self.fields.items()),
            sorted(self.required),
            self.recommendations,
            self.text,
            self.notes,
            self.state_xpath,
            self.withdrawn,
        )

    def links_to_document(self, url: str) -> bool:
        """Whether an address on the index is that of a guideline's page."""
        parts, index = urlsplit(url), urlsplit(self.index_url)
        if _host(parts.netloc) != _host(index.netloc) or same_page(url) == same_page(self.index_url):
            return False
        return re.search(self.link_pattern, parts.path) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRule:
    """Recommendations that stand in a list of their own: ``items`` are the keys that lead to it.

    A part belongs to the item whose key or identity is the value under ``belongs``.
    """

    items: tuple[str, ...]
    belongs: FieldRule
    text: FieldRule
    number: FieldRule | None = None
    strength: FieldRule | None = None
    population: FieldRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """Which words of the publisher mean that a guideline stands, and which that it does not. Case does not matter.

    A word that is neither is shown to the operator, and the guideline counts as standing.
    """

    word: FieldRule
    withdrawn: tuple[str, ...]
    current: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChannel:
    """One answer (JSON) that holds every guideline with its state and dates.

    The answer is asked for at ``url``; or, with ``credentials``, at the base address in the operator's settings,
    with ``path`` after it and the operator's key. ``items`` are the keys that lead to the list of items (or to a
    mapping of them by key), ``identity`` is what names one, and its ``fields`` stand under their ``path``. ``page_url``
    is where a person can look at a guideline, with ``{identity}`` in it.
    """

    items: tuple[str, ...]
    identity: FieldRule
    fields: Mapping[str, FieldRule]
    url: str = ""
    credentials: str = ""
    path: str = ""
    state: StateRule | None = None
    parts: PartRule | None = None
    page_url: str = ""

    @property
    def rules(self) -> tuple[object, ...]:
        """What decides how items are read."""
        return (self.items, self.identity, sorted(self.fields.items()), self.state, self.parts, self.page_url)

    @property
    def asked_at(self) -> str:
        """Where the list is asked for, in a word for people."""
        return self.url or "/".join(filter(None, (f"MONITOR_{self.credentials.upper()}_URL", self.path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteratureChannel:
    """The publisher's guidelines as articles: a query in PubMed's syntax, and what of its answers is a guideline.

    A record counts when its title holds one of the ``titles`` patterns and none of ``not_titles``; case never matters.
    The first search reaches ``look_back`` years back, so that it finds the edition that stands.
    """

    query: str
    titles: tuple[str, ...]
    not_titles: tuple[str, ...] = ()
    look_back: int = 12

    @property
    def rules(self) -> tuple[object, ...]:
        """What decides which records are guidelines."""
        return (self.query, self.titles, self.not_titles, self.look_back)

    def admits(self, title: str) -> bool:
        """Whether a record of this title is a guideline."""
        return _finds(self.titles, title) and not _finds(self.not_titles, title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Something of the publisher's, and what the recipe must read from it; the tests replay them.

    ``html`` is a page, ``item`` an item of a list with the ``parts`` that belong to it, ``record`` the fields of a
    PubMed record. One of them is given.
    """

    url: str = ""
    html: str = ""
    item: Mapping[str, object] = field(default_factory=dict)
    parts: tuple[Mapping[str, object], ...] = ()
    record: Mapping[str, object] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    recommendations: int | None = None


def _host(netloc: str) -> str:
    """One spelling for a host with and without ``www.``, as publishers write both."""
    return netloc.lower().removeprefix("www.")


def same_page(url: str) -> str:
    """A spelling in which two addresses of one page are equal: case, query, fragment, index page and last slash go."""
    parts = urlsplit(url.lower())
    path = re.sub(r"/(index|default)\.(html?|aspx?|php)$", "/", parts.path)
    return f"{parts.netloc}{path}".rstrip("/")


def _finds(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text, re.I) for pattern in patterns)
