"""P76: tokens of programs, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.domain.access import NotAccepted, Role, Scope
from tests.faces.house import House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    made = House(database_url)
    yield made
    made.store.close()


def test_a_token_is_known_by_all_of_it(house: House) -> None:
    """P76."""
    tokens = house.accounts.tokens
    token, line = tokens.create("edna", label="cms", scopes=[Scope.REVIEW], days=30, by="ada")
    found = tokens.identify(token)

    assert token.startswith(f"fm_{line.id}_")
    assert found is not None
    assert (found.name, found.role, found.scopes) == ("edna (token cms)", Role.EDITOR, {Scope.REVIEW})
    for wrong in (
        token[:-1],
        f"{token}x",
        token.upper(),
        f"fm_{line.id}_",
        f"fm_{line.id}",
        "fm__",
        "fm",
        "",
        "é\udce9",
    ):
        assert tokens.identify(wrong) is None
    swapped = tokens.create("edna", label="other", scopes=[Scope.READ], days=30, by="ada")[0]
    assert tokens.identify(f"fm_{line.id}_{swapped.split('_', 2)[2]}") is None


def test_a_token_ends_with_its_day_its_revocation_and_its_owner(house: House) -> None:
    """P76: at once."""
    tokens, people = house.accounts.tokens, house.accounts.people
    token, line = tokens.create("edna", label="cms", scopes=[Scope.WRITE], days=2, by="ada")
    people.disable("edna", by="ada")
    while_disabled = tokens.identify(token)
    people.enable("edna", by="ada")
    assert while_disabled is None
    assert tokens.identify(token) is not None
    house.clock.go_on(timedelta(days=2))
    assert tokens.identify(token) is None

    token, line = tokens.create("edna", label="cms", scopes=[Scope.WRITE], days=2, by="ada")
    tokens.revoke(line.id, by="ada")
    assert tokens.identify(token) is None
    assert [one.state(house.clock.now()) for one in tokens.of("edna")] == ["revoked", "expired"]


def test_a_token_never_can_more_than_its_owner_now(house: House) -> None:
    """P76: and gets it back with the owner's role."""
    tokens, people = house.accounts.tokens, house.accounts.people
    token, _ = tokens.create("ada", label="all", scopes=[Scope.ADMIN], days=1, by="ada")
    people.set_role("edna", Role.ADMIN, by="ada")
    roles = []
    for role in (Role.VIEWER, Role.EDITOR, Role.ADMIN):
        people.set_role("ada", role, by="edna")
        identity = tokens.identify(token)
        assert identity is not None
        roles.append(identity.role)

    assert roles == [Role.VIEWER, Role.EDITOR, Role.ADMIN]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": [Scope.ADMIN]}),
        ("days", {"days": 0}),
        ("days", {"days": 367}),
        ("label", {"label": "  "}),
        ("label", {"label": "cms) as ada ("}),
        ("label", {"label": "x" * 61}),
        ("label", {"label": "a\u202eb"}),
    ],
)
def test_a_token_that_says_too_little_or_wants_too_much_is_not_made(
    house: House, field: str, change: dict[str, object]
) -> None:
    wanted: dict[str, object] = {"label": "cms", "scopes": [Scope.READ], "days": 1, **change}
    with pytest.raises(NotAccepted) as refused:
        house.accounts.tokens.create("edna", by="ada", **wanted)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert house.accounts.tokens.all() == ()


def test_the_use_of_a_token_is_written_down_once_a_minute(house: House) -> None:
    """P76."""
    tokens = house.accounts.tokens
    token, line = tokens.create("edna", label="cms", scopes=[Scope.READ], days=1, by="ada")
    used = []
    for _ in range(4):
        identity = tokens.identify(token)
        assert identity is not None
        tokens.note_use(line.id, noted_at=identity.noted_at)
        used.append(tokens.of("edna")[0].used_at == house.clock.now())
        house.clock.go_on(timedelta(seconds=30))

    assert used == [True, False, True, False]
