"""Container, unit, compose file and make targets: what they promise an operator."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from monitor.settings import SECRET_NAMES, load_settings
from tests.house.dashboards import load_yaml

SETTING = re.compile(r"\bMONITOR_[A-Z_]+")
WRITTEN_SECRET = re.compile(r"(PASSWORD|SECRET_KEY|API_KEY)\s*[:=]\s*[\"']?\w{6,}")
FOLDERS = ("monitor", "tests", "deploy", "alembic", "watchlists")
TEXTS = frozenset({".py", ".md", ".yml", ".yaml", ".json", ".service", ".txt"})


def test_the_container_runs_as_nobody_in_particular(repository: Path) -> None:
    """P85."""
    lines = (repository / "deploy" / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "USER 10001:10001" in lines
    assert 'ENTRYPOINT ["monitor"]' in lines
    assert 'CMD ["run"]' in lines
    assert [line.split()[1] for line in lines if line.startswith("FROM")] == ["python:3.11-slim", "python:3.11-slim"]


def test_the_container_is_built_from_files_that_exist(repository: Path) -> None:
    dockerfile = (repository / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M)

    for line in copied:
        *sources, _target = line.split()
        assert [source for source in sources if not (repository / source).exists()] == []


def test_everything_the_wheel_takes_along_is_copied_into_the_build(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    dockerfile = (repository / "deploy" / "Dockerfile").read_text(encoding="utf-8")

    for folder in (*wheel["packages"], *wheel["force-include"]):
        assert f"COPY {folder} ./{folder}" in dockerfile


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yml", "systemd/freshness-monitor.service", "runbook.md", "README.md"]
)
def test_settings_named_in_deploy_files_exist(repository: Path, name: str) -> None:
    named = set(SETTING.findall((repository / "deploy" / name).read_text(encoding="utf-8")))
    secrets = {f"MONITOR_{secret.upper()}_FILE" for secret in SECRET_NAMES}
    known = {f"MONITOR_{field.upper()}" for field in type(load_settings({})).model_fields}

    assert named - known - secrets == set()


def test_the_composed_service_is_locked_down_and_keeps_the_database_to_this_host(repository: Path) -> None:
    """P85."""
    services = load_yaml(repository / "deploy" / "compose.yml")["services"]

    assert services["monitor"]["read_only"] is True
    assert services["monitor"]["cap_drop"] == ["ALL"]
    assert services["monitor"]["restart"] == "always"
    assert services["postgres"]["ports"] == ["127.0.0.1:5432:5432"]
    assert "MONITOR_BIND" not in services["monitor"]["environment"]


def test_no_secret_is_written_into_a_deploy_file(repository: Path) -> None:
    """P75."""
    for file in sorted((repository / "deploy").rglob("*")):
        if file.is_file():
            assert not WRITTEN_SECRET.search(file.read_text(encoding="utf-8")), file


def test_the_unit_starts_again_but_not_with_settings_that_cannot_work(repository: Path) -> None:
    unit = (repository / "deploy" / "systemd" / "freshness-monitor.service").read_text(encoding="utf-8").splitlines()

    assert "Restart=always" in unit
    assert "RestartPreventExitStatus=2 78" in unit
    assert "NoNewPrivileges=yes" in unit
    assert "TimeoutStopSec=45" in unit


@pytest.mark.parametrize("target", ["demo", "test", "lint", "acceptance", "chaos", "clean"])
def test_make_has_every_target_the_readme_promises(repository: Path, target: str) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.M)


def test_the_gate_is_a_program_that_bash_can_read(repository: Path) -> None:
    gate = repository / ".ci" / "run"

    assert gate.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["bash", "-n", str(gate)], check=False).returncode == 0


def test_no_file_names_the_machine_it_was_written_on(repository: Path) -> None:
    files = [file for folder in FOLDERS for file in (repository / folder).rglob("*") if file.suffix in TEXTS]

    for file in (*files, *repository.glob("*.md"), repository / "Makefile", repository / "pyproject.toml"):
        assert str(repository) not in file.read_text(encoding="utf-8", errors="replace"), file


@pytest.mark.acceptance
def test_systemd_finds_nothing_wrong_and_little_exposed(repository: Path, tmp_path: Path) -> None:
    """P85, P96."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze")
    unit = (repository / "deploy" / "systemd" / "freshness-monitor.service").read_text(encoding="utf-8")
    file = tmp_path / "freshness-monitor.service"
    file.write_text(unit.replace("/opt/freshness-monitor/bin/monitor", shutil.which("true") or "/bin/true"))

    verified = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    exposed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0"},
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert exposed.returncode == 0, exposed.stdout[-300:]
