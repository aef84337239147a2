"""What came of the visits of one poll: articles with their ids, removals, and troubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from monitor.domain.article_sources import ArticleSource, HeldArticle, ReadPage, RemovedPage, Way, path_of
from monitor.sources.articles.agenda import plain
from monitor.sources.articles.seen import Seen, SeenPage
from monitor.sources.articles.visiting import MOVED_AFTER, Visit

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Round:
    """The visits so far. ``held`` are all articles that the store knows, from wherever they came."""

    source: ArticleSource
    pages: dict[str, SeenPage]
    held: Mapping[str, HeldArticle]
    read: list[ReadPage] = field(default_factory=list)
    removed: list[RemovedPage] = field(default_factory=list)

    def follows(self, page: SeenPage) -> bool:
        """Whether the page is an article that is watched."""
        return page.is_followed and not self._is_let_go(page)

    def was_let_go(self, address: str) -> bool:
        """Whether somebody took the page's article out of watch: then it is left alone until somebody adds it again."""
        return self._is_let_go(self.pages[address])

    def pass_over(self, address: str) -> None:
        """Make no visit."""
        self.pages[address] = replace(self.pages[address], due=False, trouble="")

    def note(self, address: str, visit: Visit) -> None:
        """Put the outcome of one visit where it belongs."""
        before = self.pages[address]
        self.pages[address] = visit.page
        if visit.page.trouble:
            log.warning("articles.not_read", source=self.source.name, reason=visit.page.trouble)
        elif visit.gone:
            self._remove(before, visit.gone)
        elif other := self._other_of(address, before, visit):
            self._lead_to_other(address, before, other)
        elif visit.parsed is not None:
            self._take(address, before, visit)

    def settled(self) -> dict[str, SeenPage]:
        """All pages, each article at the address to which it has moved.

        A page that is still listed keeps its address, unless the listing holds the new one, too.
        """
        pages = dict(self.pages)
        for address, page in self.pages.items():
            if not page.is_followed or page.moves < MOVED_AFTER:
                continue
            to = next((other for other in pages if plain(other) == plain(page.moved_to)), None)
            if to is None and page.listed:
                continue
            at = pages.get(to, SeenPage(listed=False)) if to else SeenPage(listed=False)
            del pages[address]
            pages[to or page.moved_to] = replace(
                page, listed=at.listed, stamp=at.stamp, part=at.part, due=False, moved_to="", moves=0
            )
        return pages

    def troubles(self, seen: Seen) -> tuple[str, ...]:
        """What cannot be said of pages, and which are not listed any more though they are there."""
        told = []
        for address, page in seen.pages.items():
            if page.removed or (page.is_followed and self._is_let_go(page)):
                continue
            if page.trouble:
                told.append(page.trouble)
            elif page.is_followed and not page.listed and self.source.way is not Way.FEED:
                told.append(f"{address} is not listed any more, but still there: exclude it, or remove its article")
        return tuple(told)

    def _is_let_go(self, page: SeenPage) -> bool:
        if any(read.article_id == page.article for read in self.read):
            return False
        article = self.held.get(page.article)
        return article is None or article.is_removed

    def _remove(self, page: SeenPage, because: str) -> None:
        self.removed.append(RemovedPage(article_id=page.article, because=because))

    def _other_of(self, address: str, before: SeenPage, visit: Visit) -> str:
        """The page that this one turned out to be: it led there or, never read before, names that as its address."""
        names = visit.parsed.url if visit.parsed is not None and not before.is_followed else None
        found = (self._other_at(address, url) for url in (visit.url, names) if url)
        return next(filter(None, found), "")

    def _other_at(self, address: str, url: str) -> str:
        """Another page that is followed at the address where this one was found."""
        if plain(url) == plain(address):
            return ""
        return next(
            (other for other, page in self.pages.items() if page.is_followed and plain(other) == plain(url)), ""
        )

    def _lead_to_other(self, address: str, before: SeenPage, other: str) -> None:
        """A page that was never read is another address of that article; one that was read is told."""
        if before.is_followed:
            trouble = f"{address} leads to the page of article {self.pages[other].article}"
            self.pages[address] = replace(before, due=False, trouble=trouble)
        else:
            self.pages[address] = replace(before, due=False, read_stamp=before.stamp, trouble="")

    def _take(self, address: str, before: SeenPage, visit: Visit) -> None:
        """A new or changed article, under the id that it has or gets now."""
        article, objection = (before.article, "") if before.article else self._named(address)
        if objection or visit.parsed is None:
            self.pages[address] = replace(before, due=False, trouble=objection)
            return
        self.pages[address] = replace(visit.page, article=article)
        if not before.article and self._was_removed_by_hand(article, address):
            return
        self._give_up(article, address)
        self.read.append(
            ReadPage(article_id=article, parsed=visit.parsed, address=visit.url, is_known=before.is_followed)
        )

    def _named(self, address: str) -> tuple[str, str]:
        """An id for a page that was never read, or why it can have none."""
        taken = {page.article for other, page in self.pages.items() if other != address and page.is_followed}
        for name in self.source.names(path_of(self.source.place, address)):
            if name in taken:
                continue
            article = self.held.get(name)
            if article is None or article.is_removed or article.came_from(address) or self._was_ours(name):
                return name, ""
            return "", f"{address}: there is another article {name!r}, from {article.origin}; name this one by `id`"
        return "", f"{address}: no id can be made of its path; name it by `id`"

    def _was_removed_by_hand(self, article: str, address: str) -> bool:
        """Whether this page was an article before we knew it, which somebody took out of watch."""
        held = self.held.get(article)
        return held is not None and held.is_removed and held.came_from(address)

    def _was_ours(self, name: str) -> bool:
        return any(page.article == name for page in self.pages.values())

    def _give_up(self, article: str, address: str) -> None:
        """An id that another page had before it was removed is this page's now: a file that was moved."""
        self.removed = [gone for gone in self.removed if gone.article_id != article]
        for other, page in list(self.pages.items()):
            if other != address and page.article == article and page.removed:
                del self.pages[other]
