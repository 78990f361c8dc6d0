"""Published servers, migrated by `mcp-backend migrate`, against what their own backends made of them.

The archives lie beside the project, not in it; without them these tests are skipped. expected.toml says of each server
which differences there are, and which findings are true of it; scripts/reference_wheels.py made the references.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import oracles
import pytest
from backend import Backend, Call
from published.differences import REASONS, Comparison
from published.facts import facts

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ARCHIVES = ROOT.parent / "shared" / "servers" / "archives"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
HOOKS = ("build_sdist", "build_wheel")
# only the rules without which the wheel would be wrong
OFF = Call(config={"check": "off"})

pytestmark = pytest.mark.skipif(not ARCHIVES.is_dir(), reason="the archives of published servers are not here")


def archive_of(server: str) -> Path:
    """Return the archive of a server."""
    (archive,) = ARCHIVES.glob(f"{server}*")
    return archive


def converted(server: str, backend: Backend, folder: Path) -> Path:
    """Return the server's source tree, with this backend in the place of its own."""
    convert = ROOT / "scripts" / "convert_server.py"
    command: list[str | Path] = [
        sys.executable,
        convert,
        archive_of(server),
        folder / "project",
        "--command",
        backend.command,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "project"


@pytest.mark.parametrize("server", EXPECTED)
def test_finds_only_what_is_true(server: str, backend: Backend, tmp_path: Path) -> None:
    project = converted(server, backend, tmp_path)
    errors, refused = (set(EXPECTED[server].get(key, ())) for key in ("errors", "refused"))
    assert found_errors(backend, project) == errors | refused
    strict = backend.hooks(project, tmp_path / "strict", HOOKS)
    assert {outcome.refused for outcome in strict.values()} == {bool(errors | refused)}
    silent = backend.hooks(project, tmp_path / "silent", HOOKS, OFF)
    assert {outcome.refused for outcome in silent.values()} == {bool(refused)}


@pytest.mark.parametrize("server", [name for name, expected in EXPECTED.items() if "differences" in expected])
def test_differs_from_the_published_wheel_as_listed(server: str, backend: Backend, tmp_path: Path) -> None:
    expected = EXPECTED[server]
    project = converted(server, backend, tmp_path)
    pyproject = project / "pyproject.toml"
    for old, new in expected.get("mended", ()):
        text = pyproject.read_text(encoding="utf-8")
        assert old in text
        pyproject.write_text(text.replace(old, new, 1), encoding="utf-8")

    built = backend.hooks(project, tmp_path / "out", HOOKS, OFF)
    wheel = built["build_wheel"].built()
    again = wheel_from_sdist(built["build_sdist"].built(), backend, tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()
    oracles.wheel(wheel, ignore=tuple(expected.get("contents", ())))
    reference = json.loads((HERE / "reference" / f"{server}.json").read_text(encoding="utf-8"))
    comparison = Comparison(reference, facts(wheel))
    assert comparison.unexplained == set()
    assert comparison.classes == set(expected["differences"])


def found_errors(backend: Backend, project: Path) -> set[str]:
    """Return the codes of the findings at level error."""
    checked = backend.run("check", "--format", "json", cwd=project)
    return {finding["code"] for finding in json.loads(checked.stdout)["findings"] if finding["level"] == "error"}


def wheel_from_sdist(sdist: Path, backend: Backend, folder: Path) -> Path:
    """Build the wheel from an sdist, as a user's installer does."""
    with tarfile.open(sdist) as tar:
        tar.extractall(folder, filter="data")
    (project,) = folder.iterdir()
    return backend.hook("build_wheel", project, folder / "out").built()


def test_covers_every_archive() -> None:
    assert sorted(EXPECTED) == sorted(
        path.name.removesuffix(".tar.gz").removesuffix("-py3-none-any.whl") for path in ARCHIVES.iterdir()
    )


def test_every_class_of_difference_occurs() -> None:
    assert {name for expected in EXPECTED.values() for name in expected.get("differences", ())} == set(REASONS)
