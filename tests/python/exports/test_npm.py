"""The npm package, held to npm and `publint`; installed from its tarball, it starts the server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import packages
import pytest
from backend import Backend, scrubbed
from conftest import Project

PUBLINT = "publint@0.3.25"
SCOPE = '\n[tool.mcp-backend.export.npm]\nname = "@you/demo"\n'


@pytest.fixture
def package(project: Project, backend: Backend) -> Path:
    return packages.export(backend, project(packages.files(SCOPE)), "npm") / "npm"


def test_npm_takes_the_package(package: Path) -> None:
    npm = packages.needs("npm")
    done = packages.run(npm, "publish", "--dry-run", "--access", "public", cwd=package)
    assert done.returncode == 0, done.stderr
    assert "auto-corrected" not in done.stderr
    done = packages.run(npm, "pack", "--dry-run", "--json", cwd=package)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    packed = told[0] if isinstance(told, list) else next(iter(told.values()))
    paths = sorted(file["path"] for file in packed["files"])
    assert paths == ["LICENSE", "README.md", "bin/demo-server.js", "package.json"]


def test_publint_finds_nothing(package: Path) -> None:
    done = packages.npx(PUBLINT, "--strict", cwd=package)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def installed(package: Path, tmp_path: Path) -> Path:
    npm = packages.needs("npm")
    done = packages.run(npm, "pack", "--pack-destination", tmp_path, cwd=package)
    assert done.returncode == 0, done.stderr
    (tarball,) = tmp_path.glob("*.tgz")
    folder = tmp_path / "installed"
    folder.mkdir()
    done = packages.run(npm, "install", "--prefix", folder, "--offline", tarball, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules" / ".bin" / "demo-server"


def test_the_installed_package_starts_the_server(installed: Path, project: Project, backend: Backend) -> None:
    # the release is on an index once it is published; here it lies in a folder
    root = project(packages.files(SCOPE), "released")
    assert backend.run("build", "--wheel", cwd=root).returncode == 0
    environment = {"UV_FIND_LINKS": str(root / "dist"), "UV_REFRESH_PACKAGE": "demo-server"}
    assert packages.tools(str(installed), [], environment, root) == ["add"]


def stand_in(folder: Path, body: str) -> dict[str, str]:
    """Lay a program in the place of uvx."""
    folder.mkdir()
    program = folder / "uvx"
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    node = Path(packages.needs("node")).parent
    return {**scrubbed(), "PATH": f"{folder}{os.pathsep}{node}{os.pathsep}/bin", "HOME": str(folder)}


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_arguments_and_exit_code_are_kept(installed: Path, tmp_path: Path) -> None:
    environment = stand_in(tmp_path / "bin", "print(sys.argv[1:]); sys.exit(7)")
    done = subprocess.run([installed, "--flag", "a b"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == "['demo-server@1.2.3', '--flag', 'a b']\n"


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals there")
def test_signals_reach_the_server(installed: Path, tmp_path: Path) -> None:
    body = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('told', flush=True), sys.exit(3)))\n"
        "print('up', flush=True); time.sleep(60)"
    )
    environment = stand_in(tmp_path / "bin", body)
    with subprocess.Popen([installed], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "told\n"
        assert process.wait(30) == 3


@pytest.mark.skipif(os.name == "nt", reason="the folders of installers are others there")
def test_without_uv_and_pipx_it_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    node = Path(packages.needs("node"))
    if any(Path("/usr/local/bin", name).exists() for name in ("uvx", "pipx")):
        pytest.skip("uv or pipx is installed for the whole machine")
    (tmp_path / "bin").mkdir()
    environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    done = subprocess.run([node, installed], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (127, "")
    assert "uv" in done.stderr
