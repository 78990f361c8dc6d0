"""The backend's own wheel: installing and importing it is part of every isolated build."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from backend import Backend, run
from packaging.metadata import Metadata
from packaging.utils import parse_wheel_filename


@pytest.mark.skipif(os.environ.get("MCP_BACKEND_PROFILE") != "release", reason="only the release is made small")
def test_is_small(backend_wheel: Path) -> None:
    assert backend_wheel.stat().st_size < 3_700_000


def test_needs_no_other_package(backend_wheel: Path) -> None:
    with zipfile.ZipFile(backend_wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Metadata.from_email(wheel.read(name))
    # a build needs none; what only `verify` takes is an extra
    assert [str(wanted) for wanted in metadata.requires_dist or [] if 'extra == "verify"' not in str(wanted)] == []
    assert str(metadata.requires_python) == ">=3.10"


def test_serves_every_python_from_3_10(backend_wheel: Path) -> None:
    _, _, _, tags = parse_wheel_filename(backend_wheel.name)
    assert {(tag.interpreter, tag.abi) for tag in tags} == {("cp310", "abi3")}


def test_imports_nothing_but_itself(backend: Backend, tmp_path: Path) -> None:
    code = "import os, sys; before = {*sys.modules}; import mcp_backend; print(*sorted({*sys.modules} - before))"
    done = run((backend.python, "-c", code), tmp_path)
    assert done.stdout.split() == ["mcp_backend", "mcp_backend._native"]


def test_a_build_asks_for_no_other_package(backend: Backend, tmp_path: Path) -> None:
    kinds = "for kind in ('wheel', 'sdist', 'editable')"
    code = f"import mcp_backend as b; print([getattr(b, f'get_requires_for_build_{{kind}}')() {kinds}])"
    assert run((backend.python, "-c", code), tmp_path).stdout == "[[], [], []]\n"
