"""The API's way in: a program puts a page under its id; the same page again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from monitor.domain.articles import ParsedArticle
from monitor.domain.revision import Revision
from monitor.intake import Format, read_article
from monitor.settings import load_settings
from monitor.web import OpenAccess, create_app
from monitor.web.api import schemas
from monitor.web.guards.limits import MOST_BYTES
from monitor.wiring import Monitor, build
from tests.faces.browsing import SECRET, browser
from tests.faces.made_up_desk import MadeUpDesk

PAGE = "# Knees\n\nRest helps [1]. Motion helps more [2].\n\n## References\n\n1. Moe A. Rest. J Made Up. 2019;1:2.\n"
RIS = "TY  - JOUR\nTI  - Knees in motion\nDO  - 10.1000/move\nER  - \n"
WHERE = "/api/v1/articles/knees"


class TakingDesk(MadeUpDesk):
    """A desk that reads what comes in, and notes it."""

    def put_article(
        self, article_id: str, text: str, *, form: Format | None, url: str, title: str, by: str
    ) -> tuple[Revision, ParsedArticle]:
        """Read the page as new."""
        parsed = read_article(text.encode("utf-8", "surrogatepass"), name=url or article_id, form=form, title=title)
        self.moves.append((article_id, "put", by))
        return Revision(is_new=True, added=len(parsed.claims)), parsed


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MONITOR_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        built = build(load_settings())
    built.store.upgrade()
    built.prepare()
    yield built
    built.store.close()


@pytest.fixture
def client(monitor: Monitor) -> TestClient:
    app = create_app(
        desk=monitor.desk,
        explainer=monitor.explainer,
        hands=monitor.hands,
        clock=monitor.clock,
        access=OpenAccess("CMS"),
        secret_key=SECRET,
    )
    return TestClient(app, base_url="http://127.0.0.1:8642", raise_server_exceptions=False)


def test_a_page_is_taken_in_read_again_and_edited(client: TestClient) -> None:
    body = {"text": PAGE, "format": "markdown", "url": "https://site.test/knees"}
    edited = {**body, "text": PAGE.replace("Rest helps [1]", "Rest hardly helps [1]").replace("[2]", "[1]")}
    new, again, edit = (client.put(WHERE, json=one) for one in (body, body, edited))

    assert [answer.status_code for answer in (new, again, edit)] == [201, 200, 200]
    taken = schemas.Taken.model_validate(new.json())
    assert (taken.title, taken.claims, taken.references, taken.missing_markers) == ("Knees", 2, 1, [2])
    assert (again.json()["is_changed"], again.json()["claims_kept"], again.json()["references_added"]) == (False, 2, 0)
    assert edit.json()["claims_reworded"] == ["Rest helps"]
    assert client.get(WHERE).json()["url"] == "https://site.test/knees"
    assert client.get("/articles/knees").status_code == 200


def test_what_a_page_rests_on_is_looked_up_by_the_service_afterwards(client: TestClient, monitor: Monitor) -> None:
    client.put("/api/v1/articles/hips", json={"text": PAGE, "format": "markdown"})

    with monitor.store.begin() as tx:
        waiting = tx.meanings.pending(article_id="hips")
    assert [item.reference.title for item in waiting] == ["Rest"]


def test_a_list_of_references_is_taken_in_too_and_has_a_page(client: TestClient) -> None:
    answer = client.put("/api/v1/articles/library", json={"text": RIS, "format": "ris", "title": "Knee papers"})

    assert (answer.status_code, answer.json()["title"], answer.json()["claims"]) == (201, "Knee papers", 0)
    assert "Knees in motion" in client.get("/articles/library").text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": ""}, "knees:1: the file is empty"),
        ({"text": "Only a Title"}, "knees:1: no title"),
        ({"text": "A title\n\nWith a \0 in it."}, "knees:3: the file holds NUL bytes"),
        ({"text": "TY  - JOUR\nTI  - x\n", "format": "ris"}, "knees:1: record 1 has no end"),
        ({"text": PAGE, "format": "jats"}, "no well-formed XML"),
        ({"text": PAGE, "format": "word"}, "format: "),
        ({"text": PAGE, "url": "javascript:alert(1)"}, "url: "),
        ({"text": PAGE, "url": "http://["}, "url: "),
        ({"text": PAGE, "by": "somebody else"}, "by: "),
        ({"txt": PAGE}, "text: "),
        ({}, "text: "),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_one_shape(body: dict[str, str], words: str) -> None:
    desk = TakingDesk()
    answer = browser(desk).put(WHERE, json=body)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert words in answer.json()["error"]["message"]
    assert desk.moves == []


def test_what_json_can_hold_and_no_text_can_is_refused() -> None:
    body = b'{"text": "A \\ud800 b"}'
    answer = browser(TakingDesk()).put(WHERE, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert "not UTF-8" in answer.json()["error"]["message"]


@pytest.mark.parametrize("article_id", ["-knees", "knees%20and%20hips", "k" * 101, "knee%3Cs"])
def test_an_id_that_no_address_should_hold_is_refused(article_id: str) -> None:
    assert browser(TakingDesk()).put(f"/api/v1/articles/{article_id}", json={"text": PAGE}).status_code == 422


def test_another_site_and_a_foreign_form_cannot_put_a_page() -> None:
    """P72."""
    desk = TakingDesk()
    client = browser(desk)
    evil = client.put(WHERE, json={"text": PAGE}, headers={"Origin": "https://evil.example"})
    form = client.put(WHERE, content=b'{"text": "x"}', headers={"Content-Type": "text/plain"})

    assert (evil.status_code, form.status_code) == (403, 415)
    assert desk.moves == []


def test_a_page_larger_than_a_request_may_be_is_refused() -> None:
    assert browser(TakingDesk()).put(WHERE, json={"text": "x" * MOST_BYTES}).status_code == 413


def test_the_openapi_document_declares_the_way_in() -> None:
    put = browser(TakingDesk()).get("/api/v1/openapi.json").json()["paths"]["/api/v1/articles/{article_id}"]["put"]

    assert {"200", "201", "403", "413", "415", "422"} <= set(put["responses"])
    assert "application/json" in put["requestBody"]["content"]
