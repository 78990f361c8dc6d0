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
    "copilot-cli": "mcpServers",
    "opencode": "mcp",
    "kilo": "mcp",
    "kiro": "mcpServers",
    "antigravity": "mcpServers",
    "warp": "mcpServers",
    "jetbrains": "mcpServers",
    "amp": "amp.mcpServers",
}

REMOTE = """
[project.urls]
Source = "https://github.com/you/demo-server"

[[tool.mcp-backend.env]]
name = "UNITS"
default = "metric"

[[tool.mcp-backend.remotes]]
url = "https://demo.example/mcp"
headers = { X-Units = "metric" }

[tool.mcp-backend.export.client-config]
start = ["uvx", "remote"]
"""
# what add-mcp calls the clients, and the keys that are ours or its own alone: a timeout that a first start needs, and
# words that the client takes for granted
ADD_MCP = {
    "claude-desktop": ("claude-desktop", set()),
    "claude-code": ("claude-code", set()),
    "cursor": ("cursor", set()),
    "vscode": ("vscode", {"type"}),
    "windsurf": ("windsurf", set()),
    "codex": ("codex", {"startup_timeout_sec", "type"}),
    "gemini-cli": ("gemini-cli", set()),
    "copilot-cli": ("github-copilot-cli", {"type"}),
    "opencode": ("opencode", set()),
    "kilo": ("kilo-code", set()),
    "kiro": ("kiro-cli", set()),
    "antigravity": ("antigravity", set()),
    "zed": ("zed", set()),
    "goose": ("goose", {"description", "env_keys"}),
    "cline": ("cline", {"autoApprove"}),
}
ADDS = """
import { agents } from "add-mcp";
const stdio = { command: "uvx", args: ["demo-server"], env: { UNITS: "metric" } };
const remote = { type: "http", url: "https://demo.example/mcp", headers: { "X-Units": "metric" } };
const told = Object.entries(agents).map(([name, agent]) => {
  const entry = (config) => agent.transformConfig("demo-server", config, { local: false });
  const overHttp = agent.supportedTransports.includes("http");
  return [name, { key: agent.configKey, stdio: entry(stdio), remote: overHttp ? entry(remote) : null }];
});
console.log(JSON.stringify(Object.fromEntries(told)));
"""


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
    command = found["command"]
    assert (command if isinstance(command, list) else [command, *found["args"]]) == ["uvx", *ARGUMENTS]
    variables = found["environment" if isinstance(command, list) else "env"]
    assert set(variables) == {"API_KEY", "REGION", "UNITS"}
    assert variables["UNITS"] == UNITS


def test_each_client_asks_in_its_own_way(clients: Path) -> None:
    """A value that the user has to give is asked for, expanded, passed on, or stands for itself."""
    assert entry(clients, "claude-desktop")["env"]["API_KEY"] == "<API_KEY>"
    assert entry(clients, "claude-code")["env"]["API_KEY"] == "${API_KEY}"
    assert entry(clients, "opencode")["environment"]["API_KEY"] == "{env:API_KEY}"
    assert entry(clients, "vscode")["env"]["API_KEY"] == "${input:API_KEY}"
    inputs = json.loads((clients / "vscode.json").read_text(encoding="utf-8"))["inputs"]
    assert [(each["id"], each.get("password", False)) for each in inputs] == [("API_KEY", True), ("REGION", False)]
    codex = tomllib.loads((clients / "codex.toml").read_text(encoding="utf-8"))["mcp_servers"]["demo-server"]
    assert (codex["args"], codex["env_vars"]) == (ARGUMENTS, ["API_KEY"])
    assert codex["env"] == {"REGION": "<REGION>", "UNITS": UNITS}
    goose = yaml.safe_load((clients / "goose.yaml").read_text(encoding="utf-8"))["extensions"]["demo-server"]
    assert (goose["cmd"], goose["args"], goose["env_keys"]) == ("uvx", ARGUMENTS, ["API_KEY"])
    assert goose["envs"] == {"REGION": "<REGION>", "UNITS": UNITS}
    (listed,) = yaml.safe_load((clients / "continue.yaml").read_text(encoding="utf-8"))["mcpServers"]
    assert (listed["name"], listed["command"], listed["args"]) == ("demo-server", "uvx", ARGUMENTS)
    assert listed["env"]["API_KEY"] == "${{ secrets.API_KEY }}"


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
    kiro = parse_qs(urlsplit(links["kiro.dev"]).query, strict_parsing=True)
    assert (kiro["name"], json.loads(kiro["config"][0])) == (["demo-server"], entry(clients, "kiro"))
    for link in (links["goose-docs.ai"], own["goose"]):
        query = parse_qs(urlsplit(link).query, strict_parsing=True)
        assert (query["cmd"], query["arg"], query["id"]) == (["uvx"], ARGUMENTS, ["demo-server"])
        assert query["description"] == [channels.HOSTILE]


