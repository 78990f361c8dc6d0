"""The Containerfile, held to hadolint. No image is made: that takes a base image from a registry."""

from __future__ import annotations

import json
from pathlib import Path

import packages
from backend import Backend
from conftest import Project


def test_hadolint_finds_nothing(project: Project, backend: Backend, tmp_path: Path) -> None:
    tables = '\n[tool.mcp-backend.export.containerfile]\nimage = "ghcr.io/you/demo"\n'
    description = f'"{packages.HOSTILE}"'
    files = packages.files(tables)
    text = str(files["pyproject.toml"]).replace('"A server that adds numbers"', description)
    out = packages.export(backend, project({**files, "pyproject.toml": text}), "containerfile")
    hadolint = packages.needs("hadolint")
    done = packages.run(
        hadolint, "--no-color", "--format", "json", "--failure-threshold", "ignore", out / "Containerfile", cwd=tmp_path
    )
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stdout + done.stderr


def test_the_wheel_that_it_copies_is_the_one_that_is_built(project: Project, backend: Backend) -> None:
    root = project(packages.files())
    assert backend.run("build", "--wheel", cwd=root).returncode == 0
    (wheel,) = (root / "dist").glob("*.whl")
    text = (packages.export(backend, root, "containerfile") / "Containerfile").read_text(encoding="utf-8")
    assert f'COPY ["dist/{wheel.name}", "/tmp/"]' in text
