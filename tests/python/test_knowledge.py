"""The scripts that read the SDKs' wheels, on two little ones made by hand."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import packages
import pytest
from knowledge.bindings import Module
from knowledge.sdk_classes import class_of
from knowledge.sdk_release import Release
from knowledge.sdk_symbols import module, ranges, runs
from knowledge.wheel import Wanted, Wheel

from knowledge import sdk_start_table, sdk_tables

METADATA = """\
Metadata-Version: 2.1
Name: Toy_SDK
Version: {version}
Requires-Python: >=3.10
Requires-Dist: pydantic<3,>=2.7
Requires-Dist: mcp-types=={version}
Requires-Dist: typer; extra == "cli"
Requires-Dist: pywin32>=310; sys_platform == "win32"
Provides-Extra: cli

The text of the readme: Name: other
"""

OLD = {
    "toy/__init__.py": "from .server import Server as Server\n__version__ = '1'\n",
    "toy/server.py": (
        "from typing import Any, Callable\n\n\n"
        "class Base:\n"
        "    def run(self, transport: str = 'stdio') -> None: ...\n\n\n"
        "class Server(Base):\n"
        "    def __init__(self, name: str, **settings: Any) -> None:\n"
        "        self.name = name\n\n"
        "    def tool(self, name: str | None = None) -> Callable:\n"
        "        def wrap(function): ...\n"
        "        return wrap\n"
    ),
    "toy/old.py": "",
}
NEW = {
    "toy/__init__.py": (
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from toy.unreal import Unreal\n"
        "LAZY = {'Server': 'toy.server'}\n\n\n"
        "def __getattr__(name: str) -> object:\n"
        "    if name == 'Server':\n"
        "        from toy.server import Server\n"
        "        return Server\n"
        "    raise AttributeError(name)\n"
    ),
    "toy/server.py": (
        "from typing import Callable\n\n\n"
        "class Server:\n"
        "    def __init__(self, name: str, *, port: int = 1) -> None: ...\n\n"
        "    @property\n    def title(self) -> str: ...\n\n"
        "    def tool(self, name: str | Callable | None = None) -> Callable:\n"
        "        def wrap(function): ...\n"
        "        return wrap\n"
    ),
    "toy/gone.py": "raise ImportError('moved')\n",
    "toy/needs_gone.py": "from toy.gone import it\n",
    "toy/soft.py": "try:\n    from toy.gone import it\nexcept ImportError:\n    it = None\n",
    "toy/folder/inner.py": "",
    "toy/tests/test_it.py": "x = 1\n",
}


def wheel(folder: Path, version: str, files: dict[str, str]) -> Wheel:
    path = folder / f"toy_sdk-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"toy_sdk-{version}.dist-info/METADATA", METADATA.format(version=version))
    return Wheel(path)


@pytest.fixture
def releases(tmp_path: Path) -> dict[str, Release]:
    wheels = {"1.0.0": wheel(tmp_path, "1.0.2", OLD), "2.0.0": wheel(tmp_path, "2.0.0", NEW)}
    return {minor: Release("toy", [each]) for minor, each in wheels.items()}


def test_metadata_is_read(tmp_path: Path) -> None:
    read = wheel(tmp_path, "1.0.2", OLD)
    assert (read.name, read.version, read.requires_python, read.extras) == ("toy-sdk", "1.0.2", ">=3.10", ["cli"])
    texts = {(each.name, each.extra): each.text() for each in read.requires}
    assert texts == {
        ("pydantic", None): "<3,>=2.7",
        ("mcp-types", None): "==1.0.2",
        ("typer", "cli"): "",
        ("pywin32", None): '>=310; sys_platform == "win32"',
    }
    assert [each.pin for each in read.requires] == [None, "1.0.2", None, None]


@pytest.mark.parametrize(
    ("line", "marker", "extra"),
    [
        ('a; extra == "x"', "", "x"),
        ("a; python_version < '3.12' and extra == 'x'", 'python_version < "3.12"', "x"),
        ('a; (sys_platform == "win32") and extra == "x"', 'sys_platform == "win32"', "x"),
        ('a; sys_platform == "win32"', 'sys_platform == "win32"', None),
        ("a[b]>=1", "", None),
    ],
)
def test_an_extra_is_told_from_the_rest_of_a_marker(line: str, marker: str, extra: str | None) -> None:
    read = Wanted.read(line)
    assert (read.marker, read.extra) == (marker, extra)


def test_modules_come_and_go(releases: dict[str, Release]) -> None:
    assert module(releases, "toy.old")["present"] == [["1.0.0", "2.0.0"]]
    assert module(releases, "toy.folder")["present"] == [["2.0.0", None]]
    assert module(releases, "toy.gone")["present"] == []
    assert module(releases, "toy.needs_gone")["present"] == []
    assert module(releases, "toy.soft")["present"] == [["2.0.0", None]]
    assert "toy.tests.test_it" not in releases["2.0.0"].modules


def test_names_are_found_where_they_are_given_lazily(releases: dict[str, Release]) -> None:
    names = module(releases, "toy")["names"]
    assert names["Server"] == [["1.0.0", None]]
    assert names["__version__"] == [["1.0.0", "2.0.0"]]
    assert "Unreal" not in names
    found = releases["2.0.0"].resolve("toy", "Server")
    assert found is not None
    assert found.module.name == "toy.server"


def test_classes_are_read_with_their_bases(releases: dict[str, Release]) -> None:
    definitions = [release.resolve("toy", "Server") for release in releases.values()]
    old, new = (class_of(each) for each in definitions if each)
    assert (old.constructor, new.constructor) == (["name", "**settings"], ["name", "*", "port="])
    assert old.members == {"run": ["transport="], "tool": ["name="], "name": None}
    assert new.members == {"title": None, "tool": ["name="]}
    assert (old.is_open, new.is_open) == (False, False)
    assert (old.decorators, new.decorators) == ({"tool": "call"}, {"tool": "bare"})


def test_signatures_are_told_by_name_by_position_and_by_need() -> None:
    order = sdk_tables.Releases(["1", "2", "3"])
    found = [[["1", "2"], ["a", "b=", "*rest", "**more"]], [["2", None], ["a", "/", "b", "*", "c="]]]
    assert {*sdk_tables.signature_lines("x.f", found, order)} == {
        "x.f()\t0:b\t01:** a\t1:c",
        "x.f(*)\t01:a b *\t1:a b",
        "x.f(!)\t01:a\t1:a b",
    }


def test_a_module_binds_what_runs() -> None:
    source = (
        "import a.b\nimport c.d as e\nfrom . import f\nx, (y, *z) = 1, (2, 3)\n__all__ = ['x']\n__all__ += ['y']\n"
        "if __name__ == '__main__':\n    w = 1\ndel x\nwith open() as g:\n    pass\nfor h in ():\n    pass\n"
    )
    read = Module("pkg.sub", source, package=False)
    assert read.bound.keys() == {"a", "e", "f", "y", "z", "__all__", "g", "h"}
    assert read.all == ["x", "y"]
    assert read.hard == [("a.b", None), ("c.d", None), ("pkg", "f")]


def test_runs_join_equal_neighbours() -> None:
    order = ["1", "2", "3", "4"]
    assert runs(order, {"1": "a", "2": "a", "4": "b"}) == [[["1", "3"], "a"], [["4", None], "b"]]
    assert ranges(order, ["2", "4"]) == [["2", "3"], ["4", None]]
    assert sdk_tables.Releases(order).word(ranges(order, ["2", "4"])) == "123"


def test_the_table_of_what_starts_keeps_what_was_known() -> None:
    text = (
        "# x\nfastmcp\t1.0-1.1:mcp<2\nfastmcp tried\t1.0-1.2\nknown\t2026-01-01\n"
        "mcp\t\nmcp tried\t2.0-2.0\npydantic held\tx\n"
    )
    table = sdk_start_table.Table.read(text)
    published = {"mcp": ["1.0", "2.0", "2.1"], "fastmcp": ["1.0", "1.1", "1.2", "3.3.0"]}
    assert not table.tried("mcp", "2.1", published["mcp"])
    table.set("mcp", "2.1", ("pydantic<2.14",))
    table.set("fastmcp", "3.3.0", ())
    lines = dict(line.split("\t") for line in table.text(published, "2026-02-02").splitlines() if line[0] != "#")
    assert lines == {
        "fastmcp": "1.0-1.1:mcp<2",
        "fastmcp tried": "1.0-3.3.0",
        "fastmcp-slim tried": "3.3.0-3.3.0",
        "known": "2026-02-02",
        "mcp": "2.1-2.1:pydantic<2.14",
        "mcp tried": "2.0-2.1",
        "pydantic held": "x",
    }


@pytest.mark.parametrize(
    "tool", [("zizmor", "--offline"), ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")]
)
def test_the_workflow_that_refreshes_is_sound(tool: tuple[str, ...]) -> None:
    path = Path(__file__).resolve().parents[2] / ".github" / "workflows" / "refresh.yml"
    command = [str(packages.needs(tool[0])), *tool[1:], str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
