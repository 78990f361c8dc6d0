"""`mcp-backend new`: the project builds at once, its own tests pass, and it starts."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest
from backend import Backend, Frontends, scrubbed
from conftest import environment, uv
from mcp import Client, StdioServerParameters


@pytest.mark.parametrize("sdk", ["mcp", "fastmcp"])
def test_a_new_project_works_at_once(sdk: str, backend: Backend, frontends: Frontends, tmp_path: Path) -> None:
    made = backend.run("new", "letters", "--sdk", sdk, "--github", "you", "--author", "Ada <a@b.org>", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    root = tmp_path / "letters"
    checked = backend.run("check", cwd=root)
    assert (checked.returncode, checked.stderr) == (0, "")
    built = frontends.run(["uv", "build", "--wheel", "--no-build-isolation", "--out-dir", "dist", "."], root)
    assert built.returncode == 0, built.stderr

    python = environment(tmp_path / "env")
    uv("pip", "install", "--python", python, next((root / "dist").glob("*.whl")), "pytest", cwd=tmp_path)
    tested = subprocess.run(
        [python, "-m", "pytest", "-q"], cwd=root, env=scrubbed(), capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stdout

    script = python.with_name("letters" + (".exe" if os.name == "nt" else ""))
    for option, line in (("--version", "letters 0.1.0\n"), ("--validate-config", "")):
        said = subprocess.run([script, option], env=scrubbed(), capture_output=True, text=True, check=True)
        assert said.stdout == line

    async def tools() -> dict[str, object]:
        async with Client(StdioServerParameters(command=str(script))) as client:
            assert client.server_info is not None
            assert client.server_info.version == "0.1.0"
            return {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}

    told = backend.run("tools", "--format", "json", cwd=root)
    static = {tool["name"]: tool["inputSchema"] for tool in json.loads(told.stdout)["tools"]}
    assert asyncio.run(tools()) == static
    stale = backend.run("tools", "--markdown", "--check", cwd=root)
    assert stale.returncode == 0, stale.stderr


def test_without_an_owner_it_lacks_its_links_alone(backend: Backend, tmp_path: Path) -> None:
    assert backend.run("new", "letters", cwd=tmp_path).returncode == 0
    root = tmp_path / "letters"
    checked = backend.run("check", "--format", "json", cwd=root)
    assert [finding["code"] for finding in json.loads(checked.stdout)["findings"]] == []
    assert (root / ".github" / "workflows" / "release.yml").is_file()
    built = backend.run("build", "--all", cwd=root)
    assert built.returncode == 0, built.stderr
    assert list(root.glob("**/*.mcpb"))
