"""What is written for other tools, by their schemas: the settings' own, and SARIF's."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from backend import Backend
from conftest import ROOT, Project
from jsonschema import Draft7Validator
from servers import Files, pyproject

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SETTINGS = ROOT / "docs" / "mcp-backend.schema.json"
SARIF = ROOT / "tests" / "data" / "sarif-schema-2.1.0.json"

GOOD = [
    "",
    'module-name = ["a", "b"]',
    'rules = { ENT = "warning", DEP0 = "off", ENT008 = "error", license-file-missing = "off" }',
    'per-file-ignores = { "src/a/**/*.py" = ["ENT", "FIL002", "imports-src"] }',
    'data = { scripts = "bin", data = "share" }',
]
BAD = [
    'wheel-includes = ["a"]',
    "module-name = []",
    "module-name = 1",
    'wheel-include = "a"',
    'wheel-include = ["/a"]',
    'wheel-include = ["a,b"]',
    'rules = { ENT008 = "of" }',
    'rules = { ENT999 = "off" }',
    'rules = { no-such-rule = "off" }',
    'per-file-ignores = { "src/*.py" = "ENT" }',
    'per-file-ignores = { "src/*.py" = ["ent"] }',
    'data = { bin = "bin" }',
]


def read(path: Path) -> Draft7Validator:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def test_the_schema_accepts_every_documented_example() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    schema = read(SETTINGS)
    settings: set[str] = set()
    for example in examples:
        schema.validate(tomllib.loads(example))
        settings |= set(tomllib.loads(example))
    assert settings == set(schema.schema["properties"])


@pytest.mark.parametrize("text", GOOD)
def test_the_schema_and_the_reader_accept_the_same(text: str, project: Project, backend: Backend) -> None:
    assert list(read(SETTINGS).iter_errors(tomllib.loads(text))) == []
    assert codes(text, project, backend) & {"MET016", "MET019", "MET022"} == set()


@pytest.mark.parametrize("text", BAD)
def test_the_schema_and_the_reader_refuse_the_same(text: str, project: Project, backend: Backend) -> None:
    assert list(read(SETTINGS).iter_errors(tomllib.loads(text))) != []
    assert codes(text, project, backend) & {"MET016", "MET019", "MET022"} != set()


def codes(settings: str, project: Project, backend: Backend) -> set[str]:
    root = project({"pyproject.toml": pyproject(tables=f"[tool.mcp-backend]\n{settings}\n")})
    told = json.loads(backend.run("check", "--format", "json", cwd=root).stdout)
    return {finding["code"] for finding in told["findings"]}


@pytest.mark.parametrize(
    "files",
    [
        {},
        # with edits, with a related place, with a place that is a whole file
        {
            "pyproject.toml": pyproject(
                {"classifiers": '["topic :: internet", "x"]', "scripts": '{ demo-server = "demo_server.server:run" }'}
            ),
            "src/demo_server/.env": "PASSWORD=hunter2\n",
        },
        {"pyproject.toml": "[project\n"},
    ],
)
def test_sarif_keeps_to_its_schema(files: Files, project: Project, backend: Backend) -> None:
    log = json.loads(backend.run("check", "--format", "sarif", cwd=project(files)).stdout)
    schema = read(SARIF)
    assert [error.message for error in schema.iter_errors(log)] == []
    # the schema is no mere formality
    log["runs"][0]["tool"] = {}
    assert list(schema.iter_errors(log)) != []
