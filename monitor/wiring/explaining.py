"""What pages say beyond the verdict: why a finding weighs what it weighs, what was not checked, what is configured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.clock import Clock
from monitor.domain.explanations import ExplainedFinding, Mistake, Outage, WatchlistFile, WatchlistFolder, rules_of
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleView, Coverage, FindingView
from monitor.recipes import RecipeErrors, load_watchlists
from monitor.store import Store, source_of

GAPS_SHOWN = timedelta(days=180)
ABOUT = {
    "policies.yaml": "what this installation decides for itself",
    "publishers": "a guideline publisher and how its guidelines are followed",
    "topics": "a standing search for new evidence",
    "articles": "a source of articles",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """One call per page. ``began`` is when the watchlists were read that the service runs by."""

    store: Store
    policy: Policy
    folder: Path
    began: datetime
    began_with: dict[str, str]

    def finding(self, finding_id: str) -> ExplainedFinding | None:
        """A finding with its rules, its sources and what these say themselves; None where there is none."""
        with self.store.read() as reads:
            article_id = reads.explanations.article_of(finding_id)
            view = reads.article(article_id, self.policy) if article_id else None
            if view is None:
                return None
            finding = next(item for item in view.row.findings if item.id == finding_id)
            return ExplainedFinding(
                finding=finding,
                article=view.row,
                rules=rules_of(finding, self.policy),
                sources=_sources(finding, reads.coverage(self.policy)),
                records=reads.explanations.held(_spoken_of(finding)),
            )

    def outages(self, view: ArticleView, *, now: datetime) -> tuple[Outage, ...]:
        """When the sources that an article rests on could not be read, or its topics not searched, in half a year."""
        names = {name for item in view.references for name in (*item.identifiers, *(one for one, _ in item.derived))}
        with self.store.read() as reads:
            return reads.explanations.outages(
                {source_of(name) for name in names}, [topic.name for topic in view.topics], since=now - GAPS_SHOWN
            )

    def watchlists(self) -> WatchlistFolder:
        """The files of the watchlists as they read now, each with what is wrong in it."""
        texts = read_texts(self.folder)
        files = {name: WatchlistFile(name=name, about=_about(name), lines=_lines(text)) for name, text in texts.items()}
        for name, mistake in self._mistakes():
            file = files.get(name) or WatchlistFile(name=name, about="", lines=())
            files[name] = replace(file, mistakes=(*file.mistakes, mistake))
        names = sorted({*texts, *self.began_with})
        changed = tuple(name for name in names if texts.get(name) != self.began_with.get(name))
        return WatchlistFolder(files=tuple(files.values()), read_at=self.began, changed=changed)

    def _mistakes(self) -> tuple[tuple[str, Mistake], ...]:
        try:
            load_watchlists(self.folder)
        except RecipeErrors as errors:
            return tuple(
                (self._name(item.file), Mistake(line=item.line, key=item.key, message=item.message))
                for item in errors.problems
            )
        return ()

    def _name(self, file: str) -> str:
        path = Path(file)
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name


def explainer(store: Store, policy: Policy, folder: Path, clock: Clock) -> Explainer:
    """The explainer of a service that begins now and has just read its watchlists."""
    return Explainer(store=store, policy=policy, folder=folder, began=clock.today(), began_with=read_texts(folder))


def read_texts(folder: Path) -> dict[str, str]:
    """The watchlist files of a folder by their names in it; what is not UTF-8 is shown as far as it can be."""
    paths = (*sorted(folder.glob("*.yaml")), *sorted(folder.glob("*/*.yaml")))
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in paths
        if path.parent == folder or path.parent.name in ABOUT
    }


def _about(name: str) -> str:
    return ABOUT.get(name) or ABOUT.get(name.partition("/")[0], "")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def _spoken_of(finding: FindingView) -> tuple[str, ...]:
    """The notices first, as they are the news, then the record itself and what it was linked to."""
    notices = (witness.notice for witness in finding.witnesses if witness.notice)
    return tuple(dict.fromkeys((*notices, finding.record)))


def _sources(finding: FindingView, coverage: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
    shown_by = {witness.source for witness in finding.witnesses} or {source_of(finding.record)}
    return tuple(item for item in coverage if item.source in shown_by)
