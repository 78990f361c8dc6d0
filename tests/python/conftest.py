"""The wheel under test, an environment that holds it, and projects to build with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
import servers
from backend import Backend, Frontends, scrubbed

ROOT = Path(__file__).parents[2]

Project = Callable[..., Path]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "trap(number): one of the numbered traps that backends fell into")


@pytest.fixture(scope="session")
def backend_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of mcp-backend: the one `make` built, else one built here."""
    folder = os.environ.get("MCP_BACKEND_DIST")
    if folder is None:
        folder = str(tmp_path_factory.mktemp("dist"))
        maturin = Path(sys.executable).with_name("maturin")
        subprocess.run([maturin, "build", "--quiet", "--profile", "dev", "--out", folder], cwd=ROOT, check=True)
    (wheel,) = Path(folder).glob("mcp_backend-*.whl")
    return wheel


@pytest.fixture(scope="session")
def backend(backend_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Backend:
    """An environment that holds the backend and nothing else."""
    scratch = tmp_path_factory.mktemp("backend")
    python = environment(scratch / "env")
    uv("pip", "install", "--python", python, backend_wheel, cwd=scratch)
    return Backend(python, backend_wheel, scratch)


@pytest.fixture(scope="session")
def verifier(backend_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Backend:
    """The backend with the SDK, as the extra brings it."""
    scratch = tmp_path_factory.mktemp("verifier")
    python = environment(scratch / "env")
    uv("pip", "install", "--python", python, f"{backend_wheel}[verify]", f"mcp=={version('mcp')}", cwd=scratch)
    return Backend(python, backend_wheel, scratch)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files of the command, which leaves nothing in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def frontends(backend_wheel: Path, tmp_path: Path) -> Frontends:
    """An environment with the frontends; of the test alone, since they install into it."""
    python = environment(tmp_path / "frontends")
    pinned = [f"{name}=={version(name)}" for name in ("build", "pip")]
    uv("pip", "install", "--python", python, backend_wheel, *pinned, cwd=tmp_path)
    return Frontends(python, backend_wheel.parent)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Lay the healthy server, with files over it, into a folder of the test."""

    def lay(files: servers.Files | None = None, name: str = "project") -> Path:
        return servers.lay(tmp_path / name, files)

    return lay


def environment(folder: Path) -> Path:
    """Make an empty virtual environment and return its interpreter."""
    uv("venv", "--python", sys.executable, folder, cwd=folder.parent)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def uv(*arguments: str | Path, cwd: Path) -> None:
    """Run uv to set something up."""
    subprocess.run(["uv", "--quiet", *arguments], cwd=cwd, env=scrubbed(), check=True)
