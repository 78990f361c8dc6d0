"""The bill of materials, held to CycloneDX; the same in the wheel, from the tree and from the sdist."""

from __future__ import annotations

import ast
import json
import tarfile
import zipfile
from pathlib import Path

import packages
import pytest
from backend import Backend, Call
from conftest import Project

BILL = "demo_server-1.2.3.dist-info/sboms/demo_server.cdx.json"
SPDX = BILL.replace(".cdx.", ".spdx.")
INFO = "demo_server/_build_info.py"
COMMIT = "1234567890abcdef1234567890abcdef12345678"
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


def valid(text: str) -> dict[str, object]:
    """Hold the text to CycloneDX 1.6."""
    validation = pytest.importorskip("cyclonedx.validation.json")
    schema = pytest.importorskip("cyclonedx.schema")
    assert validation.JsonStrictValidator(schema.SchemaVersion.V1_6).validate_str(text) is None
    bill: dict[str, object] = json.loads(text)
    return bill


def test_the_bill_is_valid(project: Project, backend: Backend) -> None:
    root = project(packages.files())
    text = (packages.export(backend, root, "sbom") / "sbom/demo_server.cdx.json").read_text(encoding="utf-8")
    metadata = valid(text)["metadata"]
    assert isinstance(metadata, dict)
    assert "timestamp" not in metadata


def test_the_bill_in_spdx_is_valid(project: Project, backend: Backend) -> None:
    parse = pytest.importorskip("spdx_tools.spdx.parser.parse_anything")
    validation = pytest.importorskip("spdx_tools.spdx.validation.document_validator")
    vendored = {"src/demo_server/_vendor/__init__.py": "", "src/demo_server/_vendor/rain_lib.py": "RAIN = 1\n"}
    for name, environment in (("timed", EPOCH), ("untimed", {})):
        files = {**packages.files(), **vendored}
        text = str(files["pyproject.toml"]).replace(
            "[project.urls]", '[project.optional-dependencies]\nall = ["x_y"]\n\n[project.urls]'
        )
        root = project({**files, "pyproject.toml": text}, name)
        bill = packages.export(backend, root, "sbom", environment) / "sbom/demo_server.spdx.json"
        document = parse.parse_file(str(bill))
        assert [str(message) for message in validation.validate_full_spdx_document(document)] == []
        assert {package.name for package in document.packages} >= {"demo-server", "mcp", "x-y", "rain_lib"}


def test_the_wheel_holds_both_and_the_sdist_makes_the_same_wheel(
    project: Project, backend: Backend, tmp_path: Path
) -> None:
    files = packages.files()
    text = str(files["pyproject.toml"]).replace(
        "[tool.mcp-backend]\n", "[tool.mcp-backend]\nsbom = true\nbuild-info = true\n"
    )
    server = "from demo_server._build_info import commit\n\nSEEN = commit\n"
    root = project({**files, "pyproject.toml": text, "src/demo_server/seen.py": server, ".git/HEAD": COMMIT + "\n"})
    call = Call(environment=EPOCH)
    hooks = backend.hooks(root, tmp_path / "out", call=call)
    wheel, sdist = hooks["build_wheel"].built(), hooks["build_sdist"].built()
    with zipfile.ZipFile(wheel) as archive:
        bill, info = archive.read(BILL).decode(), archive.read(INFO).decode()
    metadata = valid(bill)["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["timestamp"] == "2023-11-14T22:13:20Z"
    told = [ast.literal_eval(line.partition(" = ")[2]) for line in info.splitlines() if " = " in line]
    assert told == ["1.2.3", COMMIT, "2023-11-14T22:13:20Z"]
    prepared = hooks["prepare_metadata_for_build_wheel"].built()
    assert (prepared / "sboms/demo_server.cdx.json").read_text(encoding="utf-8") == bill
    with zipfile.ZipFile(hooks["build_editable"].built()) as archive:
        assert not {BILL, SPDX, INFO} & set(archive.namelist())
    # the commit is known to the sdist alone
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    unpacked = tmp_path / "unpacked" / "demo_server-1.2.3"
    again = backend.hook("build_wheel", unpacked, tmp_path / "again", call).built()
    assert again.read_bytes() == wheel.read_bytes()
    listed = backend.run("files", cwd=root, environment=EPOCH).stdout
    assert BILL in listed
    assert SPDX in listed
    assert f"src/{INFO}" in listed
    exported = packages.export(backend, root, "sbom", EPOCH) / "sbom/demo_server.cdx.json"
    assert exported.read_text(encoding="utf-8") == bill
