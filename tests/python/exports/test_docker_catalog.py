"""The entry of Docker's catalogue, held to the rules of docker/mcp-registry (`cmd/validate`) and to prettier."""

from __future__ import annotations

import json
import re

import packages
import yaml
from backend import Backend
from conftest import Project

PRETTIER = "prettier@3.10.1"
TABLES = """
[tool.mcp-backend.export.docker-catalog]
category = "productivity"
title = "The MCP server for numbers"
"""


def hostile(text: str) -> str:
    """Put the text that tries to break out into the description."""
    return text.replace('"A server that adds numbers"', f'"{packages.HOSTILE}"')


def test_the_catalogue_takes_the_entry(project: Project, backend: Backend) -> None:
    files = packages.files(TABLES)
    root = project({**files, "pyproject.toml": hostile(str(files["pyproject.toml"]))})
    out = packages.export(backend, root, "docker-catalog") / "docker"
    server = yaml.safe_load((out / "server.yaml").read_text(encoding="utf-8"))
    said = json.loads(f'"{packages.HOSTILE}"')
    assert re.fullmatch(r"[a-z0-9-]+", server["name"])
    assert server["image"] == f"mcp/{server['name']}"
    assert (server["about"]["title"], server["about"]["description"]) == ("The for Numbers", said)
    (secret,), (variable,) = server["config"]["secrets"], server["config"]["env"]
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9._-]+", secret["name"])
    assert variable["value"] == "{{demo-server.demo_units}}"
    parameter = server["config"]["parameters"]["properties"]["demo_units"]
    assert parameter == {"type": "string", "description": said, "default": said}
    # the one thing that is left to the author
    assert not re.fullmatch(r"[0-9a-f]{40}", server["source"]["commit"])
    (tool,) = json.loads((out / "tools.json").read_text(encoding="utf-8"))
    assert tool == {
        "name": "add",
        "description": "Add two numbers.",
        "arguments": [{"name": name, "type": "integer", "desc": name} for name in "ab"],
    }
    done = packages.npx(PRETTIER, "--check", "server.yaml", cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
