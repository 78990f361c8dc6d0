"""`mcp-backend verify`: real servers, healthy and not, installed and started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import servers
from backend import PATIENCE, Backend, Call, run, scrubbed
from conftest import Project, environment, uv

# a server without an SDK, so that its environment is made in no time: what it does beside answering is laid over it
BARE = """\
import json
import os
import subprocess
import sys
import time

TOOLS = [{"name": "add", "inputSchema": {"type": "object"}}]


def answer(method):
    if method == "initialize":
        info = {"name": "bare", "version": "1"}
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info}
    return {"tools": TOOLS} if method == "tools/list" else None


def main():
    START
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" in asked:
            result = answer(asked["method"])
            told = {"result": result} if result else {"error": {"code": -32601, "message": "unknown"}}
            sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **told}) + "\\n")
            sys.stdout.flush()
"""


# a command for people that may serve, too
BOTH = '''\
"""A command."""

import sys

from demo_server.server import server


def main() -> None:
    """Do as one is told."""
    if sys.argv[1:] != ["serve"]:
        sys.exit(2)
    server.run()
'''


def bare(start: str = "pass") -> servers.Files:
    """Return the server without an SDK, which does `start` first."""
    scripts = '{ bare = "demo_server.server:main" }'
    return {
        "pyproject.toml": servers.pyproject({"dependencies": None, "scripts": scripts}),
        "src/demo_server/server.py": BARE.replace("START", start),
    }


def built(verifier: Backend, project: Path) -> Path:
    return verifier.hook("build_wheel", project, project / "out", Call(config={"check": "off"})).built()


def verified(
    verifier: Backend, temporary: Path, *arguments: str | Path, variables: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Run the command; return its status and what it told of the wheel. Nothing is left behind."""
    surroundings = {"TMPDIR": str(temporary), **(variables or {})}
    done = verifier.run("verify", "--format", "json", *arguments, cwd=temporary, environment=surroundings)
    assert done.stderr == ""
    assert list(temporary.iterdir()) == []
    told = json.loads(done.stdout)
    assert (told["version"], told["passed"]) == (1, done.returncode == 0)
    (wheel,) = told["wheels"]
    return done.returncode, wheel


def statuses(wheel: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["status"] for step in wheel["steps"]}


def failure(wheel: dict[str, Any]) -> tuple[str, str]:
    """Return the step that failed first, and what it told."""
    step = next(step for step in wheel["steps"] if step["status"] == "failed")
    return step["step"], "\n".join([step["message"], *step["details"]])


