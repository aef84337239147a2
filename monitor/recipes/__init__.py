"""``watchlists/*.yaml`` to domain values; every mistake is told at once, with file, line and key."""

from __future__ import annotations

from monitor.domain.publishers import Publisher
from monitor.recipes.errors import Problem, RecipeErrors
from monitor.recipes.loading import Watchlists, load_publisher, load_watchlists

__all__ = ["Problem", "Publisher", "RecipeErrors", "Watchlists", "load_publisher", "load_watchlists"]
