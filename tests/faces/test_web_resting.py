"""The page of what rests on a record never calls clean what nobody has read, or could read of late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.domain.outcomes import Unreachable
from tests.faces import staged
from tests.faces.browsing import page
from tests.pipeline.scene import Stage, resting_on


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(f"sqlite:///{tmp_path / 'monitor.db'}").open()
    yield made
    made.store.close()


@pytest.fixture
def client(stage: Stage, tmp_path: Path) -> TestClient:
    return staged.browser(stage, staged.watchlists(tmp_path / "watchlists"))


def told(client: TestClient, identifier: str) -> str:
    found = page(client, f"/rests-on?identifier={identifier}").xpath("string(//ul[@class='meta'])")
    return " ".join(found.split())


def test_the_page_says_as_of_when_nothing_stands_against_a_record(client: TestClient, stage: Stage) -> None:
    assert "nothing stands against it, as read on 1 Jun 2026, 12:00 UTC" in told(client, "pubmed:100")
    stage.later(days=1)
    stage.source.outcome = Unreachable(reason="no answer")
    stage.poll()
    silent = told(client, "pubmed:100")

    assert "nothing stands against it" not in silent
    assert "nothing was seen against it when it was last read, on 1 Jun 2026, 12:00 UTC" in silent
    assert "PubMed could not be reached since 2 Jun 2026, 12:00 UTC (no answer)" in silent


def test_the_page_says_that_a_record_was_never_read(client: TestClient, stage: Stage) -> None:
    stage.registrar.register("b", resting_on("424242"), origin="test", by="test")

    assert "it was never read" in told(client, "pubmed:424242")
    assert "nothing stands against it" not in told(client, "pubmed:424242")