def test_a_healthy_project_is_built_and_verified(verifier: Backend, project: Project, temporary: Path) -> None:
    lines = servers.SERVER.replace('MCPServer("demo")', 'MCPServer("demo", instructions=os.environ["DEMO_TOKEN"])')
    place = project({"src/demo_server/server.py": lines.replace("\n\n", "\n\nimport os\n\n", 1)})
    before = servers.snapshot(place)
    done = verifier.run("verify", cwd=place, environment={"TMPDIR": str(temporary), "NO_COLOR": "1"})
    assert (done.returncode, done.stderr) == (0, "")
    steps = [line.split()[:2] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert steps == [
        ["ok", step]
        for step in [
            "build",
            "environment",
            "install",
            "initialize",
            "list",
            "stop",
            "discover",
            "list",
            "stop",
            "client",
            "compare",
        ]
    ]
    assert "1 tool, as in the contract" in done.stdout
    assert servers.snapshot(place) == before
    assert list(temporary.iterdir()) == []


OVER_HTTP = servers.SERVER.replace("from mcp", "import os\n\nfrom mcp").replace(
    "server.run()",
    """server.run(
        "streamable-http",
        host=os.environ.get("DEMO_HOST", "127.0.0.1"),
        port=int(os.environ.get("DEMO_PORT", "8000")),
    )""",
)


def test_a_server_over_http_speaks_both_protocols(verifier: Backend, project: Project, temporary: Path) -> None:
    wheel = built(verifier, project({"src/demo_server/server.py": OVER_HTTP}))
    status, told = verified(verifier, temporary, wheel, "--http")
    assert (status, told["differences"]) == (0, [])
    steps = [(step["step"], step["status"]) for step in told["steps"]]
    start = [("listen", "ok"), ("initialize", "ok"), ("list", "ok"), ("stop", "ok")]
    newer = [("listen", "ok"), ("discover", "ok"), ("list", "ok"), ("stop", "ok")]
    assert steps == [("environment", "ok"), ("install", "ok"), *start, *newer, ("compare", "ok")]
    (listens, _) = [step["message"] for step in told["steps"] if step["step"] == "listen"]
    assert listens.endswith("of all addresses")
    (server,) = told["servers"]
    assert server["protocols"] == ["2025-11-25", "2026-07-28"]


def test_a_server_that_nobody_else_reaches_is_told(verifier: Backend, project: Project, temporary: Path) -> None:
    lines = OVER_HTTP.replace('os.environ.get("DEMO_HOST", "127.0.0.1")', '"127.0.0.1"')
    status, told = verified(
        verifier, temporary, built(verifier, project({"src/demo_server/server.py": lines})), "--http"
    )
    assert status == 0
    assert statuses(told)["listen"] == "warned"


def test_a_server_over_stdio_does_not_listen(verifier: Backend, project: Project, temporary: Path) -> None:
    status, told = verified(verifier, temporary, built(verifier, project()), "--http")
    step, words = failure(told)
    assert (status, step) == (1, "listen")
    assert "before it listened" in words
    assert "goes behind `--`" in words


def test_the_report_is_json(verifier: Backend, project: Project, temporary: Path) -> None:
    wheel = built(verifier, project())
    status, told = verified(verifier, temporary, wheel)
    assert status == 0
    assert (told["wheel"], told["differences"]) == (wheel.name, [])
    (server,) = told["servers"]
    assert (server["script"], server["name"]) == ("demo-server", "demo")
    assert server["protocols"][-1] == "2026-07-28"
    for step in told["steps"]:
        assert step.keys() == {"step", "script", "status", "seconds", "message", "details"}
        assert (step["status"], step["seconds"] >= 0) == ("ok", True)


def test_another_list_than_the_contract_tells_is_a_failure(
    verifier: Backend, project: Project, temporary: Path, tmp_path: Path
) -> None:
    wheel = built(verifier, project())
    other = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("contract.json"):
                text = text.replace(b'"integer"', b'"string"', 1).replace(
                    b'"prompts": []', b'"prompts": [{"name": "p"}]'
                )
            if not name.endswith("RECORD"):
                new.writestr(name, text)
        new.writestr(next(name for name in old.namelist() if name.endswith("RECORD")), "")
    status, told = verified(verifier, temporary, other)
    assert status == 1
    assert failure(told)[0] == "compare"
    found = [(one["kind"], one["in"], one["name"], one["path"], one["fails"]) for one in told["differences"]]
    assert found == [
        ("missing", "prompt", "p", "", True),
        ("different", "tool", "add", "/inputSchema/properties/a", True),
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('print("ready", flush=True)', ("stdout", "stdout: ready")),
        ("time.sleep(600)", ("initialize", "no answer to `initialize` within 3 s")),
        ('raise SystemExit("no config")', ("initialize", "status 1 before it answered")),
        ('raise ValueError("broken")', ("initialize", "stderr: ValueError: broken")),
        ('os.environ.get("DEMO_OTHER") or sys.exit("DEMO_OTHER is missing")', ("initialize", "DEMO_OTHER")),
    ],
    ids=["stray", "hangs", "exits", "dies", "variable"],
)
def test_what_a_server_does_at_its_start(
    verifier: Backend, project: Project, temporary: Path, start: str, expected: tuple[str, str]
) -> None:
    wheel = built(verifier, project(bare(start)))
    status, told = verified(verifier, temporary, wheel, "--timeout", "3", variables={"DEMO_OTHER": "hidden-here"})
    assert status == 1
    found, said = failure(told)
    step, words = expected
    assert (found, words in said) == (step, True), said


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('open("server.log", "w").close()', ("failed", "in a folder that it cannot write to")),
        ('os.makedirs("data", exist_ok=True)', ("failed", "in a folder that it cannot write to")),
        # the SDK writes past what `print` holds back
        ('os.environ.get("PYTHONUNBUFFERED") and print("ready")', ("failed", "stdout: ready")),
        ('os.makedirs(os.path.expanduser("~/.demo"), exist_ok=True)', ("warned", "a home that it cannot write to")),
        ("open(__file__).read()  # größer", ("warned", "where texts are not UTF-8 by default")),
        ("__import__('shutil').which('python') or sys.exit('none')", ("warned", "with the PATH of an application")),
        ("os.makedirs(os.environ['TMPDIR'] + '/data', exist_ok=True)", ("ok", "starts as clients start it: folder")),
    ],
    ids=["log", "folder", "print", "home", "encoding", "path", "none"],
)
def test_a_server_is_started_as_clients_do(
    verifier: Backend, project: Project, temporary: Path, start: str, expected: tuple[str, str]
) -> None:
    _, told = verified(verifier, temporary, built(verifier, project(bare(start))))
    (step,) = [step for step in told["steps"] if step["step"] == "client"]
    said = "\n".join([step["message"], *step["details"]])
    status, words = expected
    assert (step["status"], words in said) == (status, True), said


