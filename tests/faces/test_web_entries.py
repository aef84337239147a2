"""Forms about entries of a list that changed meanwhile, or has one number twice: never is another one meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.domain.articles import Reference
from tests.faces import staged
from tests.faces.browsing import page
from tests.faces.test_web_hands import said, send
from tests.pipeline.scene import ARTICLE, Stage

TALK, LETTER = Reference(text="A talk in Berlin, never printed."), Reference(text="A letter from Oslo, never printed.")
CHANGED = "the list of references changed since you opened this page; look again"
ACTION = "/articles/a/evidence/"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(f"sqlite:///{tmp_path / 'monitor.db'}").open()
    give(made, TALK, LETTER)
    yield made
    made.store.close()


@pytest.fixture
def client(stage: Stage, tmp_path: Path) -> TestClient:
    return staged.browser(stage, staged.watchlists(tmp_path / "watchlists"))


def give(stage: Stage, *entries: Reference) -> None:
    page_now = replace(ARTICLE, references=(*ARTICLE.references, *entries))
    stage.registrar.register("a", page_now, origin="test", by="test")
    stage.resolver.run()


def hidden(client: TestClient, path: str, action: str, *, of: str) -> dict[str, Any]:
    """What the form about an entry holds before anybody fills it in."""
    near = f"//*[self::tr or self::article][contains(., '{of}')]"
    form = page(client, path).xpath(f"{near}//form[@action='{action}']")[0]
    return {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}


def resolutions(client: TestClient) -> dict[str, str]:
    """Of each entry's first words, how far it is understood."""
    rows = page(client, "/articles/a").xpath("//table[@class='evidence']/tbody/tr")
    return {
        " ".join(row.xpath("string(td[2])").split()[:2]): row.xpath("string(.//*[contains(@class, 'resolution')])")
        for row in rows
    }


@pytest.mark.parametrize(
    ("path", "action", "filled"),
    [
        ("/articles/a", f"{ACTION}confirm", {"identifier": "PMID 300"}),
        ("/articles/a", f"{ACTION}unwatchable", {"reason": "Never printed."}),
        ("/references", "/references/a/confirm", {"identifier": "PMID 300"}),
        ("/references", "/references/a/unwatchable", {"reason": "Never printed."}),
    ],
)
def test_a_form_about_an_entry_that_moved_meanwhile_is_refused(
    client: TestClient, stage: Stage, path: str, action: str, filled: dict[str, str]
) -> None:
    form = hidden(client, path, action, of="A letter")
    give(stage, LETTER)
    give(stage, LETTER, Reference(text="The proceedings of another meeting."))
    refused = client.post(action, data={**form, **filled})

    assert refused.status_code == 409
    assert CHANGED in refused.text
    assert resolutions(client) == {"A trial": "resolved", "A letter": "unresolved", "The proceedings": "unresolved"}


def test_what_was_added_is_not_taken_out_for_another_that_came_before_it(client: TestClient, stage: Stage) -> None:
    hands = staged.hands(stage)
    for text in ("First. PMID: 100", "Second. PMID: 100"):
        hands.add_reference("a", text, by="Ada")
    form = hidden(client, "/articles/a", f"{ACTION}remove", of="First.")
    hands.remove_reference("a", form["number"], by="Eve")
    refused = client.post(f"{ACTION}remove", data=form)

    assert refused.status_code == 409
    assert CHANGED in refused.text
    assert "Second. PMID: 100" in page(client, "/articles/a").xpath("string(//table[@class='evidence'])")


def test_of_two_entries_with_one_number_each_is_meant_by_its_own_form(client: TestClient, stage: Stage) -> None:
    give(stage, replace(TALK, number=2), replace(LETTER, number=2))
    form = hidden(client, "/articles/a", f"{ACTION}unwatchable", of="A letter")
    client.post(f"{ACTION}unwatchable", data={**form, "reason": "Never printed."})

    assert resolutions(client) == {"A trial": "resolved", "A talk": "unresolved", "A letter": "unwatchable"}
    assert len(page(client, "/articles/a").xpath("//*[@id='reference-2']")) == 1


def test_a_form_about_an_entry_that_is_still_there_is_followed(client: TestClient) -> None:
    done = send(client, "/articles/a", f"{ACTION}unwatchable", at=1, reason="Never printed.")

    assert said(done) == "It is accepted as not watchable."
    assert said(send(client, "/articles/a", f"{ACTION}take-back")).startswith("What was said of it is undone")
