"""Pages of a list, whatever comes in between two of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.slices import Place, slice_of

NUMBERS = st.lists(st.integers(), unique=True, max_size=40)


def read(items: list[int], after: Place | None, limit: int) -> tuple[list[int], Place | None]:
    """A page of numbers in their order."""
    page = slice_of(items, lambda item: (item,), after=after, limit=limit)
    return list(page.items), page.next


@given(NUMBERS, st.integers(1, 7))
def test_read_to_its_end_a_list_gives_every_item_once_in_order(items: list[int], limit: int) -> None:
    found, after = read(items, None, limit)
    while after is not None:
        more, after = read(items, after, limit)
        found += more

    assert found == sorted(items)


@given(NUMBERS, NUMBERS, st.integers(1, 7))
def test_what_comes_in_meanwhile_hides_and_repeats_nothing(items: list[int], later: list[int], limit: int) -> None:
    found, after = read(items, None, limit)
    while after is not None:
        more, after = read(sorted({*items, *later}), after, limit)
        found += more

    assert [item for item in found if item in items] == sorted(items)
    assert len(set(found)) == len(found)