def test_optional_variables_may_be_blank(verifier: Backend, project: Project, temporary: Path) -> None:
    server = 'import os\n\nLIMIT = int(os.environ.get("DEMO_LIMIT", "3"))\n' + servers.SERVER
    wheel = built(verifier, project({"src/demo_server/server.py": server}))
    _, told = verified(verifier, temporary, wheel)
    (step,) = [step for step in told["steps"] if step["step"] == "client"]
    assert (step["status"], "`DEMO_LIMIT` set to nothing" in step["message"]) == ("warned", True)
    status, told = verified(verifier, temporary, wheel, "--env", "DEMO_LIMIT=4")
    assert (status, statuses(told)["client"]) == (0, "ok")


def test_a_slow_start_is_told_with_its_imports(verifier: Backend, project: Project, temporary: Path) -> None:
    files = bare("from demo_server import heavy")
    files["src/demo_server/heavy.py"] = "import time\n\ntime.sleep(1)\n"
    wheel = built(verifier, project(files))
    status, told = verified(verifier, temporary, wheel, "--budget", "0.5")
    assert (status, failure(told)[0]) == (1, "time")
    assert "over the budget of 0.5 s\nimport of `demo_server`: 1." in failure(told)[1]
    status, told = verified(verifier, temporary, wheel, "--budget", "600")
    assert (status, statuses(told)["time"]) == (0, "ok")


def test_the_ends_of_what_is_declared_are_tried(verifier: Backend, project: Project, temporary: Path) -> None:
    files = bare("import packaging.metadata")
    minor = sys.version_info.minor
    declared = {
        "dependencies": '["packaging>=22"]',
        "requires-python": f'">=3.{minor},<3.{minor + 1}"',
        "scripts": '{ bare = "demo_server.server:main" }',
    }
    files["pyproject.toml"] = servers.pyproject(declared)
    status, told = verified(verifier, temporary, built(verifier, project(files)), "--all-versions")
    steps = [step for step in told["steps"] if step["step"] == "versions"]
    assert (status, [step["status"] for step in steps]) == (1, ["failed", "ok"]), json.dumps(steps, indent=1)
    assert steps[0]["message"].startswith(f"Python 3.{minor}.")
    assert "the oldest releases: `bare`: it ended with status 1" in steps[0]["message"]
    assert "No module named 'packaging.metadata'" in "\n".join(steps[0]["details"])
    assert "the newest releases: starts" in steps[1]["message"]


def test_what_clients_refuse_of_the_tools_is_told(verifier: Backend, project: Project, temporary: Path) -> None:
    schema = '{"type": "object", "properties": {"a": {"type": "array"}, "b": {"enum": [1]}}}'
    server = BARE.replace("START", "pass").replace('{"type": "object"}', schema)
    files = {**bare(), "src/demo_server/server.py": server}
    wheel = built(verifier, project(files))
    for asked, expected in (((), ["`a`"]), (("--profile", "gemini"), ["`a`", "`b`"]), (("--profile", "claude"), [])):
        status, told = verified(verifier, temporary, wheel, *asked)
        lines = [line for step in told["steps"] if step["step"] == "accept" for line in step["details"]]
        assert (status, [line.split()[0] for line in lines]) == (0, expected)


def test_variables_are_handed_on_and_hidden(verifier: Backend, project: Project, temporary: Path) -> None:
    start = 'sys.exit(os.environ["DEMO_ONE"] + os.environ["DEMO_TWO"] + str("DEMO_NONE" in os.environ))'
    wheel = built(verifier, project(bare(start)))
    given = {"DEMO_TWO": "second-secret", "DEMO_NONE": "x"}
    _, told = verified(verifier, temporary, wheel, "--env", "DEMO_ONE=first", "--env", "DEMO_TWO", variables=given)
    assert "stderr: ******False" in failure(told)[1]


