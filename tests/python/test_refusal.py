"""How a refused build looks through the frontends: the report, and no Python traceback."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from backend import PATIENCE, Backend, Call, Frontends, scrubbed
from conftest import Project
from servers import Files, pyproject

# two mistakes in two families, both to be told at once; uv itself would stop at a version or requirement it cannot read
BROKEN: Files = {
    "pyproject.toml": pyproject({"license": '"Apache 2.0"', "scripts": '{ demo-server = "demo_server.server:run" }'}),
}
CODES = ("MET002", "ENT002")

FRONTENDS = {
    "build": ["python", "-m", "build", "--no-isolation", "--wheel", "."],
    "build sdist": ["python", "-m", "build", "--no-isolation", "--sdist", "."],
    "pip wheel": ["python", "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "."],
    "pip install": ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "."],
    "pip install -e": ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "-e", "."],
    "uv build": ["uv", "build", "--no-build-isolation", "."],
    "uv pip install": ["uv", "pip", "install", "--no-deps", "--no-build-isolation", "."],
}


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_a_frontend_shows_the_report_and_no_traceback(frontend: str, project: Project, frontends: Frontends) -> None:
    done = frontends.run(FRONTENDS[frontend], project(BROKEN))
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in told
    for code in CODES:
        assert f"error[{code}]" in told, told
    assert "pyproject.toml:" in told


# the author's `main` is a coroutine: a user is harmed, but the wheel is whole
HARMFUL: Files = {"src/demo_server/server.py": "async def main() -> None: ...\n"}
# the script names what is not there: no wheel of it can be right
STRUCTURAL: Files = {"pyproject.toml": pyproject({"scripts": '{ demo-server = "demo_server.server:run" }'})}
INSTALLERS = {
    "pip": ["python", "-m", "pip", "install", "-v", "--no-deps", "--no-build-isolation"],
    "uv": ["uv", "pip", "install", "-v", "--no-deps", "--no-build-isolation"],
}
# who builds it, what `-C check=` says, and whether the finding that is not structural, and the one that is, stop it
BUILDS = [
    ("author", None, True, True),
    ("author", "error", True, True),
    ("author", "warn", False, True),
    ("author", "off", False, True),
    ("consumer", None, False, True),
    ("consumer", "error", False, True),
    ("editable", None, False, True),
    ("editable", "error", False, True),
    ("editable", "off", False, True),
]


@pytest.mark.parametrize("installer", INSTALLERS)
@pytest.mark.parametrize(("builder", "check", "harmful", "structural"), BUILDS)
def test_each_build_is_stopped_by_its_own_rules(  # noqa: PLR0913, PLR0917  (each is a fact of the case)
    builder: str,
    check: str | None,
    harmful: bool,  # noqa: FBT001
    structural: bool,  # noqa: FBT001
    installer: str,
    project: Project,
    frontends: Frontends,
) -> None:
    setting = [] if check is None else ["-C", f"check={check}"]
    for files, stopped, code in ((HARMFUL, harmful, "ENT003"), (STRUCTURAL, structural, "ENT002")):
        root = project(files, name=code)
        if builder == "consumer":
            # as an sdist is unpacked
            metadata = "Metadata-Version: 2.4\nName: demo-server\nVersion: 1.2.3\n"
            (root / "PKG-INFO").write_text(metadata, encoding="utf-8")
        what = ["-e", str(root)] if builder == "editable" else [str(root)]
        done = frontends.run([*INSTALLERS[installer], *setting, *what], root)
        told = done.stdout + done.stderr
        assert (done.returncode != 0) == stopped, told
        assert (f"error[{code}]" in told) == stopped
        # what does not stop is shown, unless nobody could mend it or nobody wants to know
        shown = not stopped and check != "off" and builder != "consumer"
        assert (f"warning[{code}]" in told) == shown, told


@pytest.mark.parametrize("installer", INSTALLERS)
def test_a_published_sdist_installs_whatever_the_rules_say(
    installer: str, project: Project, frontends: Frontends, backend: Backend, tmp_path: Path
) -> None:
    root = project(HARMFUL)
    sdist = backend.hook("build_sdist", root, tmp_path / "sdist", Call(config={"check": "off"})).built()
    done = frontends.run([*INSTALLERS[installer], str(sdist)], tmp_path)
    assert done.returncode == 0, done.stderr


# how a user installs from a repository; `{}` is its address
FROM_GIT = {
    "pip install": "python -m pip install -v --no-deps --no-build-isolation {}",
    "pip install, isolated": "python -m pip install -v --no-deps {}",
    "pip install, by name": "python -m pip install -v --no-deps --no-build-isolation {}#egg=demo-server",
    "pip install, a folder": "python -m pip install -v --no-deps --no-build-isolation {}#subdirectory=servers/demo",
    "pip install -e": "python -m pip install -v --no-deps --no-build-isolation --src src -e {}#egg=demo-server",
    "pip wheel": "python -m pip wheel -v --no-deps --no-build-isolation {}#egg=demo-server",
    "uv pip install": "uv pip install -v --no-deps --no-build-isolation {}",
    "uv pip install, a folder": "uv pip install -v --no-deps --no-build-isolation {}#subdirectory=servers/demo",
    "uvx": "uvx -v --from {} python -c pass",
    "uv tool install": "uv tool install -v --force {}",
    "uv add": "uv add -v {}",
}


@pytest.mark.parametrize("command", FROM_GIT)
def test_who_installs_from_a_repository_is_stopped_by_structural_rules_alone(
    command: str, project: Project, frontends: Frontends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what uv caches and installs is the test's alone
    for variable in ("UV_CACHE_DIR", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("UV_PYTHON", str(frontends.python))
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", ".venv")
    own = '[project]\nname = "user"\nversion = "1"\nrequires-python = ">=3.10"\n'
    dependencies = {"dependencies": "[]"}
    structural = {**dependencies, "scripts": '{ demo-server = "demo_server.server:run" }'}
    for files, code in (
        ({**HARMFUL, "pyproject.toml": pyproject(dependencies)}, "ENT003"),
        ({"pyproject.toml": pyproject(structural)}, "ENT002"),
    ):
        project(files, name=f"{code}/servers/demo" if "subdirectory" in FROM_GIT[command] else code)
        address = committed(tmp_path / code)
        user = tmp_path / f"user-{code}"
        user.mkdir()
        (user / "pyproject.toml").write_text(own, encoding="utf-8")
        done = frontends.run(FROM_GIT[command].format(address).split(), user)
        told = done.stdout + done.stderr
        assert (done.returncode != 0) == (code == "ENT002"), told
        assert (f"error[{code}]" in told) == (code == "ENT002"), told
        # an editable install is the only one whose user may mend what it shows
        assert (f"warning[{code}]" in told) == (code == "ENT003" and "-e" in FROM_GIT[command].split()), told


def committed(folder: Path) -> str:
    """Make a repository of the folder and return its address for an installer."""
    who = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return "git+" + folder.as_uri()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour_is_asked_for_by_the_environment(
    environment: dict[str, str], *, coloured: bool, project: Project, backend: Backend, tmp_path: Path
) -> None:
    done = hook("mcp_backend.build_wheel(sys.argv[1])", project(BROKEN), backend, tmp_path, environment)
    assert ("\x1b[" in done.stderr) == coloured


def test_the_report_is_the_whole_of_stderr(project: Project, backend: Backend, tmp_path: Path) -> None:
    done = hook("mcp_backend.build_wheel(sys.argv[1])", project(BROKEN), backend, tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(("error[", "warning["))
    assert all(code in done.stderr for code in CODES)


def test_what_was_printed_before_stands_before(project: Project, backend: Backend, tmp_path: Path) -> None:
    code = "print('first'); mcp_backend.build_wheel(sys.argv[1])"
    done = hook(code, project(BROKEN), backend, tmp_path, merge=True)
    assert done.stdout.startswith("first\n")


def test_a_caller_in_the_process_gets_an_exception_with_findings(
    project: Project, backend: Backend, tmp_path: Path
) -> None:
    code = (
        "try: mcp_backend.build_wheel(sys.argv[1])\n"
        "except mcp_backend.BuildError as error: print(*sorted({f['code'] for f in error.diagnostics}))\n"
    )
    done = hook(code, project(BROKEN), backend, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(CODES) <= set(done.stdout.split())


def test_an_excepthook_of_the_caller_is_left_alone(project: Project, backend: Backend, tmp_path: Path) -> None:
    code = "sys.excepthook = lambda *told: print('mine', told[0].__name__)\nmcp_backend.build_wheel(sys.argv[1])\n"
    done = hook(code, project(BROKEN), backend, tmp_path)
    assert done.stdout == "mine BuildError\n"


def test_other_exceptions_keep_their_traceback(project: Project, backend: Backend, tmp_path: Path) -> None:
    code = "try: mcp_backend.build_wheel(sys.argv[1])\nexcept mcp_backend.BuildError: pass\nraise KeyError('other')\n"
    done = hook(code, project(BROKEN), backend, tmp_path)
    assert "Traceback" in done.stderr
    assert "KeyError: 'other'" in done.stderr


def test_warnings_go_to_stderr_and_do_not_refuse(project: Project, backend: Backend, tmp_path: Path) -> None:
    # a secret refuses the author; under `warn` it is shown
    root = project({"src/demo_server/.env": "PASSWORD=hunter2\n"})
    done = hook("print(mcp_backend.build_wheel(sys.argv[1], {'check': 'warn'}))", root, backend, tmp_path)
    assert done.stdout == "demo_server-1.2.3-py3-none-any.whl\n"
    assert "warning[SEC004]" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full"])
@pytest.mark.parametrize("healthy", [True, False])
def test_nobody_need_listen(
    redirection: str,
    healthy: bool,  # noqa: FBT001
    project: Project,
    backend: Backend,
    tmp_path: Path,
) -> None:
    root = project({"pyproject.toml": pyproject({"urls": None})} if healthy else BROKEN)
    code = "import sys, mcp_backend; mcp_backend.build_wheel(sys.argv[1])"
    command = f'"$@" {redirection}'
    done = subprocess.run(
        ["sh", "-c", command, "sh", backend.python, "-c", code, tmp_path / "out"],
        cwd=root,
        env=scrubbed(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode == 0) == healthy
    assert "Traceback" not in done.stderr
    assert [path.suffix for path in (tmp_path / "out").glob("*")] == ([".whl"] if healthy else [])


def hook(  # noqa: PLR0913  (each is a fact of the case)
    code: str,
    root: Path,
    backend: Backend,
    out: Path,
    environment: dict[str, str] | None = None,
    *,
    merge: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run code that calls hooks as a script of its own."""
    return subprocess.run(
        [backend.python, "-c", f"import sys, mcp_backend\n{code}", out],
        cwd=root,
        env={**scrubbed(), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge else subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
