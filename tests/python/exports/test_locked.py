"""A locked server: users get what was tested, from a bundle or a folder of wheels with the network off."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import packages
import pytest
from backend import Backend
from conftest import Project

LOCKED = packages.files("\n[tool.mcp-backend.export.mcpb]\n")
SETTING = ('title = "Demo"\n', 'title = "Demo"\nlocked = "uv.lock"\n')
# what nobody would get who takes the newest: an older release that is admitted all the same
OLDER = '\n[tool.uv]\nconstraint-dependencies = ["httpx2<2.14"]\n'


@pytest.fixture
def locked(project: Project) -> Path:
    """A project with its lock."""
    files = dict(LOCKED)
    files["pyproject.toml"] = str(files["pyproject.toml"]).replace(*SETTING) + OLDER
    root = project(files)
    done = packages.run(packages.needs("uv"), "lock", "--quiet", cwd=root)
    if done.returncode:
        packages.missing(f"uv makes no lock: {done.stderr}")
    return root


def offline() -> list[str]:
    """Return what starts a command without a network, where this machine permits that; else nothing."""
    command = [shutil.which("unshare") or "unshare", "-rn", "true"]
    try:
        permitted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        permitted = False
    return command[:-1] if permitted else []


def started(command: list[str], cwd: Path) -> list[str]:
    """Start a server without a network, or without any index at least, and return its tools."""
    first, *rest = [*offline(), *command]
    cache = {"UV_CACHE_DIR": str(cwd / "cache"), "UV_OFFLINE": "1", "DEMO_TOKEN": "x"}
    return packages.tools(first, rest, cache, cwd)


def test_a_locked_server_starts_from_a_folder_of_wheels_without_a_network(
    locked: Path, backend: Backend, tmp_path: Path
) -> None:
    uv = packages.needs("uv")
    done = backend.run("export", "mcpb", "--vendor", "linux-x86_64", cwd=locked)
    assert done.returncode == 0, done.stderr
    (folder,) = (path for path in (locked / "exports").iterdir() if path.is_dir())
    assert any(wheel.name.startswith("httpx2-2.1") for wheel in folder.iterdir())
    command = ["tool", "run", "--python", str(backend.python), "--no-index", "--find-links", str(folder)]
    assert started([uv, *command, "demo-server[locked]"], tmp_path) == ["add"]

    (bundle,) = (locked / "exports").glob("*.mcpb")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "bundle")
    run = ["run", "--offline", "--directory", str(tmp_path / "bundle"), "src/server.py"]
    assert started([uv, *run], tmp_path) == ["add"]


def test_a_wheel_that_the_lock_does_not_know_is_not_taken(locked: Path, backend: Backend) -> None:
    lock = locked / "uv.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", text), encoding="utf-8")
    done = backend.run("export", "mcpb", "--vendor", "linux-x86_64", cwd=locked)
    assert done.returncode == 1
    assert "whose digest is not in `uv.lock`" in done.stderr
    assert not (locked / "exports").exists()


def test_uv_takes_the_lock_of_a_bundle_as_it_is(locked: Path, backend: Backend, tmp_path: Path) -> None:
    (bundle,) = packages.export(backend, locked, "mcpb").glob("*.mcpb")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "bundle")
    done = packages.run(packages.needs("uv"), "lock", "--check", cwd=tmp_path / "bundle")
    assert done.returncode == 0, done.stderr


def test_vendoring_says_what_it_lacks(project: Project, backend: Backend) -> None:
    for arguments, said in [
        (("mcpb", "--vendor", "linux-x86_64"), "needs a lock"),
        (("mcpb", "--vendor", "amiga-68k"), "is no platform; there are `linux-x86_64`"),
        (("mcpb", "--vendor"), "expected one argument"),
    ]:
        done = backend.run("export", *arguments, cwd=project(packages.files()))
        assert done.returncode == 2
        assert said in done.stderr