@pytest.mark.skipif(os.name == "nt", reason="processes are looked for by their group")
def test_children_are_ended(verifier: Backend, project: Project, temporary: Path, tmp_path: Path) -> None:
    note = tmp_path / "child"
    start = f"open({str(note)!r}, 'a').write(str(subprocess.Popen(['sleep', '600']).pid) + ' ')"
    wheel = built(verifier, project(bare(start)))
    status, told = verified(verifier, temporary, wheel)
    assert status == 0, json.dumps(told, indent=1)
    assert statuses(told)["stop"] == "warned"
    assert_ended([int(pid) for pid in note.read_text(encoding="utf-8").split()])


@pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
def test_an_interrupt_leaves_nothing(verifier: Backend, project: Project, temporary: Path, tmp_path: Path) -> None:
    note = tmp_path / "server"
    start = f'open({str(note)!r}, "w").write(str(os.getpid())); time.sleep(600)'
    wheel = built(verifier, project(bare(start)))
    for number in (signal.SIGINT, signal.SIGTERM):
        note.unlink(missing_ok=True)
        command: list[str | Path] = [verifier.command, "verify", wheel]
        process = subprocess.Popen(command, env={**scrubbed(), "TMPDIR": str(temporary)}, stdout=-3, stderr=-1)
        with process:
            until = time.monotonic() + PATIENCE
            while not (note.exists() and note.read_text(encoding="utf-8")) and time.monotonic() < until:
                time.sleep(0.05)
            process.send_signal(number)
            _, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, said) == (130, b"interrupted; nothing is left behind\n")
        assert_ended([int(note.read_text(encoding="utf-8"))])
        assert list(temporary.iterdir()) == []


def assert_ended(pids: list[int]) -> None:
    assert pids
    until = time.monotonic() + PATIENCE
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < until, f"{pids} run still"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_each_script_that_serves_is_started(verifier: Backend, project: Project, temporary: Path) -> None:
    modules = {"one": "server", "two": "two", "cli": "cli", "both": "both"}
    scripts = [f'{name} = "demo_server.{module}:main"' for name, module in modules.items()]
    files = {
        "pyproject.toml": servers.pyproject({"scripts": "{ " + ", ".join(scripts) + " }"}),
        "src/demo_server/two.py": servers.SERVER.replace("add", "subtract"),
        "src/demo_server/cli.py": 'def main() -> None:\n    """Help."""\n    raise SystemExit("for people")\n',
        "src/demo_server/both.py": BOTH,
    }
    status, told = verified(verifier, temporary, built(verifier, project(files)))
    assert status == 0, json.dumps(told, indent=1)
    assert [server["script"] for server in told["servers"]] == ["one", "two"]
    assert [(step["script"], step["status"]) for step in told["steps"] if step["step"] == "start"] == [
        ("cli", "skipped")
    ]
    # the contract tells which of them lists what
    assert told["differences"] == []


