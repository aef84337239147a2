"""Accounts, sessions, tokens and limits, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from monitor.domain.access import IDLE, Locked, NotAccepted, Role, Scope, SignedIn, WrongPassword
from monitor.domain.review import Refused
from monitor.store import Store
from monitor.wiring.accounts import Accounts, build_accounts
from monitor.wiring.accounts.limits import AUDITED, network_of
from monitor.wiring.accounts.passwords import NOBODYS_HASH, Passwords
from tests.faces.house import HOME, MIGRATIONS, PASSWORD, House, quick_passwords, try_at_once

NEW = "five other words of no sense"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    made = House(database_url)
    yield made
    made.store.close()


@pytest.fixture
def second(house: House, database_url: str) -> Iterator[Accounts]:
    """What another process has on the same database: nothing is shared but that."""
    store = Store(database_url, clock=house.clock, migrations=MIGRATIONS)
    yield build_accounts(store, house.clock, quick_passwords())
    store.close()


def test_names_differ_by_more_than_their_case(house: House) -> None:
    with pytest.raises(NotAccepted, match="There is an account edna already") as refused:
        house.accounts.people.add("EDNA", role=Role.VIEWER, password=None, by="test")

    assert refused.value.field == "name"
    assert house.accounts.people.get("Edna").name == "edna"


def test_an_account_that_nobody_has_is_not_changed(house: House) -> None:
    people = house.accounts.people
    for change in (
        lambda: people.get("nobody"),
        lambda: people.set_role("nobody", Role.ADMIN, by="test"),
        lambda: people.disable("nobody", by="test"),
        lambda: people.enable("nobody", by="test"),
        lambda: people.set_password("nobody", NEW, by="test"),
        lambda: house.accounts.tokens.create("nobody", label="x", scopes=[Scope.READ], days=1, by="test"),
        lambda: house.accounts.tokens.revoke("aaaaaaaa", by="test"),
    ):
        with pytest.raises(KeyError):
            change()


def test_somebody_is_left_to_say_who_may_come_in(house: House) -> None:
    with pytest.raises(Refused, match="ada is the last admin"):
        house.accounts.people.disable("ada", by="ada")
    with pytest.raises(Refused, match="ada is the last admin"):
        house.accounts.people.set_role("ada", Role.EDITOR, by="ada")

    house.accounts.people.set_role("edna", Role.ADMIN, by="ada")
    house.accounts.people.disable("ada", by="edna")
    assert house.accounts.people.get("ada").is_disabled


def test_two_admins_do_not_take_the_role_off_each_other_at_once(house: House, second: Accounts) -> None:
    house.accounts.people.add("root", role=Role.ADMIN, password=None, by="test")
    for _ in range(5):
        for name in ("edna", "ada"):
            house.accounts.people.enable(name, by="test")
            house.accounts.people.set_role(name, Role.ADMIN, by="test")
        house.accounts.people.set_role("root", Role.VIEWER, by="test")
        outcomes = try_at_once(
            [
                lambda: house.accounts.people.set_role("ada", Role.VIEWER, by="edna"),
                lambda: second.people.disable("edna", by="ada"),
            ]
        )

        assert outcomes == {"NoneType": 1, "Refused": 1}


def test_sign_ins_from_one_address_count_together_over_processes_and_restarts(
    house: House, second: Accounts, database_url: str
) -> None:
    """P74: 20 an hour, however many try at once and whatever they call themselves."""
    both = (house.accounts, second)
    outcomes = try_at_once(
        [
            lambda number=number: both[number % 2].signing_in.sign_in(f"guess{number}", "x" * 12, address=HOME)  # type: ignore[misc]
            for number in range(30)
        ]
    )
    third = Store(database_url, clock=house.clock, migrations=MIGRATIONS)
    after_restart = build_accounts(third, house.clock, quick_passwords()).signing_in

    assert outcomes == {"WrongPassword": 20, "Locked": 10}
    assert after_restart.sign_in("edna", PASSWORD, address=HOME) == Locked(
        again_at=house.clock.now() + timedelta(hours=1)
    )
    assert isinstance(after_restart.sign_in("edna", PASSWORD, address="198.51.100.1"), SignedIn)
    third.close()


def test_sign_ins_under_one_name_count_together_over_processes_and_addresses(house: House, second: Accounts) -> None:
    """P74: 10 an hour."""
    both = (house.accounts, second)
    outcomes = try_at_once(
        [
            lambda number=number: both[number % 2].signing_in.sign_in("Edna", "x" * 12, address=f"198.51.100.{number}")  # type: ignore[misc]
            for number in range(14)
        ]
    )

    assert outcomes == {"WrongPassword": 10, "Locked": 4}


def test_each_try_is_forgotten_after_its_hour(house: House) -> None:
    for _ in range(10):
        house.accounts.signing_in.sign_in("edna", "wrong", address=HOME)
        house.clock.go_on(timedelta(minutes=1))
    locked = house.accounts.signing_in.sign_in("edna", PASSWORD, address=HOME)
    house.clock.go_on(timedelta(minutes=50))

    assert locked == Locked(again_at=house.clock.now())
    assert isinstance(house.accounts.signing_in.sign_in("edna", PASSWORD, address=HOME), SignedIn)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.1", "203.0.113.2", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "", True),
    ],
)
def test_an_address_is_counted_with_those_one_person_has(one: str, other: str, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) == is_same


class CountingHasher(PasswordHasher):
    """Writes down against what it compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        """Compare, as ever."""
        self.compared.append(str(hash))
        return bool(super().verify(hash, password))


