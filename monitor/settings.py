"""The operator's settings: ``MONITOR_*`` in the environment or in ``.env``, secrets also as ``MONITOR_*_FILE``."""

from __future__ import annotations

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "MONITOR_"
SECRET_NAMES = frozenset(
    {
        "secret_key",
        "ncbi_api_key",
        "database_url",
        "smtp_url",
        "nice_api_key",
        "uspstf_key",
        "deadman_url",
    }
)
"""Settings that may come from a file, and whose value is in no message."""
TAKEN_HEADERS = frozenset({"authorization", "cookie", "host", "origin", "user-agent", "x-forwarded-for"})
"""Headers that cannot name who has signed in, as they say something else."""


class SettingsError(Exception):
    """The settings are wrong. The message names every wrong variable and what to do; no secret's value is in it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def builtin_path(name: str) -> Path:
    """The folder ``name`` that comes with the program: from the wheel when installed, else from the checkout.

    Raises :class:`SettingsError` when neither has it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "builtin" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise SettingsError(f"the folder {name!r} that comes with the program is missing: install the program again")


def is_loopback(bind: str) -> bool:
    """Whether ``host:port`` can be reached from this machine only. A name other than localhost may point anywhere."""
    host = bind.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("give a full address such as https://example.org/path")
    return value


def _listening_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("give host:port, such as 127.0.0.1:8642")
    return value


def _mail_address(value: str) -> str:
    name, _, domain = value.partition("@")
    if not name or "." not in domain or any(letter.isspace() for letter in value):
        raise ValueError("give a mail address that is read, such as you@example.org")
    return value


