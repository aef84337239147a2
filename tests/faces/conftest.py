"""A house with accounts for whoever asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Three people, nobody signed in."""
    made = House(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield made
    made.store.close()
