"""The card of a server that is served at an address, held to the schema of SEP-2127."""

from __future__ import annotations

import json

import packages
from backend import Backend
from conftest import ROOT, Project
from jsonschema import Draft202012Validator

SCHEMA = ROOT / "tests" / "data" / "server-card.schema.json"
TABLES = """
[[tool.mcp-backend.remotes]]
url = "https://{region}.demo.example/mcp"
headers = [{ name = "Authorization", value = "Bearer {token}", required = true, secret = true }]
variables = { region = { choices = ["eu", "us"], default = "eu" }, token = { secret = true, default = "never-shown" } }

[[tool.mcp-backend.remotes]]
url = "https://demo.example/sse"
transport = "sse"
"""


def test_the_card_is_one(project: Project, backend: Backend) -> None:
    out = packages.export(backend, project(packages.files(TABLES)), "server-card")
    card = json.loads((out / "server-card" / "server-card.json").read_text(encoding="utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator({"$ref": "#/$defs/ServerCard", "$defs": schema["$defs"]}).validate(card)
    assert [remote["type"] for remote in card["remotes"]] == ["streamable-http", "sse"]