def test_commands_are_read_by_a_shell_as_they_are_meant(clients: Path) -> None:
    """No argument of a command is split or expanded."""
    text = (clients / "README.md").read_text(encoding="utf-8")
    commands = {words[0]: words for words in map(shlex.split, re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL))}
    assert set(commands) == {"amp", "claude", "code", "codex", "copilot", "gemini"}
    for name in ("amp", "claude", "codex", "copilot", "gemini"):
        assert commands[name][-len(ARGUMENTS) - 1 :] == ["uvx", *ARGUMENTS]
        assert f"UNITS={UNITS}" in commands[name]
    assert json.loads(commands["code"][-1])["args"] == ARGUMENTS


@pytest.fixture
def both(backend: Backend, project: Project) -> Path:
    """The folder of a server that clients start, and below it of those that reach it over HTTP."""
    return packages.export(backend, project(channels.files(REMOTE)), "client-config") / "clients"


def parsed(file: Path) -> dict[str, Any]:
    """Read a configuration in whatever language it is."""
    text = file.read_text(encoding="utf-8")
    readers = {".json": json.loads, ".toml": tomllib.loads, ".yaml": yaml.safe_load}
    config: dict[str, Any] = readers[file.suffix](text)
    return config


def test_the_entries_are_those_that_add_mcp_writes(both: Path, tmp_path: Path) -> None:
    """A package that adds servers to clients agrees on the key, and on what stands in an entry."""
    channels.node(tmp_path / "npm", "add-mcp@2.4.0")
    (tmp_path / "npm" / "adds.mjs").write_text(ADDS, encoding="utf-8")
    done = packages.run(packages.needs("node"), "adds.mjs", cwd=tmp_path / "npm")
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    for client, (name, apart) in ADD_MCP.items():
        for form, folder in (("stdio", both), ("remote", both / "remote")):
            file = next(folder.glob(f"{client}.*"), None)
            if theirs[name][form] is None:
                assert file is None, client
                continue
            assert file is not None, client
            (found,) = parsed(file)[theirs[name]["key"]].values()
            told = {key: value for key, value in found.items() if key not in apart}
            assert told == {key: value for key, value in theirs[name][form].items() if key not in apart}, client


# the package, the file of ours and where it goes, and the command that reads it back
READERS = {
    "codex": ("@openai/codex@0.171.0", "codex.toml", ".codex/config.toml", ["codex", "mcp", "list", "--json"]),
    "qwen": ("@qwen-code/qwen-code@0.15.10", "gemini-cli.json", ".qwen/settings.json", ["qwen", "mcp", "list"]),
    "mcporter": (
        "mcporter@0.12.3",
        "claude-code.json",
        "config/mcporter.json",
        ["mcporter", "config", "list", "--json"],
    ),
    "opencode": ("opencode-ai@1.18.33", "opencode.json", "opencode.json", ["opencode", "debug", "config"]),
    "copilot": (
        "@github/copilot@1.0.102",
        "copilot-cli.json",
        ".copilot/mcp-config.json",
        ["copilot", "mcp", "list", "--json"],
    ),
    "gemini": ("@google/gemini-cli@0.61.0", "gemini-cli.json", ".gemini/settings.json", ["gemini", "mcp", "list"]),
    "claude": ("@anthropic-ai/claude-code@2.1.332", "claude-code.json", ".mcp.json", ["claude", "mcp", "list"]),
}
# some hundred megabytes each; `MCP_BACKEND_CLIENTS=all` asks for them
LARGE = {"opencode", "copilot", "gemini", "claude"}


@pytest.mark.parametrize("form", ["stdio", "remote"])
@pytest.mark.parametrize("client", READERS)
def test_the_client_reads_its_configuration(both: Path, tmp_path: Path, client: str, form: str) -> None:
    """What the client's own command lists is the server."""
    package, ours, place, command = READERS[client]
    if client in LARGE and os.environ.get("MCP_BACKEND_CLIENTS") != "all":
        pytest.skip("it is large: set MCP_BACKEND_CLIENTS=all")
    file = tmp_path / "home" / place
    file.parent.mkdir(parents=True)
    file.write_bytes(((both if form == "stdio" else both / "remote") / ours).read_bytes())
    installed = channels.node(tmp_path / "npm", package)
    if client == "opencode":
        packages.run(packages.needs("node"), "postinstall.mjs", cwd=installed / "opencode-ai")
    home = str(tmp_path / "home")
    environment = {**os.environ, "HOME": home, "CODEX_HOME": str(file.parent), "NO_COLOR": "1"}
    program = installed / ".bin" / command[0]
    done = packages.run(program, *command[1:], cwd=Path(home), environment=environment)
    assert done.returncode == 0, done.stderr
    assert "demo-server" in done.stdout, done.stderr
    assert ("uvx" if form == "stdio" else "https://demo.example/mcp") in done.stdout
    if client == "codex":
        (server,) = json.loads(done.stdout)
        transport = server["transport"]
        assert transport["type"] == ("stdio" if form == "stdio" else "streamable_http")
        if form == "remote":
            assert transport["http_headers"] == {"X-Units": "metric"}


def test_codex_reads_its_configuration(clients: Path, tmp_path: Path) -> None:
    """Codex is strict about the keys of a server."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_bytes((clients / "codex.toml").read_bytes())
    codex = channels.node(tmp_path / "npm", "@openai/codex@0.171.0") / ".bin" / "codex"
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
