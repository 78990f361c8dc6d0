"""`mcp-backend contract --live`: what real servers answer, kept in the project."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import servers
from backend import Backend
from conftest import Project

# tools of which the text tells neither how many there are nor what they are called
OPEN = servers.SERVER.replace(
    "def main",
    """\
for name in os.environ.get("DEMO_NAMES", "one two").split():
    server.tool(name=name, description=f"Do {name} in {os.getcwd()}.")(add)


def main""",
).replace("from mcp", "import os\n\nfrom mcp")

# a server without an SDK, so that its environment is made in no time
BARE = """\
import json
import os
import sys

able = {}


def tools():
    words = ",".join({"a", "b", "c", "d", "e"})
    yield {"name": "add", "description": words, "inputSchema": {"type": "object", "required": words.split(",")}}
    yield {"name": "key", "description": os.environ.get("DEMO_TOKEN", ""), "inputSchema": {"type": "object"}}
    for name in able:
        yield {"name": name, "inputSchema": {"type": "object"}}


def answer(asked):
    if asked["method"] == "initialize":
        able.update(asked["params"]["capabilities"])
        info = {"name": "bare", "version": "7.7"}
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info}
    return {"tools": list(tools())} if asked["method"] == "tools/list" else None


def main():
    START
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" in asked:
            result = answer(asked)
            told = {"result": result} if result else {"error": {"code": -32601, "message": "unknown"}}
            print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **told}), flush=True)
"""


BARE_SCRIPTS = '{ bare = "demo_server.server:main" }'


def bare(start: str = "pass") -> servers.Files:
    return {
        "pyproject.toml": servers.pyproject({"dependencies": None, "scripts": BARE_SCRIPTS}),
        "src/demo_server/server.py": BARE.replace("START", start),
    }


def run(
    verifier: Backend, temporary: Path, place: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command; it leaves nothing behind."""
    around = {"TMPDIR": str(temporary), "NO_COLOR": "1", **(environment or {})}
    done = verifier.run("contract", "--live", *arguments, cwd=place, environment=around)
    assert list(temporary.iterdir()) == []
    return done


def recorded(place: Path) -> dict[str, Any]:
    told = json.loads((place / "mcp-live.json").read_text(encoding="utf-8"))
    scripts: list[dict[str, Any]] = told["scripts"]
    (script,) = scripts
    return script


def test_a_recording_tells_what_the_text_does_not(verifier: Backend, project: Project, temporary: Path) -> None:
    place = project({"src/demo_server/server.py": OPEN})
    done = run(verifier, temporary, place)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "wrote `mcp-live.json`" in done.stdout
    text = (place / "mcp-live.json").read_bytes()
    script = recorded(place)
    assert script["versions"].keys() == {"mcp", "pydantic"}
    (answer,) = script["answers"]
    assert [tool["name"] for tool in answer["tools"]] == ["add", "one", "two"]
    assert answer["tools"][1]["description"] == "Do one in <folder>."
    assert answer["tools"][1]["partial"] == ["description"]

    contract = json.loads(verifier.run("contract", cwd=place).stdout)
    assert [(tool["name"], "recorded" in tool) for tool in contract["tools"]] == [
        ("add", False),
        ("one", True),
        ("two", True),
    ]

    assert run(verifier, temporary, place, "--check").returncode == 0
    assert "nothing changes" in run(verifier, temporary, place).stdout
    assert (place / "mcp-live.json").read_bytes() == text
    other = run(verifier, temporary, place, "--check", "--env", "DEMO_NAMES=one three")
    assert other.returncode == 1
    assert "`mcp-live.json` is not what the servers answer" in other.stdout
    assert (place / "mcp-live.json").read_bytes() == text

    done = verifier.run("verify", cwd=place, environment={"TMPDIR": str(temporary), "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout
    changed = OPEN.replace("one two", "one three")
    (place / "src/demo_server/server.py").write_text(changed, encoding="utf-8")
    assert "TOO012" in verifier.run("check", cwd=place).stdout
    (place / "src/demo_server/server.py").write_text("# the server\n" + OPEN, encoding="utf-8")
    assert "TOO012" not in verifier.run("check", cwd=place).stdout


def test_what_differs_from_start_to_start_and_from_client_to_client(
    verifier: Backend, project: Project, temporary: Path
) -> None:
    place = project(bare())
    done = run(verifier, temporary, place, "--env", "DEMO_TOKEN=tell-nobody-of-it", "--", "--api-key", "hidden")
    assert done.returncode == 0, done.stdout
    text = (place / "mcp-live.json").read_text(encoding="utf-8")
    assert "tell-nobody" not in text
    assert "hidden" not in text
    script = recorded(place)
    assert (script["variables"], script["arguments"]) == (["DEMO_TOKEN"], ["--api-key", "***"])
    few, more = script["answers"]
    assert [few["capabilities"], more["capabilities"]] == [["none"], ["all"]]
    assert [tool["name"] for tool in few["tools"]] == ["add", "key"]
    assert {tool["name"] for tool in more["tools"]} >= {"add", "key", "sampling", "elicitation", "roots"}
    add, key = few["tools"]
    assert (add["partial"], "description" in add) == (["description", "inputSchema"], False)
    assert add["inputSchema"]["required"] == ["a", "b", "c", "d", "e"]
    assert (key["partial"], key["description"]) == (["description"], "<DEMO_TOKEN>")
    assert few["server"] == {"name": "bare", "version": "7.7"}


def test_a_server_that_does_not_answer_changes_nothing(verifier: Backend, project: Project, temporary: Path) -> None:
    place = project(bare('raise SystemExit("no config")'))
    before = servers.snapshot(place)
    done = run(verifier, temporary, place)
    assert done.returncode == 1
    assert "no config" in done.stdout
    assert servers.snapshot(place) == before


def test_a_stale_error_does_not_forbid_to_record_anew(verifier: Backend, project: Project, temporary: Path) -> None:
    settings = '[tool.mcp-backend.rules]\nstale-recording = "error"\n'
    text = servers.pyproject({"dependencies": None, "scripts": BARE_SCRIPTS}, settings)
    place = project({**bare(), "pyproject.toml": text, "mcp-live.json": "{"})
    assert verifier.run("check", cwd=place).returncode == 1
    assert run(verifier, temporary, place).returncode == 0
    assert verifier.run("check", cwd=place).returncode == 0


def test_words_that_are_wrong(verifier: Backend, project: Project, temporary: Path) -> None:
    place = project()
    for arguments, fault in [
        (["nowhere"], "`nowhere` is not there"),
        (["--write"], "unrecognized arguments: --write"),
        (["--env", "DEMO_NONE"], "hands on a variable that is not set"),
    ]:
        done = run(verifier, temporary, place, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert fault in done.stderr
    assert "--live" in verifier.run("contract", "--live", "--help", cwd=temporary).stdout
