"""`install.sh`: judged by shellcheck, and run with stand-ins for uv and pipx."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import channels
import packages
import pytest
from backend import Backend
from conftest import Project

UV = """#!/bin/sh
echo "uv $*" >> "$LOG"
case $* in "tool dir --bin") printf '%s\\n' '/opt/a "b" \\c' ;; esac
"""
PIPX = """#!/bin/sh
echo "pipx $*" >> "$LOG"
case $* in environment*) echo /opt/pipx ;; esac
"""


@pytest.fixture
def script(backend: Backend, project: Project) -> Path:
    """The script."""
    return packages.export(backend, project(channels.files()), "install-script") / "install.sh"


def test_shellcheck_finds_nothing(script: Path) -> None:
    """But that texts of the project in single quotes are not expanded, which is why they stand in them."""
    options = ["--shell=sh", "--severity=style", "--exclude=SC2016"]
    done = subprocess.run([packages.needs("shellcheck"), *options, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("commands", "log", "path"),
    [
        ({"uv": UV, "pipx": PIPX}, ["uv tool install demo-server==1.2.3", "uv tool dir --bin"], '/opt/a "b" \\c'),
        ({"pipx": PIPX}, ["pipx install --force demo-server==1.2.3"], "/opt/pipx"),
    ],
)
def test_installs_with_what_is_there(
    script: Path, tmp_path: Path, commands: dict[str, str], log: list[str], path: str
) -> None:
    """It calls uv, or else pipx, and tells how a client starts the server from where it lies."""
    done = run(script, tmp_path, commands)
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert told[: len(log)] == log
    config = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])
    server = config["mcpServers"]["demo-server"]
    assert (server["command"], server["args"]) == (f"{path}/demo-server", ["serve", "it's $HOME #{x}"])
    assert "It needs API_KEY: Key of the service" in done.stdout
    assert "never-shown" not in done.stdout


def test_downloads_nothing_unasked(script: Path, tmp_path: Path) -> None:
    """Without uv and pipx it says what to do."""
    done = run(script, tmp_path, {"curl": '#!/bin/sh\necho "curl $*" >> "$LOG"\n'})
    assert done.returncode == 1
    assert "--get-uv" in done.stderr
    assert not (tmp_path / "log").exists()
    assert run(script, tmp_path, {}, "--wrong").returncode == 2


def run(script: Path, folder: Path, commands: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script where no commands are but these and those of the shell's own."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    for name in ("sed", "mktemp", "rm", "sh"):
        if not (bin_folder / name).exists():
            (bin_folder / name).symlink_to(packages.needs(name))
    for name, text in commands.items():
        (bin_folder / name).write_text(text, encoding="utf-8")
        (bin_folder / name).chmod(0o755)
    environment = {"PATH": str(bin_folder), "HOME": str(folder), "LOG": str(folder / "log")}
    return subprocess.run(
        ["/bin/sh", script, *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
