"""A house with accounts for whoever asks for one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.house import House


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a house nobody has lived in; copying it takes less than making it."""
    file = tmp_path_factory.mktemp("house") / "monitor.db"
    House(f"sqlite:///{file}").store.close()
    return file


@pytest.fixture
def house(tmp_path: Path, furnished: Path) -> Iterator[House]:
    """Three people, nobody signed in."""
    shutil.copy(furnished, tmp_path / "monitor.db")
    made = House(f"sqlite:///{tmp_path / 'monitor.db'}", is_new=False)
    yield made
    made.store.close()
