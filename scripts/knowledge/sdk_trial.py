"""One release of an SDK, installed and started."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import combinations
from threading import Timer
from typing import TYPE_CHECKING, Any

from packaging.version import Version

if TYPE_CHECKING:
    from pathlib import Path

UV = (sys.executable, "-m", "uv")
# what has been found to revive releases, the weaker first: `pydantic<2.12` happens to keep out `mcp` 2 as well
BOUNDS = ("pydantic<2.14", "mcp<2", "pydantic<2.12", "fakeredis<2.35", "packaging")
# longer than any start takes, with the first import of everything
SECONDS = 90

HIGH_LEVEL = """\
from {module} import {name}

server = {name}("trial")


@server.tool()
def add(a: int, b: int = 2) -> int:
    return a + b


server.run()
"""
# `mcp` before 1.2 has no other
LOW_LEVEL = """\
import anyio
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.types import TextContent, Tool

server = Server("trial")


@server.list_tools()
async def list_tools():
    return [Tool(name="add", description="add", inputSchema={"type": "object"})]


@server.call_tool()
async def call_tool(name, arguments):
    return [TextContent(type="text", text=str(arguments["a"] + 2))]


async def main():
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


anyio.run(main)
"""
HELLO = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "trial", "version": "1"}}
MESSAGES: tuple[dict[str, Any], ...] = (
    {"id": 1, "method": "initialize", "params": HELLO},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list", "params": {}},
    {"id": 3, "method": "tools/call", "params": {"name": "add", "arguments": {"a": 3}}},
)


class Trial:
    """A release in an environment of its own."""

    def __init__(self, name: str, version: str, folder: Path) -> None:
        """Try a release of `name` in an empty folder."""
        self.name, self.version, self.folder = name, version, folder
        self.python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"

    def bounds(self) -> tuple[str, ...]:
        """Give the fewest bounds with which a server starts; none where it starts by itself."""
        for count in range(3):
            for bounds in combinations(BOUNDS, count):
                if self.starts(bounds):
                    return tuple(sorted(bounds))
        sys.exit(f"{self.name} {self.version} does not start, and none of {', '.join(BOUNDS)} revives it")

    def starts(self, bounds: tuple[str, ...]) -> bool:
        """Install the release beside `bounds`, and tell whether a server on it answers."""
        subprocess.run([*UV, "venv", "--quiet", "--clear", str(self.folder / "venv")], check=True)
        install = [*UV, "pip", "install", "--quiet", "--python", str(self.python)]
        done = subprocess.run([*install, f"{self.name}=={self.version}", *bounds], check=False)
        return done.returncode == 0 and self.answers()

    def answers(self) -> bool:
        """Start a server, and tell whether its tool can be called."""
        script = self.folder / "trial.py"
        script.write_text(self.server(), "utf-8")
        server = subprocess.Popen(
            [str(self.python), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        late = Timer(SECONDS, server.kill)
        late.start()
        try:
            return converse(server)
        finally:
            late.cancel()
            server.kill()
            server.communicate()

    def server(self) -> str:
        """Write the server."""
        version = Version(self.version)
        if self.name == "fastmcp":
            return HIGH_LEVEL.format(module="fastmcp", name="FastMCP")
        if version >= Version("2"):
            return HIGH_LEVEL.format(module="mcp.server.mcpserver", name="MCPServer")
        high_level = HIGH_LEVEL.format(module="mcp.server.fastmcp", name="FastMCP")
        return high_level if version >= Version("1.2") else LOW_LEVEL


def converse(server: subprocess.Popen[str]) -> bool:
    """Send each message, and tell whether the last answer is the sum."""
    if server.stdin is None or server.stdout is None:
        return False
    answer = ""
    for message in MESSAGES:
        try:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            server.stdin.flush()
        except BrokenPipeError:
            return False
        if "id" in message:
            answer = server.stdout.readline()
            if f'"id":{message["id"]}' not in answer.replace(" ", ""):
                return False
    return '"5"' in answer
