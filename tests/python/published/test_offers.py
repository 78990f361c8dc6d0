"""What `mcp-backend tools` reads of published servers, against what they answered when they ran.

The archives and answers lie beside the project, not in it; without them these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from backend import Backend
from jsonschema import Draft202012Validator

SERVERS = Path(__file__).parents[4] / "shared" / "servers"
SPECIFICATIONS = SERVERS.parent / "schemas" / "upstream"
# the lists of an answer, and what the specification calls their entries
LISTS = {"tools": "Tool", "prompts": "Prompt", "resources": "Resource", "resourceTemplates": "ResourceTemplate"}
# what is told beside what a server would answer
OURS = {"source", "partial", "conditional"}
# tools that no text of the server holds: they are made of an OpenAPI document
UNTOLD = {"alpaca-mcp-server": 58}


def answers() -> list[str]:
    """Return the names of the servers whose answer was recorded."""
    if not (SERVERS / "INDEX.json").is_file():
        return []
    index = json.loads((SERVERS / "INDEX.json").read_text(encoding="utf-8"))["servers"]
    known = [name for name in sorted(index) if not index[name].get("synthetic_tools")]
    return [name for name in known if (answer(name).get("source") or {}).get("file")]


def answer(server: str) -> dict[str, Any]:
    """Return what a server answered."""
    recorded: dict[str, Any] = json.loads((SERVERS / f"{server}.json").read_text(encoding="utf-8"))
    return recorded


pytestmark = pytest.mark.skipif(not answers(), reason="the answers of published servers are not here")


def parameters(tool: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the names of a tool's parameters, and of the required ones."""
    schema = tool.get("inputSchema", {})
    return set(schema.get("properties", {})), set(schema.get("required", []))


@pytest.mark.parametrize("server", answers())
def test_reads_what_the_server_answers(server: str, backend: Backend, tmp_path: Path) -> None:
    recorded = answer(server)
    archive = SERVERS / "archives" / Path(recorded["source"]["file"]).name
    done = backend.run("tools", "--format", "json", str(archive), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = {tool["name"]: tool for tool in json.loads(done.stdout)["tools"]}
    live = {tool["name"]: tool for tool in recorded["tools"]}

    assert len(live.keys() - told.keys()) == UNTOLD.get(server, 0)
    invented = [told[name] for name in told.keys() - live.keys()]
    assert [tool["name"] for tool in invented if not (tool.get("conditional") or tool.get("partial"))] == []
    for name in told.keys() & live.keys():
        tool = told[name]
        if "inputSchema" not in tool.get("partial", ()):
            assert parameters(tool) == parameters(live[name]), name
        if "description" not in tool.get("partial", ()):
            assert words(tool) == words(live[name]), name


def words(tool: dict[str, Any]) -> list[str]:
    """Return the words of a description, as the SDKs lay them out differently."""
    return str(tool.get("description") or "").split()


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_every_entry_is_one_by_the_specification(version: str, backend: Backend, tmp_path: Path) -> None:
    path = SPECIFICATIONS / f"mcp-spec.{version}.schema.json"
    if not path.is_file():
        pytest.skip("the schemas of the protocol are not here")
    specification = json.loads(path.read_text(encoding="utf-8"))
    seen = 0
    for server in answers():
        archive = SERVERS / "archives" / Path(answer(server)["source"]["file"]).name
        done = backend.run("tools", "--format", "json", str(archive), cwd=tmp_path)
        told = json.loads(done.stdout)
        for kind, entry in LISTS.items():
            validator = Draft202012Validator({**specification, "$ref": f"#/$defs/{entry}"})
            for told_entry in told[kind]:
                listed = {key: value for key, value in told_entry.items() if key not in OURS}
                # what is not decidable may be left out, even where the specification wants it
                faults = [fault.message for fault in validator.iter_errors(listed)]
                assert told_entry.get("partial") or faults == [], (server, listed)
                seen += 1
    assert seen > 700
