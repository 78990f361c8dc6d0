"""`mcp_backend.contract`: what it reads from a wheel file and an installation, and what it says of a bad one."""

from __future__ import annotations

import importlib.util
import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from backend import Backend, run

SOURCE = Path(__file__).parents[2] / "python" / "mcp_backend" / "_contract.py"
CONTRACT: dict[str, Any] = {
    "version": 1,
    "project": {"name": "weather", "version": "1.0.0"},
    "sdk": {"name": "mcp", "major": 2},
    "server": {"name": "weather", "version": None, "title": None, "instructions": None},
    "scripts": ["weather"],
    "environment": [{"name": "WEATHER_KEY", "required": True, "secret": True}],
    "tools": [{"name": "forecast", "inputSchema": {"type": "object"}}],
    "prompts": [],
    "resources": [],
    "resourceTemplates": [],
    "unknown": [],
}
INFO = "weather-1.0.0.dist-info"
PLACE = f"{INFO}/mcp/contract.json"


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The module that reads contracts, which needs nothing native."""
    spec = importlib.util.spec_from_file_location("contract_reader", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path, files: dict[str, str]) -> Path:
    """Write a wheel with these files."""
    path = folder / "weather-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python looks for distributions in, with one that is installed."""
    info = tmp_path / "site" / INFO
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.2\nName: weather\nVersion: 1.0.0\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    return info


@pytest.mark.parametrize("written", [str, Path], ids=["text", "path"])
def test_a_wheel_tells_its_contract(reader: ModuleType, tmp_path: Path, written: type) -> None:
    path = wheel(tmp_path, {PLACE: json.dumps(CONTRACT)})
    assert reader.contract(written(path)) == CONTRACT


def test_an_installation_tells_its_contract(reader: ModuleType, site: Path) -> None:
    (site / "mcp").mkdir()
    (site / "mcp" / "contract.json").write_text(json.dumps({**CONTRACT, "sdk": None}), encoding="utf-8")
    assert reader.contract("weather") == {**CONTRACT, "sdk": None}
    assert reader.contract("Weather")["scripts"] == ["weather"]


def test_what_a_later_release_adds_is_kept(reader: ModuleType, tmp_path: Path) -> None:
    path = wheel(tmp_path, {PLACE: json.dumps({**CONTRACT, "more": 1})})
    assert reader.contract(path)["more"] == 1


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (None, "holds no contract: mcp-backend did not build it"),
        ('{"url": "file:///x", "dir_info": {"editable": true}}', "is an editable installation"),
        ('{"url": "file:///x", "dir_info": {}}', "mcp-backend did not build it"),
        ("[]", "mcp-backend did not build it"),
        ("{", "mcp-backend did not build it"),
    ],
)
def test_an_installation_without_a_contract(reader: ModuleType, site: Path, origin: str | None, words: str) -> None:
    if origin is not None:
        (site / "direct_url.json").write_text(origin, encoding="utf-8")
    with pytest.raises(LookupError, match=words):
        reader.contract("weather")


@pytest.mark.parametrize("name", ["no-such-distribution", ""])
def test_what_is_not_installed(reader: ModuleType, name: str) -> None:
    with pytest.raises(LookupError, match=f"no distribution `{name}` is installed"):
        reader.contract(name)


@pytest.mark.parametrize("name", ["gone.whl", "./weather", "dist/weather"])
def test_a_wheel_that_is_not_there(reader: ModuleType, name: str) -> None:
    with pytest.raises(FileNotFoundError, match="there is no wheel"):
        reader.contract(name)


def test_a_wheel_without_a_contract(reader: ModuleType, tmp_path: Path) -> None:
    path = wheel(tmp_path, {f"{INFO}/METADATA": "", "weather/mcp/contract.json": "{}", "mcp/contract.json": "{}"})
    with pytest.raises(LookupError, match="holds no contract"):
        reader.contract(path)


def test_a_file_that_is_no_wheel(reader: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "weather.whl"
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="is no wheel"):
        reader.contract(path)


def test_a_wheel_with_two_contracts(reader: ModuleType, tmp_path: Path) -> None:
    path = wheel(tmp_path, {PLACE: "{}", "other-1.0.dist-info/mcp/contract.json": "{}"})
    with pytest.raises(ValueError, match="holds 2 contracts"):
        reader.contract(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Expecting value"),
        ("[1]", "has no version"),
        ('{"version": true}', "has no version"),
        ('{"version": 3}', "of version 3, which a later mcp-backend reads"),
        ('{"version": 1}', "has no `environment`, `project`"),
        ("[" * 100_000, "cannot be read"),
        (json.dumps(CONTRACT) + " " * (16 << 20), "too large"),
    ],
    ids=["empty", "list", "flag", "later", "keys", "deep", "large"],
)
def test_what_is_no_contract(reader: ModuleType, tmp_path: Path, text: str, words: str) -> None:
    path = wheel(tmp_path, {PLACE: text})
    with pytest.raises(ValueError, match=words):
        reader.contract(path)


def test_the_backend_offers_it(backend: Backend, tmp_path: Path) -> None:
    path = wheel(tmp_path, {PLACE: json.dumps(CONTRACT)})
    code = "import mcp_backend, sys; print(mcp_backend.contract(sys.argv[1])['scripts'], mcp_backend.Contract.__name__)"
    done = run((backend.python, "-c", code, str(path)), tmp_path)
    assert done.stdout.split() == ["['weather']", "Contract"]
