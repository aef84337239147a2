"""The whole API under requests that its own document allows, and under those that it forbids (promise 58)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.schemas import BaseSchema

from monitor.web import OpenAccess, create_app
from monitor.web.app import OPENAPI_URL
from tests.faces import library
from tests.faces.browsing import SECRET, application
from tests.faces.made_up_desk import MadeUpDesk

QUICK, LONG = 6, 300
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in application(MadeUpDesk()).openapi()["paths"].items()
    for method in methods
]
THERE = {
    "article_id": st.sampled_from(["knee", "hip", "gout", "new", "nowhere"]),
    "finding_id": st.sampled_from(["knee-retracted-1", "hip-corrected-2", "none"]),
    "review_id": st.sampled_from([1, 2, 99]),
}
"""What is there, and a little that is not: no generator would ever guess an id."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The document of the API over a library on SQLite."""
    with library.opened(tmp_path_factory.mktemp("fuzzed")) as monitor:
        library.fill(monitor)
        library.poll(monitor)
        app = create_app(
            desk=monitor.desk,
            explainer=monitor.explainer,
            hands=monitor.hands,
            clock=monitor.clock,
            access=OpenAccess("fuzzer"),
            secret_key=SECRET,
            allowed_hosts=["testserver"],
        )
        # Here everybody may do everything; who may do what is walked in ``test_route_table``.
        for path in app.openapi()["paths"].values():
            for operation in path.values():
                operation.pop("security", None)
        yield schemathesis.openapi.from_asgi(OPENAPI_URL, app)


def fuzz(document: BaseSchema, label: str, mode: GenerationMode, examples: int) -> None:
    """Send requests of one kind to an operation, and hold each answer against the document."""
    operation = document.find_operation_by_label(label)
    assert operation is not None
    checks = CHECKS.get_by_names(list(NAMES))

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples == QUICK,
        database=None,
        phases=[Phase.generate, Phase.shrink] if examples == LONG else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), there=st.fixed_dictionaries(THERE))
    def ask(case: Case, there: dict[str, object]) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters.update({name: there[name] for name in case.path_parameters})
        response = case.call()
        # A query too long to be looked at is refused before anybody knows whether it is wrong.
        left_out = CHECKS.get_by_names(["negative_data_rejection"]) if response.status_code == 414 else []
        case.validate_response(response, checks=checks, excluded_checks=left_out)

    ask()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_breaks_the_api_or_is_answered_otherwise_than_declared(
    document: BaseSchema, label: str, mode: GenerationMode
) -> None:
    """P58: no 5xx, no status, media type or value that the document does not name, nothing wrong that is taken."""
    fuzz(document, label, mode, QUICK)


@pytest.mark.chaos
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_the_same_for_as_long_as_patience_lasts(document: BaseSchema, label: str, mode: GenerationMode) -> None:
    fuzz(document, label, mode, LONG)
