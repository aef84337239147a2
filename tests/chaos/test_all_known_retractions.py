"""Every paper that the recordings know as retracted, some sixty thousand, through the whole pipeline: none missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.articles import Reference, Resolution
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import Identifier, Scheme
from monitor.pipeline.watching import watch
from tests.journey.test_known_retractions import (
    Holding,
    cited,
    found_in,
    known_retractions,
    never_retracted,
    retracted,
    rows_of,
)
from tests.pipeline.scene import ARTICLE, Stage

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
__all__ = ["never_retracted", "retracted"]

PARTS = 8
"""Some seven thousand papers each: a minute or two."""


def settle(stage: Stage, papers: Iterable[Identifier]) -> None:
    """Register articles that cite these papers, as resolved by their DOIs, without a look-up of each."""
    for name, some in cited(papers):
        texts = tuple(Reference(text=str(item), number=at, identifiers=(item,)) for at, item in enumerate(some, 1))
        stage.registrar.register(name, replace(ARTICLE, text=name, references=texts), origin="test", by="test")
        with stage.store.begin() as tx:
            for pending in tx.meanings.pending(article_id=name, limit=len(some)):
                resolved = Resolved(
                    status=Resolution.RESOLVED, identifiers=pending.reference.identifiers, confidence=1.0, because="DOI"
                )
                tx.meanings.settle(pending.id, resolved, look_again=None)
            watch(tx, some)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_known_doi_is_found_and_no_other(
    shared: Path, tmp_path: Path, never_retracted: list[str], part: int
) -> None:
    """Every part of the papers is cited by articles of its own; the table is always the whole one."""
    known = known_retractions(shared / "data/crossref/retraction_watch")
    wanted, clean = sorted(known)[part::PARTS], never_retracted[part::PARTS]
    stage = Stage(f"sqlite:///{tmp_path / 'monitor.db'}", source=Holding())
    Stage.opened.remove(stage)
    stage.store.upgrade()
    papers = [Identifier.of(Scheme.DOI, doi) for doi in (*wanted, *clean)]

    found = found_in(stage, papers, rows_of(known), registering=settle)

    assert found == {f"doi:{doi}" for doi in wanted}
    assert len(known) > 60_000
    assert clean
    stage.store.close()
