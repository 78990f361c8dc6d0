"""The traps that build backends fell into, numbered: what stands in `[project]`, and what lies in the tree.

A trap is a line of a table: files laid over the healthy server, and either the code of a refusal that every hook must
give, or the check that the artifacts must pass after the judges of `oracles`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import oracles
import pytest
from backend import HOOKS, Backend
from conftest import Project
from servers import DESCRIPTION, README, SERVER, Files, pyproject

SCRIPT = '{ demo-server = "demo_server.server:main" }'
Check = Callable[[oracles.Wheel, oracles.Artifact], None]


@dataclass(frozen=True)
class Trap:
    """Files to lay over the healthy server, and what must come of it."""

    number: int
    fact: str
    files: Files
    code: str | None = None
    check: Check | None = None

    def __str__(self) -> str:
        """Name the case."""
        return f"{self.number:02}-{self.fact}".replace(" ", "-")


def refused(number: int, fact: str, files: Files | str, code: str | None = None) -> Trap:
    """Make a case that every hook refuses, with a finding of this code if one is told."""
    return Trap(number, fact, {"pyproject.toml": files} if isinstance(files, str) else files, code=code)


def accepted(number: int, fact: str, files: Files | str, check: Check) -> Trap:
    """Make a case that every hook builds, and whose wheel and sdist pass the check."""
    return Trap(number, fact, {"pyproject.toml": files} if isinstance(files, str) else files, check=check)


def has(header: str, *values: str) -> Check:
    """Demand that METADATA holds a header with exactly these values, in their order."""

    def check(wheel: oracles.Wheel, sdist: oracles.Artifact) -> None:
        assert wheel.header(header) == list(values)
        assert sdist.header(header) == list(values)

    return check


def described(text: str) -> Check:
    """Demand that the description reads back as `text`."""

    def check(wheel: oracles.Wheel, _: oracles.Artifact) -> None:
        assert wheel.metadata.description is not None
        assert wheel.metadata.description.rstrip("\n") == text.rstrip("\n")

    return check


def version(text: str) -> Check:
    """Demand one spelling of the version everywhere."""

    def check(wheel: oracles.Wheel, sdist: oracles.Artifact) -> None:
        assert wheel.header("Version") == sdist.header("Version") == [text]
        assert wheel.path.name == f"demo_server-{text}-py3-none-any.whl"
        assert sdist.path.name == f"demo_server-{text}.tar.gz"

    return check


def metadata_version(*versions: str) -> Check:
    """Demand one of these versions of the core metadata."""

    def check(wheel: oracles.Wheel, _: oracles.Artifact) -> None:
        assert wheel.header("Metadata-Version")[0] in versions

    return check


def keeps_summary(wheel: oracles.Wheel, _: oracles.Artifact) -> None:
    """Demand an empty `Import-Name` that ends its line."""
    assert [line.rstrip() for line in wheel.headers if line.startswith("Import-Name")] == ["Import-Name:"]
    assert wheel.metadata.summary == DESCRIPTION


def no_groups(*groups: str) -> Check:
    """Demand exactly these groups of entry points, and no file when there are none."""

    def check(wheel: oracles.Wheel, _: oracles.Artifact) -> None:
        assert sorted(wheel.scripts) == sorted(groups)
        assert (f"{wheel.dist_info}/entry_points.txt" in wheel.files) == bool(groups)

    return check


def only_declared(wheel: oracles.Wheel, _: oracles.Artifact) -> None:
    """Demand no header that the healthy project did not declare."""
    assert {line.split(":")[0] for line in wheel.headers} == {
        "Metadata-Version",
        "Name",
        "Version",
        "Summary",
        "Description-Content-Type",
        "License-Expression",
        "License-File",
        "Requires-Python",
        "Requires-Dist",
    }


def all_authors(wheel: oracles.Wheel, sdist: oracles.Artifact) -> None:
    """Demand that every author stands in the header for their kind."""
    has("Author-email", "e@f.org, A B <a@b.org>")(wheel, sdist)
    has("Author", "C, D")(wheel, sdist)


def records(*names: str) -> Check:
    """Demand that the wheel and the sdist hold these files of the package."""

    def check(wheel: oracles.Wheel, sdist: oracles.Artifact) -> None:
        for name in names:
            assert f"demo_server/{name}" in wheel.files
            assert f"src/demo_server/{name}" in sdist.files

    return check


def ships(*absent: str) -> Check:
    """Demand that no member of either artifact has one of these names in its path."""

    def check(wheel: oracles.Wheel, sdist: oracles.Artifact) -> None:
        for name in [*wheel.files, *sdist.files]:
            assert not set(name.split("/")) & set(absent), name

    return check


def readme(value: str, files: Files | None = None) -> Files:
    """Set `readme`."""
    return {"pyproject.toml": pyproject({"readme": value}), **(files or {})}


def licensed(patterns: str, files: Files | None = None) -> Files:
    """Set `license-files`."""
    return {"pyproject.toml": pyproject({"license-files": patterns}), **(files or {})}


CONTROL = ["\\n", "\\r", "\\u000b", "\\u000c", "\\u001c", "\\u001d", "\\u001e", "\\u0085", "\\u2028"]
GFM = "text/markdown; charset=UTF-8; variant=GFM"
NO_MODULE: Files = {
    "src/demo_server/__init__.py": None,
    "src/demo_server/server.py": None,
    "src/demo_server/data/units.json": None,
}

METADATA = [
    accepted(1, "empty import-names", pyproject({"import-names": "[]"}), keeps_summary),
    *[
        refused(2, f"{character} in the description", pyproject({"description": f'"a{character}b"'}))
        for character in CONTROL
    ],
    *[
        refused(2, f"newline in {key}", pyproject({key: value}))
        for key, value in {
            "requires-python": r'">=3.10\nX: y"',
            "license": r'"MIT\nX: y"',
            "keywords": r'["a\nX: y"]',
            "classifiers": r'["Typing :: Typed\nX: y"]',
            "authors": r'[{ name = "A\nX: y" }]',
            "maintainers": r'[{ email = "a@b.org\nX: y" }]',
            "urls": r'{ Home = "https://example.org/\nX: y" }',
            "dependencies": r'["mcp>=2.3,<3\nX: y"]',
            "optional-dependencies": r'{ "a\nX" = [] }',
            "import-names": r'["demo_server\nX: y"]',
        }.items()
    ],
    refused(2, "newline in the label of a url", pyproject({"urls": r'{ "A\nX: y" = "https://example.org/" }'})),
    refused(
        3, "newline in a script", pyproject({"scripts": r'{ demo-server = "demo_server.server:main\n[x]\ny = z" }'})
    ),
    refused(3, "newline in a script's name", pyproject({"scripts": r'{ "a\n[x]" = "demo_server.server:main" }'})),
    refused(3, "newline in a group", pyproject({"entry-points": r'{ "a\nb" = { x = "demo_server.server:main" } }'})),
    *[
        accepted(4, f"version {given}", pyproject({"version": f'"{given}"'}), version(normal))
        for given, normal in {"v1.0": "1.0", "1.0-1": "1.0.post1", "01.02": "1.2", "1.0.0-RC1": "1.0.0rc1"}.items()
    ],
    refused(4, "version banana", pyproject({"version": '"banana"'}), "VER001"),
    accepted(
        5,
        "lowest metadata version",
        pyproject({"license": None, "license-files": None}),
        metadata_version("2.1", "2.2", "2.3", "2.4"),
    ),
    accepted(5, "2.4 for a license expression", pyproject(), metadata_version("2.4")),
    accepted(5, "2.5 for import-names", pyproject({"import-names": '["demo_server"]'}), metadata_version("2.5")),
    accepted(
        6,
        "README.MD is Markdown",
        readme('"README.MD"', {"README.md": None, "README.MD": README}),
        has("Description-Content-Type", "text/markdown"),
    ),
    accepted(
        6,
        "content type is kept",
        readme(f'{{ file = "README.md", content-type = "{GFM}" }}'),
        has("Description-Content-Type", GFM),
    ),
    refused(6, "unknown suffix", readme('"README.foo"', {"README.foo": README})),
    refused(6, "no suffix", readme('"README"', {"README": README})),
    refused(6, "html", readme('{ file = "README.md", content-type = "text/html" }')),
    refused(6, "latin-1", readme('{ file = "README.md", content-type = "text/markdown; charset=latin-1" }')),
    refused(6, "file and text", readme('{ file = "README.md", text = "x", content-type = "text/markdown" }')),
    refused(6, "table without content type", readme('{ file = "README.md" }')),
    refused(6, "readme that is not there", readme('"MISSING.md"'), "MET004"),
    refused(6, "readme outside", readme('"../README.md"'), "MET004"),
    accepted(7, "byte order mark", {"README.md": b"\xef\xbb\xbf" + README.encode()}, described(README)),
    accepted(7, "form feed", {"README.md": README + "\n\x0cnext page\n"}, described(README + "\n\x0cnext page\n")),
    accepted(7, "line separator", {"README.md": README + "a\u2028b\x85c\n"}, described(README + "a\u2028b\x85c\n")),
    *[
        accepted(8, f"license {given}", pyproject({"license": f'"{given}"'}), has("License-Expression", normal))
        for given, normal in {
            "mit": "MIT",
            "mit OR (apache-2.0)": "MIT OR (Apache-2.0)",
            "gpl-3.0-only with classpath-exception-2.0": "GPL-3.0-only WITH Classpath-exception-2.0",
            "LicenseRef-Acme": "LicenseRef-Acme",
        }.items()
    ],
    *[
        refused(8, f"license [{text}]", pyproject({"license": f'"{text}"'}), "MET002")
        for text in ("", "(MIT", "Apache 2.0", "MIT AND", "MIT License")
    ],
    *[
        refused(9, f"license-files {pattern}", licensed(f"['{pattern}']", {"docs/a.txt": "a"}))
        for pattern in (
            "NOPE*",
            "/etc/passwd",
            "../LICENSE",
            "docs/../LICENSE",
            "C:\\LICENSE",
            "{LICENSE}",
            "a\\b",
            "!LICENSE",
            "docs",
        )
    ],
    accepted(
        9,
        "space in a pattern",
        licensed('["LICENSE FILE*"]', {"LICENSE FILE.txt": "x"}),
        has("License-File", "LICENSE FILE.txt"),
    ),
    accepted(9, "one file by two patterns", licensed('["LICENSE", "LIC*"]'), has("License-File", "LICENSE")),
    accepted(
        9,
        "nested pattern",
        licensed('["licenses/**/*.txt"]', {"licenses/a.txt": "a", "licenses/deep/er/b.txt": "b"}),
        has("License-File", "licenses/a.txt", "licenses/deep/er/b.txt"),
    ),
    refused(9, "license not UTF-8", licensed('["LICENSE"]', {"LICENSE": b"\xff\xfe"})),
    accepted(9, "no license files", licensed("[]"), has("License-File")),
    accepted(
        10,
        "authors",
        pyproject(
            {"authors": '[{ email = "e@f.org" }, { name = "A B", email = "a@b.org" }, { name = "C" }, { name = "D" }]'}
        ),
        all_authors,
    ),
    accepted(
        10,
        "name that needs quotes",
        pyproject({"authors": '[{ name = "A. (B)", email = "a@b.org" }]'}),
        has("Author-email", '"A. (B)" <a@b.org>'),
    ),
    accepted(10, "author with nothing", pyproject({"authors": "[{}]"}), has("Author")),
    accepted(10, "author with a slip for a key", pyproject({"authors": '[{ nmae = "A" }]'}), has("Author")),
    accepted(10, "author with a comma", pyproject({"authors": '[{ name = "A, B" }]'}), has("Author", "A, B")),
    accepted(
        10,
        "author with a comma and an address",
        pyproject({"authors": '[{ name = "A, B", email = "a@b.org" }]'}),
        has("Author-email", '"A, B" <a@b.org>'),
    ),
    refused(
        11, "extras that are one", pyproject({"optional-dependencies": '{ Foo_Bar = ["rich"], foo-bar = ["httpx"] }'})
    ),
    accepted(
        11,
        "marker with or in an extra",
        pyproject(
            {"optional-dependencies": """{ e = ["rich; python_version < '3.11' or os_name == 'nt'"] }"""},
        ),
        has(
            "Requires-Dist",
            "mcp>=2.3,<3",
            "rich; (python_version < '3.11' or os_name == 'nt') and extra == \"e\"",
        ),
    ),
    accepted(
        11,
        "marker keeps its text",
        pyproject({"dependencies": """["mcp>=2.3,<3; python_version >= '3.10'"]"""}),
        has("Requires-Dist", "mcp>=2.3,<3; python_version >= '3.10'"),
    ),
    refused(11, "requirement", pyproject({"dependencies": '["mcp >= one"]'}), "DEP011"),
    *[
        refused(
            12,
            f"entry-points.{group}",
            pyproject({"entry-points": f'{{ "{group}" = {{ x = "demo_server.server:main" }} }}'}),
        )
        for group in ("console_scripts", "gui_scripts", "a-b", "a..b", "")
    ],
    refused(12, "nested table", pyproject({"entry-points": '{ a.b.c = "demo_server.server:main" }'})),
    accepted(12, "empty group", pyproject({"entry-points": "{ a = {} }"}), no_groups("console_scripts")),
    accepted(
        12,
        "no scripts",
        # a library has no server, so nothing demands a script
        {"pyproject.toml": pyproject({"scripts": None}), "src/demo_server/server.py": "def add() -> None: ...\n"},
        no_groups(),
    ),
    refused(13, "dynamic without provider", pyproject({"dynamic": '["classifiers"]'})),
    refused(13, "static and dynamic version", pyproject({"dynamic": '["version"]'}), "MET015"),
    refused(13, "dynamic name", pyproject({"dynamic": '["name"]'})),
    refused(13, "no version at all", pyproject({"version": None})),
    accepted(14, "no header undeclared", pyproject(), only_declared),
    refused(14, "no project table", '[build-system]\nrequires = ["mcp-backend"]\nbuild-backend = "mcp_backend"\n'),
    refused(15, "overlap", pyproject({"import-names": '["demo_server"]', "import-namespaces": '["demo_server"]'})),
    refused(
        15,
        "overlap with private",
        pyproject({"import-names": '["demo_server; private"]', "import-namespaces": '["demo_server"]'}),
    ),
    accepted(
        15,
        "a compiled package is no namespace",
        {
            "pyproject.toml": pyproject({"scripts": None, "dynamic": '["import-names", "import-namespaces"]'}),
            "src/demo_server/__init__.py": None,
            "src/demo_server/server.py": None,
            "src/demo_server/__init__.pyi": "",
            "src/demo_server/__init__.abi3.so": b"\x7fELF",
        },
        has("Import-Name", "demo_server"),
    ),
    refused(15, "empty import-namespaces", pyproject({"import-namespaces": "[]"})),
    refused(15, "keyword", pyproject({"import-names": '["class"]'})),
    refused(15, "missing parent", pyproject({"import-names": '["demo_server.a.b"]'})),
    accepted(
        37,
        "py3 without requires-python",
        pyproject({"requires-python": None}) + '\n[tool.mcp-backend.rules]\nPYV006 = "off"\n',
        version("1.2.3"),
    ),
]

FILES = [
    *[
        refused(20, fact, {f"src/demo_server/{name}": f"{name}\n" for name in names}, "FIL013")
        for fact, names in {
            "case": ["Foo.py", "foo.py"],
            "case of folders": ["Sub/a.txt", "sub/b.txt"],
            "normal forms": ["\u00e9.txt", "e\u0301.txt"],
            "device": ["CON.txt"],
            "trailing dot": ["x."],
        }.items()
    ],
    accepted(21, "comma", {"src/demo_server/data/a,b.txt": "x\n"}, records("data/a,b.txt")),
    accepted(21, "space and accents", {"src/demo_server/data/été à.txt": "x\n"}, records("data/été à.txt")),
    accepted(
        26,
        "junk",
        {
            f"src/demo_server/{name}": f"{name}\n"
            for name in (
                ".git/config",
                ".venv/pyvenv.cfg",
                "server.py~",
                ".server.py.swp",
                "__pycache__/server.cpython-311.pyc",
                ".DS_Store",
                "node_modules/left-pad/index.js",
                "env/pyvenv.cfg",
            )
        },
        ships(".git", ".venv", "server.py~", ".server.py.swp", "__pycache__", ".DS_Store", "node_modules", "env"),
    ),
    accepted(
        27,
        "leftovers of builds",
        {
            "build/lib/old.py": "old\n",
            "src/demo_server.egg-info/PKG-INFO": "old\n",
            "dist/demo_server-1.0-py3-none-any.whl": b"old",
        },
        ships("old.py", "build", "dist", "demo_server.egg-info"),
    ),
    refused(28, "no module", {**NO_MODULE, "src/.keep": ""}, "FIL010"),
    refused(28, "no src", NO_MODULE),
    refused(28, "empty package", {**NO_MODULE, "src/demo_server/data.txt": "x\n"}),
    refused(
        28,
        "wrong case",
        {**NO_MODULE, "src/Demo_Server/__init__.py": '"""x."""\n', "src/Demo_Server/server.py": SERVER},
        "NAM001",
    ),
    refused(
        28,
        "flat layout",
        {**NO_MODULE, "demo_server/__init__.py": '"""x."""\n', "demo_server/server.py": SERVER},
        "FIL001",
    ),
    refused(
        28,
        "another name",
        {**NO_MODULE, "src/other/__init__.py": '"""x."""\n', "src/other/server.py": SERVER},
        "NAM001",
    ),
    refused(
        28,
        "script into a module that is not there",
        pyproject({"scripts": '{ demo-server = "demo_server.sever:main" }'}),
        "ENT001",
    ),
    refused(
        28,
        "script names what is not defined",
        pyproject({"scripts": '{ demo-server = "demo_server.server:run" }'}),
        "ENT002",
    ),
    refused(
        28, "script without a callable", pyproject({"scripts": '{ demo-server = "demo_server.server" }'}), "ENT007"
    ),
    refused(
        28,
        "script that leaves the folder",
        pyproject({"scripts": '{ "../evil" = "demo_server.server:main" }'}),
        "ENT007",
    ),
    refused(28, "unknown key", pyproject({"requires_python": '">=3.10"'}), "MET016"),
    refused(28, "unknown setting", pyproject(tables='[tool.mcp-backend]\nmodule-nmae = "x"\n'), "MET016"),
]


@pytest.mark.parametrize("trap", [trap for trap in METADATA + FILES if trap.check is None], ids=str)
def test_is_refused_by_every_hook(trap: Trap, project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project(trap.files)
    outcomes = backend.hooks(root, tmp_path / "out")
    assert {hook: outcome.refused for hook, outcome in outcomes.items()} == dict.fromkeys(HOOKS, True)
    for outcome in outcomes.values():
        assert outcome.codes, outcome.report
        if trap.code:
            assert trap.code in outcome.codes, outcome.report


@pytest.mark.parametrize("trap", [trap for trap in METADATA + FILES if trap.check is not None], ids=str)
def test_is_built_right_by_every_hook(trap: Trap, project: Project, backend: Backend, tmp_path: Path) -> None:
    outcomes = backend.hooks(project(trap.files), tmp_path / "out")
    wheel = oracles.wheel(outcomes["build_wheel"].built())
    sdist = oracles.sdist(outcomes["build_sdist"].built())
    oracles.wheel(outcomes["build_editable"].built(), editable=True)
    outcomes["prepare_metadata_for_build_wheel"].built()
    assert trap.check is not None
    trap.check(wheel, sdist)


@pytest.mark.trap(10)
@pytest.mark.parametrize("email", ["notanemail", "a@b>, evil <e@e"])
def test_an_address_that_is_none_stops_its_author(
    email: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project({"pyproject.toml": pyproject({"authors": f'[{{ email = "{email}" }}]'})})
    outcomes = backend.hooks(root, tmp_path / "out")
    # PyPI refuses the upload, and nobody uploads what is editable
    assert {hook for hook, outcome in outcomes.items() if not outcome.refused} == {"build_editable"}


@pytest.mark.trap(4)
def test_a_version_with_blanks_is_refused_or_stripped(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"pyproject.toml": pyproject({"version": '" 1.0 "'})})
    outcomes = backend.hooks(root, tmp_path / "out")
    assert len({outcome.refused for outcome in outcomes.values()}) == 1
    if not outcomes["build_wheel"].refused:
        assert oracles.wheel(outcomes["build_wheel"].built()).header("Version") == ["1.0"]


@pytest.mark.trap(2)
def test_the_report_names_the_key_that_holds_a_newline(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"pyproject.toml": pyproject({"keywords": r'["a\nb"]'})})
    assert "keywords" in backend.hook("build_wheel", root, tmp_path / "out").report


def test_every_trap_has_a_test() -> None:
    told = re.compile(r"\b(?:trap|refused|accepted)\(\s*(\d+)")
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    numbers = {int(number) for source in sources for number in told.findall(source)}
    assert numbers == set(range(1, 39))
