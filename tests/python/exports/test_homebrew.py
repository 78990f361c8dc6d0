"""The formula: read by Ruby's parser, its digest held to the wheel."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import channels
import packages
import pytest
from backend import Backend
from conftest import Project

PRISM = """
import { loadPrism } from "@ruby/prism";
import { readFileSync } from "node:fs";

const result = (await loadPrism())(readFileSync(process.argv[2], "utf8"));
const strings = [];
const visit = (node) => {
  if (node.constructor.name === "StringNode") strings.push(node.unescaped.value);
  node.compactChildNodes().forEach(visit);
};
visit(result.value);
console.log(JSON.stringify({ errors: result.errors.map((error) => error.message), strings }));
"""


@pytest.mark.skipif(sys.platform == "win32", reason="npm is a script there")
def test_ruby_reads_the_formula(backend: Backend, project: Project, tmp_path: Path) -> None:
    """A hostile description does not end a string or begin an expression; Ruby's own parser says so."""
    folder = packages.export(backend, project(channels.files()), "homebrew")
    channels.node(tmp_path / "npm", "@ruby/prism@1.9.0")
    program = tmp_path / "npm" / "read.mjs"
    program.write_text(PRISM, encoding="utf-8")
    formula = folder / "homebrew" / "demo-server.rb"
    done = packages.run(packages.needs("node"), "--no-warnings", program, formula, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert told["strings"][0] == channels.HOSTILE


def test_the_formula_names_the_wheel_that_a_build_makes(backend: Backend, project: Project) -> None:
    """The wheel is reproducible, so its digest is known before it is published."""
    root = project(channels.files())
    text = (packages.export(backend, root, "homebrew") / "homebrew" / "demo-server.rb").read_text(encoding="utf-8")
    done = backend.run("build", root, "--wheel", "-o", root.parent / "dist", cwd=root)
    assert done.returncode == 0, done.stderr
    (wheel,) = (root.parent / "dist").glob("*.whl")
    assert f'sha256 "{hashlib.sha256(wheel.read_bytes()).hexdigest()}"' in text
    assert f"/packages/py3/d/demo-server/{wheel.name}" in text
    assert re.search(r"^class DemoServer < Formula$", text, re.MULTILINE)
