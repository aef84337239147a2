"""A guideline publisher as its recipe describes it: what it is called, and how its guidelines are followed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from monitor.domain.channels import Example, ListChannel, LiteratureChannel, PageChannel, same_page
from monitor.domain.identifiers import Identifier, Scheme

Channel: TypeAlias = PageChannel | ListChannel | LiteratureChannel


class RecipeStatus(StrEnum):
    """Whether a recipe was tried on the publisher's live pages, or only on examples."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGuideline:
    """A guideline whose identity is fixed by the recipe.

    ``match`` are sets of words: prose that holds every word of one set, beside the publisher's name, means it.
    """

    identity: Identifier
    title: str
    url: str = ""
    match: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One file of ``watchlists/publishers``."""

    key: str
    name: str
    channel: Channel
    organisations: tuple[str, ...] = ()
    pace_seconds: float = 2.0
    terms_url: str = ""
    status: RecipeStatus = RecipeStatus.UNVERIFIED
    guidelines: tuple[KnownGuideline, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def rules_digest(self) -> str:
        """Changes when the recipe reads in another way: part of the reader's version, so an edit is no news.

        Which guideline an article holds is read from its title, by the names that the recipe gives.
        """
        names = (self.organisations, self.guidelines) if isinstance(self.channel, LiteratureChannel) else ()
        return hashlib.blake2b(repr((self.name, *self.channel.rules, *names)).encode(), digest_size=4).hexdigest()

    @property
    def followed_at(self) -> str:
        """Where its guidelines are followed, in a word for people."""
        match self.channel:
            case PageChannel(index_url=url):
                return url
            case ListChannel() as channel:
                return channel.asked_at
            case LiteratureChannel(query=query):
                return f"PubMed: {query}"

    @property
    def pages(self) -> PageChannel:
        """The channel of a publisher that is followed through its pages. Raises TypeError for any other."""
        if not isinstance(self.channel, PageChannel):
            raise TypeError(f"{self.key} is not followed through pages")
        return self.channel

    @property
    def listing(self) -> ListChannel:
        """The channel of a publisher that is followed through one list. Raises TypeError for any other."""
        if not isinstance(self.channel, ListChannel):
            raise TypeError(f"{self.key} is not followed through a list")
        return self.channel

    @property
    def literature(self) -> LiteratureChannel:
        """The channel of a publisher that is followed through PubMed. Raises TypeError for any other."""
        if not isinstance(self.channel, LiteratureChannel):
            raise TypeError(f"{self.key} is not followed through the literature")
        return self.channel

    def identity_of(self, url: str) -> Identifier:
        """The identity of the guideline at an address: the recipe's own where it names one, else from the path."""
        at = same_page(url)
        known = next((item.identity for item in self.guidelines if item.url and same_page(item.url) == at), None)
        return known or Identifier.of(Scheme.GUIDELINE, f"{self.key}/{_slug(urlsplit(url).path)}")

    def identity_named(self, name: str) -> Identifier:
        """The identity of the guideline that the publisher calls so. Raises :class:`InvalidIdentifier`."""
        return Identifier.of(Scheme.GUIDELINE, f"{self.key}/{_plain(name)}")

    def known(self, identity: Identifier) -> KnownGuideline | None:
        """What the recipe says of an identity, if it names it."""
        return next((item for item in self.guidelines if item.identity == identity), None)


def _slug(path: str) -> str:
    """The last folder or page name of a path, as an identity can hold it."""
    names = [re.sub(r"\.(html?|aspx?|php)$", "", name) for name in path.lower().split("/") if name]
    named = [name for name in names if name not in {"index", "default"}]
    return _plain(named[-1]) if named else "index"


def _plain(name: str) -> str:
    """A name as an identity can hold it."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-")
