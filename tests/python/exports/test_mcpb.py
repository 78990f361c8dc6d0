"""The bundle, held to `mcpb`; unpacked, it starts without a network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import packages
import pytest
import servers
from backend import Backend
from conftest import Project

MCPB = "@anthropic-ai/mcpb@2.1.2"
# the least that is a picture: one transparent point
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
BUNDLE = "demo-server-1.2.3.mcpb"


@pytest.mark.parametrize("kind", ["uv", "python"])
def test_the_bundle_is_valid_and_unpacks(kind: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    tables = f'\n[tool.mcp-backend.export.mcpb]\ntype = "{kind}"\nicon = "docs/art/icon.png"\n'
    root = project({**packages.files(tables), "docs/art/icon.png": PNG})
    bundle = packages.export(backend, root, "mcpb") / BUNDLE
    done = packages.npx(MCPB, "unpack", bundle, tmp_path / "unpacked", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = packages.npx(MCPB, "validate", tmp_path / "unpacked" / "manifest.json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = packages.npx(MCPB, "info", bundle, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((tmp_path / "unpacked" / "manifest.json").read_text(encoding="utf-8"))
    assert (tmp_path / "unpacked" / manifest["icon"]).read_bytes() == PNG
    assert (tmp_path / "unpacked" / manifest["server"]["entry_point"]).is_file()


def test_the_same_project_gives_the_same_bundle(project: Project, backend: Backend) -> None:
    one = packages.export(backend, project(packages.files(), "one"), "mcpb") / BUNDLE
    two = packages.export(backend, project(packages.files(), "two"), "mcpb") / BUNDLE
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert archive.namelist() == sorted(archive.namelist())


def test_the_bundle_starts_its_server_offline(project: Project, backend: Backend, tmp_path: Path) -> None:
    bundle = packages.export(backend, project(packages.files()), "mcpb") / BUNDLE
    folder = tmp_path / "a folder"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    # what the client does when the bundle is installed
    uv = packages.needs("uv")
    done = packages.run(uv, "sync", "--directory", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    config = manifest["server"]["mcp_config"]
    arguments = [word.replace("${__dirname}", str(folder)) for word in config["args"]]
    assert config["command"] == "uv"
    assert packages.tools(uv, arguments, {"UV_OFFLINE": "1"}, tmp_path) == ["add"]


def test_a_module_called_like_the_starter_is_found(project: Project, backend: Backend, tmp_path: Path) -> None:
    keys = {**packages.KEYS, "name": '"server"', "scripts": '{ server = "server:main" }'}
    moved = dict.fromkeys(["src/demo_server/__init__.py", "src/demo_server/server.py", "tests/test_demo.py"])
    files = {"pyproject.toml": servers.pyproject(keys), "src/server.py": servers.SERVER, **moved}
    bundle = packages.export(backend, project(files), "mcpb") / "server-1.2.3.mcpb"
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    arguments = ["run", "--directory", str(folder), "src/server.py"]
    assert packages.tools(packages.needs("uv"), arguments, {}, tmp_path) == ["add"]
