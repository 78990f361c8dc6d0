"""`mcp-backend migrate`: the wheel of each backend before, and ours after, hold the same but for listed reasons."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from backend import Backend, Call, scrubbed
from published.differences import Comparison
from published.facts import facts

SERVER = '"""Tells the weather."""\n\n__version__ = "1.2.0"\n'
PROJECT = """\
[project]
name = "weather"
description = "Tells the weather"
readme = "README.md"
requires-python = ">=3.10"
license = "MIT"
license-files = ["LICENSE"]
authors = [{ name = "Ada Example", email = "ada@example.org" }]
keywords = ["mcp", "weather"]
dependencies = ["httpx>=0.27", "mcp>=2.3,<3"]
"""
SCRIPTS = '[project.scripts]\nweather = "weather.server:main"\n'
STATIC = PROJECT + 'version = "1.2.0"\n\n' + SCRIPTS
DYNAMIC = PROJECT + 'dynamic = ["version"]\n\n' + SCRIPTS
POETRY = """\
[tool.poetry]
name = "weather"
version = "1.2.0"
description = "Tells the weather"
readme = "README.md"
license = "MIT"
authors = ["Ada Example <ada@example.org>"]
keywords = ["mcp", "weather"]
homepage = "https://example.org"
packages = [{ include = "weather" }]

[tool.poetry.dependencies]
python = "^3.10"
mcp = "^2.3"
httpx = { version = "~0.27", extras = ["http2"] }
rich = { version = ">=13", optional = true }

[tool.poetry.extras]
pretty = ["rich"]

[tool.poetry.scripts]
weather = "weather.server:main"
"""
SETUP_CFG = """\
[metadata]
name = weather
version = attr: weather.__version__
description = Tells the weather
long_description = file: README.md
long_description_content_type = text/markdown
author = Ada Example
author_email = ada@example.org
license = MIT
license_files = LICENSE
keywords = mcp, weather

[options]
packages = find:
include_package_data = True
python_requires = >=3.10
install_requires =
    httpx>=0.27
    mcp>=2.3,<3

[options.packages.find]
exclude = tests*

[options.entry_points]
console_scripts =
    weather = weather.server:main
"""
ALWAYS = {"metadata-version", "requirement-text", "keywords-order", "top-level-txt", "dynamic-license-file"}


def build_system(requires: str, backend: str) -> str:
    """Return the table that names a backend."""
    return f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n\n'


HATCH = build_system("hatchling", "hatchling.build")
SETUPTOOLS = build_system("setuptools>=77", "setuptools.build_meta")
FIND = '\n[tool.setuptools.packages.find]\nexclude = ["tests*"]\n[tool.setuptools.package-data]\nweather = ["data/*"]\n'
ATTR = '\n[tool.setuptools.dynamic]\nversion = { attr = "weather.__version__" }\n' + FIND
CASES = {
    "hatchling": {"pyproject.toml": HATCH + DYNAMIC + '\n[tool.hatch.version]\npath = "weather/__init__.py"\n'},
    "setuptools": {"pyproject.toml": SETUPTOOLS + DYNAMIC + ATTR},
    "setup.cfg": {
        "pyproject.toml": SETUPTOOLS,
        "setup.cfg": SETUP_CFG,
        "setup.py": "from setuptools import setup\n\nsetup()\n",
        "MANIFEST.in": "recursive-include weather/data *\n",
    },
    "flit": {"pyproject.toml": build_system("flit_core>=3.12", "flit_core.buildapi") + DYNAMIC},
    "poetry": {"pyproject.toml": POETRY + "\n" + build_system("poetry-core", "poetry.core.masonry.api")},
    "poetry-project": {"pyproject.toml": build_system("poetry-core>=2", "poetry.core.masonry.api") + STATIC},
    "pdm": {
        "pyproject.toml": build_system("pdm-backend", "pdm.backend")
        + DYNAMIC
        + '\n[tool.pdm.version]\nsource = "file"\npath = "weather/__init__.py"\n'
    },
    "uv_build": {
        "pyproject.toml": build_system("uv_build", "uv_build")
        + STATIC
        + '\n[tool.uv.build-backend]\nmodule-root = ""\n'
    },
}
# beyond ALWAYS
DIFFERENT = {
    "poetry": {"author", "classifiers", "license-expression", "python-text"},
    "poetry-project": {"author", "classifiers"},
    "setup.cfg": {"author", "license-expression"},
    "uv_build": {"author"},
}
OWN_CLASSIFIER = "- Classifier: Programming Language :: Python :: 3"  # Poetry declares it by itself
# what no class of the published servers takes, and why
EXPLAINED = {
    "flit": {"- Import-Name: weather"},  # the project does not declare it
    "pdm": {
        # an empty group says nothing
        "- entry-points {'console_scripts': {'weather': 'weather.server:main'}, 'gui_scripts': {}}",
        "+ entry-points {'console_scripts': {'weather': 'weather.server:main'}}",
        # the header's name has no capital E
        "- Author-Email: Ada Example <ada@example.org>",
        "+ Author-email: Ada Example <ada@example.org>",
    },
    "poetry": {OWN_CLASSIFIER},
    "poetry-project": {OWN_CLASSIFIER},
}


def lay(folder: Path, files: dict[str, str]) -> Path:
    """Write a server with a flat layout."""
    common = {
        "weather/__init__.py": SERVER,
        "weather/server.py": '"""The server."""\n\n\ndef main() -> None:\n    """Serve."""\n',
        "weather/data/units.json": "{}\n",
        "tests/test_weather.py": "import weather\n",
        "README.md": "# weather\n",
        "LICENSE": "MIT License\n",
    }
    for name, text in {**common, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("case", CASES)
def test_the_wheel_is_the_same_but_for_listed_reasons(case: str, backend: Backend, tmp_path: Path) -> None:
    project = lay(tmp_path / "project", CASES[case])
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "all")
    before = tmp_path / "before"
    built = lay(tmp_path / "copy", CASES[case])
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        before,
        built,
    ]
    subprocess.run(command, check=True, env=scrubbed(), cwd=tmp_path)
    (old,) = before.glob("*.whl")

    done = backend.run("migrate", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "R  weather/server.py -> src/weather/server.py" in git(project, "status", "--porcelain")
    new = backend.hook("build_wheel", project, tmp_path / "after", Call(config={"check": "off"})).built()
    comparison = Comparison(facts(old), facts(new))
    assert comparison.unexplained == EXPLAINED.get(case, set())
    assert comparison.classes <= ALWAYS | DIFFERENT.get(case, set())
    again = backend.run("migrate", cwd=project)
    assert again.returncode == 2
    assert "there is nothing to do" in again.stderr


def test_what_git_ignores_stays_out_of_the_wheel(backend: Backend, tmp_path: Path) -> None:
    project = lay(tmp_path / "project", CASES["hatchling"])
    (project / ".gitignore").write_text("*.db\n*.pyc\n.env\n", encoding="utf-8")
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "all")
    for name in ("weather/cities.db", "weather/rain.db", "weather/.env", "weather/__pycache__/old.pyc", "notes.db"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("KEY=sk-1\n", encoding="utf-8")
    done = backend.run("migrate", cwd=project)
    assert done.returncode == 0
    kept_out = 'wheel-exclude = ["src/weather/cities.db", "src/weather/rain.db"]'
    assert kept_out in (project / "pyproject.toml").read_text(encoding="utf-8")
    assert "cities.db" not in backend.run("files", "--wheel", cwd=project).stdout
