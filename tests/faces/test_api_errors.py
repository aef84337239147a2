"""One error shape on every route, whatever goes wrong there."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.web.errors import CODES
from tests.faces.browsing import application, browser
from tests.faces.made_up_desk import MadeUpDesk

OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in application(MadeUpDesk()).openapi()["paths"].items()
    for method, operation in methods.items()
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


class Failing:
    """A desk at which everything fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> None:
            raise self._error

        return fail


def asked(method: str, path: str, desk: Any, **options: Any) -> Any:
    """The answer to a request that is right, at a desk that fails."""
    where = path.format(article_id="knee", finding_id="f", review_id=1)
    body = {
        "PUT": {"text": "# A title\n\nText."},
        "POST": {"version": 1, "decision": "updated", "reason": "text_changed", "until": "2030-01-01T00:00:00Z"},
    }
    keys = {"start": {"version"}, "close": {"version", "decision", "reason"}, "snooze": {"version", "until"}}
    wanted = keys.get(path.rpartition("/")[2])
    sent = {key: value for key, value in body.get(method, {}).items() if wanted is None or key in wanted}
    return browser(desk, hands=desk, **options).request(method, where, **({"json": sent} if sent else {}))


@pytest.mark.parametrize("operation", [operation for _, _, operation in OPERATIONS], ids=NAMES)
def test_every_route_declares_each_error_in_one_shape(operation: dict[str, Any]) -> None:
    declared = {status for status in operation["responses"] if status >= "400"}
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

    assert {"400", "401", "403", "405", "414", "422", "500", "503"} <= declared
    for status in declared:
        assert operation["responses"][status]["content"] == problem
        assert int(status) in CODES


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in OPERATIONS], ids=NAMES)
def test_no_route_answers_a_failure_otherwise(method: str, path: str) -> None:
    away = asked(method, path, Failing(ConnectionError("host=db")), unavailable=(ConnectionError,))
    broken = asked(method, path, Failing(RuntimeError("secret")))

    for answer, status, code in ((away, 503, "unavailable"), (broken, 500, "internal_error")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert list(answer.json()["error"]) == ["code", "message"]
        assert "secret" not in answer.text
        assert "host=db" not in answer.text


@pytest.mark.parametrize("path", sorted({path for _, path, _ in OPERATIONS}))
def test_no_route_takes_a_method_it_does_not_have(path: str) -> None:
    where = path.format(article_id="knee", finding_id="f", review_id=1)
    client = browser()
    for method in ("DELETE", "PATCH", "TRACE", "PROPFIND"):
        answer = client.request(method, where, json={})
        assert answer.status_code == 405
        assert answer.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in OPERATIONS if method != "GET"])
def test_whoever_nobody_knows_is_asked_to_sign_in_where_something_is_changed(method: str, path: str) -> None:
    class Nobody:
        def identify(self, _request: object) -> None:
            """Nobody is known."""

    answer = asked(method, path, MadeUpDesk(), access=Nobody())

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
