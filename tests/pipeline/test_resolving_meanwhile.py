"""What happens while a source is asked what references mean: what was found out then is not stored over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.domain.articles import Reference
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Failure
from monitor.domain.records import Publication
from monitor.pipeline.correct import Corrector
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage


class Interrupted(ScriptedSource):
    """While it is asked, something else happens once."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        self.meanwhile, happen = (lambda: None), self.meanwhile
        happen()
        return super().candidates(citation)


def interrupted(url: str, *references: Reference) -> tuple[Stage, Interrupted]:
    source = Interrupted({PAPER.identifier: PAPER})
    stage = Stage(url, source=source)
    stage.store.upgrade()
    stage.registrar.register("a", replace(ARTICLE, references=references), origin="test", by="test")
    return stage, source


def test_what_a_person_says_while_a_source_is_asked_holds(database_url: str) -> None:
    stage, source = interrupted(database_url, ARTICLE.references[0])
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    source.meanwhile = lambda: corrector.correct("a", "1", (pubmed("101"),), by="ada")
    stage.resolver.run()

    with stage.store.begin() as tx:
        [state] = tx.references.of_article("a")
    assert state.identifiers == (pubmed("101"),)
    assert state.because.startswith("confirmed by ada")


def test_an_entry_that_is_edited_while_a_source_is_asked_is_looked_up_as_it_is_now(database_url: str) -> None:
    stage, source = interrupted(database_url, Reference(text="A trial of something at some place", number=1))
    source.meanwhile = lambda: stage.registrar.register(
        "a",
        replace(
            ARTICLE,
            references=(
                Reference(
                    text="A trial of something at some place. PMID: 100", number=1, identifiers=(PAPER.identifier,)
                ),
            ),
        ),
        origin="test",
        by="test",
    )
    stage.resolver.run()
    stage.resolver.run()

    with stage.store.begin() as tx:
        [state] = tx.references.of_article("a")
    assert state.identifiers == (PAPER.identifier,)


def test_an_article_that_is_removed_while_a_source_is_asked_stops_no_other(database_url: str) -> None:
    stage, source = interrupted(database_url, ARTICLE.references[0])
    stage.registrar.register("b", ARTICLE, origin="test", by="test")
    source.meanwhile = lambda: stage.registrar.remove("a", by="test")
    stage.resolver.run()

    with stage.store.begin() as tx:
        [state] = tx.references.of_article("b")
    assert state.identifiers == (PAPER.identifier,)
