"""Requests that are sent twice: one effect, one answer, whatever comes between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, create_engine, text
from starlette.testclient import TestClient

from monitor.domain.requests import Answered, KeyedRequest
from monitor.store.columns import UtcDateTime
from monitor.store.idempotency import KEPT
from monitor.web import OpenAccess
from monitor.wiring import Monitor
from tests.faces import library

START = "/api/v1/articles/knee/review/start"
PAGE = {
    "text": "# Toes\n\nRest helps [1].\n\n## References\n\n1. Moe A. Rest. J Made Up. 2019;1:2.\n",
    "format": "markdown",
}
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def monitor(tmp_path: Path, database_url: str) -> Iterator[Monitor]:
    with library.opened(tmp_path, database_url) as opened:
        library.fill(opened)
        yield opened


@pytest.fixture
def client(monitor: Monitor) -> TestClient:
    return library.client(monitor)


def actions(monitor: Monitor) -> list[str]:
    """What the audit log holds of reviews and articles."""
    return [row[0] for row in sql(monitor, "SELECT action FROM audit ORDER BY id")]


def sql(monitor: Monitor, statement: str, **values: datetime) -> list[Any]:
    """What the database itself answers."""
    engine = create_engine(monitor.settings.database_url)
    with engine.begin() as connection:
        answer = connection.execute(
            text(statement).bindparams(*(bindparam(name, type_=UtcDateTime) for name in values)), values
        )
        rows = list(answer) if answer.returns_rows else []
    engine.dispose()
    return rows


def test_the_same_request_under_the_same_key_is_done_once_and_answered_the_same(
    monitor: Monitor, client: TestClient
) -> None:
    first, second = (client.post(START, json={"version": 1}, headers=KEY) for _ in range(2))

    assert (first.status_code, first.headers.get("idempotent-replayed")) == (200, None)
    assert (second.status_code, second.headers["idempotent-replayed"]) == (200, "true")
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert actions(monitor).count("review.started") == 1


def test_without_a_key_a_move_sent_twice_is_made_once_and_answered_as_made(
    client: TestClient, monitor: Monitor
) -> None:
    answers = [client.post(START, json={"version": 1}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert actions(monitor).count("review.started") == 1


def test_a_page_put_twice_under_a_key_is_answered_as_new_both_times(client: TestClient) -> None:
    answers = [client.put("/api/v1/articles/toes", json=PAGE, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].json()["is_new"] is True


def test_a_refusal_is_answered_again_although_it_would_be_allowed_now(monitor: Monitor, client: TestClient) -> None:
    first = client.post(START, json={"version": 7}, headers=KEY)
    again = client.post(START, json={"version": 7}, headers=KEY)

    assert (first.status_code, again.status_code) == (409, 409)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "review.started" not in actions(monitor)


def test_another_request_under_the_same_key_is_refused(client: TestClient) -> None:
    client.post(START, json={"version": 1}, headers=KEY)
    others = ((START, 2), ("/api/v1/articles/hip/review/start", 1), ("/api/v1/reviews/1/start", 1))
    answers = [client.post(path, json={"version": version}, headers=KEY) for path, version in others]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "another request" in answers[0].json()["error"]["message"]


def test_keys_of_two_callers_are_two_keys(monitor: Monitor, client: TestClient) -> None:
    other = library.client(monitor, access=OpenAccess("Ada"))
    first = client.post(START, json={"version": 1}, headers=KEY)
    second = other.post(START, json={"version": 2}, headers=KEY)

    assert first.status_code == 200
    assert "idempotent-replayed" not in second.headers
    assert "under review" in second.json()["error"]["message"]


def test_a_key_that_is_none_is_refused(client: TestClient) -> None:
    keys = ("", " ", "two words", "ü".encode(), "k" * 256, b"\x01")
    answers = [client.post(START, json={"version": 1}, headers={"Idempotency-Key": key}) for key in keys]

    assert [answer.status_code for answer in answers] == [422] * len(keys)
    assert list(answers[0].json()["error"]) == ["code", "message"]


def test_what_was_invalid_is_not_kept(client: TestClient) -> None:
    wrong = client.post(START, json={"version": "x"}, headers=KEY)
    right = client.post(START, json={"version": 1}, headers=KEY)

    assert (wrong.status_code, right.status_code) == (422, 200)


def test_a_key_is_forgotten_after_a_day(monitor: Monitor) -> None:
    request = KeyedRequest(name="CMS", key="old", digest="d")
    answered = Answered(request="d", status=200, body="{}")
    assert monitor.desk.once(request, lambda: answered) == (answered, False)
    assert monitor.desk.once(request, lambda: pytest.fail("it was done again")) == (answered, True)

    sql(monitor, "UPDATE idempotency SET recorded_at = :at", at=datetime.now(UTC) - KEPT)
    assert monitor.desk.once(request, lambda: answered)[1] is False


def test_of_two_at_once_one_is_done_and_the_other_waits_for_its_answer(monitor: Monitor) -> None:
    """On both databases: the second is answered what the first was, and nothing is done twice."""
    request = KeyedRequest(name="CMS", key="both", digest="d")
    inside, done = threading.Event(), []

    def slowly() -> Answered:
        inside.set()
        threading.Event().wait(0.3)
        done.append(1)
        return Answered(request="d", status=200, body="{}")

    def late() -> tuple[Answered, bool]:
        inside.wait(10)
        return monitor.desk.once(request, slowly)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(monitor.desk.once, request, slowly), pool.submit(late)
        answers = [first.result(30), second.result(30)]

    assert [was_known for _, was_known in answers] == [False, True]
    assert done == [1]


@pytest.mark.parametrize("when", ["before the answer", "after the effect"])
def test_a_crash_leaves_both_the_effect_and_its_answer_or_neither(
    monitor: Monitor, client: TestClient, when: str
) -> None:
    def crash() -> Answered:
        if when == "after the effect":
            monitor.desk.start_review("knee", by="CMS", version=1)
        raise SystemError("the power went")

    request = KeyedRequest(name="CMS", key="k-1", digest="whatever")
    with pytest.raises(SystemError):
        monitor.desk.once(request, crash)
    answer = client.post(START, json={"version": 1}, headers=KEY)

    assert (answer.status_code, answer.headers.get("idempotent-replayed")) == (200, None)
    assert actions(monitor).count("review.started") == 1


def test_an_answer_that_was_not_kept_keeps_no_key(monitor: Monitor, client: TestClient) -> None:
    def fails() -> Answered:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        monitor.desk.once(KeyedRequest(name="CMS", key="k-1", digest="x"), fails)

    assert client.post(START, json={"version": 1}, headers=KEY).status_code == 200
