"""What names and passwords may be, and what roles and scopes cover."""

from __future__ import annotations

import pytest

from monitor.domain.access import NotAccepted, Role, Scope
from monitor.domain.credentials import REFUSED, check_name, check_password

GOOD = "four words of no sense"


@pytest.mark.parametrize("name", ["a", "Ada", "ada.lovelace@example.org", "9lives", "a-b_c", "a" * 64])
def test_a_name_has_letters_digits_and_a_few_signs(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "ada lovelace", ".ada", "-ada", "a" * 65, "ada\n", "аda", "ada\x00", "<b>", "ada/x", "éda", "a\u202eb"],
)
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        check_name(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("password", [GOOD, "x7!kQ2#mW9$z", "правильная лошадь", "a" * 500 + GOOD])
def test_a_password_of_twelve_characters_will_do(password: str) -> None:
    assert check_password(password, name="ada") == password


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("elevenchars", "at least 12 characters"),
        ("", "at least 12 characters"),
        ("é1234567890" * 100, "at most 1024 bytes"),
        ("AdaLovelace1815", "little more than the name"),
        ("adalovelaceadalovelace", "little more than the name"),
        ("aaaaaaaaaaaa", "first that anybody would try"),
        ("121212121212", "first that anybody would try"),
        *((word, "first that anybody would try") for word in sorted(REFUSED)),
        ("PasswordPassword", "first that anybody would try"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_and_not_repeated(password: str, told: str) -> None:
    with pytest.raises(NotAccepted, match=told) as refused:
        check_password(password, name="AdaLovelace")
    assert not password or password not in str(refused.value)


def test_every_refused_password_is_long_enough_to_be_worth_refusing() -> None:
    assert [word for word in REFUSED if len(word) < 12 or word != word.casefold()] == []


@pytest.mark.parametrize("scope", list(Scope))
def test_every_token_may_read_and_only_admins_all(scope: Scope) -> None:
    covered = {needed for needed in Scope if scope.covers(needed)}

    assert covered == (set(Scope) if scope is Scope.ADMIN else {scope, Scope.READ})


def test_each_role_covers_those_below() -> None:
    assert [[role.may(needed) for needed in Role] for role in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
