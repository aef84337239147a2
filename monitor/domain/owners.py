"""Who looks after which articles: specialties gather articles, owners look after specialties and single articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialty:
    """A field of medicine: articles by their ids (``*`` stands for any letters) and those that a topic concerns."""

    name: str
    title: str = ""
    articles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody who looks after articles: those of specialties, and single ones by their ids (``*`` as above).

    ``channels`` are where they are told; what they leave too long goes to ``escalate_to``, another owner.
    """

    name: str
    title: str = ""
    specialties: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    escalate_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The owners and specialties of one installation, by name. ``default`` looks after what nobody else does."""

    owners: Mapping[str, Owner] = field(default_factory=dict)
    specialties: Mapping[str, Specialty] = field(default_factory=dict)
    default: str = ""

    def specialties_of(self, article_id: str, topics: Collection[str] = ()) -> tuple[str, ...]:
        """The specialties of an article that these topics concern."""
        return tuple(
            name
            for name, item in self.specialties.items()
            if _matches(article_id, item.articles) or any(topic in topics for topic in item.topics)
        )

    def of(self, article_id: str, topics: Collection[str] = ()) -> tuple[str, ...]:
        """The owners of an article: whoever names it comes before whoever looks after its specialties.

        An article that is nobody's belongs to the default owner, if there is one.
        """
        fields = self.specialties_of(article_id, topics)
        named = [name for name, owner in self.owners.items() if _matches(article_id, owner.articles)]
        general = [name for name, owner in self.owners.items() if any(item in fields for item in owner.specialties)]
        return tuple(dict.fromkeys((*named, *general))) or ((self.default,) if self.default else ())

    def above(self, name: str) -> tuple[str, ...]:
        """Who is asked next, and next after that, when an owner leaves a review too long."""
        chain: list[str] = []
        while (owner := self.owners.get(name)) and owner.escalate_to and owner.escalate_to not in chain:
            name = owner.escalate_to
            chain.append(name)
        return tuple(chain)

    def channels_of(self, names: Collection[str]) -> tuple[str, ...]:
        """The channels of some owners, each once."""
        return tuple(
            dict.fromkeys(item for name in names if name in self.owners for item in self.owners[name].channels)
        )

    @property
    def looks_at_topics(self) -> bool:
        """Whether the topics of an article decide about its owners."""
        return any(item.topics for item in self.specialties.values())

    @property
    def owned_channels(self) -> frozenset[str]:
        """The channels that are somebody's; all others hear of every article."""
        return frozenset(self.channels_of(self.owners))


def _matches(article_id: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(article_id, pattern) for pattern in patterns)
