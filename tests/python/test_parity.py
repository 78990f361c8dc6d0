"""What belongs together comes out alike: hooks, tree and sdist, metadata and wheel."""

from __future__ import annotations

import os
from pathlib import Path

import oracles
import pytest
from backend import Backend, Call
from conftest import Project
from servers import SERVER, Files, pyproject
from test_tree_traps import unpack

PROJECTS: dict[str, Files] = {
    "healthy": {},
    "scripts": {"src/demo_server/data/run.sh": "#!/bin/sh\n"},
    "two licenses": {
        "pyproject.toml": pyproject({"license-files": '["LICENSE", "licenses/**"]'}),
        "licenses/third/party.txt": "x\n",
    },
    "namespace": {
        "pyproject.toml": pyproject(
            {"scripts": '{ demo-server = "acme.demo.server:main" }'},
            '[tool.mcp-backend]\nmodule-name = "acme.demo"\n',
        ),
        "src/demo_server/__init__.py": None,
        "src/demo_server/server.py": None,
        "src/demo_server/data/units.json": None,
        "src/acme/demo/__init__.py": '"""x."""\n',
        "src/acme/demo/server.py": SERVER,
    },
    "one module": {
        "pyproject.toml": pyproject({"scripts": '{ demo-server = "demo_server:main" }'}),
        "src/demo_server/__init__.py": None,
        "src/demo_server/server.py": None,
        "src/demo_server/data/units.json": None,
        "src/demo_server.py": SERVER,
    },
    "data folders": {
        "pyproject.toml": pyproject(tables='[tool.mcp-backend.data]\ndata = "shared"\n'),
        "shared/share/man/man1/demo.1": ".TH demo\n",
    },
    "excluded": {
        "pyproject.toml": pyproject(tables='[tool.mcp-backend]\nwheel-exclude = ["src/demo_server/draft/**"]\n'),
        "src/demo_server/draft/idea.txt": "x\n",
    },
    "dynamic version": {
        "pyproject.toml": pyproject({"version": None, "dynamic": '["version"]'}),
        "src/demo_server/__init__.py": '"""x."""\n\n__version__ = "2.0"\n',
    },
    "dynamic readme that the sdist is to leave out": {
        "pyproject.toml": pyproject(
            {"readme": None, "dynamic": '["readme"]'}, '[tool.mcp-backend]\nsdist-exclude = ["README.*"]\n'
        ),
        "README.rst": "Numbers\n",
    },
    "keywords and labels that say nothing": {
        "pyproject.toml": pyproject(
            {"keywords": '["", " "]', "urls": '{ A = "https://a.example", " A" = "https://b.example" }'},
            '[tool.mcp-backend.rules]\nMET013 = "warning"\nMET023 = "warning"\n',
        ),
    },
    "every file a license": {
        "pyproject.toml": pyproject({"license-files": '["*"]'}),
    },
    "sbom": {
        "pyproject.toml": pyproject(tables='[tool.mcp-backend]\nsbom-files = ["sbom/*.json"]\n'),
        "sbom/demo.cdx.json": "{}\n",
    },
}


TAMPERINGS = {
    "other metadata": ("METADATA", b"Metadata-Version: 2.2\nName: demo-server\nVersion: 1.2.3\n"),
    "another license": ("licenses/LICENSE", b"Do as you please.\n"),
    "a script more": ("entry_points.txt", b"[console_scripts]\ndemo = demo_server.server:main\n"),
}


@pytest.mark.trap(35)
@pytest.mark.parametrize("name", PROJECTS)
def test_the_wheel_of_the_sdist_is_the_wheel_of_the_tree(
    name: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project(PROJECTS[name])
    if name == "scripts":
        (root / "src/demo_server/data/run.sh").chmod(0o755)
    outcomes = backend.hooks(root, tmp_path / "tree", ("build_wheel", "build_sdist"))
    wheel = oracles.wheel(outcomes["build_wheel"].built())
    sdist = oracles.sdist(outcomes["build_sdist"].built())
    assert sdist.metadata_file == wheel.metadata_file

    unpacked = unpack(sdist.path, tmp_path / "unpacked")
    again = backend.hooks(unpacked, tmp_path / "again", ("build_wheel", "build_sdist"))
    assert again["build_wheel"].built().read_bytes() == wheel.path.read_bytes()
    assert again["build_sdist"].built().read_bytes() == sdist.path.read_bytes()


@pytest.mark.trap(30)
@pytest.mark.parametrize("name", PROJECTS)
def test_wheel_editable_and_prepared_metadata_are_one(
    name: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    hooks = (
        "build_wheel",
        "build_editable",
        "prepare_metadata_for_build_wheel",
        "prepare_metadata_for_build_editable",
    )
    outcomes = backend.hooks(project(PROJECTS[name]), tmp_path / "out", hooks)
    wheel = oracles.wheel(outcomes["build_wheel"].built())
    editable = oracles.wheel(outcomes["build_editable"].built(), editable=True)
    described = dist_info(wheel)
    assert folder(outcomes["prepare_metadata_for_build_wheel"].built()) == described
    # what an editable install offers changes with every edit
    described.pop("mcp/contract.json", None)
    assert dist_info(editable) == described
    assert folder(outcomes["prepare_metadata_for_build_editable"].built()) == described


@pytest.mark.trap(31)
@pytest.mark.parametrize("hook", ["build_wheel", "build_editable"])
@pytest.mark.parametrize("change", TAMPERINGS)
def test_prepared_metadata_that_was_changed_is_refused(
    change: str, hook: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    # the one file whose presence no other tells
    scripts: dict[str, str | None] = {"scripts": None} if change == "a script more" else {}
    root = project({"pyproject.toml": pyproject(scripts, '[tool.mcp-backend.rules]\nENT008 = "off"\n')})
    prepared = backend.hook(f"prepare_metadata_for_{hook}", root, tmp_path / "prepared").built()
    call = Call(metadata=prepared)
    backend.hook(hook, root, tmp_path / "honest", call).built()
    name, content = TAMPERINGS[change]
    (prepared / name).write_bytes(content)
    assert backend.hook(hook, root, tmp_path / "tampered", call).refused


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_an_executable_script_stays_executable_through_the_sdist(
    project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project(PROJECTS["scripts"])
    (root / "src/demo_server/data/run.sh").chmod(0o755)
    unpacked = unpack(backend.hook("build_sdist", root, tmp_path / "out").built(), tmp_path / "unpacked")
    assert os.access(unpacked / "src/demo_server/data/run.sh", os.X_OK)


def test_rules_of_tomorrow_do_not_break_the_sdists_of_today(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    unpacked = unpack(backend.hook("build_sdist", root, tmp_path / "out").built(), tmp_path / "unpacked")
    # an author would be stopped by this; the consumer of a published sdist must not be
    (unpacked / "src/demo_server/.env").write_text("PASSWORD=hunter2\n", encoding="utf-8")
    wheel = oracles.wheel(backend.hook("build_wheel", unpacked, tmp_path / "wheel").built())
    assert "demo_server/.env" not in wheel.files


def dist_info(wheel: oracles.Wheel) -> dict[str, bytes]:
    """Return the files that describe the wheel, but for RECORD, which tells of the others."""
    top = f"{wheel.dist_info}/"
    return {
        name.removeprefix(top): content
        for name, content in wheel.files.items()
        if name.startswith(top) and name != f"{top}RECORD"
    }


def folder(path: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file() and file.name != "RECORD"
    }