def test_an_unknown_name_takes_the_same_work_as_a_known_one(house: House) -> None:
    """P74: one comparison, with a hash that takes the same time; shown by the work, as times waver."""
    house.accounts.people.add("paul", role=Role.VIEWER, password=None, by="test")
    house.accounts.people.disable("vera", by="test")
    hasher = CountingHasher()
    signing_in = build_accounts(house.store, house.clock, Passwords(hasher)).signing_in
    outcomes = [signing_in.sign_in(name, "wrong", address=HOME) for name in ("edna", "nobody", "vera", "paul")]

    assert outcomes == [WrongPassword()] * 4
    assert hasher.compared[1:] == [NOBODYS_HASH] * 3
    assert len(hasher.compared) == 4


def test_the_hash_of_nobody_is_as_much_work_as_anybodys() -> None:
    """P74: argon2id with 19 MiB, 2 passes, 1 lane."""
    parameters = extract_parameters(Passwords().hash(PASSWORD))

    assert extract_parameters(NOBODYS_HASH) == parameters
    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        Type.ID,
        19 * 1024,
        2,
        1,
    )


def test_nobodys_password_is_never_right() -> None:
    assert not Passwords().is_right("", "")


def test_a_hash_of_less_work_is_renewed_when_its_owner_signs_in(house: House) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    signing_in = build_accounts(house.store, house.clock, stronger).signing_in
    with house.store.read() as reads:
        before = reads.access.usable_hash("edna")
    signed_in = signing_in.sign_in("edna", PASSWORD, address=HOME)
    with house.store.read() as reads:
        after = reads.access.usable_hash("edna")

    assert isinstance(signed_in, SignedIn)
    assert stronger.is_outdated(before)
    assert not stronger.is_outdated(after)
    assert isinstance(signing_in.sign_in("edna", PASSWORD, address=HOME), SignedIn)


def test_a_password_is_the_same_however_its_letters_are_composed(house: House) -> None:
    house.accounts.people.set_password("edna", "caf\u00e9 au lait matin", by="test")

    outcome = house.accounts.signing_in.sign_in("edna", "cafe\u0301 au lait matin", address=HOME)
    assert isinstance(outcome, SignedIn)


def test_a_sign_in_and_a_new_password_at_once_leave_no_old_session(house: House, second: Accounts) -> None:
    """P73: whichever comes first, what is signed in with the old password is out."""
    for number in range(5):
        house.accounts.people.set_password("edna", PASSWORD, by="test")
        try_at_once(
            [
                lambda: house.accounts.signing_in.sign_in("edna", PASSWORD, address=HOME),
                lambda number=number: second.people.set_password("edna", f"{NEW} {number}", by="ada"),  # type: ignore[misc]
            ]
        )

        assert house.accounts.signing_in.of("edna") == ()


def test_sessions_that_are_over_are_cleared_away(house: House) -> None:
    house.session("edna")
    house.session("vera")
    house.clock.go_on(IDLE)
    house.session("ada")

    with house.store.begin() as tx:
        assert tx.access.sessions.end_all("edna") == 0
        assert tx.access.sessions.end_all("ada") == 1


def test_the_use_of_a_session_is_written_down_once_a_minute(house: House) -> None:
    secret, signing_in = house.session("edna"), house.accounts.signing_in
    seen = []
    for _ in range(4):
        house.clock.go_on(timedelta(seconds=30))
        identity = signing_in.identify(secret)
        assert identity is not None
        assert identity.session_id is not None
        signing_in.note_use(identity.session_id, noted_at=identity.noted_at)
        seen.append(signing_in.of("edna")[0].seen_at - house.clock.now())

    assert seen == [timedelta(seconds=-30), timedelta(0)] * 2


def test_a_row_about_a_foreign_header_is_written_once_an_hour_for_each_address_and_seldom_in_all(house: House) -> None:
    """P78: strangers cannot fill the audit log."""
    for number in range(30):
        for _ in range(3):
            house.accounts.signing_in.note_foreign_header(f"198.51.100.{number}")

    assert len(house.audited("foreign_proxy_header")) == 20
    house.clock.go_on(timedelta(hours=1))
    house.accounts.signing_in.note_foreign_header("198.51.100.1")
    assert len(house.audited("foreign_proxy_header")) == 21


def test_failed_sign_ins_fill_no_audit_log(house: House) -> None:
    for _ in range(AUDITED.most - 2):
        with house.store.begin() as tx:
            tx.access.attempts.take([AUDITED])
    for number in range(5):
        house.accounts.signing_in.sign_in(f"guess{number}", "x", address=f"198.51.{number}.1")

    assert len(house.audited("sign_in_failed")) == 2


def test_every_change_is_in_the_audit_log_with_who_made_it_and_the_chain_holds(house: House) -> None:
    people, tokens = house.accounts.people, house.accounts.tokens
    people.set_role("vera", Role.EDITOR, by="ada")
    people.set_role("vera", Role.EDITOR, by="ada")
    people.set_password("vera", NEW, by="ada")
    people.disable("vera", by="ada")
    people.enable("vera", by="ada")
    _, line = tokens.create("edna", label="cms", scopes=[Scope.READ], days=1, by="ada")
    tokens.revoke(line.id, by="edna", owner="edna")

    assert len(house.audited("account_created")) == 3
    [changed] = house.audited("role_changed")
    assert (changed["actor"], changed["subject"]) == ("ada", "account:vera")
    assert "viewer" in str(changed["detail"])
    assert "editor" in str(changed["detail"])
    for action, actor in (
        ("password_changed", "ada"),
        ("account_disabled", "ada"),
        ("account_enabled", "ada"),
        ("token_created", "ada"),
        ("token_revoked", "edna"),
    ):
        assert [row["actor"] for row in house.audited(action)] == [actor]
    with house.store.begin() as tx:
        assert tx.audit.verify() == []
