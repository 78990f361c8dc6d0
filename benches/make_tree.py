"""Makes trees to measure with: a small MCP server amid any number of modules of real Python.

    python benches/make_tree.py OUT MODULES [BACKEND]

The modules are sources of the standard library, so their sizes and idioms are those of real code; a seed picks and
orders them, and a comment makes each unique. The same arguments under the same Python give the same bytes. Only the
build tables of `pyproject.toml` differ from backend to backend, so that all pack the same files.
"""

from __future__ import annotations

import random
import shutil
import sys
import sysconfig
import warnings
from pathlib import Path

PACKAGE = "bigserver"
MODULES_A_FOLDER = 50
LARGEST = 32_768

SETUPTOOLS = f"""\
[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools.package-data]
{PACKAGE} = ["py.typed", "data/*.json"]
"""
# name: what a build requires, the module of the hooks, and the settings without which it would not find the package
BACKENDS = {
    "mcp-backend": ("mcp-backend", "mcp_backend", ""),
    "uv_build": ("uv_build", "uv_build", f'[tool.uv.build-backend]\nmodule-name = "{PACKAGE}"\n'),
    "hatchling": ("hatchling", "hatchling.build", f'[tool.hatch.build.targets.wheel]\npackages = ["src/{PACKAGE}"]\n'),
    "flit_core": ("flit_core", "flit_core.buildapi", f'[tool.flit.module]\nname = "{PACKAGE}"\n'),
    "pdm-backend": ("pdm-backend", "pdm.backend", "[tool.pdm]\ndistribution = true\n"),
    "poetry-core": (
        "poetry-core",
        "poetry.core.masonry.api",
        f'[tool.poetry]\npackages = [{{ include = "{PACKAGE}", from = "src" }}]\n',
    ),
    "setuptools": ("setuptools", "setuptools.build_meta", SETUPTOOLS),
}

PYPROJECT = """\
[build-system]
requires = ["{requires}"]
build-backend = "{hooks}"

[project]
name = "{package}"
version = "1.2.3"
description = "A server to measure build backends with"
readme = "README.md"
requires-python = ">=3.10"
license = "MIT"
license-files = ["LICENSE"]
authors = [{{ name = "A. Author", email = "a@example.org" }}]
keywords = ["mcp", "benchmark"]
dependencies = ["mcp>=2.3,<3"]

[project.scripts]
{package} = "{package}.server:main"

[project.urls]
Homepage = "https://example.org/{package}"

{settings}"""

SERVER = '''\
"""A small MCP server: what an analysis has to understand."""

from typing import Annotated, Literal

from mcp.server import MCPServer
from pydantic import BaseModel, Field

server = MCPServer("bigserver", instructions="For benchmarks.")


class Point(BaseModel):
    """A point."""

    x: float = Field(description="abscissa")
    y: float = 0.0


@server.tool()
def add(a: int, b: int = 0) -> int:
    """Add two integers."""
    return a + b


@server.tool(name="nearest", description="Find the nearest point")
async def nearest(points: list[Point], to: Point, metric: Literal["l1", "l2"] = "l2") -> Point:
    return points[0]


@server.resource("config://{section}")
def config(section: Annotated[str, Field(description="a section")]) -> str:
    """Read a section of the configuration."""
    return section


@server.prompt()
def review(code: str) -> str:
    """Ask for a review."""
    return f"Please review:\\n{code}"


def main() -> None:
    """Serve over stdio."""
    server.run()
'''


def make_tree(out: Path, modules: int, seed: int = 7) -> None:
    """Write the tree, without a build backend yet."""
    shutil.rmtree(out, ignore_errors=True)
    package = out / "src" / PACKAGE
    for number, source in enumerate(pick(modules, seed)):
        folder = package / f"part_{number // MODULES_A_FOLDER:03}"
        if number % MODULES_A_FOLDER == 0:
            write(folder / "__init__.py", f'"""Part {number // MODULES_A_FOLDER}."""\n'.encode())
        body = source.read_bytes().removeprefix(b"\xef\xbb\xbf")
        write(folder / f"module_{number:05}.py", body + f"\n# benchmark module {number}\n".encode())
    write(package / "__init__.py", b'"""A package to measure with."""\n')
    write(package / "server.py", SERVER.encode())
    write(package / "py.typed", b"")
    write(package / "data" / "schema.json", b'{"type": "object"}\n')
    write(out / "tests" / "test_import.py", f"import {PACKAGE}\n".encode())
    write(out / "README.md", b"# bigserver\n\n" + b"A project to measure with.\n" * 40)
    write(out / "LICENSE", b"MIT License\n\n" + b"Permission is hereby granted, free of charge, to any person.\n" * 18)


def set_backend(tree: Path, backend: str) -> None:
    """Write the `pyproject.toml` that builds the tree with a backend."""
    requires, hooks, settings = BACKENDS[backend]
    text = PYPROJECT.format(requires=requires, hooks=hooks, package=PACKAGE, settings=settings)
    write(tree / "pyproject.toml", text.encode())


def pick(count: int, seed: int) -> list[Path]:
    """Return `count` sources; when there are not so many, they come again in another order."""
    pool = sources()
    generator = random.Random(seed)  # noqa: S311  (wanted: the same every time)
    picked: list[Path] = []
    while len(picked) < count:
        generator.shuffle(pool)
        picked += pool
    return picked[:count]


def sources() -> list[Path]:
    """Return the standard library's modules of ordinary size that compile."""
    root = Path(sysconfig.get_path("stdlib"))
    apart = {"site-packages", "__pycache__", "lib2to3", "ensurepip", "idlelib", "turtledemo"}
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(root.rglob("*.py")):
            if apart & set(path.relative_to(root).parts) or not 0 < path.stat().st_size <= LARGEST:
                continue
            try:
                compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                continue
            found.append(path)
    return found


def write(path: Path, content: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    make_tree(folder, int(sys.argv[2]))
    set_backend(folder, sys.argv[3] if len(sys.argv) > 3 else "mcp-backend")
