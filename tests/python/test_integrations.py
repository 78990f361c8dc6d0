"""The hooks for pre-commit and the action for GitHub: well formed, and what they run is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import packages
import pytest
import yaml
from backend import PATIENCE, Backend, scrubbed
from conftest import ROOT, Project
from servers import Files, pyproject

BROKEN: Files = {"pyproject.toml": pyproject({"scripts": '{ demo-server = "demo_server.server:run" }'})}

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_the_command_on_the_project(hook: dict[str, Any], project: Project, backend: Backend) -> None:
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["pass_filenames"] is False
    command, *arguments = hook["entry"].split()
    assert command == backend.command.stem
    assert backend.run(*arguments, cwd=project()).returncode == 0
    assert backend.run(*arguments, cwd=project(BROKEN, name="broken")).returncode == 1


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_for_the_files_that_matter(hook: dict[str, Any]) -> None:
    files = ["pyproject.toml", "src/demo/server.py", "servers/one/pyproject.toml", "README.md", "uv.lock", "x.pyi"]
    assert [file for file in files if re.search(hook["files"], file)] == files[:3]


def test_the_documented_hooks_exist() -> None:
    page = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"- id: (\S+)", page)) | set(re.findall(r"`(mcp-backend-\w+)`", page)) == {
        hook["id"] for hook in HOOKS
    }
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        yaml.safe_load(block)
    inputs = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert inputs == list(ACTION["inputs"])


def test_every_action_is_pinned_by_a_commit_and_no_input_is_run() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"]
            told = {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
            assert set(step["env"].values()) == told


@pytest.mark.parametrize(
    "tool", [("zizmor", "--offline"), ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")]
)
def test_the_workflow_that_publishes_the_site_is_sound(tool: tuple[str, ...]) -> None:
    command = [str(packages.needs(tool[0])), *tool[1:], str(ROOT / ".github" / "workflows" / "site.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a script in place of uvx")
@pytest.mark.parametrize(
    ("version", "path", "args", "status"),
    [
        ("", ".", "", 0),
        ("1.2.3", "a b", "--select ENT", 1),
        ("", "a b", "--ignore ENT,MET", 1),
        ("", ".", "--select $(exit)", 2),
    ],
)
def test_the_action_annotates(  # noqa: PLR0913, PLR0917  (each is a fact of the case)
    version: str, path: str, args: str, status: int, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project()
    project(BROKEN, name="project/a b")
    shim = tmp_path / "bin" / "uvx"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\necho "$1" > "{tmp_path}/asked"\nshift\nexec "{backend.command}" "$@"\n', encoding="utf-8"
    )
    shim.chmod(0o755)
    (step,) = [step for step in ACTION["runs"]["steps"] if "run" in step]
    values = {"${{ inputs.version }}": version, "${{ inputs.path }}": path, "${{ inputs.args }}": args}
    environment = {name: values[value] for name, value in step["env"].items()}
    path_of_all = os.pathsep.join([str(shim.parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=root,
        env={**scrubbed(), **environment, "PATH": path_of_all},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == status, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8").strip()
    assert asked == ("mcp-backend==1.2.3" if version else "mcp-backend")
    assert (f"::error file={path}/pyproject.toml" in done.stdout) == (status == 1)
