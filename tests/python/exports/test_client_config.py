"""The configurations of clients: read back by readers of their formats, and by the clients that have a command."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import channels
import packages
import pytest
import yaml
from backend import Backend
from conftest import Project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ARGUMENTS = ["demo-server", "serve", "it's $HOME #{x}"]
UNITS = '"metric" #{x}\u2028\u00e9: &a'
JSON = {
    "claude-desktop": "mcpServers",
    "claude-code": "mcpServers",
    "cursor": "mcpServers",
    "vscode": "servers",
    "windsurf": "mcpServers",
    "gemini-cli": "mcpServers",
    "zed": "context_servers",
    "lm-studio": "mcpServers",
    "cline": "mcpServers",
}


@pytest.fixture
def clients(backend: Backend, project: Project) -> Path:
    """The folder of the configurations."""
    return packages.export(backend, project(channels.files()), "client-config") / "clients"


def entry(clients: Path, client: str) -> dict[str, Any]:
    """Read the server's entry in a configuration in JSON."""
    config: dict[str, Any] = json.loads((clients / f"{client}.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = config[JSON[client]]["demo-server"]
    return found


@pytest.mark.parametrize("client", JSON)
def test_json_starts_the_server(clients: Path, client: str) -> None:
    """Every entry has the command, its arguments and the variables."""
    found = entry(clients, client)
    assert (found["command"], found["args"]) == ("uvx", ARGUMENTS)
    assert set(found["env"]) == {"API_KEY", "REGION", "UNITS"}
    assert found["env"]["UNITS"] == UNITS


def test_each_client_asks_in_its_own_way(clients: Path) -> None:
    """A value that the user has to give is asked for, expanded, passed on, or stands for itself."""
    assert entry(clients, "claude-desktop")["env"]["API_KEY"] == "<API_KEY>"
    assert entry(clients, "claude-code")["env"]["API_KEY"] == "${API_KEY}"
    assert entry(clients, "vscode")["env"]["API_KEY"] == "${input:API_KEY}"
    inputs = json.loads((clients / "vscode.json").read_text(encoding="utf-8"))["inputs"]
    assert [(each["id"], each.get("password", False)) for each in inputs] == [("API_KEY", True), ("REGION", False)]
    codex = tomllib.loads((clients / "codex.toml").read_text(encoding="utf-8"))["mcp_servers"]["demo-server"]
    assert (codex["args"], codex["env_vars"]) == (ARGUMENTS, ["API_KEY"])
    assert codex["env"] == {"REGION": "<REGION>", "UNITS": UNITS}
    goose = yaml.safe_load((clients / "goose.yaml").read_text(encoding="utf-8"))["extensions"]["demo-server"]
    assert (goose["cmd"], goose["args"], goose["env_keys"]) == ("uvx", ARGUMENTS, ["API_KEY"])
    assert goose["envs"] == {"REGION": "<REGION>", "UNITS": UNITS}


def test_links_lead_back_to_the_configuration(clients: Path) -> None:
    """What a link holds is what the file of the client holds."""
    text = (clients / "README.md").read_text(encoding="utf-8")
    assert "never-shown" not in text
    links = {urlsplit(link).netloc or link.split(":")[0]: link for link in re.findall(r"\]\((https://[^)]+?)\)", text)}
    own = dict(line.split(":", 1) for line in text.split("\n") if re.match(r"[a-z]+:\S+$", line))
    for address, client in (("cursor.com", "cursor"), ("lmstudio.ai", "lm-studio")):
        schemes = {"cursor.com": "cursor", "lmstudio.ai": "lmstudio"}
        for link in (links[address], own[schemes[address]]):
            query = parse_qs(urlsplit(link).query, strict_parsing=True)
            assert query["name"] == ["demo-server"]
            assert json.loads(base64.b64decode(query["config"][0], validate=True)) == entry(clients, client)
    (page,) = parse_qs(urlsplit(links["insiders.vscode.dev"]).query)["url"]
    assert page == "vscode:" + own["vscode"]
    told = json.loads(unquote(page.removeprefix("vscode:mcp/install?")))
    config = json.loads((clients / "vscode.json").read_text(encoding="utf-8"))
    assert told == {"name": "demo-server", **entry(clients, "vscode"), "inputs": config["inputs"]}
    for link in (links["goose-docs.ai"], own["goose"]):
        query = parse_qs(urlsplit(link).query, strict_parsing=True)
        assert (query["cmd"], query["arg"], query["id"]) == (["uvx"], ARGUMENTS, ["demo-server"])
        assert query["description"] == [channels.HOSTILE]


def test_commands_are_read_by_a_shell_as_they_are_meant(clients: Path) -> None:
    """No argument of a command is split or expanded."""
    text = (clients / "README.md").read_text(encoding="utf-8")
    commands = {words[0]: words for words in map(shlex.split, re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL))}
    assert set(commands) == {"claude", "code", "codex", "gemini"}
    for name in ("claude", "codex", "gemini"):
        assert commands[name][-len(ARGUMENTS) - 1 :] == ["uvx", *ARGUMENTS]
        assert f"UNITS={UNITS}" in commands[name]
    assert json.loads(commands["code"][-1])["args"] == ARGUMENTS


def test_codex_reads_its_configuration(clients: Path, tmp_path: Path) -> None:
    """Codex is strict about the keys of a server."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_bytes((clients / "codex.toml").read_bytes())
    codex = channels.node(tmp_path / "npm", "@openai/codex@0.169.0") / ".bin" / "codex"
    done = subprocess.run(
        [codex, "mcp", "list", "--json"],
        cwd=home,
        env={**os.environ, "HOME": str(home), "CODEX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (server,) = json.loads(done.stdout)
    transport = server["transport"]
    assert (server["name"], transport["command"], transport["args"]) == ("demo-server", "uvx", ARGUMENTS)
    assert transport["env_vars"] == ["API_KEY"]
