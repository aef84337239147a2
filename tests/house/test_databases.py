"""The databases that tests are given."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_an_empty_database_of_each_kind(database_url: str, time: str) -> None:
    engine = create_engine(database_url)
    found = inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {time} (number integer)")
    engine.dispose()

    assert found == []
