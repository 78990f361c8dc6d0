"""The command line: exit statuses, and the shapes that other tools read."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import oracles
import pytest
from backend import Backend, run
from conftest import Project
from servers import Files, pyproject

BROKEN: Files = {
    "pyproject.toml": pyproject(
        {"version": '"banana"', "scripts": '{ demo-server = "demo_server.server:run" }'},
    ),
}
FINDING = {"code", "name", "level", "message", "path", "start", "end", "help", "url", "related", "edits"}


def test_check_of_a_healthy_project_is_silent_success(project: Project, backend: Backend) -> None:
    done = backend.run("check", cwd=project())
    assert (done.returncode, done.stderr) == (0, "")
    assert "error[" not in done.stdout


def test_check_takes_the_folder_of_the_project(project: Project, backend: Backend, tmp_path: Path) -> None:
    project(BROKEN)
    done = backend.run("check", "project", cwd=tmp_path)
    assert done.returncode == 1
    assert "VER001" in done.stdout


def test_the_project_is_found_from_a_folder_in_it(project: Project, backend: Backend) -> None:
    root = project(BROKEN)
    inside = root / "src" / "demo_server"
    assert "VER001" in backend.run("check", cwd=inside).stdout
    assert "VER001" in backend.run("check", "../../pyproject.toml", cwd=inside).stdout
    # as for uv, the root of a repository is no border
    (inside / ".git").mkdir()
    assert "VER001" in backend.run("check", cwd=inside).stdout


@pytest.mark.parametrize(
    ("files", "argument", "told"),
    [
        ({}, ".", "`mcp-backend new NAME` begins a project"),
        ({"a.py": "# /// script\n# dependencies = []\n# ///\n"}, ".", "`mcp-backend migrate a.py` makes a project"),
        ({"a.py": ""}, "a.py", "`a.py` is a file"),
        ({}, "gone", "`gone` is not there"),
    ],
)
def test_where_no_project_is_the_next_step_is_told(
    files: dict[str, str],
    argument: str,
    told: str,
    backend: Backend,
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = backend.run("check", argument, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "os error" not in done.stderr


def test_check_reports_every_mistake_at_once(project: Project, backend: Backend) -> None:
    done = backend.run("check", cwd=project(BROKEN))
    assert done.returncode == 1
    assert "error[VER001]" in done.stdout
    assert "error[ENT002]" in done.stdout
    assert "help: " in done.stdout


def test_concise_is_one_line_a_finding(project: Project, backend: Backend) -> None:
    done = backend.run("check", "--format", "concise", cwd=project(BROKEN))
    lines = [line for line in done.stdout.splitlines() if line.startswith("pyproject.toml:")]
    assert len(lines) >= 2
    assert any("VER001" in line for line in lines)


def test_json_has_the_documented_shape(project: Project, backend: Backend) -> None:
    done = backend.run("check", "--format", "json", cwd=project(BROKEN))
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert set(told) == {"version", "refused", "findings"}
    assert (told["version"], told["refused"]) == (1, True)
    for finding in told["findings"]:
        assert set(finding) == FINDING
        assert finding["level"] in {"error", "warning"}
        for place in [finding, *finding["related"], *finding["edits"]]:
            assert not Path(place["path"]).is_absolute()
            for end in (place["start"], place["end"]):
                assert set(end) == {"line", "column"}
                assert end["line"] >= 1
                assert end["column"] >= 1
    order = [
        (finding["path"], finding["start"]["line"], finding["start"]["column"], finding["code"])
        for finding in told["findings"]
    ]
    assert order == sorted(order)


def test_json_points_at_the_value(project: Project, backend: Backend) -> None:
    # an accent before it: columns count characters, not bytes
    keys = {"version": None, "scripts": None, "description": '"é"'}
    text = pyproject(keys).replace("[project]\n", '[project]\nversion = "banana" # é\n', 1)
    findings = check_json(project({"pyproject.toml": text}), backend)["findings"]
    (finding,) = [finding for finding in findings if finding["code"] == "VER001"]
    line = text.splitlines()[finding["start"]["line"] - 1]
    assert line[finding["start"]["column"] - 1 : finding["end"]["column"] - 1].strip('"') == "banana"


def test_json_of_a_healthy_project_refuses_nothing(project: Project, backend: Backend) -> None:
    told = check_json(project(), backend)
    assert told["refused"] is False
    assert [finding for finding in told["findings"] if finding["level"] == "error"] == []


def test_github_writes_workflow_commands(project: Project, backend: Backend) -> None:
    done = backend.run("check", "--format", "github", cwd=project(BROKEN))
    assert done.returncode == 1
    commands = [line for line in done.stdout.splitlines() if line]
    assert all(line.startswith(("::error ", "::warning ")) for line in commands)
    assert any("file=pyproject.toml" in line and "line=" in line for line in commands)


def test_sarif_has_what_viewers_need(project: Project, backend: Backend) -> None:
    done = backend.run("check", "--format", "sarif", cwd=project(BROKEN))
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith(".json")
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "mcp-backend"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert run["results"]
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "pyproject.toml" or "/" in location["artifactLocation"]["uri"]
        assert location["region"]["startLine"] >= 1


def test_formats_of_a_repository_name_files_from_where_the_command_runs(
    project: Project, backend: Backend, tmp_path: Path
) -> None:
    project(BROKEN, name="servers/one")
    for place in ("servers/one", "./servers/one/"):
        done = backend.run("check", place, "--format", "github", cwd=tmp_path)
        assert "file=servers/one/pyproject.toml," in done.stdout
    log = json.loads(backend.run("check", "servers/one", "--format", "sarif", cwd=tmp_path).stdout)
    places = [place["physicalLocation"] for result in log["runs"][0]["results"] for place in result["locations"]]
    assert "servers/one/pyproject.toml" in {place["artifactLocation"]["uri"] for place in places}
    # the stable format stays with the project
    told = json.loads(backend.run("check", "servers/one", "--format", "json", cwd=tmp_path).stdout)
    assert "pyproject.toml" in {finding["path"] for finding in told["findings"]}


def test_fix_mends_and_diff_shows(project: Project, backend: Backend) -> None:
    slip = pyproject({"classifiers": '["topic :: internet"]  # where it runs'})
    root = project({"pyproject.toml": slip})
    shown = backend.run("check", "--diff", cwd=root)
    assert shown.returncode == 1
    assert '+classifiers = ["Topic :: Internet"]  # where it runs\n' in shown.stdout
    assert (root / "pyproject.toml").read_text(encoding="utf-8") == slip
    mended = backend.run("check", "--fix", cwd=root)
    assert (mended.returncode, mended.stderr) == (0, "fixed 1 finding in 1 file\n")
    assert (root / "pyproject.toml").read_text(encoding="utf-8") == slip.replace("topic :: i", "Topic :: I")
    assert backend.run("check", "--diff", cwd=root).returncode == 0


def test_build_leaves_other_backends_their_projects(project: Project, backend: Backend) -> None:
    text = pyproject().replace('"mcp_backend"', '"hatchling.build"').replace('"mcp-backend"', '"hatchling"')
    done = backend.run("build", cwd=project({"pyproject.toml": text}))
    assert (done.returncode, done.stdout) == (2, "")
    assert "`hatchling.build` builds this project" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check", "--format", "nonsense"],
        ["check", "--nonsense"],
        ["check", "no/such/folder"],
        ["rule", "XXX999"],
        ["build", "--nonsense"],
    ],
)
def test_wrong_usage_is_status_two(arguments: list[str], project: Project, backend: Backend) -> None:
    done = backend.run(*arguments, cwd=project())
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "linked"),
    [
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "0", "TERM_PROGRAM": "WezTerm"}, False),
        # what stands behind a pipe is no terminal
        ({"TERM_PROGRAM": "WezTerm"}, False),
        ({}, False),
    ],
)
def test_a_code_is_a_link_where_that_is_shown(
    variables: dict[str, str],
    linked: bool,  # noqa: FBT001
    project: Project,
    backend: Backend,
) -> None:
    done = backend.run("check", cwd=project(BROKEN), environment={"FORCE_HYPERLINK": "", **variables})
    page = "https://mcp-backend.github.io/mcp-backend/rules/ENT002.html"
    assert (f"\x1b]8;;{page}\x1b\\ENT002" in done.stdout) == linked
    assert (f"      {page}\n" in done.stdout) != linked


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["help", "check"], ["--version"]])
def test_help_and_version_are_success(arguments: list[str], project: Project, backend: Backend) -> None:
    done = backend.run(*arguments, cwd=project())
    assert done.returncode == 0
    assert done.stdout


def test_the_module_runs_as_the_script_does(project: Project, backend: Backend) -> None:
    root = project(BROKEN)
    by_script = backend.run("check", "--format", "json", cwd=root)
    command = (backend.python, "-m", "mcp_backend", "check", "--format", "json")
    by_module = run(command, root)
    assert (by_module.returncode, by_module.stdout) == (by_script.returncode, by_script.stdout)


def test_files_are_what_the_archives_hold(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"src/demo_server/server.py~": "backup\n"})
    told = json.loads(backend.run("files", "--format", "json", cwd=root).stdout)
    assert told["version"] == 1
    outcomes = backend.hooks(root, tmp_path / "out", ("build_wheel", "build_sdist"))
    wheel = outcomes["build_wheel"].built()
    assert told["wheel"]["name"] == wheel.name
    with zipfile.ZipFile(wheel) as archive:
        listed = [(entry["path"], entry["size"]) for entry in told["wheel"]["files"]]
        held = [(member.filename, member.file_size) for member in archive.infolist()]
    assert [path for path, _ in listed] == [path for path, _ in held]
    assert dict(listed[:-1]) == dict(held[:-1])
    sdist = oracles.sdist(outcomes["build_sdist"].built())
    assert told["sdist"]["name"] == sdist.path.name
    top = sdist.path.name.removesuffix(".tar.gz")
    assert [entry["path"].removeprefix(f"{top}/") for entry in told["sdist"]["files"]] == list(sdist.files)
    sources = {entry["path"]: entry["source"] for entry in told["wheel"]["files"]}
    assert sources["demo_server/server.py"] == "src/demo_server/server.py"
    assert sources["demo_server-1.2.3.dist-info/METADATA"] is None


def test_build_writes_what_the_hooks_write(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    done = backend.run("build", "-o", "out", cwd=root)
    assert done.returncode == 0, done.stderr
    outcomes = backend.hooks(root, tmp_path / "out", ("build_wheel", "build_sdist"))
    for outcome in outcomes.values():
        made = outcome.built()
        assert (root / "out" / made.name).read_bytes() == made.read_bytes()


@pytest.mark.parametrize(("option", "suffix"), [("--wheel", ".whl"), ("--sdist", ".tar.gz")])
def test_build_makes_the_one_asked_for(option: str, suffix: str, project: Project, backend: Backend) -> None:
    root = project()
    assert backend.run("build", option, "-o", "out", cwd=root).returncode == 0
    (made,) = (root / "out").iterdir()
    assert made.name.endswith(suffix)


def test_build_of_a_broken_project_is_refused(project: Project, backend: Backend) -> None:
    root = project(BROKEN)
    done = backend.run("build", "-o", "out", cwd=root)
    assert done.returncode == 1
    assert "VER001" in done.stdout + done.stderr
    assert not (root / "out").exists() or list((root / "out").iterdir()) == []


def test_rule_lists_and_explains(project: Project, backend: Backend) -> None:
    root = project()
    listed = backend.run("rule", cwd=root).stdout
    assert "ENT002" in listed
    assert "script-attribute-missing" in listed
    by_code = backend.run("rule", "ENT002", cwd=root)
    by_name = backend.run("rule", "script-attribute-missing", cwd=root)
    assert by_code.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert "Why is this bad?" in by_code.stdout


def test_a_level_is_tuned_by_the_project(project: Project, backend: Backend) -> None:
    secret = {"src/demo_server/.env": "PASSWORD=hunter2\n"}
    for level, levels in {"off": [], "warning": ["warning"], "error": ["error"]}.items():
        for rule in ("SEC004", "secret-file-shipped"):
            tables = f'[tool.mcp-backend.rules]\n{rule} = "{level}"\n'
            root = project({**secret, "pyproject.toml": pyproject(tables=tables)}, name=f"{rule}-{level}")
            findings = check_json(root, backend)["findings"]
            assert [finding["level"] for finding in findings if finding["code"] == "SEC004"] == levels


def test_output_in_a_pipe_is_utf8_without_colour(project: Project, backend: Backend) -> None:
    root = project({"pyproject.toml": pyproject({"scripts": '{ demo-server = "demo_server.server:größe" }'})})
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = backend.run("check", "--format", "json", cwd=root, environment=plain)
    assert "größe" in done.stdout
    assert "\x1b[" not in backend.run("check", cwd=root).stdout
    assert "\x1b[" in backend.run("check", cwd=root, environment={"FORCE_COLOR": "1"}).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as POSIX has them")
def test_a_reader_that_leaves_early_is_no_error(project: Project, backend: Backend) -> None:
    pipe = f"'{backend.command}' rule | head -n 1"
    assert run(("sh", "-c", pipe), project()).stderr == ""


def check_json(root: Path, backend: Backend) -> dict[str, Any]:
    """Return what `check --format json` tells."""
    told: dict[str, Any] = json.loads(backend.run("check", "--format", "json", cwd=root).stdout)
    return told
