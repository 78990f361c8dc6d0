#!/usr/bin/env python3
"""Hold what `mcp-backend files` says of projects of other backends against the wheels that those backends build.

    python scripts/compare_backends.py [MCP_BACKEND]

The backends are those of requirements/bench.txt, installed beside the Python that runs this; MCP_BACKEND is the
command, `mcp-backend` unless it is given. Each case is a tree of empty files and some settings. Where a backend builds
a wheel, the same files have to be foretold without FIL020; where it refuses, FIL020 has to say so. What differs is
shown, and the script ends with status 1.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BACKENDS = {
    "hatchling": "hatchling.build",
    "setuptools": "setuptools.build_meta",
    "uv_build": "uv_build",
    "poetry": "poetry.core.masonry.api",
    "pdm": "pdm.backend",
    "flit": "flit_core.buildapi",
}
PROJECT = '[project]\nname = "weather"\nversion = "1"\ndescription = "x"\n'
FLAT = (
    "weather/__init__.py weather/server.py weather/sub/__init__.py weather/sub/a.py weather/bare/b.py "
    "weather/data.json weather/py.typed weather/notes/x.txt README.md LICENSE"
)
SRC = " ".join(f"src/{path}" if path.startswith("weather") else path for path in FLAT.split())
BOTH = f"{SRC} {FLAT} single.py tests/__init__.py"
CFG = "[metadata]\nname=weather\nversion=1\n[options]\n"
SETUP = "from setuptools import find_namespace_packages, find_packages, setup\n\n"
# a backend that finds no modules may refuse where nothing in the settings tells that
LENIENT = {("poetry", "packages=[{include='*',from='src'}]")}


@dataclass
class Case:
    """A project."""

    backend: str
    files: str
    settings: str = ""
    project: str = PROJECT
    texts: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Compare and print."""
    command = sys.argv[1] if len(sys.argv) > 1 else "mcp-backend"
    different = 0
    for case in cases():
        told = compared(case, command)
        if told and (case.backend, case.settings.split("\n")[-1]) not in LENIENT:
            different += 1
            print(f"{case.backend} {case.settings!r} {case.texts} {case.files}\n  {told}")
    sys.exit(1 if different else 0)


def compared(case: Case, command: str) -> str:
    """Tell what differs; nothing where all agrees."""
    with tempfile.TemporaryDirectory() as folder:
        root, other = Path(folder, "project"), Path(folder, "copy")
        lay(case, root)
        shutil.copytree(root, other)
        foretold, certain = foretell(root, command)
        built = build(case.backend, other, Path(folder, "wheels"))
    if built is None:
        return "the backend refuses, and that is not told" if certain else ""
    # that nothing would be installed is told too
    if not certain and not built:
        return ""
    if not certain:
        return "the backend builds a wheel, and it is said to be unknown"
    return f"missing {built - foretold}, too many {foretold - built}" if built != foretold else ""


def lay(case: Case, root: Path) -> None:
    """Write the files of a case."""
    toml = f'[build-system]\nrequires = []\nbuild-backend = "{BACKENDS[case.backend]}"\n{case.project}{case.settings}\n'
    texts = dict.fromkeys(case.files.split(), "")
    if case.project:
        texts["pyproject.toml"] = toml
    for path, text in (texts | case.texts).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text or '"""x"""\n\n__version__ = "1"\n')


def foretell(root: Path, command: str) -> tuple[set[str], bool]:
    """Tell the files of the wheel, and whether that is certain."""
    listed = asked([command, "files", "--wheel", "--format", "json", str(root)])
    found = asked([command, "check", "--select", "FIL020", "--format", "json", str(root)])
    paths = {file["path"] for file in listed["wheel"]["files"]}
    certain = all(finding["code"] != "FIL020" for finding in found["findings"])
    return {path for path in paths if ".dist-info/" not in path}, certain


