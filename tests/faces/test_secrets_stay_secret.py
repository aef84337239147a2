"""P75: no password, token or session value is found in the database, its backup, the log, the metrics or an error."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from monitor.domain.access import Scope
from monitor.domain.access import SignedIn as SignedInOutcome
from monitor.settings import load_settings
from monitor.web import AccountAccess, Peers, create_app
from monitor.wiring import build
from monitor.wiring.accounts import build_accounts
from tests.faces.browsing import SECRET
from tests.faces.house import HOME, House, bring, quick_passwords, send, sign_in

CANARIES = {
    "password": "canary of the first cage",
    "new password": "canary of the second cage",
    "wrong password": "canary of no cage at all",
    "password typed as a name": "canary-that-flew-into-the-name",
}


@pytest.fixture(autouse=True)
def structlog_as_it_was() -> Iterator[None]:
    """Leave no capturing behind."""
    yield
    structlog.reset_defaults()


def lived(house: House) -> tuple[dict[str, str], list[str]]:
    """Every way a secret travels, with all that goes wrong on it; and the pages that say what went wrong."""
    people = house.accounts.people
    people.set_password("edna", CANARIES["password"], by="ada")
    client = house.browser()
    # What stands in the field of the name comes back in it, to whoever typed it and nobody else.
    sign_in(client, CANARIES["password typed as a name"], CANARIES["wrong password"])
    errors = [sign_in(client, "edna", CANARIES["wrong password"])]
    sign_in(client, "edna", CANARIES["password"])
    secrets = {**CANARIES, "session": client.cookies["session"]}
    new, wrong = CANARIES["new password"], CANARIES["wrong password"]
    for current, password, repeated in ((wrong, new, new), (CANARIES["password"], new, wrong)):
        errors.append(
            send(client, "/account/password", current=current, password=password, repeated=repeated),
        )
    send(client, "/account/password", current=CANARIES["password"], password=new, repeated=new)
    headers = house.token("edna", Scope.REVIEW)
    secrets["token"] = headers["Authorization"].removeprefix("Bearer ")
    signed_in = house.accounts.signing_in.sign_in("edna", new, address=HOME)
    assert isinstance(signed_in, SignedInOutcome)
    secrets["later session"] = signed_in.secret
    bring(client, signed_in.secret)
    program = house.browser()
    errors += [
        client.get("/users"),
        client.post("/sign-out", data={"token": "x"}),
        client.get(f"/nowhere/{'x' * 10}", headers=headers),
        program.post("/api/v1/articles/knee/review/start", json={"version": secrets["token"]}, headers=headers),
        program.get("/api/v1/report", headers={"Authorization": f"Bearer {secrets['token']}x"}),
    ]
    house.desk.failure = RuntimeError("broken")
    errors += [client.get("/"), program.get("/api/v1/report", headers=headers)]
    assert {response.status_code for response in errors} == {401, 403, 404, 422, 500}
    return secrets, [response.text + str(response.headers) for response in errors]


def test_no_secret_is_found_anywhere_it_was_not_shown_on_purpose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """P75."""
    monitor = build(load_settings({"MONITOR_DATA_DIR": str(tmp_path / "data")}))
    house = House(monitor.settings.database_url)
    with capture_logs() as logged:
        secrets, errors = lived(house)
    file = tmp_path / "data" / "monitor.db"
    backup = tmp_path / "backup.db"
    with sqlite3.connect(file) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    connection.close()
    kept = b"".join(path.read_bytes() for path in (*file.parent.rglob("*"), backup) if path.is_file())
    told = json.dumps(logged, default=str) + str(capsys.readouterr()) + caplog.text
    metrics = generate_latest(monitor.telemetry.registry)
    house.store.close()
    monitor.store.close()

    assert len(set(secrets.values())) == 7
    assert logged
    assert b"edna" in kept
    for name, secret in secrets.items():
        for place, text in (("database", kept), ("metrics", metrics), ("log", told.encode())):
            assert secret.encode() not in text, f"{name} in the {place}"
        for error in errors:
            assert secret not in error, f"{name} in an error: {error}"


def test_the_whole_program_keeps_accounts_of_its_own(tmp_path: Path) -> None:
    """``build`` puts together what this test would else put together by itself."""
    monitor = build(load_settings({"MONITOR_DATA_DIR": str(tmp_path)}))
    monitor.store.upgrade()
    accounts = build_accounts(monitor.store, monitor.clock, quick_passwords())
    app = create_app(
        desk=monitor.desk,
        explainer=monitor.explainer,
        hands=monitor.hands,
        clock=monitor.clock,
        access=AccountAccess(accounts, peers=Peers(())),
        secret_key=SECRET,
    )

    assert monitor.accounts.people.is_empty()
    assert app.routes
    monitor.store.close()
