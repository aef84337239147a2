"""The page of entries to confirm: what came of each form is told in its own words, and nobody loses the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from monitor.domain.access import Identity, Role
from monitor.domain.articles import Reference, Resolution
from monitor.domain.citations import Candidate, Resolved
from monitor.domain.identifiers import pubmed
from monitor.web import OpenAccess, create_app
from monitor.wiring.explaining import explainer
from tests.faces import staged
from tests.faces.browsing import page
from tests.faces.test_web_hands import said, send
from tests.pipeline.scene import ARTICLE, Stage

ENTRIES = tuple(Reference(text=f"A talk in room {number:02}, never printed.") for number in range(52))
CONFIRM, UNWATCHABLE = "/references/a/confirm", "/references/a/unwatchable"
SECOND = "/references?page=2"


class Viewing(OpenAccess):
    """Whoever comes may look, and nothing else."""

    def identify(self, request: Request) -> Identity | None:
        """The one person there is."""
        del request
        return Identity(name="Vera", role=Role.VIEWER)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(f"sqlite:///{tmp_path / 'monitor.db'}").open()
    made.registrar.register("a", replace(ARTICLE, references=ENTRIES), origin="test", by="test")
    candidate = Candidate(identifier=pubmed("100"), title="A trial of something", confidence=0.6, because="alike")
    with made.store.begin() as tx:
        state = tx.references.of_article("a")[-1]
        resolved = Resolved(status=Resolution.AMBIGUOUS, candidates=(candidate,), because="two fit")
        tx.meanings.settle(state.id, resolved, look_again=None)
    yield made
    made.store.close()


@pytest.fixture
def client(stage: Stage, tmp_path: Path) -> TestClient:
    return staged.browser(stage, staged.watchlists(tmp_path / "watchlists"))


def test_who_may_only_look_is_shown_no_form_to_confirm(stage: Stage, tmp_path: Path) -> None:
    app = create_app(
        desk=staged.desk(stage),
        explainer=explainer(stage.store, stage.policy, tmp_path, stage.clock),
        hands=staged.hands(stage),
        clock=stage.clock,
        access=Viewing("Vera"),
        secret_key=staged.SECRET,
    )
    found = page(TestClient(app, base_url="http://127.0.0.1:8642"), "/references")

    assert len(found.xpath("//article")) == 50
    assert "A trial of something 60 %, alike" in " ".join(found.xpath("string(//article)").split())
    assert found.xpath("//article//form | //article//button") == []


def test_each_form_is_answered_in_its_own_words_and_on_its_own_page(client: TestClient) -> None:
    done = send(client, SECOND, UNWATCHABLE, reason="Never printed.")
    assert said(done) == "It is accepted as not watchable, here and wherever the same entry stands."
    assert "page 2 of 2, 51 entries" in done.xpath("string(//nav[@class='paging'])")

    assert "is no identifier" in said(refused := send(client, SECOND, CONFIRM, identifier="the talk of Smith"))
    assert "page 2 of 2, 51 entries" in refused.xpath("string(//nav[@class='paging'])")

    done = send(client, SECOND, CONFIRM, identifier="PMID 300")
    assert said(done) == "Done. It is watched from the next check on."
    assert "50" not in done.xpath("string(//nav[@class='paging'])")