def repository(root: Path) -> Path:
    """Lay a workspace of uv: a server, a library that it requires of beside it, and one that no index has either."""
    scripts = '{ bare = "demo_server.server:main" }'
    sources = "[tool.uv.sources]\nshared-words = { workspace = true }\n"
    keys = {"dependencies": '["shared-words"]', "scripts": scripts}
    code = BARE.replace("START", "pass").replace("import json\n", "import json\n\nimport shared_words\n", 1)
    servers.lay(
        root / "servers" / "demo",
        {"pyproject.toml": servers.pyproject(keys, sources), "src/demo_server/server.py": code},
    )
    library = {"dependencies": '["deep-words"]', "scripts": None}
    for folder, name, tables in [
        (root / "shared" / "words", "shared-words", '[tool.uv.sources]\ndeep-words = { path = "../../deep" }\n'),
        (root / "deep", "deep-words", ""),
    ]:
        module = name.replace("-", "_")
        own = {**library, "name": f'"{name}"'} | ({} if tables else {"dependencies": None})
        imports = "import deep_words\n" if tables else ""
        files: servers.Files = dict.fromkeys(servers.HEALTHY)
        files |= {"pyproject.toml": servers.pyproject(own, tables), "LICENSE": "MIT\n", "README.md": f"# {name}\n"}
        servers.lay(folder, {**files, f"src/{module}/__init__.py": f'"""Words."""\n\n{imports}'})
    (root / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["servers/*", "shared/*"]\n')
    return root


def test_a_member_is_installed_with_what_lies_beside_it(verifier: Backend, tmp_path: Path, temporary: Path) -> None:
    root = repository(tmp_path / "repository")
    status, wheel = verified(verifier, temporary, root / "servers" / "demo")
    assert status == 0, failure(wheel)
    step = next(step for step in wheel["steps"] if step["step"] == "siblings")
    assert step["message"] == "deep_words-1.2.3-py3-none-any.whl, shared_words-1.2.3-py3-none-any.whl"
    surroundings = {"TMPDIR": str(temporary), "NO_COLOR": "1"}
    done = verifier.run("verify", "--workspace", cwd=root / "servers", environment=surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it has no console script: a library, and no server" in done.stdout
    # one that cannot be built ends no other
    (root / "shared" / "words" / "pyproject.toml").write_text("x = [")
    (root / "servers" / "demo" / "pyproject.toml").write_text(servers.pyproject({"dependencies": None}))
    done = verifier.run("verify", "--workspace", cwd=root, environment=surroundings)
    assert done.returncode == 1
    assert done.stdout.index("demo\n") < done.stdout.index("words\n")
    assert list(temporary.iterdir()) == []


def test_what_is_kept_is_told(verifier: Backend, project: Project, temporary: Path) -> None:
    wheel = built(verifier, project(bare()))
    done = verifier.run("verify", "--keep", wheel, cwd=temporary, environment={"TMPDIR": str(temporary)})
    (kept,) = temporary.iterdir()
    assert f"kept {kept.resolve()}\n" in done.stdout
    assert (kept / "0" / "environment").is_dir()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no.whl"], "there is no wheel `no.whl`"),
        (["pyproject.toml"], "`pyproject.toml` is neither a wheel nor the folder of a project"),
        (["--env", "=x"], "names no variable"),
        (["--env", "NOT_SET_ANYWHERE"], "a variable that is not set"),
        (["--timeout", "0"], "no time in seconds"),
        (["--frob"], "--frob"),
        ([], "pyproject.toml"),
    ],
)
def test_wrong_usage(verifier: Backend, temporary: Path, arguments: list[str], words: str) -> None:
    done = verifier.run("verify", *arguments, cwd=temporary)
    assert (done.returncode, done.stdout.count("\n")) == (2, int(not arguments))
    assert done.stderr.startswith("error: ")
    assert words in done.stderr


def test_without_the_extra_it_says_how_to_get_it(backend: Backend, tmp_path: Path) -> None:
    done = backend.run("verify", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'error: `verify` needs the MCP SDK: pip install "mcp-backend[verify]"\n'
    assert "Install a wheel" in backend.run("verify", "--help", cwd=tmp_path).stdout


def test_a_refused_build_is_a_failure(verifier: Backend, project: Project, temporary: Path) -> None:
    place = project({"src/demo_server/server.py": servers.SERVER.replace("main", "start")})
    done = verifier.run("verify", cwd=place, environment={"TMPDIR": str(temporary)})
    assert done.returncode == 1
    assert "error[ENT002]" in done.stdout


def test_venv_and_pip_do_where_no_uv_is(verifier: Backend, project: Project, temporary: Path) -> None:
    wheel = built(verifier, project(bare()))
    bare_path = {"TMPDIR": str(temporary), "PATH": "/usr/bin:/bin"}
    done = run((verifier.command, "verify", "--format", "json", wheel), temporary, bare_path)
    assert done.returncode == 0, done.stdout
    (step,) = [step for step in json.loads(done.stdout)["wheels"][0]["steps"] if step["step"] == "environment"]
    assert step["message"] == "by venv and pip"


def test_the_older_sdk_is_a_client_too(verifier: Backend, project: Project, temporary: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "older")
    uv("pip", "install", "--python", python, verifier.wheel, "mcp>=1.19,<2", cwd=tmp_path)
    wheel = built(verifier, project())
    status, told = verified(Backend(python, verifier.wheel, tmp_path), temporary, wheel)
    assert status == 0, json.dumps(told, indent=1)
    assert statuses(told)["discover"] == "skipped"


def test_importing_the_backend_stays_cheap(verifier: Backend, tmp_path: Path) -> None:
    code = "import sys, mcp_backend.__main__; print({'mcp', 'asyncio', 'argparse'} & {*sys.modules})"
    assert run((verifier.python, "-c", code), tmp_path).stdout == "set()\n"


if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="the servers of these tests are scripts of POSIX")
