"""A project with variables and texts that would act, and programs from npm."""

from __future__ import annotations

from pathlib import Path

import packages
import servers

SERVER = '''\
"""A server with one tool."""

import os

from mcp.server import MCPServer

server = MCPServer("demo")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def main() -> None:
    """Serve over stdio."""
    os.environ["API_KEY"], os.environ["REGION"], os.environ.get("UNITS")
    server.run()
'''

# a text that acts in every language that it is written into, unless it is quoted there
HOSTILE = "'\"`$(id)` #{id} ${{ github.token }} \\\\ </details> ```"

VARIABLES = """
[tool.mcp-backend]
arguments = ["serve", "it's $HOME #{x}"]

[[tool.mcp-backend.env]]
name = "API_KEY"
description = "Key of the service"
required = true
secret = true
default = "never-shown"

[[tool.mcp-backend.env]]
name = "REGION"
description = "Region, such as `eu`"
required = true

[[tool.mcp-backend.env]]
name = "UNITS"
default = '"metric" #{x}\u2028\u00e9: &a'
"""


def toml(text: str) -> str:
    """Return a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def files(tables: str = VARIABLES, **keys: str) -> servers.Files:
    """Return the files of a project with variables, whose description is hostile."""
    described: dict[str, str | None] = {"description": toml(HOSTILE), **keys}
    return {"pyproject.toml": servers.pyproject(described, tables), "src/demo_server/server.py": SERVER}


def node(folder: Path, *wanted: str) -> Path:
    """Install packages from npm into a folder, and return where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    npm = packages.needs("npm")
    done = packages.run(npm, "install", "--no-audit", "--no-fund", "--prefix", folder, *wanted, cwd=folder)
    if done.returncode != 0:
        packages.missing(f"{' '.join(wanted)} cannot be fetched")
    return folder / "node_modules"
