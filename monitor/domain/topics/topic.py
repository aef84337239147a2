"""A topic: a standing query and the articles it concerns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One standing query. ``articles`` are the ids of the articles that new answers concern."""

    name: str
    title: str
    query: str
    articles: tuple[str, ...] = ()
