"""`mcp-backend tools`: the shape that other tools read, and the section of a readme."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from backend import Backend
from conftest import Project
from servers import README, SERVER

MARKED = f"{README}\n<!-- mcp-backend: tools -->\n<!-- mcp-backend: end -->\n\nThe end.\n"


def test_json_has_the_documented_shape(project: Project, backend: Backend) -> None:
    done = backend.run("tools", "--format", "json", cwd=project())
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    keys = ["version", "server", "tools", "prompts", "resources", "resourceTemplates", "unknown"]
    assert list(told) == keys
    assert told["version"] == 2
    assert set(told["server"]) == {"name", "version", "title", "instructions"}
    assert told["server"]["name"] == "demo"
    (tool,) = told["tools"]
    assert next(iter(tool)) == "name"
    assert (tool["name"], tool["description"]) == ("add", "Add two numbers.")
    assert list(tool["inputSchema"]["properties"]) == ["a", "b"]
    line = SERVER.splitlines().index("def add(a: int, b: int) -> int:") + 1
    assert tool["source"]["path"] == "src/demo_server/server.py"
    assert tool["source"]["line"] in {line - 1, line}
    assert "conditional" not in tool


def test_the_table_tells_the_tool_and_where_it_is(project: Project, backend: Backend, tmp_path: Path) -> None:
    project()
    done = backend.run("tools", "project", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "add " in done.stdout
    assert "Add two numbers." in done.stdout
    assert "src/demo_server/server.py:" in done.stdout
    assert done.stdout.endswith("\n1 tool\n")


def test_colour_is_for_terminals(project: Project, backend: Backend) -> None:
    root = project()
    assert "\x1b[" not in backend.run("tools", cwd=root).stdout
    assert "\x1b[1madd" in backend.run("tools", cwd=root, environment={"FORCE_COLOR": "1"}).stdout


def test_help_names_every_option(project: Project, backend: Backend) -> None:
    done = backend.run("tools", "--help", cwd=project())
    assert done.returncode == 0
    for option in ("--format", "--markdown", "--check", "--write"):
        assert option in done.stdout
    assert "\n  tools " in backend.run("--help", cwd=project()).stdout


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_section_of_the_readme_is_written_and_checked(project: Project, backend: Backend, end: str) -> None:
    root = project({"README.md": MARKED.replace("\n", end).encode()})
    stale = backend.run("tools", "--markdown", "--check", cwd=root)
    assert stale.returncode == 1
    assert "+ `add`" in stale.stdout
    assert backend.run("tools", "--markdown", "--write", cwd=root).returncode == 0
    written = (root / "README.md").read_bytes()
    assert written.count(b"\n") == written.count(end.encode())
    assert b"### `add`" in written
    assert written.endswith(f"end -->{end}{end}The end.{end}".encode())
    current = backend.run("tools", "--markdown", "--check", cwd=root)
    assert (current.returncode, current.stderr) == (0, "")


def test_a_readme_without_marks_is_told_how_to_get_them(project: Project, backend: Backend) -> None:
    root = project()
    before = (root / "README.md").read_bytes()
    for option in ("--check", "--write"):
        done = backend.run("tools", "--markdown", option, cwd=root)
        assert done.returncode == 1
        assert "<!-- mcp-backend: tools -->\n<!-- mcp-backend: end -->\n" in done.stderr
    assert (root / "README.md").read_bytes() == before