def asked(command: list[str]) -> dict[str, Any]:
    """Give what a command prints."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def build(backend: str, root: Path, wheels: Path) -> set[str] | None:
    """Give the files of the wheel that the backend builds; none where it refuses."""
    wheels.mkdir()
    code = f"import {BACKENDS[backend]} as backend; backend.build_wheel({str(wheels)!r})"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=root, capture_output=True)
    if done.returncode:
        return None
    (wheel,) = wheels.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    return {name.removeprefix("./") for name in names if ".dist-info/" not in name and not name.endswith("/")}


def cases() -> list[Case]:
    """Give all cases."""
    found = [case for backend in BACKENDS for case in common(backend)]
    return [*found, *hatchling(), *setuptools(), *others()]


def common(backend: str) -> list[Case]:
    """Give the cases of what every backend finds by itself."""
    dotted = PROJECT.replace('"weather"', '"Wea-ther.X"', 1)
    return [
        Case(backend, FLAT),
        Case(backend, SRC),
        Case(backend, "weather.py README.md"),
        Case(backend, "src/weather.py README.md"),
        Case(backend, f"{FLAT} tests/__init__.py tests/test_a.py docs/conf.py"),
        Case(backend, f"{SRC} tests/test_a.py scripts/x.py"),
        Case(backend, f"{SRC} weather/__init__.py other/__init__.py"),
        Case(backend, "other/__init__.py other/x.py"),
        Case(backend, "src/other/__init__.py src/third/__init__.py"),
        Case(backend, FLAT, project=dotted),
        Case(backend, "wea_ther_x/__init__.py wea_ther_x/s.py", project=dotted),
    ]


def hatchling() -> list[Case]:
    """Give the cases of what hatchling is told."""
    files = f"{SRC} extra/a.py extra/b.txt src/weather/x.gen src/weather/ignored.py weather/y.py"
    table = "[tool.hatch.build.targets.wheel"
    package = f"{table}]\npackages=['src/weather']\n"
    told = [
        "packages=['src/weather']",
        "packages=['src']",
        "packages=['src/weather/sub']",
        "packages=['.']",
        "packages=['./src/weather/']",
        "packages=['src/weather','extra']",
        "packages=['src/weather']\nexclude=['*.json']",
        "packages=['src/weather']\nexclude=['/src/weather/sub']",
        "packages=['src/weather']\nexclude=['sub/']",
        "packages=['src/weather']\nonly-packages=true",
        "packages=['src/weather']\nartifacts=['*.gen']",
        "include=['src/weather']",
        "include=['/src/weather/*.py']",
        "include=['src/**/*.py']\nsources=['src']",
        "include=['*.py']",
        "include=['src/*']\nexclude=['!src/weather/data.json','*.json']",
        "only-include=['src/weather']\nsources=['src']",
        "only-include=['src/weather']",
        "only-include=['LICENSE','src/weather/server.py']",
        "bypass-selection=true",
    ]
    ignored = {".gitignore": "*.gen\nignored.py\n"}
    found = [Case("hatchling", files, f"{table}]\n{text}", texts=ignored) for text in told]
    found += [
        Case("hatchling", files, f"{package}{table}.force-include]\n'LICENSE'='weather/L.txt'\n'extra'='weather/e'"),
        Case("hatchling", files, f"{package}{table}.sources]\n'src/weather'='climate'"),
        Case("hatchling", files, f"{table}]\ninclude=['/src']\n{table}.sources]\n''='vendor'"),
        Case("hatchling", SRC, "[tool.hatch.build]\npackages=['src/weather']\nexclude=['*.json']"),
        Case("hatchling", SRC, f"[tool.hatch.build]\nexclude=['*.json']\n{table}]\nexclude=['sub']"),
        Case("hatchling", files, texts={"hatch.toml": "[build.targets.wheel]\npackages=['extra']\n"}),
        Case("hatchling", "ns/weather/__init__.py ns/weather/a.py"),
        Case("hatchling", SRC, f"{package}ignore-vcs=true", texts={".gitignore": "*.json\n"}),
        Case("hatchling", SRC, package, texts={".gitignore": "/src/weather/sub/\n!*.json\n*.txt\n"}),
    ]
    return found


def setuptools() -> list[Case]:
    """Give the cases of what setuptools is told in its three files."""
    table, find = "[tool.setuptools]\n", "[tool.setuptools.packages.find]\n"
    without = "[tool.setuptools.exclude-package-data]\nweather=['data.json']"
    told = [
        f"{table}packages=['weather']",
        f"{table}packages=['weather','weather.sub']\npackage-dir={{''='src'}}",
        f"{table}packages=['climate','climate.sub']\npackage-dir={{climate='src/weather'}}",
        f"{table}packages=[]",
        f"{table}package-dir={{climate='src/weather'}}",
        f"{table}package-dir={{''='src'}}",
        f"{table}py-modules=['single']",
        f"{table}py-modules=['single']\npackages=['weather']",
        f"{table}include-package-data=false\n{find}where=['src']",
        f"{find}where=['src']",
        f"{find}where=['src']\nnamespaces=false",
        f"{find}where=['src']\ninclude=['weather','weather.sub*']",
        f"{find}where=['src']\nexclude=['*.sub']",
        f"{find}exclude=['tests*']",
        f"{find}include=['weather*']",
        f"{find}where=['src']\n[tool.setuptools.package-data]\nweather=['*.json','notes/*']",
        f"{find}where=['src']\n[tool.setuptools.package-data]\n'*'=['*.json']\n{without}",
    ]
    manifests = [
        {},
        {"MANIFEST.in": "recursive-include src *.json *.txt\nrecursive-include weather *\n"},
        {"MANIFEST.in": "graft src\nglobal-exclude *.txt\n"},
    ]
    found = [Case("setuptools", BOTH, text, texts=texts) for text in told for texts in manifests]
    scripts = [
        "packages=find_packages()",
        "packages=find_packages('src'), package_dir={'': 'src'}, include_package_data=True",
        "packages=['weather'], package_data={'weather': ['*.json']}, py_modules=['single']",
        "packages=find_namespace_packages(include=['weather*'])",
        "py_modules=['single']",
    ]
    for text in scripts:
        script = {"setup.py": f"{SETUP}setup(name='weather', version='1', {text})\n"}
        found += [Case("setuptools", files, project="", texts=script) for files in (BOTH, f"{FLAT} single.py")]
    configured = [
        "packages=find:",
        "packages=find_namespace:\npackage_dir=\n  =src\n[options.packages.find]\nwhere=src\nexclude=\n  *.sub",
        "packages=\n  weather\n  weather.sub",
        "py_modules=single",
        "packages=find:\ninclude_package_data=True",
        "packages=find:\n[options.package_data]\nweather=*.json,notes/*.txt\n* = *.md",
    ]
    manifest = {"MANIFEST.in": "recursive-include weather *.json\n"}
    for text in configured:
        found.append(Case("setuptools", BOTH, project="", texts=manifest | {"setup.cfg": f"{CFG}{text}\n"}))
    return found


def others() -> list[Case]:
    """Give the cases of what the others are told."""
    files = f"{SRC} {FLAT} src/other/__init__.py src/ns/inner/a.py lib/ns/inner/__init__.py extra/z.txt single.py"
    told = {
        "uv_build": [
            "[tool.uv.build-backend]\nmodule-name='weather'",
            "[tool.uv.build-backend]\nmodule-root=''",
            "[tool.uv.build-backend]\nmodule-name=['weather','other']",
            "[tool.uv.build-backend]\nmodule-name='ns.inner'\nmodule-root='lib'",
            "[tool.uv.build-backend]\nnamespace=true\nmodule-name='ns'",
            "[tool.uv.build-backend]\nwheel-exclude=['*.json','sub/**']",
            "[tool.uv.build-backend]\nwheel-exclude=['/src/weather/sub']",
            "[tool.uv.build-backend]\nwheel-exclude=['src/weather/sub','weather/bare/b.py']",
            "[tool.uv.build-backend]\nsource-exclude=['notes','/src/weather/data.json']",
        ],
        "poetry": [
            "[tool.poetry]\npackages=[{include='weather',from='src'}]",
            "[tool.poetry]\npackages=[{include='src/weather'}]",
            "[tool.poetry]\npackages=[{include='weather/**/*.py',from='src'}]",
            "[tool.poetry]\npackages=[{include='weather',from='src',to='climate'}]",
            "[tool.poetry]\npackages=[{include='weather'},{include='other',from='src'}]",
            "[tool.poetry]\npackages=[{include='*',from='src'}]",
            "[tool.poetry]\npackages=[{include='single.py'}]",
            "[tool.poetry]\ninclude=['LICENSE',{path='extra/*',format='wheel'}]",
            "[tool.poetry]\nexclude=['weather/sub','**/*.json']",
            "[tool.poetry]\nexclude=['weather/data.json']\ninclude=[{path='weather/data.json',format='wheel'}]",
        ],
        "pdm": [
            "[tool.pdm.build]\nincludes=['src/weather']",
            "[tool.pdm.build]\nincludes=['src/weather/*.py']",
            "[tool.pdm.build]\npackage-dir=''",
            "[tool.pdm.build]\nincludes=['src/weather']\nexcludes=['src/weather/sub']",
            "[tool.pdm.build]\nexcludes=['**/*.json']",
            "[tool.pdm.build]\nincludes=['src/weather/**/*.py']\nexcludes=['**/sub']",
            "[tool.pdm.build]\nsource-includes=['extra']\nincludes=['extra','src/weather']",
        ],
        "flit": [
            "[tool.flit.module]\nname='other'",
            "[tool.flit.module]\nname='ns.inner'",
            "[tool.flit.module]\nname='single'",
        ],
    }
    return [Case(backend, files, text) for backend, all_told in told.items() for text in all_told]


if __name__ == "__main__":
    main()
