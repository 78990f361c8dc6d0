"""A server to export, validators from npm, and a client that asks a server for its tools."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import servers
from backend import Backend, scrubbed
from backend import run as run_command
from mcp import Client, StdioServerParameters

# an npm tool that is fetched first takes its time
PATIENCE = 300

HOSTILE = "Say \\\"hi\\\", it's #1: $HOME `id` ${USER} {{x}} \\\\ 'a' - b"

TABLES = f"""\
[project.urls]
Homepage = "https://github.com/you/demo-server"
Source = "https://github.com/you/demo-server"
Issues = "https://github.com/you/demo-server/issues"

[tool.mcp-backend]
title = "Demo"
mcp-name = "io.github.you/demo-server"

[[tool.mcp-backend.env]]
name = "DEMO_TOKEN"
description = "{HOSTILE}"
secret = true
default = "never-shown"

[[tool.mcp-backend.env]]
name = "DEMO_UNITS"
description = "{HOSTILE}"
default = "{HOSTILE}"
"""

KEYS: dict[str, str | None] = {
    "authors": '[{ name = "Ada Example", email = "ada@example.org" }]',
    "keywords": '["numbers"]',
}

MARKED = servers.README + "\n<!-- mcp-name: io.github.you/demo-server -->\n"


def files(tables: str = "") -> servers.Files:
    """Return the files of the server with all that channels want to know."""
    return {"pyproject.toml": servers.pyproject(KEYS, TABLES + tables), "README.md": MARKED}


def export(backend: Backend, root: Path, channel: str, environment: dict[str, str] | None = None) -> Path:
    """Export and return the folder; what is secret is in none of the files."""
    done = backend.run("export", channel, cwd=root, environment=environment)
    assert done.returncode == 0, done.stderr
    out = root / "exports"
    for file in out.rglob("*"):
        assert not file.is_file() or b"never-shown" not in file.read_bytes(), file
    return out


def needs(command: str) -> str:
    """Return the command's path; without it the test is skipped, but for CI."""
    found = shutil.which(command, path=scrubbed()["PATH"])
    return found or missing(f"`{command}` is not on this machine")


def missing(why: str) -> str:
    """Skip the test, or fail it in CI, where every validator has to be."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def npx(package: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an npm package of exactly this version."""
    command = needs("npx")
    done = run(command, "--yes", package, *arguments, cwd=cwd)
    if "ENOTFOUND" in done.stderr or "EAI_AGAIN" in done.stderr or "ECONNREFUSED" in done.stderr:
        missing(f"`{package}` cannot be fetched")
    return done


def run(*command: str | Path, cwd: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command with patience."""
    return run_command(command, cwd, environment, PATIENCE)


def tools(command: str, arguments: list[str], environment: dict[str, str], cwd: Path) -> list[str]:
    """Start a server over stdio and return the names of its tools."""
    parameters = StdioServerParameters(command=command, args=arguments, env={**scrubbed(), **environment}, cwd=str(cwd))

    async def ask() -> list[str]:
        async with Client(parameters) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    return asyncio.run(asyncio.wait_for(ask(), PATIENCE))
