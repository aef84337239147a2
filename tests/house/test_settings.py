"""Settings: a typo never passes silently, and a secret is in no message."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.settings import SECRET_NAMES, Settings, SettingsError, builtin_path, describe, is_loopback, load_settings

HUSH = "hush-hush-this-is-nobodys-business-at-all"


def _refusal(env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(env)
    return str(refused.value)


def test_without_any_setting_there_is_an_embedded_database_and_the_real_upstreams() -> None:
    settings = load_settings({})

    assert settings.database_url == "sqlite:///.monitor/monitor.db"
    assert settings.eutils_url == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    assert settings.clinicaltrials_url == "https://clinicaltrials.gov/api/v2"
    assert (settings.bind, settings.metrics_bind) == ("127.0.0.1:8642", "127.0.0.1:9464")
    assert settings.watchlists == builtin_path("watchlists")


def test_the_embedded_database_lives_in_the_folder_chosen(tmp_path: Path) -> None:
    settings = load_settings({"MONITOR_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/monitor.db"


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert load_settings({"PATH": "/bin", "MONITORING": "yes"}) == load_settings({})


def test_an_empty_value_means_not_set() -> None:
    settings = load_settings({"MONITOR_NCBI_API_KEY": "  ", "MONITOR_BIND": ""})

    assert settings.ncbi_api_key is None
    assert settings.bind == "127.0.0.1:8642"


def test_a_misspelt_name_is_refused_with_the_name_that_was_meant() -> None:
    """P56."""
    assert "MONITOR_NCBI_EMIAL: no such setting; did you mean MONITOR_NCBI_EMAIL?" in _refusal(
        {"MONITOR_NCBI_EMIAL": "me@example.org"}
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    """P56."""
    told = _refusal(
        {
            "MONITOR_BIND": "here",
            "MONITOR_NOW": "2026-01-05T00:00:00",
            "MONITOR_EUTILS_URL": "eutils",
            "MONITOR_NCBI_EMAIL": "nobody",
            "MONITOR_TRUSTED_PROXIES": "10.0.0.0/8, home",
            "MONITOR_X": "1",
        }
    )

    for name in ("BIND", "NOW", "EUTILS_URL", "NCBI_EMAIL", "TRUSTED_PROXIES", "X"):
        assert f"MONITOR_{name}: " in told


@pytest.mark.parametrize("name", ["MONITOR_SECRET_KEY", "MONITOR_DATABASE_URL"])
def test_a_wrong_secret_is_named_and_not_echoed(name: str) -> None:
    """P56, P75."""
    told = _refusal({name: HUSH[:20]})

    assert name in told
    assert HUSH[:20] not in told


def test_a_secret_is_shown_nowhere() -> None:
    """P75."""
    env = {f"MONITOR_{name.upper()}": HUSH for name in SECRET_NAMES}
    addresses = {
        "MONITOR_DATABASE_URL": f"postgresql://monitor:{HUSH}@db.example.org/monitor",
        "MONITOR_SMTP_URL": f"smtp://monitor:{HUSH}@mail.example.org",
    }
    settings = load_settings({**env, **addresses})

    assert HUSH not in repr(settings)
    assert HUSH not in str(settings)


def test_a_secret_may_come_from_a_file_that_only_we_can_read(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{HUSH}\n")
    file.chmod(0o640)

    settings = load_settings({"MONITOR_NCBI_API_KEY_FILE": str(file)})

    assert settings.ncbi_api_key is not None
    assert settings.ncbi_api_key.get_secret_value() == HUSH


def test_a_secret_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    """P56."""
    file = tmp_path / "key"
    file.write_text(HUSH)
    file.chmod(0o644)

    told = _refusal({"MONITOR_SECRET_KEY_FILE": str(file)})

    assert "MONITOR_SECRET_KEY_FILE: everybody on this machine can read" in told
    assert HUSH not in told


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    told = _refusal({"MONITOR_SMTP_URL_FILE": str(tmp_path / "none")})

    assert told == f"MONITOR_SMTP_URL_FILE: cannot read {tmp_path / 'none'}: No such file or directory"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(HUSH)
    file.chmod(0o600)

    assert "keep one of them" in _refusal({"MONITOR_USPSTF_KEY": "k", "MONITOR_USPSTF_KEY_FILE": str(file)})


def test_only_secrets_may_come_from_files() -> None:
    assert "MONITOR_BIND_FILE: no such setting" in _refusal({"MONITOR_BIND_FILE": "/etc/bind"})


@pytest.mark.parametrize("given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_a_postgresql_address_gets_the_driver_that_comes_with_us(given: str) -> None:
    assert load_settings({"MONITOR_DATABASE_URL": given}).database_url == "postgresql+psycopg://u:p@h/d"


def test_lists_have_commas_between_and_time_is_kept_in_utc() -> None:
    settings = load_settings(
        {"MONITOR_ALLOW_PRIVATE_HOSTS": "wiki.local, 10.0.0.7:8080,", "MONITOR_NOW": "2026-01-05T02:00:00+02:00"}
    )

    assert settings.allow_private_hosts == ("wiki.local", "10.0.0.7:8080")
    assert settings.now == datetime(2026, 1, 5, tzinfo=UTC)
    assert settings.now.tzinfo is UTC


def test_a_dot_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MONITOR_NCBI_EMAIL=file@example.org\nMONITOR_BIND=127.0.0.1:1\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_BIND", "127.0.0.1:2")

    settings = load_settings()

    assert (settings.ncbi_email, settings.bind) == ("file@example.org", "127.0.0.1:2")


def test_a_typo_in_a_dot_env_file_does_not_pass_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MONITOR_BIDN=127.0.0.1:1\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SettingsError, match="did you mean MONITOR_BIND"):
        load_settings()


def test_the_service_does_not_run_without_an_address_ncbi_can_write_to() -> None:
    with pytest.raises(SettingsError, match="MONITOR_NCBI_EMAIL"):
        load_settings({}).require_for_run()

    load_settings({"MONITOR_NCBI_EMAIL": "me@example.org"}).require_for_run()


BEYOND_LOOPBACK = ["0.0.0.0:8642", "[::]:8642", "192.0.2.1:80", "monitor.example.org:80"]


@pytest.mark.parametrize("bind", BEYOND_LOOPBACK)
def test_the_demo_which_has_no_accounts_is_served_on_loopback_only(bind: str) -> None:
    """P86."""
    with pytest.raises(SettingsError, match="MONITOR_BIND: the demo has no accounts"):
        load_settings({"MONITOR_BIND": bind}).require_loopback()


@pytest.mark.parametrize("bind", BEYOND_LOOPBACK)
@pytest.mark.parametrize("public", ["", "http://monitor.example.org"])
def test_passwords_do_not_travel_in_clear_beyond_this_machine(bind: str, public: str) -> None:
    """P81, P86."""
    env = {"MONITOR_NCBI_EMAIL": "me@example.org", "MONITOR_BIND": bind}

    with pytest.raises(SettingsError, match="MONITOR_BIND: beyond loopback, passwords would travel in clear"):
        load_settings({**env, "MONITOR_PUBLIC_URL": public}).require_for_run()
    load_settings({**env, "MONITOR_PUBLIC_URL": "https://monitor.example.org"}).require_for_run()


def test_a_header_that_names_people_needs_proxies_that_are_trusted_to_send_it() -> None:
    """P78."""
    env = {"MONITOR_NCBI_EMAIL": "me@example.org", "MONITOR_PROXY_USER_HEADER": "X-Forwarded-User"}

    with pytest.raises(SettingsError, match="set MONITOR_TRUSTED_PROXIES"):
        load_settings(env).require_for_run()
    load_settings({**env, "MONITOR_TRUSTED_PROXIES": "10.0.0.0/8"}).require_for_run()


@pytest.mark.parametrize("header", ["Authorization", "cookie", "X User", "X_User", "9", "X-Forwarded-For"])
def test_not_every_header_can_name_people(header: str) -> None:
    assert "MONITOR_PROXY_USER_HEADER: give the name of a header" in _refusal({"MONITOR_PROXY_USER_HEADER": header})


@pytest.mark.parametrize("bind", ["127.0.0.1:8642", "127.1.2.3:1", "[::1]:8642", "localhost:0"])
def test_loopback_has_more_than_one_spelling(bind: str) -> None:
    assert is_loopback(bind)


def test_nothing_asked_for_by_the_wheel_may_be_missing() -> None:
    with pytest.raises(SettingsError, match="install the program again"):
        builtin_path("no-such-folder")


def test_every_setting_says_what_it_means() -> None:
    """P97."""
    assert {line.name for line in describe()} == {f"MONITOR_{name.upper()}" for name in Settings.model_fields}
    assert all(line.meaning.endswith(".") for line in describe())


def test_every_setting_is_in_the_readme(repository: Path) -> None:
    """P97."""
    readme = (repository / "README.md").read_text(encoding="utf-8")

    assert sorted({line.name for line in describe()} - set(re.findall(r"\bMONITOR_[A-Z_]+\b", readme))) == []
