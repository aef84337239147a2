"""Hands on the evidence from the pages, over a real store: what is done is seen, audited, and refused with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement, document_fromstring
from starlette.testclient import TestClient

from monitor.domain.articles import Reference
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.records import Link, Publication
from tests.faces import staged
from tests.faces.browsing import page
from tests.pipeline.scene import ARTICLE, Stage

MINOR = Policy(severity={EventKind.RETRACTED: Severity.MINOR})
VAGUE = replace(
    ARTICLE,
    references=(*ARTICLE.references, Reference(text="Somebody's thoughts on the matter.", number=2)),
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = staged.retracted(f"sqlite:///{tmp_path / 'monitor.db'}")
    made.source.records[pubmed("300")] = Publication(identifier=pubmed("300"), title="Another trial")
    made.registrar.register("a", VAGUE, origin="test", by="test")
    made.resolver.run()
    yield made
    made.store.close()


@pytest.fixture
def client(stage: Stage, tmp_path: Path) -> TestClient:
    return staged.browser(stage, staged.watchlists(tmp_path / "watchlists"))


def send(client: TestClient, path: str, action: str, *, at: int = 0, **filled: Any) -> HtmlElement:
    """Fill in the form of a page and follow where it leads."""
    form = page(client, path).xpath(f"//form[@action='{action}']")[at]
    values: dict[str, Any] = {}
    for field in form.xpath(".//input[@type='hidden'] | .//input[@type='checkbox'][@checked]"):
        values.setdefault(field.get("name"), []).append(field.get("value"))
    response = client.post(action, data={**values, **filled}, follow_redirects=True)
    assert response.status_code < 500, response.text
    return document_fromstring(response.content)


def said(found: HtmlElement) -> str:
    """What the page says came of it."""
    return " ".join(found.xpath("string(//*[@role='status' or @role='alert'])").split())


def audited(client: TestClient) -> list[str]:
    """What the audit page lists, newest first."""
    return [" ".join(row.text_content().split()) for row in page(client, "/audit").xpath("//tbody/tr")]


def test_an_entry_that_nobody_understands_is_confirmed_with_one_form(client: TestClient, stage: Stage) -> None:
    assert "Somebody's thoughts" in page(client, "/references").text_content()
    done = send(client, "/references", "/references/a/confirm", identifier="https://pubmed.ncbi.nlm.nih.gov/300/")

    assert said(done) == "Done. It is watched from the next check on."
    assert "Every entry is understood" in done.text_content()
    stage.poll()
    assert "PubMed 300" in page(client, "/articles/a").xpath("string(//table[@class='evidence'])")
    assert "Ada" in audited(client)[0]


def test_what_is_no_identifier_is_refused_with_what_to_write_and_nothing_is_lost(client: TestClient) -> None:
    refused = send(client, "/references", "/references/a/confirm", identifier="the trial of Smith")

    assert "is no identifier" in said(refused)
    assert "Somebody's thoughts" in refused.text_content()


def test_an_entry_is_accepted_as_not_watchable_and_that_is_undone(client: TestClient) -> None:
    to = "/articles/a/evidence/"
    done = send(client, "/articles/a", f"{to}unwatchable", at=1, reason="A personal message.")
    assert said(done) == "It is accepted as not watchable."
    assert "unwatchable" in done.xpath("string(//table[@class='evidence'])")

    assert said(send(client, "/articles/a", f"{to}take-back")).startswith("What was said of it is undone")


def test_a_paper_is_added_kept_over_a_new_text_and_taken_out_again(client: TestClient, stage: Stage) -> None:
    to = "/articles/a/evidence/"
    assert said(send(client, "/articles/a", f"{to}add", identifier="PMID 300")).startswith("It is added")
    stage.registrar.register("a", replace(VAGUE, text="Something else."), origin="test", by="test")
    assert "added by Ada" in page(client, "/articles/a").text_content()

    assert said(send(client, "/articles/a", f"{to}remove")) == "It is taken out."
    assert "added by Ada" not in page(client, "/articles/a").text_content()


def test_a_page_that_no_source_reads_is_kept_and_shown_as_not_watched(client: TestClient) -> None:
    send(client, "/articles/a", "/articles/a/evidence/watch-page", url="https://example.org/advice", title="Advice")
    row = page(client, "/articles/a").xpath("//table[@class='evidence']//tr[contains(., 'example.org/advice')]")[0]

    assert "unresolved" in row.text_content()
    assert "never" in row.text_content()


def test_one_finding_is_decided_for_all_articles_that_rest_on_the_record(client: TestClient, stage: Stage) -> None:
    stage.bring_in("b", "100")
    done = send(
        client,
        "/rests-on?identifier=pubmed:100",
        "/rests-on/decide",
        ruling="still_valid.conclusion_holds",
        articles=["a", "b"],
    )

    assert done.xpath("string(//h1)") == "2 of 2 done"
    resting = page(client, "/rests-on?identifier=pubmed%3A100").text_content()
    assert resting.count("the conclusion holds with the new evidence") == 2


def test_nothing_rests_on_what_nobody_cites_and_a_wrong_identifier_is_told(client: TestClient) -> None:
    assert "No article rests on it." in page(client, "/rests-on?identifier=PMID+999").text_content()
    wrong = client.get("/rests-on?identifier=the+trial")
    assert wrong.status_code == 422
    assert "is no identifier" in wrong.text


def test_ticked_reviews_are_closed_with_one_reason_and_each_is_told(client: TestClient, stage: Stage) -> None:
    stage.bring_in("b", "100")
    items = page(client, "/").xpath("//input[@name='items']/@value")
    assert len(items) == 2
    done = send(client, "/", "/queue/close", ruling="not_relevant.other_outcome", items=items)

    assert done.xpath("string(//h1)") == "2 of 2 done"
    assert "No review is waiting" in page(client, "/").text_content()


def test_a_ticked_review_that_changed_meanwhile_is_left_and_told(client: TestClient, stage: Stage) -> None:
    items = page(client, "/").xpath("//input[@name='items']/@value")
    stage.editors.start("a", by="Eve")
    done = send(client, "/", "/queue/close", ruling="not_relevant.other_outcome", items=items)

    assert done.xpath("string(//h1)") == "0 of 1 done"
    assert "Eve started this review" in said(done)


def test_a_finding_offers_what_to_paste_only_where_something_takes_its_place(client: TestClient) -> None:
    [address] = page(client, "/articles/a").xpath("//article//a[starts-with(@href, '/findings/')]/@href")

    assert page(client, address).xpath("//textarea") == []


def test_the_audit_is_narrowed_to_a_person_and_a_thing(client: TestClient, stage: Stage) -> None:
    stage.editors.start("a", by="Eve")

    assert len(page(client, "/audit?actor=Eve&subject=a").xpath("//tbody/tr")) == 1
    assert "Nothing of this kind was done." in page(client, "/audit?actor=Nobody").text_content()


def test_the_badge_says_no_more_than_is_so(client: TestClient) -> None:
    badge = client.get("/api/v1/articles/a/badge")

    assert badge.json()["freshness"] == "stale"
    assert badge.json()["checked_on"] is None, "one entry is not understood"
    assert badge.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_badge_is_a_picture_for_a_page(client: TestClient) -> None:
    picture = client.get("/api/v1/articles/a/badge", headers={"Accept": "image/avif,image/webp,image/svg+xml,*/*"})
    asked = client.get("/api/v1/articles/a/badge?format=svg")

    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.content == asked.content
    assert (
        document_fromstring(picture.content).xpath("string(//title)")
        == client.get("/api/v1/articles/a/badge").json()["says"]
    )


def test_a_badge_of_no_article_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/articles/nowhere/badge").json()["error"]["code"] == "not_found"


def retract_another(stage: Stage) -> None:
    """A second paper of the article is retracted while a page is open."""
    other = Publication(identifier=pubmed("300"), title="Another trial")
    notice = Publication(
        identifier=pubmed("301"),
        title="Retraction: Another trial",
        links=(Link(ref_type="RetractionOf", source="", pmid="300"),),
        published="2026-06-04",
    )
    stage.source.records |= {other.identifier: other, notice.identifier: notice}
    stage.source.notices = (*stage.source.notices, notice)
    stage.later(days=1)
    stage.poll()


def test_what_came_in_since_the_queue_was_opened_is_not_closed_with_the_rest(client: TestClient, stage: Stage) -> None:
    send(client, "/articles/a", "/articles/a/evidence/add", identifier="PMID 300")
    stage.poll()
    items = page(client, "/").xpath("//input[@name='items']/@value")
    retract_another(stage)
    done = send(client, "/", "/queue/close", ruling="not_relevant.wrong_record", items=items)

    assert done.xpath("string(//h1)") == "0 of 1 done"
    assert "Something came in since you opened this page" in said(done)
    assert len([item for item in stage.article().findings if item.status == "open"]) == 2


def test_what_came_in_on_a_record_since_is_not_decided_for_all(client: TestClient, stage: Stage) -> None:
    form = page(client, "/rests-on?identifier=pubmed:100").xpath("//form[@action='/rests-on/decide']")[0]
    values = {"token": form.xpath(".//input[@name='token']/@value"), "identifier": "pubmed:100", "articles": ["a"]}
    done = client.post("/rests-on/decide", data={**values, "ruling": "still_valid.minor_correction"})

    assert "Something came in on this record since you opened the page" in done.text
    assert stage.article().findings[0].status == "open"


def test_what_came_in_since_the_page_was_opened_cannot_be_put_off(client: TestClient, stage: Stage) -> None:
    send(client, "/articles/a", "/articles/a/evidence/add", identifier="PMID 300")
    stage.poll()
    form = page(client, "/articles/a").xpath("//form[contains(@action, 'snooze')]")[0]
    values = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    retract_another(stage)
    refused = client.post("/articles/a/review/snooze", data={**values, "until": "2026-08-01"})

    assert refused.status_code == 409
    assert "Something came in since you opened this page" in refused.text


def test_a_promise_is_offered_where_its_day_can_be_given_and_nowhere_else(client: TestClient, stage: Stage) -> None:
    promises = "//option[@value='updated.change_promised']"
    assert page(client, "/").xpath(promises) == []
    assert page(client, "/rests-on?identifier=pubmed:100").xpath(promises) == []
    stage.editors.start("a", by="Ada")
    assert len(page(client, "/articles/a").xpath(promises)) == 1

    version = page(client, "/articles/a").xpath("//form[contains(@action, 'close')]//input[@name='version']/@value")[0]
    for day, why in (("9999-12-31", "more than a year away"), ("0001-01-01", "cannot be of 0001-01-01")):
        ruling = "updated.change_promised" if day > "2026" else "updated.text_changed"
        form = {"ruling": ruling, "updated_on": day, "version": version}
        refused = send(client, "/articles/a", "/articles/a/review/close", **form)
        assert why in said(refused)


def test_a_minor_finding_alone_can_be_decided(tmp_path: Path) -> None:
    stage = staged.retracted(f"sqlite:///{tmp_path / 'minor.db'}", policy=MINOR)
    client = staged.browser(stage, staged.watchlists(tmp_path / "watchlists"))
    [action] = page(client, "/articles/a").xpath("//form[contains(@action, '/decide')]/@action")
    send(client, "/articles/a", action, ruling="not_relevant.cosmetic")

    assert stage.article().findings[0].status != "open"
    stage.store.close()


def test_a_queue_of_snoozed_reviews_is_not_said_to_be_empty(client: TestClient, stage: Stage) -> None:
    stage.editors.snooze("a", by="Ada", until=stage.clock.today() + timedelta(days=3))

    assert page(client, "/").xpath("//p[@class='empty']/a/@href") == ["/?snoozed=1"]


def test_a_wrong_identifier_sent_to_all_articles_is_told(client: TestClient) -> None:
    token = page(client, "/rests-on?identifier=pubmed:100").xpath("//input[@name='token']/@value")
    refused = client.post(
        "/rests-on/decide", data={"token": token, "identifier": "rubbish", "ruling": "not_relevant.cosmetic"}
    )

    assert refused.status_code == 409
    assert "is no identifier" in refused.text


def test_a_note_counts_as_browsers_count_it(client: TestClient, stage: Stage) -> None:
    stage.editors.start("a", by="Ada")
    done = send(
        client, "/articles/a", "/articles/a/review/close", ruling="still_valid.other", note="line\r\n" * 999 + "x" * 5
    )

    assert said(done) == "The review is closed."


def test_a_program_that_moves_a_review_is_told_of_what_came_in_since_it_was_started(
    client: TestClient, stage: Stage
) -> None:
    send(client, "/articles/a", "/articles/a/evidence/add", identifier="PMID 300")
    stage.poll()
    stage.editors.start("a", by="Ada")
    retract_another(stage)
    version = client.get("/api/v1/articles/a").json()["review"]["version"]
    moved = client.post(
        "/api/v1/articles/a/review/snooze", json={"version": version, "until": "2026-08-01T00:00:00Z"}
    ).json()

    assert moved["unseen"] == 1