def _mail_server(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("give smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 32:
        raise ValueError("give at least 32 characters, such as `openssl rand -hex 32` prints")
    return value


def _header_name(value: str) -> str:
    if not re.fullmatch(r"([A-Za-z][A-Za-z0-9-]{1,63})?", value) or value.lower() in TAKEN_HEADERS:
        raise ValueError("give the name of a header of its own, such as X-Forwarded-User")
    return value


def _network(value: str) -> str:
    ipaddress.ip_network(value)
    return value


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_network(value) for value in values)


def _listed(value: object) -> object:
    return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value


def _with_driver(value: str) -> str:
    """The driver we ship, for the address as PostgreSQL's own tools write it."""
    scheme, colon, rest = value.partition("://")
    if not colon or scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError("give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return value if scheme.startswith("sqlite") else f"postgresql+psycopg://{rest}"


WebAddress = Annotated[str, AfterValidator(_web_address)]
Bind = Annotated[str, AfterValidator(_listening_address)]
CommaList = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """What an operator may choose. Made by :func:`load_settings`; never changes afterwards."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: Folder = Field(Path(".monitor"), description="Folder of the embedded database and the daemon's lock.")
    database_url: Annotated[str, AfterValidator(_with_driver)] = Field(
        "",
        repr=False,
        description="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`. Default: `monitor.db` in `DATA_DIR`.",
    )
    watchlists: Folder = Field(
        Path(), description="Folder of publishers, topics, sources of articles and policies. Default: the built-in one."
    )
    ncbi_email: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        None, description="Address NCBI and others may write to. `monitor run` refuses to start without it."
    )
    ncbi_api_key: SecretStr | None = Field(None, description="NCBI API key: ten requests a second instead of three.")
    eutils_url: WebAddress = Field("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", description="NCBI E-utilities.")
    pubmed_updates_url: WebAddress = Field(
        "https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/", description="PubMed's daily update files."
    )
    clinicaltrials_url: WebAddress = Field("https://clinicaltrials.gov/api/v2", description="ClinicalTrials.gov API.")
    clinicaltrials_history: bool = Field(
        False,
        description="Ask the registry's undocumented history, too, for what a trial planned when it began (`true`).",
    )
    crossref_url: WebAddress = Field("https://api.crossref.org", description="Crossref REST API.")
    retraction_watch_url: WebAddress = Field(
        "https://gitlab.com/crossref/retraction-watch-data/-/raw/main/retraction_watch.csv",
        description="Retraction Watch's table.",
    )
    europepmc_url: WebAddress | None = Field(
        None,
        description="Europe PMC's REST API (`https://www.ebi.ac.uk/europepmc/webservices/rest`), for a second look at "
        "retractions and preprints. Not asked without it.",
    )
    nice_url: WebAddress = Field("https://api.nice.org.uk/services", description="NICE syndication API.")
    nice_api_key: SecretStr | None = Field(None, description="NICE API key, which needs a licence.")
    uspstf_url: WebAddress = Field(
        "https://data.uspreventiveservicestaskforce.org/api/json", description="USPSTF recommendations."
    )
    uspstf_key: SecretStr | None = Field(None, description="USPSTF API key.")
    pages_url: WebAddress | None = Field(
        None, description="When set, a page at `https://host/path` is asked for at `{PAGES_URL}/host/path`."
    )
    public_url: WebAddress = Field(
        "",
        description="Address of the pages as people type it, for links in messages and as the host answered to; with "
        "https, cookies never travel in clear. Default: from `BIND`.",
    )
    bind: Bind = Field(
        "127.0.0.1:8642",
        description="Where pages and API listen. Beyond loopback only with an https `PUBLIC_URL`, that of a proxy.",
    )
    metrics_bind: Bind = Field("127.0.0.1:9464", description="Where metrics and health listen.")
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        None,
        description="Signs what the pages hand out; at least 32 characters. "
        "Default: one is made and kept in `DATA_DIR`.",
    )
    trusted_proxies: Annotated[CommaList, AfterValidator(_networks)] = Field(
        (), description="Networks of proxies whose forwarding headers are believed, with commas between."
    )
    proxy_user_header: Annotated[str, AfterValidator(_header_name)] = Field(
        "",
        description="Header in which these proxies name who has signed in with them, such as `X-Forwarded-User`; the "
        "account must exist. The proxy has to remove it from what comes from outside. Not looked at without it.",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = Field(
        None, description="Mail server: `smtp://USER:PASSWORD@HOST:PORT`, or `smtps://` for TLS from the start."
    )
    mail_from: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        None, description="Address that mails come from; needed where a channel is of kind `email`."
    )
    deadman_url: SecretStr | None = Field(None, description="Address that is pinged while polling and delivery move.")
    allow_private_hosts: CommaList = Field(
        (), description="Hosts on private addresses that article, recipe and webhook URLs may name, commas between."
    )
    now: AwareDatetime | None = Field(None, description="Business time to start from, ISO with a zone. For tests only.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what :func:`load_settings` hands in: it looks at all of the environment, so that no typo passes."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @model_validator(mode="before")
    @classmethod
    def _with_derived_defaults(cls, values: dict[str, Any]) -> dict[str, Any]:
        folder = Path(values.get("data_dir", ".monitor")).expanduser()
        return {
            "database_url": f"sqlite:///{folder / 'monitor.db'}",
            "watchlists": builtin_path("watchlists"),
            "public_url": f"http://{values.get('bind', '127.0.0.1:8642')}",
            **values,
        }

    @property
    def is_tls(self) -> bool:
        """Whether people reach the pages by https."""
        return urlsplit(self.public_url).scheme == "https"

    def require_loopback(self) -> None:
        """Raise :class:`SettingsError` when pages without accounts could be reached from elsewhere."""
        if not is_loopback(self.bind):
            raise SettingsError(f"{PREFIX}BIND: the demo has no accounts, so it is served on loopback only")

    def require_for_run(self) -> None:
        """Raise :class:`SettingsError` when the settings are not fit for the live service."""
        problems = []
        if not self.ncbi_email:
            problems.append(f"{PREFIX}NCBI_EMAIL: not set; NCBI asks every program for an address it can write to")
        if not is_loopback(self.bind) and not self.is_tls:
            problems.append(
                f"{PREFIX}BIND: beyond loopback, passwords would travel in clear; put a proxy that speaks TLS before "
                f"the pages and set {PREFIX}PUBLIC_URL to its https address"
            )
        if self.proxy_user_header and not self.trusted_proxies:
            problems.append(f"{PREFIX}PROXY_USER_HEADER: set {PREFIX}TRUSTED_PROXIES to the networks that may send it")
        if problems:
            raise SettingsError(*problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """One setting for the operator's table. ``default`` is empty where the meaning tells it, or there is none."""

    name: str
    default: str
    meaning: str


def describe() -> tuple[SettingLine, ...]:
    """Every setting, in the order of the documentation."""
    return tuple(
        SettingLine(name=f"{PREFIX}{name.upper()}", default=_shown(field.default), meaning=field.description or "")
        for name, field in Settings.model_fields.items()
    )


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``env``, or from ``.env`` and the environment, of which the environment wins.

    An empty value means not set. Raises :class:`SettingsError` that lists everything wrong at once, names that are no
    setting among it.
    """
    given = {
        name: value
        for name, value in (environment() if env is None else env).items()
        if name.upper().startswith(PREFIX)
    }
    problems = _unknown_names(given)
    values = _values(given, problems)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_in_words(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False)]
        raise SettingsError(*problems) from None
    if problems:
        raise SettingsError(*problems)
    return settings.model_copy(update={"now": settings.now.astimezone(UTC)}) if settings.now else settings


def environment() -> dict[str, str]:
    """All that the operator's environment and ``.env`` hold; the environment wins."""
    from_file = DotEnvSettingsSource(Settings, env_file=".env", env_file_encoding="utf-8", case_sensitive=True).env_vars
    return {**{name: value or "" for name, value in from_file.items()}, **os.environ}


def _known_names() -> tuple[str, ...]:
    names = [name.upper() for name in Settings.model_fields]
    return tuple(f"{PREFIX}{name}" for name in (*names, *(f"{name.upper()}_FILE" for name in sorted(SECRET_NAMES))))


def _unknown_names(given: Mapping[str, str]) -> list[str]:
    known = _known_names()
    problems = []
    for name in sorted(set(given) - set(known)):
        near = get_close_matches(name.upper(), known, n=1)
        problems.append(f"{name}: no such setting" + (f"; did you mean {near[0]}?" if near else "; remove it"))
    return problems


def _values(given: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """The values by field; what cannot be read from a secret's file is added to ``problems``."""
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        name = f"{PREFIX}{field.upper()}"
        text, file = given.get(name, "").strip(), given.get(f"{name}_FILE", "").strip()
        if file and text and field in SECRET_NAMES:
            problems.append(f"{name}_FILE: {name} is set too; keep one of them")
        elif file and field in SECRET_NAMES:
            text = secret_from(f"{name}_FILE", Path(file), problems)
        if text:
            values[field] = text
    return values


def secret_from(name: str, file: Path, problems: list[str]) -> str:
    """The secret in a file; why it cannot be taken is added to ``problems``, under a name that the operator knows."""
    try:
        if file.stat().st_mode & stat.S_IROTH:
            problems.append(f"{name}: everybody on this machine can read {file}; run `chmod o-r` on it")
            return ""
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}: cannot read {file}: {getattr(error, 'strerror', None) or 'it is not text'}")
        return ""


def _in_words(location: tuple[int | str, ...], message: str) -> str:
    return f"{PREFIX}{str(location[0]).upper()}: {message.removeprefix('Value error, ')}"


def _shown(default: object) -> str:
    if default is None or default in ((), "", Path()):
        return ""
    return default.isoformat() if isinstance(default, datetime) else str(default)
