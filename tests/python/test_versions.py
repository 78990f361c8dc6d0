"""Versions from git's tags, through the hooks that frontends call."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest
import servers
from backend import Backend, Call
from conftest import Project

TABLES = """\
[tool.mcp-backend]
version = "git"

[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true, tags = true } }]
"""
GENERAL = "SETUPTOOLS_SCM_PRETEND_VERSION"
NAMED = f"{GENERAL}_FOR_DEMO_SERVER"


def git(root: Path, words: str) -> None:
    """Run git in the project, as a packager of no configuration."""
    named = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "-C", root, *named, *words.split()], check=True, capture_output=True)


@pytest.fixture
def tagged(project: Project) -> Path:
    """A project whose version is that of its tags, one commit after `v1.2.3`."""
    root = project({"pyproject.toml": servers.pyproject({"version": None, "dynamic": '["version"]'}, TABLES)})
    for words in (
        "init --quiet",
        "add .",
        "commit --quiet --message=1",
        "tag v1.2.3",
        "commit --quiet --allow-empty --message=2",
    ):
        git(root, words)
    return root


def test_a_wheel_of_the_sdist_is_that_of_the_tree(tagged: Path, backend: Backend, tmp_path: Path) -> None:
    built = backend.hooks(tagged, tmp_path / "out", ("build_wheel", "build_sdist", "build_editable"))
    wheel, sdist = built["build_wheel"].built(), built["build_sdist"].built()
    assert wheel.name == "demo_server-1.2.4.dev1-py3-none-any.whl"
    assert built["build_editable"].built().name == wheel.name
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / "demo_server-1.2.4.dev1"
    # a variable that means no project by its name is for others
    call = Call(environment={GENERAL: "9.9"})
    again = backend.hook("build_wheel", unpacked, tmp_path / "again", call).built()
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())


@pytest.mark.parametrize(
    ("environment", "version"),
    [
        ({}, "1.2.4.dev1"),
        ({GENERAL: "7.8.9"}, "7.8.9"),
        ({GENERAL: "v7.8.9-rc1"}, "7.8.9rc1"),
        ({GENERAL: "7.8.9", NAMED: "2.0"}, "2.0"),
        ({f"{GENERAL}_FOR_demo_server": "2.0"}, "2.0"),
        ({f"{GENERAL}_FOR_OTHER": "2.0"}, "1.2.4.dev1"),
        ({GENERAL: "", NAMED: ""}, "1.2.4.dev1"),
    ],
)
def test_variables_go_before_the_tags(
    tagged: Path, backend: Backend, tmp_path: Path, environment: dict[str, str], version: str
) -> None:
    built = backend.hook("build_wheel", tagged, tmp_path / "out", Call(environment=environment)).built()
    assert built.name.split("-")[1] == version


def test_what_tells_no_version_is_refused_with_its_remedy(tagged: Path, backend: Backend, tmp_path: Path) -> None:
    garbage = backend.hook("build_sdist", tagged, tmp_path / "out", Call(environment={GENERAL: "latest"}))
    assert garbage.codes == ["VER007"]
    clone = tmp_path / "clone"
    git(tagged, f"clone --quiet --depth=1 {tagged.as_uri()} {clone}")
    shallow = backend.hook("build_sdist", clone, tmp_path / "shallow")
    assert shallow.codes == ["VER007"]
    assert "fetch-depth: 0" in shallow.report
    # in an image without git a variable is enough
    bare = Call(environment={"PATH": str(tmp_path)})
    assert backend.hook("build_sdist", tagged, tmp_path / "none", bare).codes == ["VER007"]
    bare.environment[NAMED] = "1.2.4"
    assert backend.hook("build_sdist", tagged, tmp_path / "said", bare).built().name == "demo_server-1.2.4.tar.gz"
