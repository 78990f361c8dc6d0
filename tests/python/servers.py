"""A healthy little MCP server as a dictionary of files; a test lays its mistake over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# `None` takes a file away
Files = dict[str, "str | bytes | None"]

DESCRIPTION = "A server that adds numbers"

README = """\
# demo-server

Adds numbers for any MCP client.
"""

SERVER = '''\
"""A server with one tool."""

from mcp.server import MCPServer

server = MCPServer("demo")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def main() -> None:
    """Serve over stdio."""
    server.run()
'''

PROJECT: dict[str, str | None] = {
    "name": '"demo-server"',
    "version": '"1.2.3"',
    "description": f'"{DESCRIPTION}"',
    "readme": '"README.md"',
    "requires-python": '">=3.10"',
    "license": '"MIT"',
    "license-files": '["LICENSE"]',
    "dependencies": '["mcp>=2.3,<3"]',
    "scripts": '{ demo-server = "demo_server.server:main" }',
}


def pyproject(keys: Mapping[str, str | None] | None = None, tables: str = "") -> str:
    """Return a healthy `pyproject.toml` in which `keys` of `[project]` are replaced, each by its text in TOML."""
    project = {**PROJECT, **(keys or {})}
    lines = [f"{key} = {value}\n" for key, value in project.items() if value is not None]
    return (
        '[build-system]\nrequires = ["mcp-backend"]\nbuild-backend = "mcp_backend"\n\n'
        "[project]\n" + "".join(lines) + ("\n" + tables if tables else "")
    )


HEALTHY: Files = {
    "pyproject.toml": pyproject(),
    "README.md": README,
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person.\n",
    "src/demo_server/__init__.py": '"""Adds numbers."""\n',
    "src/demo_server/server.py": SERVER,
    "src/demo_server/data/units.json": '{"m": "metre"}\n',
    "tests/test_demo.py": "import demo_server\n",
}


def lay(root: Path, files: Files | None = None) -> Path:
    """Write the healthy server into the folder `root`, with `files` laid over it."""
    for name, content in {**HEALTHY, **(files or {})}.items():
        if content is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def snapshot(root: Path) -> dict[str, bytes | None]:
    """Return every path below `root` with its content: what a hook must leave as it was."""
    found: dict[str, bytes | None] = {}
    for folder, folders, files in os.walk(root):
        for name in folders:
            found[os.path.relpath(Path(folder, name), root)] = None
        for name in files:
            found[os.path.relpath(Path(folder, name), root)] = Path(folder, name).read_bytes()
    return found
