"""Every stage a test opened gives its connections back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline.scene import Stage


@pytest.fixture(autouse=True)
def close_stages(database_url: str) -> Iterator[None]:  # noqa: ARG001 - closes before the database is dropped.
    """Close the stores of all stages after the test."""
    yield
    while Stage.opened:
        Stage.opened.pop().store.close()
