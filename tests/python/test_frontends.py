"""Whole builds and installs through pip, build and uv, isolated and not; what they install starts and answers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import oracles
import pytest
from backend import Frontends
from conftest import ROOT, Project, environment, uv
from mcp import Client, StdioServerParameters
from servers import DESCRIPTION

WHEEL = "demo_server-1.2.3-py3-none-any.whl"
SDIST = "demo_server-1.2.3.tar.gz"
INSTALLED = """
import importlib.metadata, json, demo_server
found = importlib.metadata.distribution("demo-server")
scripts = [script.value for script in found.entry_points]
print(json.dumps([found.version, found.metadata["Summary"], demo_server.__file__, scripts]))
"""


def succeed(frontends: Frontends, command: str, cwd: Path) -> str:
    """Run a frontend and return what it printed on stdout; a failure fails the test with all it printed."""
    done = frontends.run(command.split(), cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("isolation", ["", "--no-isolation"])
def test_build_makes_both(isolation: str, project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, f"python -m build {isolation} --outdir out .", root)
    oracles.wheel(root / "out" / WHEEL)
    oracles.sdist(root / "out" / SDIST)


@pytest.mark.parametrize("isolation", ["", "--no-build-isolation"])
def test_uv_build_makes_both(isolation: str, project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, f"uv build {isolation} --out-dir out .", root)
    oracles.wheel(root / "out" / WHEEL)
    oracles.sdist(root / "out" / SDIST)


@pytest.mark.parametrize("isolation", ["", "--no-build-isolation"])
def test_pip_wheel_of_a_tree(isolation: str, project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, f"python -m pip wheel --no-deps {isolation} --wheel-dir out .", root)
    oracles.wheel(root / "out" / WHEEL)


def test_every_frontend_makes_the_same_bytes(project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, "python -m build --no-isolation --outdir build-out .", root)
    succeed(frontends, "uv build --no-build-isolation --out-dir uv-out .", root)
    succeed(
        frontends, f"python -m pip wheel --no-deps --no-build-isolation --wheel-dir pip-out build-out/{SDIST}", root
    )
    wheel = (root / "build-out" / WHEEL).read_bytes()
    assert (root / "uv-out" / WHEEL).read_bytes() == wheel
    assert (root / "pip-out" / WHEEL).read_bytes() == wheel
    assert (root / "uv-out" / SDIST).read_bytes() == (root / "build-out" / SDIST).read_bytes()


@pytest.mark.parametrize(
    "install",
    [
        "python -m pip install --no-deps .",
        "python -m pip install --no-deps --no-build-isolation -e .",
        "python -m pip install --no-deps -e .",
        "uv pip install --no-deps .",
        "uv pip install --no-deps --no-build-isolation -e .",
        "uv pip install --no-deps -e .",
    ],
)
def test_an_install_is_found_by_python(install: str, project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, install, root)
    done = frontends.run(["python", "-c", INSTALLED], root.parent)
    assert done.returncode == 0, done.stderr
    version, summary, file, scripts = json.loads(done.stdout)
    assert (version, summary, scripts) == ("1.2.3", DESCRIPTION, ["demo_server.server:main"])
    assert (Path(file).is_relative_to(root / "src")) == ("-e" in install.split())


def test_an_uninstall_leaves_nothing(project: Project, frontends: Frontends) -> None:
    root = project()
    succeed(frontends, "python -m pip install --no-deps --no-build-isolation .", root)
    succeed(frontends, "python -m pip uninstall --yes demo-server", root)
    left = [path for path in frontends.python.parents[1].rglob("*demo_server*") if "__pycache__" not in path.parts]
    assert left == []


def test_uv_runs_an_editable_project(project: Project, frontends: Frontends, monkeypatch: pytest.MonkeyPatch) -> None:
    # the project's own environment, not the one of the frontends
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", ".venv")
    root = project()
    succeed(frontends, f"uv sync --python {sys.executable}", root)
    done = frontends.run(["uv", "run", "python", "-c", "import demo_server; print(demo_server.__file__)"], root)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(root / "src")


def test_settings_reach_the_hooks(project: Project, frontends: Frontends) -> None:
    root = project({"src/demo_server/.env": "PASSWORD=hunter2\n"})
    for command in (
        "python -m build --no-isolation --wheel --outdir out -C check=warn .",
        "uv build --no-build-isolation --wheel --out-dir out -C check=warn .",
        "python -m pip wheel --no-deps --no-build-isolation --wheel-dir out -C check=warn .",
    ):
        succeed(frontends, command, root)
        assert "demo_server/.env" not in oracles.wheel(root / "out" / WHEEL).files


def test_the_example_is_built_installed_and_answers(frontends: Frontends, tmp_path: Path) -> None:
    example = tmp_path / "weather"
    shutil.copytree(ROOT / "examples" / "weather", example, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    succeed(frontends, "uv build --out-dir out .", example)
    (wheel,) = (example / "out").glob("*.whl")
    oracles.wheel(wheel)
    python = environment(tmp_path / "env")
    uv("pip", "install", "--python", python, wheel, cwd=tmp_path)
    script = python.with_name("weather-mcp" + (".exe" if os.name == "nt" else ""))

    async def ask() -> tuple[list[str], object]:
        async with Client(StdioServerParameters(command=str(script))) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return tools, (await client.call_tool("warmest", {"month": "jul"})).structured_content

    tools, warmest = asyncio.run(ask())
    assert tools == ["climate", "warmest"]
    assert warmest == {"city": "Nairobi", "month": "jul", "celsius": 16.6, "rain_mm": 18}
