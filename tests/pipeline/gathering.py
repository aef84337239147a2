"""A folder of articles on a stage, and a process that dies: ``python -m tests.pipeline.gathering URL POINT FOLDER``.

It is killed at the named point of the pipeline.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from monitor.domain.article_sources import FAMILY, ArticleSource, Way
from monitor.domain.articles import ParsedArticle
from monitor.intake import read_article
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.poll import PollReport
from monitor.pipeline.ports import Probe
from monitor.pipeline.register import WatchSpec
from monitor.sources.articles import ArticleCollection, Folder
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, ScriptedSource, Stage

SOURCE = "articles:pages"
CLAIM = "Something helps most people who have it."
OTHER = "Nothing harms anybody who takes it daily."


def page(title: str, *sentences: str, entry: str = "A trial of something. PMID: 100") -> str:
    told = "\n\n".join(f"{sentence} [1]" for sentence in sentences or (CLAIM, OTHER))
    return f"# {title}\n\nLast updated: May 1, 2026\n\n{told}\n\n## References\n\n1. {entry}\n"


class GatheringStage(Stage):
    """A stage whose articles come from a folder."""

    def __init__(self, url: str, folder: Path, *, probe: Probe | None = None) -> None:
        upstream = ScriptedSource({PAPER.identifier: RETRACTED}, notices=(NOTICE,))
        super().__init__(url, source=upstream, probe=probe)
        source = ArticleSource(key="pages", title="Pages", way=Way.FOLDER, place=str(folder), include=(r"\.md$",))
        collection = ArticleCollection(source, Folder(source), read=_read, clock=self.clock, at_a_time=3)
        gatherer = Gatherer(registrar=self.registrar, probe=self.assessor.probe)
        sources = {**self.poller.sources, SOURCE: collection}
        self.poller = replace(self.poller, sources=sources, gatherer=gatherer)

    def start(self) -> GatheringStage:
        """Make the tables and the watches."""
        self.store.upgrade()
        self.registrar.ensure_watches(
            [
                WatchSpec(kind="cited_set", source="pubmed"),
                WatchSpec(kind="notices", source="pubmed"),
                WatchSpec(kind=FAMILY, source=SOURCE),
            ]
        )
        return self

    def gather(self) -> tuple[PollReport, ...]:
        """One pass over the folder, then what it rests on."""
        reports = self.poller.run(source=SOURCE, even_if_not_due=True)
        self.resolver.run()
        self.poll()
        self.later(hours=12)
        return reports


def _read(body: bytes, name: str, media_type: str) -> ParsedArticle:
    return read_article(body, name=name, media_type=media_type)


def main(url: str, point: str, folder: str) -> None:
    """Gather once, and be killed on the way where the point says."""

    def die(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    stage = GatheringStage(url, Path(folder), probe=die)
    stage.poller.run(source=SOURCE, even_if_not_due=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
